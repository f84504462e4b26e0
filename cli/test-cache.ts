// Compiled tests kept between runs: where no file, flag or byte of the program has changed, a run need not compile.
// What is kept is the module, the list of tests and what is known of the files, never a result. Anything doubtful counts as not kept.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Source } from '../engine/compile.ts';
import type { TestCase } from './test-cases.ts';
import type { KnownFile } from './test-parts.ts';

export interface KeptTests {
  readonly tests: readonly TestCase[];
  /** The files of a whole suite; none where only a part was compiled. */
  readonly files: readonly KnownFile[];
  readonly wasm: Uint8Array;
}

/** Programs kept; the one used longest ago makes room. */
const MOST = 20;
const ENDING = '.tests';
/** Files that say under which key a suite was kept when it was compiled last, whatever its files are now. */
const SUITE_ENDING = '.suite';

/** What identifies this build of the program: its file is named by its content and by the names of all files that it loads. Undefined for sources, which may change at any time. */
export function buildName(): string | undefined {
  const name = basename(import.meta.url);
  return name.endsWith('.ts') ? undefined : `${name} ${process.version}`;
}

/** The directory for what is kept: `REGATE_CACHE_DIR`, or the user's cache directory. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env['REGATE_CACHE_DIR'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'regate');
}

/** The name of a program among those kept: a digest of all that decides on what compiling gives. */
export function programKey(build: string, flags: unknown, sources: readonly Source[], data: Uint8Array): string {
  const texts = sources.flatMap(({ file, text, version }) => [file, version ?? '', text]);
  return digestOf([build, JSON.stringify(flags), ...texts, data]);
}

/** The name of a suite, whatever its files are at the moment: the directory, the paths and all else that a program's name is made of. */
export function suiteKey(build: string, flags: unknown, paths: readonly string[], data: Uint8Array): string {
  return digestOf([build, JSON.stringify(flags), 'suite', process.cwd(), ...paths, data]);
}

/** What a suite and the program that it is now are kept under. */
export function suiteKeys(
  build: string,
  flags: unknown,
  paths: readonly string[],
  sources: readonly Source[],
  data: Uint8Array,
): { readonly suite: string; readonly key: string } {
  return { suite: suiteKey(build, flags, paths, data), key: programKey(build, flags, sources, data) };
}

/** Each part goes in with its length, so that no two lists of parts give the same bytes. */
function digestOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** Compiled tests by the key of everything that went into them; what cannot be read or written is not kept. */
export class TestCache {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The program kept under a key. */
  read(key: string): KeptTests | undefined {
    const path = this.#path(key);
    try {
      if (!this.#isPrivate()) return undefined;
      const bytes = readFileSync(path);
      const digest = bytes.subarray(0, DIGEST_LENGTH);
      const content = bytes.subarray(DIGEST_LENGTH);
      if (!sha256(content).equals(digest)) return undefined;
      const length = content.readUInt32LE(0);
      const head = JSON.parse(content.toString('utf8', 4, 4 + length)) as Omit<KeptTests, 'wasm'>;
      const now = new Date();
      utimesSync(path, now, now);
      return { ...head, wasm: content.subarray(4 + length) };
    } catch {
      return undefined;
    }
  }

  /** The program that a suite was when it was kept last as a whole. */
  readSuite(suite: string): KeptTests | undefined {
    try {
      const key = readFileSync(join(this.#directory, `${suite}${SUITE_ENDING}`), 'utf8');
      return /^[0-9a-f]{64}$/.test(key) ? this.read(key) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Notes the key that a suite has been kept under. */
  writeSuite(suite: string, key: string): void {
    this.#write(`${suite}${SUITE_ENDING}`, Buffer.from(key));
  }

  /** Keeps a program; where that fails, it is not kept. */
  write(key: string, { tests, files, wasm }: KeptTests): void {
    const head = Buffer.from(JSON.stringify({ tests, files }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head.length);
    const content = Buffer.concat([length, head, wasm]);
    this.#write(`${key}${ENDING}`, Buffer.concat([sha256(content), content]));
  }

  #write(name: string, content: Uint8Array): void {
    const path = join(this.#directory, name);
    const temporary = `${path}.${process.pid}`;
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      if (!this.#isPrivate()) return;
    } catch {
      return;
    }
    try {
      writeFileSync(temporary, content, { mode: 0o600 });
      renameSync(temporary, path);
      this.#makeRoom();
    } catch {
      rmSync(temporary, { force: true });
    }
  }

  #path(key: string): string {
    return join(this.#directory, `${key}${ENDING}`);
  }

  /** Whether nobody else may write here: what is read is run. */
  #isPrivate(): boolean {
    const { uid, mode } = statSync(this.#directory);
    const user = process.getuid?.();
    return user === undefined || (uid === user && (mode & 0o022) === 0);
  }

  #makeRoom(): void {
    const names = readdirSync(this.#directory);
    for (const ending of [ENDING, SUITE_ENDING]) {
      const kept = names.filter((name) => name.endsWith(ending)).map((name) => join(this.#directory, name));
      if (kept.length <= MOST) continue;
      const byAge = kept.map((path) => ({ path, usedMs: statSync(path).mtimeMs })).sort((a, b) => b.usedMs - a.usedMs);
      for (const { path } of byAge.slice(MOST)) rmSync(path, { force: true });
    }
  }
}

const DIGEST_LENGTH = 32;

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
