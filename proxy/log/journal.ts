// An append-only file of lines. A line's promise settles when the line is as safe as the configured durability says; lines that come
// while others are being written go together (group commit). Rotates by size and age, and deletes what retention allows.
//
// Invariant: what was acknowledged is a whole line in the file; what was not is cut off again, or was never there.
import {
  closeSync,
  existsSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { LogFileConfig } from '../config/decision-log.ts';
import { listSegments, readPosition, segmentPath, sizeOf, syncDirectory } from './segments.ts';
import type { Report } from '../operate/logger.ts';

const CHECK_INTERVAL_MS = 1_000;
const UPKEEP_INTERVAL_MS = 60_000;
const HOUR_MS = 3_600_000;
const LINE_FEED = 0x0a;

interface Batch {
  text: string;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Counts for metrics. */
export interface JournalCounts {
  readonly lines: number;
  readonly bytes: number;
  readonly failures: number;
  readonly commits: number;
}

/** An open log file. One process writes to it. */
export class Journal {
  readonly #config: LogFileConfig;
  readonly #report: Report;
  readonly #upkeep: NodeJS.Timeout;
  #descriptor = -1;
  #inode = 0;
  #isRegular = true;
  #segment = 1;
  #size = 0;
  #committed = 0;
  #openedAt = 0;
  #checkedAt = 0;
  #batch: Batch | undefined;
  #isScheduled = false;
  #isSyncing = false;
  #mustRotate = false;
  #isClosed = false;
  #idle: (() => void) | undefined;
  #counts = { lines: 0, bytes: 0, failures: 0, commits: 0 };
  /** Bytes of the rotated segments, by their numbers; undefined until they are asked for anew. Readers ask with every line. */
  #rotated: ReadonlyMap<number, number> | undefined;
  /** Called after lines have been committed. */
  onCommit: (() => void) | undefined;
  /** The first segment that has not been shipped whole: retention spares it and all after it. */
  unshipped: () => number = () => Number.POSITIVE_INFINITY;

  /** Opens the file and mends its end. Throws what opening it throws. */
  constructor(config: LogFileConfig, report: Report) {
    this.#config = config;
    this.#report = report;
    mkdirSync(dirname(config.file), { recursive: true, mode: 0o700 });
    this.#segment = Math.max((listSegments(config.file).at(-1) ?? 0) + 1, readPosition(config.file)?.segment ?? 1);
    this.#open();
    this.#upkeep = setInterval(() => this.#keepUp(), UPKEEP_INTERVAL_MS);
    this.#upkeep.unref();
    this.#keepUp();
  }

  get file(): string {
    return this.#config.file;
  }

  /** The number the file being written will get when it is rotated. */
  get segment(): number {
    return this.#segment;
  }

  /** Bytes of it that are committed. */
  get committed(): number {
    return this.#committed;
  }

  get counts(): JournalCounts {
    return this.#counts;
  }

  /** Appends a line (without its end). Rejects when it cannot be kept: then it is not in the file. */
  append(line: string): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the log is closed'));
    this.#batch ??= newBatch();
    const { promise } = this.#batch;
    this.#batch.text += `${line}\n`;
    this.#counts.lines++;
    if (!this.#isScheduled && !this.#isSyncing) {
      // At once, for nobody is to wait without need; what else this turn of the event loop decides is then written by one call.
      this.#isScheduled = true;
      setImmediate(this.#flushLater);
      this.#flush();
    }
    return promise;
  }

  /** Writes what is waiting, and closes the file. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#upkeep);
    if (this.#batch !== undefined || this.#isSyncing) await new Promise<void>((resolve) => (this.#idle = resolve));
    closeSync(this.#descriptor);
  }

  readonly #flushLater = (): void => {
    this.#isScheduled = false;
    if (!this.#isSyncing) this.#flush();
  };

  #flush(): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch === undefined) return this.#settled();
    try {
      this.#prepare();
      this.#write(Buffer.from(batch.text));
    } catch (error) {
      this.#fail(batch, error);
      return this.#settled();
    }
    if (this.#config.durability === 'process' || !this.#isRegular) {
      this.#commit(batch);
      return this.#settled();
    }
    this.#isSyncing = true;
    fdatasync(this.#descriptor, (error) => {
      this.#isSyncing = false;
      if (error === null) this.#commit(batch);
      else {
        // The kernel may have dropped the pages: that file is not to be trusted with more.
        this.#mustRotate = true;
        this.#fail(batch, error);
      }
      this.#flush();
    });
  }

  #settled(): void {
    if (this.#batch === undefined) this.#idle?.();
  }

  #commit(batch: Batch): void {
    this.#committed = this.#size;
    this.#counts.commits++;
    batch.resolve();
    this.onCommit?.();
  }

  #fail(batch: Batch, error: unknown): void {
    this.#counts.failures++;
    batch.reject(error);
  }

  /** Before a write: is it still our file, and has it still room? */
  #prepare(): void {
    const now = Date.now();
    if (now - this.#checkedAt > CHECK_INTERVAL_MS) {
      this.#checkedAt = now;
      // Moved away or deleted by somebody else: acknowledging into it would be acknowledging into nothing.
      if (statSync(this.file, { throwIfNoEntry: false })?.ino !== this.#inode) {
        this.#report(`${this.file} is not the file that was opened any more: it is opened anew`, 'warn');
        this.#segment = Math.max(this.#segment, (listSegments(this.file).at(-1) ?? 0) + 1);
        this.#open();
      }
    }
    const isOld = now - this.#openedAt >= this.#config.rotation.hours * HOUR_MS;
    if (this.#isRegular && this.#size > 0 && (this.#mustRotate || isOld || this.#size >= this.#config.rotation.bytes))
      this.#rotate(now);
  }

  #write(bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      // Half a line would make the next one unreadable too.
      if (this.#isRegular) ftruncateSync(this.#descriptor, this.#size);
      throw error;
    }
    this.#size += bytes.length;
    this.#counts.bytes += bytes.length;
  }

  /** Opens the file under the configured name; the one that was open is closed once that has worked. */
  #open(): void {
    const { file, durability } = this.#config;
    const isNew = !existsSync(file);
    const before = this.#descriptor;
    // For reading too: the end is looked at.
    this.#descriptor = openSync(file, 'a+', 0o600);
    if (before >= 0) closeSync(before);
    const stats = fstatSync(this.#descriptor);
    this.#isRegular = stats.isFile();
    this.#inode = stats.ino;
    this.#size = this.#isRegular ? this.#mendEnd(stats.size) : 0;
    this.#committed = this.#size;
    this.#openedAt = isNew || stats.birthtimeMs === 0 ? Date.now() : stats.birthtimeMs;
    this.#checkedAt = Date.now();
    this.#mustRotate = false;
    this.#rotated = undefined;
    if (isNew && durability === 'disk') syncDirectory(dirname(file));
  }

  /** Cuts off a line that a crash left unfinished: nobody was told that it is there. The size after it. */
  #mendEnd(size: number): number {
    const chunk = Buffer.alloc(64 * 1024);
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - chunk.length);
      const length = readSync(this.#descriptor, chunk, 0, end - start, start);
      const at = chunk.subarray(0, length).lastIndexOf(LINE_FEED);
      if (at >= 0) {
        end = start + at + 1;
        break;
      }
      end = start;
    }
    if (end < size) {
      ftruncateSync(this.#descriptor, end);
      this.#report(`${this.file} ended in the middle of a line: ${size - end} bytes were cut off`, 'warn');
    }
    return end;
  }

  #rotate(now: number): void {
    try {
      renameSync(this.file, segmentPath(this.file, this.#segment));
    } catch (error) {
      this.#report(`${this.file} cannot be rotated: ${String(error)}`, 'error');
      // Better a large file than a denial; again in an hour.
      this.#openedAt = now - (this.#config.rotation.hours - 1) * HOUR_MS;
      if (this.#mustRotate) throw error;
      return;
    }
    this.#segment++;
    try {
      this.#open();
    } catch (error) {
      this.#segment--;
      renameSync(segmentPath(this.file, this.#segment), this.file);
      throw error;
    }
    this.#openedAt = now;
    this.#keepUp();
  }

  /** Deletes rotated files that retention lets go, but none that still has to be shipped. */
  #keepUp(): void {
    const { files, days } = this.#config.retention;
    if (files === undefined && days === undefined) return;
    try {
      const rotated = listSegments(this.file);
      const oldest = Date.now() - (days ?? Number.POSITIVE_INFINITY) * 24 * HOUR_MS;
      rotated.forEach((segment, i) => {
        const path = segmentPath(this.file, segment);
        const isSurplus = files !== undefined && rotated.length - i > files;
        const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
        if ((isSurplus || modified < oldest) && segment < this.unshipped()) unlinkSync(path);
      });
      this.#rotated = undefined;
    } catch (error) {
      this.#report(`old files of ${this.file} cannot be deleted: ${String(error)}`, 'error');
    }
  }

  /** Bytes from a position on to the end of what is committed. */
  bytesAfter(segment: number, offset: number): number {
    if (segment === this.#segment) return Math.max(0, this.#committed - offset);
    this.#rotated ??= new Map(listSegments(this.file).map((each) => [each, sizeOf(segmentPath(this.file, each))]));
    let sum = this.#committed - offset;
    for (const [each, bytes] of this.#rotated) if (each >= segment) sum += bytes;
    return Math.max(0, sum);
  }
}

function newBatch(): Batch {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever appended waits for it; when nobody does, a failure is no crash.
  promise.catch(() => {});
  return { text: '', promise, resolve, reject };
}
