// Compiled tests kept between runs: where no file, flag or byte of the program has changed, a run need not compile.
// What is kept is the module and the list of tests, never a result. Anything doubtful counts as not kept.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { Source } from '../engine/compile.ts';
import type { TestCase } from './test-cases.ts';

export interface KeptTests {
  readonly tests: readonly TestCase[];
  readonly wasm: Uint8Array;
}

/** Programs kept; the one used longest ago makes room. */
const MOST = 20;
const ENDING = '.tests';

/** What identifies this build of the program: its file is named by its content. Undefined for sources, which may change at any time. */
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
  const hash = createHash('sha256');
  // Each part with its length, so that no two lists of parts give the same bytes.
  const add = (part: string | Uint8Array): void => {
    hash.update(`${part.length}:`).update(part);
  };
  add(build);
  add(JSON.stringify(flags));
  for (const { file, text, version } of sources) {
    add(file);
    add(version ?? '');
    add(text);
  }
  add(data);
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
      const tests = JSON.parse(content.toString('utf8', 4, 4 + length)) as readonly TestCase[];
      const now = new Date();
      utimesSync(path, now, now);
      return { tests, wasm: content.subarray(4 + length) };
    } catch {
      return undefined;
    }
  }

  /** Keeps a program; where that fails, it is not kept. */
  write(key: string, { tests, wasm }: KeptTests): void {
    const path = this.#path(key);
    const list = Buffer.from(JSON.stringify(tests));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(list.length);
    const content = Buffer.concat([length, list, wasm]);
    const temporary = `${path}.${process.pid}`;
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      if (!this.#isPrivate()) return;
    } catch {
      return;
    }
    try {
      writeFileSync(temporary, Buffer.concat([sha256(content), content]), { mode: 0o600 });
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
    const kept = readdirSync(this.#directory).filter((name) => name.endsWith(ENDING));
    if (kept.length <= MOST) return;
    const byAge = kept
      .map((name) => ({ path: join(this.#directory, name), usedMs: statSync(join(this.#directory, name)).mtimeMs }))
      .sort((a, b) => b.usedMs - a.usedMs);
    for (const { path } of byAge.slice(MOST)) rmSync(path, { force: true });
  }
}

const DIGEST_LENGTH = 32;

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
