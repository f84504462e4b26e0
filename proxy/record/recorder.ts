// Keeps records: a line in a durable queue before the answer leaves, and from there into the store's chain, in order, however long the
// store is away. The queue is bounded: when it is full, what has to be recorded is denied.
import type { RecordingConfig } from '../config/recording.ts';
import { RecordUnavailable } from '../errors.ts';
import { Journal } from '../log/journal.ts';
import { JournalReader, retryDelayMs } from '../log/journal-reader.ts';
import type { Report } from '../operate/logger.ts';
import type { Store } from '../store/store.ts';
import { Chain } from './chain.ts';
import { deleteBefore, writeEntries } from './write-entries.ts';

const BATCH_BYTES = 256 * 1024;
const BATCH_ROWS = 500;
/** An embedded store shares the machine with the traffic: a small batch is a short burden. */
const EMBEDDED_BATCH_BYTES = 48 * 1024;
const EMBEDDED_BATCH_ROWS = 25;
/** While there is traffic, an embedded store gets little of the time; all of it once the queue is this full. */
const BUSY = 0.6;
const PAUSE_FACTOR = 40;
const LONGEST_PAUSE_MS = 2_000;
const URGENT = 0.25;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
/** How long a stopping gate goes on writing what is left. */
const GRACE_MS = 3_000;
const RETENTION_INTERVAL_MS = 10 * 60_000;
const RETENTION_ROWS = 10_000;
const DAY_MS = 24 * 3_600_000;
/** A moment for records that come together to go together. */
const GATHER_MS = 20;

/** What metrics and status say. */
export interface RecorderState {
  readonly written: number;
  readonly failures: number;
  readonly backlogBytes: number;
  /** Why records wait; undefined when they do not. */
  readonly trouble: string | undefined;
}

/** Records of one gate. */
export class Recorder {
  readonly #config: RecordingConfig;
  readonly #store: Store;
  readonly #report: Report;
  readonly #journal: Journal;
  readonly #reader: JournalReader;
  readonly #running: Promise<void>;
  readonly #retention: NodeJS.Timeout;
  readonly chain: Chain;
  #written = 0;
  #failures = 0;
  #trouble: string | undefined;
  #isClosing = false;
  #utilization = performance.eventLoopUtilization();
  #isStopped = false;
  #wake: (() => void) | undefined;

  /** Opens the queue; throws when it cannot be opened. */
  constructor(config: RecordingConfig, store: Store, report: Report) {
    this.#config = config;
    this.#store = store;
    this.#report = report;
    this.chain = new Chain(config.key);
    this.#journal = new Journal(config.queue, report);
    this.#reader = new JournalReader(this.#journal);
    this.#journal.onCommit = () => this.#wake?.();
    this.#retention = setInterval(() => void this.#deleteOld(), RETENTION_INTERVAL_MS);
    this.#retention.unref();
    this.#running = this.#run();
  }

  get bodyBytes(): number {
    return this.#config.bodyBytes;
  }

  get state(): RecorderState {
    return {
      written: this.#written,
      failures: this.#failures,
      backlogBytes: this.#reader.backlogBytes,
      trouble: this.#trouble,
    };
  }

  /** Keeps a line. Throws RecordUnavailable: then the answer must not leave. */
  async append(line: string): Promise<void> {
    if (this.#reader.backlogBytes > this.#config.queueBytes) throw new RecordUnavailable('the queue is full');
    try {
      await this.#journal.append(line);
    } catch (error) {
      throw new RecordUnavailable(describe(error));
    }
  }

  /** Writes what can be written in little time; the rest waits for the next process. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#retention);
    this.#wake?.();
    const timer = setTimeout(() => {
      this.#isStopped = true;
      this.#wake?.();
    }, GRACE_MS);
    await this.#running;
    clearTimeout(timer);
    this.#isStopped = true;
    await this.#journal.close();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#isStopped;) {
      try {
        const started = performance.now();
        if (await this.#drain()) {
          failures = 0;
          this.#trouble = undefined;
          await this.#giveWay(performance.now() - started);
          continue;
        }
        if (this.#isClosing) return;
        await this.#pause(undefined);
        if (!this.#isClosing) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      } catch (error) {
        this.#failures++;
        const text = describe(error);
        if (text !== this.#trouble) this.#report(`records wait in ${this.#config.queue.file}: ${text}`, 'warn');
        this.#trouble = text;
        if (this.#isClosing) return;
        await this.#pause(retryDelayMs(failures++, FIRST_RETRY_MS, LAST_RETRY_MS));
      }
    }
  }

  /** Takes a batch from the queue to the store; false when there is none. */
  async #drain(): Promise<boolean> {
    const isEmbedded = this.#store.kind === 'embedded';
    const rows = isEmbedded ? EMBEDDED_BATCH_ROWS : BATCH_ROWS;
    const chunk = await this.#reader.next(isEmbedded ? EMBEDDED_BATCH_BYTES : BATCH_BYTES);
    if (chunk === undefined) return false;
    const lines: string[] = [];
    for (const line of chunk.lines) {
      const text = line.toString('utf8');
      if (isEntry(text)) lines.push(text);
      else this.#report(`a line of ${this.#config.queue.file} is no record and is left out`, 'error');
    }
    for (let at = 0; at < lines.length; at += rows) {
      const batch = lines.slice(at, at + rows);
      await writeEntries(this.#store, this.chain, batch);
      this.#written += batch.length;
    }
    await this.#reader.take(chunk);
    return true;
  }

  /** Leaves the machine to the traffic for a while, when there is any and the queue has room. */
  async #giveWay(tookMs: number): Promise<void> {
    const { utilization } = performance.eventLoopUtilization(this.#utilization);
    this.#utilization = performance.eventLoopUtilization();
    const isUrgent = this.#isClosing || this.#reader.backlogBytes > this.#config.queueBytes * URGENT;
    if (this.#store.kind !== 'embedded' || utilization < BUSY || isUrgent) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(tookMs * PAUSE_FACTOR, LONGEST_PAUSE_MS)));
    this.#utilization = performance.eventLoopUtilization();
  }

  async #deleteOld(): Promise<void> {
    const { retentionDays } = this.#config;
    if (retentionDays === undefined) return;
    try {
      const until = new Date(Date.now() - retentionDays * DAY_MS);
      while (!this.#isClosing && (await deleteBefore(this.#store, this.chain, until, RETENTION_ROWS)) > 0);
    } catch (error) {
      this.#report(`old records cannot be deleted: ${describe(error)}`, 'warn');
    }
  }

  /** Waits for something to come into the queue, or for a time. */
  async #pause(ms: number | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      // A store that is away is not asked again for each new line.
      this.#wake = (): void => {
        if (ms !== undefined && !this.#isClosing && !this.#isStopped) return;
        clearTimeout(timer);
        resolve();
      };
      if (ms === undefined && this.#reader.backlogBytes > 0) this.#wake();
    });
    this.#wake = undefined;
  }
}

function isEntry(text: string): boolean {
  try {
    const { v, id, kind } = JSON.parse(text) as Record<string, unknown>;
    return v === 1 && typeof id === 'string' && typeof kind === 'string';
  } catch {
    return false;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { detail } = error as { readonly detail?: unknown };
  return typeof detail === 'string' ? detail : error.message || error.name;
}
