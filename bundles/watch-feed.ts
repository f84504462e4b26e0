// Directories and bundle files as sources: read at once, and again when something has changed and come to rest.
// The bytes are read by the activation thread.
import { watch } from 'chokidar';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload } from './activation-protocol.ts';
import { BundleError } from './bundle-error.ts';
import type { Feed, FeedSink } from './feed.ts';
import type { DirectorySource, FileSource } from './source-config.ts';

const QUIET_MS = 30;
/** How much longer is waited while something looks as if it were still being written. */
const DOUBT_FACTOR = 12;
/** Events get lost (network file systems, full queues): this often the files are compared without one. */
const COMPARE_MS = 30_000;
/** Writers flush a multiple of it. */
const WRITE_BUFFER = 4096;

/** Reads the files, and again after each change, until the feed is closed. */
export function openWatchFeed(source: DirectorySource | FileSource, sink: FeedSink): Feed {
  return new WatchFeed(source, sink);
}

/** What tells one state of the files from another without reading them. */
interface Fingerprint {
  readonly text: string;
  readonly bytes: number;
  /** Each file's part of it. */
  readonly files: ReadonlyMap<string, { readonly state: string; readonly size: number }>;
}

class WatchFeed implements Feed {
  readonly #source: DirectorySource | FileSource;
  readonly #sink: FeedSink;
  readonly #quietMs: number;
  readonly #watcher: ReturnType<typeof watch>;
  readonly #compareTimer: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #seen: Fingerprint | undefined;
  #settling: Fingerprint | undefined;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(source: DirectorySource | FileSource, sink: FeedSink) {
    this.#source = source;
    this.#sink = sink;
    this.#quietMs = source.quietMs ?? QUIET_MS;
    // Links are not followed: a ConfigMap is swapped by renaming a link, which is then an event of its own.
    const path = source.kind === 'directory' ? source.directory : dirname(source.file);
    const depth = source.kind === 'directory' ? {} : { depth: 0 };
    this.#watcher = watch(path, { followSymlinks: false, ignoreInitial: true, ...depth });
    this.#watcher.on('all', (_, at) => {
      if (source.kind === 'directory' || basename(at) === basename(source.file)) this.#schedule(this.#quietMs);
    });
    // What changed since the first reading and before the watch stood.
    this.#watcher.on('ready', () => this.#schedule(0));
    this.#watcher.on('error', (error) => {
      const message = error instanceof Error ? error.message : String(error);
      void sink.failed(new BundleError('source_unavailable', `${path} cannot be watched: ${message}`));
    });
    this.#compareTimer = setInterval(() => this.#schedule(0), COMPARE_MS).unref();
    void this.refresh();
  }

  refresh(): Promise<void> {
    this.#seen = undefined;
    return this.#enqueue(() => this.#read());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#compareTimer);
    await this.#watcher.close();
    await this.#last;
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#enqueue(() => this.#settle()), delayMs);
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(async () => {
      if (!this.#isClosed) await step();
    });
    return this.#last;
  }

  /** Reads when the files are as they were a moment ago; waits longer for what grows or is empty. */
  async #settle(): Promise<void> {
    const before = this.#settling;
    const now = await this.#fingerprint();
    if (now.text === this.#seen?.text) {
      this.#settling = undefined;
      return;
    }
    const isSame = before !== undefined && before.text === now.text;
    this.#settling = now;
    if (!isSame) {
      const isDoubtful = (before !== undefined && now.bytes !== before.bytes) || (await this.#looksUnfinished(now));
      this.#schedule(isDoubtful ? this.#quietMs * DOUBT_FACTOR : Math.ceil(this.#quietMs / 2));
      return;
    }
    this.#settling = undefined;
    await this.#read(now);
  }

  /** Once more when the files changed while they were read: a mix of two states must not be taken. */
  async #read(known?: Fingerprint): Promise<void> {
    const before = known ?? (await this.#fingerprint());
    this.#sink.requested();
    const hasChanged = async (): Promise<boolean> => (await this.#fingerprint()).text !== before.text;
    await this.#sink.deliver({
      payload: this.#payload(),
      isStale: hasChanged,
      // Before a fault is reported: it may be that of a file half written.
      isStaleSoon: async () => (await hasChanged()) || (await sleep(this.#quietMs * DOUBT_FACTOR).then(hasChanged)),
    });
    this.#seen = before;
    if (await hasChanged()) this.#schedule(this.#quietMs);
  }

  #payload(): Payload {
    const source = this.#source;
    return source.kind === 'file'
      ? { kind: 'file', file: source.file }
      : { kind: 'directory', directory: source.directory };
  }

  /** Whether a file that has changed ends where buffers do, has nothing in it yet, or ends within a line. */
  async #looksUnfinished({ files }: Fingerprint): Promise<boolean> {
    for (const [path, { state, size }] of files) {
      if (this.#seen?.files.get(path)?.state === state) continue;
      if (size % WRITE_BUFFER === 0 || (TEXT.test(path) && !(await endsLine(path, size)))) return true;
    }
    return false;
  }

  async #fingerprint(): Promise<Fingerprint> {
    const files = new Map<string, { state: string; size: number }>();
    const add = async (path: string): Promise<void> => {
      try {
        const { size, mtimeMs, ino } = await stat(path);
        files.set(path, { state: `${await realpath(path)} ${size} ${mtimeMs} ${ino}`, size });
      } catch (error) {
        files.set(path, { state: String((error as NodeJS.ErrnoException).code), size: 0 });
      }
    };
    const visit = async (directory: string): Promise<void> => {
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        if (entry.name.startsWith('.') && !/^\.(manifest|signatures\.json)$/.test(entry.name)) continue;
        const path = join(directory, entry.name);
        await (entry.isDirectory() ? visit(path) : add(path));
      }
    };
    const source = this.#source;
    try {
      await (source.kind === 'file' ? add(source.file) : visit(source.directory));
    } catch (error) {
      files.set('', { state: String(error), size: 0 });
    }
    const parts = [...files].map(([path, { state }]) => `${path} ${state}`);
    const bytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
    return { text: parts.sort().join('\n'), bytes, files };
  }
}

const TEXT = /\.(rego|json|ya?ml)$/;

/** Whether the last byte is a line's end, or what ends JSON. */
async function endsLine(path: string, size: number): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
      return '\n}'.includes(String.fromCharCode(buffer[0]!));
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}
