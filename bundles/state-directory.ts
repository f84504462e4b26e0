// Bundles that were good, on disk: for a start while their source is away, and for rollbacks after one. Archives are named by
// their SHA-256; `state.json` is replaced last, so that a crash leaves the old state or the new one.
// What comes back is read and verified like anything that comes from a source (policy-source.ts).
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Payload } from './activation-protocol.ts';
import { share } from './activation-protocol.ts';
import { BundleError } from './bundle-error.ts';

/** A bundle as it is kept. */
export interface KeptVersion {
  readonly digest: string;
  readonly revision: string;
  readonly etag: string | undefined;
  readonly payload: Payload;
}

export interface KeptBundle {
  /** The newest first. */
  readonly versions: readonly KeptVersion[];
  /** Digest of the one that was active. */
  readonly active: string;
}

interface StateFile {
  readonly format: 1;
  readonly active: string;
  readonly versions: readonly {
    readonly digest: string;
    readonly revision: string;
    readonly etag?: string;
    /** SHA-256 of the archive, then of its deltas. */
    readonly archives: readonly string[];
  }[];
}

const STATE_FILE = 'state.json';

/** The kept bundles below one directory, which one process uses at a time. */
export class StateDirectory {
  readonly #directory: string;
  /** Names of archives that were written or read. */
  readonly #names = new WeakMap<Uint8Array, string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What is kept of a bundle; undefined when there is nothing. Versions that are damaged are left out. Throws BundleError. */
  async load(name: string, report: (fault: string) => void): Promise<KeptBundle | undefined> {
    const folder = this.#folder(name);
    let text: string;
    try {
      text = await readFile(join(folder, STATE_FILE), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new BundleError('not_available', `${folder} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    const state = parseState(text);
    if (state === undefined) throw new BundleError('not_available', `${join(folder, STATE_FILE)} is damaged`);
    const versions: KeptVersion[] = [];
    for (const { digest, revision, etag, archives } of state.versions) {
      try {
        const [bytes, ...deltas] = await Promise.all(archives.map((archive) => this.#readArchive(folder, archive)));
        versions.push({ digest, revision, etag, payload: { kind: 'archive', bytes: bytes!, deltas } });
      } catch (error) {
        report(`revision ${revision} is not kept any more: ${(error as Error).message}`);
      }
    }
    return { versions, active: state.active };
  }

  /** Replaces what is kept of a bundle. Versions that are no archives are left out. Throws what the file system throws. */
  async save(name: string, { versions, active }: KeptBundle): Promise<void> {
    const folder = this.#folder(name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const entries: StateFile['versions'][number][] = [];
    for (const { digest, revision, etag, payload } of versions) {
      if (payload.kind !== 'archive') continue;
      const archives: string[] = [];
      for (const bytes of [payload.bytes, ...payload.deltas]) archives.push(await this.#writeArchive(folder, bytes));
      entries.push({ digest, revision, ...(etag === undefined ? {} : { etag }), archives });
    }
    const state: StateFile = { format: 1, active, versions: entries };
    await replaceFile(join(folder, STATE_FILE), Buffer.from(`${JSON.stringify(state, undefined, 1)}\n`));
    const used = new Set(entries.flatMap(({ archives }) => archives.map(archiveFile)));
    for (const file of await readdir(folder))
      if (file !== STATE_FILE && !used.has(file)) await rm(join(folder, file), { force: true });
  }

  #folder(name: string): string {
    return join(this.#directory, encodeURIComponent(name));
  }

  async #readArchive(folder: string, name: string): Promise<Uint8Array> {
    const bytes = share(await readFile(join(folder, archiveFile(name))));
    if ((await sha256(bytes)) !== name) throw new BundleError('archive_invalid', `${archiveFile(name)} is damaged`);
    this.#names.set(bytes, name);
    return bytes;
  }

  async #writeArchive(folder: string, bytes: Uint8Array): Promise<string> {
    const known = this.#names.get(bytes);
    if (known !== undefined) return known;
    const name = await sha256(bytes);
    await replaceFile(join(folder, archiveFile(name)), bytes);
    this.#names.set(bytes, name);
    return name;
  }
}

function archiveFile(name: string): string {
  return `${name}.tar.gz`;
}

/** Complete on disk before it has its name. */
async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

const PIECE = 1024 * 1024;

/** In pieces, with other work in between. */
async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += PIECE) {
    hash.update(bytes.subarray(at, at + PIECE));
    if (at + PIECE < bytes.length) await turn();
  }
  return hash.digest('hex');
}

/** The state; undefined for anything else. */
function parseState(text: string): StateFile | undefined {
  let state: Partial<StateFile>;
  try {
    state = JSON.parse(text) as Partial<StateFile>;
  } catch {
    return undefined;
  }
  const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
  const isState =
    state?.format === 1 &&
    isHash(state.active) &&
    Array.isArray(state.versions) &&
    state.versions.every(
      ({ digest, revision, etag, archives }) =>
        isHash(digest) &&
        typeof revision === 'string' &&
        (etag === undefined || typeof etag === 'string') &&
        Array.isArray(archives) &&
        archives.length > 0 &&
        archives.every(isHash),
    );
  return isState ? (state as StateFile) : undefined;
}
