// Ships the decision log to an OPA-compatible sink: gzipped JSON arrays, POSTed to /logs. The log's own files are the queue: what has
// been taken is a position noted on disk after the sink's answer, so that neither a crash nor a dead sink loses an event, and no
// memory fills. An event can arrive twice after a crash; its decision_id tells.
import { appendFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Agent, request } from 'undici';
import type { ShipConfig } from '../config/decision-log.ts';
import type { Journal } from './journal.ts';
import { JournalReader, retryDelayMs, type Chunk } from './journal-reader.ts';
import type { Report } from '../operate/logger.ts';

const compress = promisify(gzip);
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
const ANSWER_LIMIT = 64 * 1024;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Counts for metrics. */
export interface ShipperCounts {
  readonly events: number;
  readonly failures: number;
  /** Events the sink will not take at any size, set aside beside the log. */
  readonly setAside: number;
}

/** Ships one journal for as long as it runs. */
export class Shipper {
  readonly #config: ShipConfig;
  readonly #journal: Journal;
  readonly #report: Report;
  readonly #agent: Agent;
  readonly #stop = new AbortController();
  readonly #reader: JournalReader;
  #batchBytes: number;
  #failures = 0;
  /** What the loop waits for, and who may end the wait before its time. */
  #sleep: { readonly wake: () => void; readonly endedBy: 'commit' | 'drain' | 'stop' } | undefined;
  #isDraining = false;
  #running: Promise<void>;
  #counts = { events: 0, failures: 0, setAside: 0 };

  constructor(config: ShipConfig, journal: Journal, report: Report) {
    this.#config = config;
    this.#journal = journal;
    this.#report = report;
    this.#batchBytes = config.batchBytes;
    this.#agent = new Agent({ connections: 1, connect: { timeout: config.timeoutMs } });
    this.#reader = new JournalReader(journal);
    journal.onCommit = () => {
      if (this.#sleep?.endedBy === 'commit') this.#sleep.wake();
    };
    this.#running = this.#run();
  }

  get counts(): ShipperCounts {
    return this.#counts;
  }

  /** Bytes of the log that the sink has not acknowledged. */
  get backlogBytes(): number {
    return this.#reader.backlogBytes;
  }

  /** Ships what is there, for `graceMs` at the most, and stops. What is left is shipped by the next process. */
  async close(graceMs: number): Promise<void> {
    this.#isDraining = true;
    if (this.#sleep?.endedBy !== 'stop') this.#sleep?.wake();
    const timer = setTimeout(() => {
      this.#stop.abort();
      this.#sleep?.wake();
    }, graceMs);
    await this.#running;
    clearTimeout(timer);
    await this.#agent.destroy();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const chunk = await this.#reader.next(this.#batchBytes);
        if (chunk === undefined) {
          if (this.#isDraining) return;
          await this.#pause(Number.POSITIVE_INFINITY, 'commit');
          // Not each event for itself: those that come soon go along.
          if (!this.#isDraining) await this.#pause(this.#config.delayMs, 'drain');
          continue;
        }
        await this.#deliver(chunk);
        this.#failures = 0;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#counts.failures++;
        const pauseMs = retryDelayMs(this.#failures++, FIRST_RETRY_MS, LAST_RETRY_MS);
        this.#report(`decision logs cannot be shipped, again in ${Math.round(pauseMs)} ms: ${describe(error)}`, 'warn');
        await this.#pause(pauseMs, 'stop');
      }
    }
  }

  async #deliver(chunk: Chunk): Promise<void> {
    const { lines } = chunk;
    const events = lines.filter(isEvent);
    if (events.length < lines.length)
      this.#report(
        `${lines.length - events.length} lines of the decision log are no events and are not shipped`,
        'warn',
      );
    const status = events.length === 0 ? 200 : await this.#post(events);
    if (status === 413) {
      if (events.length > 1) {
        this.#batchBytes = Math.max(1, Math.floor(Buffer.concat(events).length / 2));
        return;
      }
      await this.#setAside(events[0]!);
    } else if (status < 200 || status >= 300) throw new Error(`the sink answers ${status}`);
    else this.#counts.events += events.length;
    await this.#reader.take(chunk);
    this.#batchBytes = Math.min(this.#config.batchBytes, this.#batchBytes * 2);
  }

  async #post(events: readonly Buffer[]): Promise<number> {
    const { url, headers, timeoutMs } = this.#config;
    const parts: Buffer[] = [];
    for (const event of events) parts.push(parts.length === 0 ? Buffer.from('[') : Buffer.from(','), event);
    const body = await compress(Buffer.concat([...parts, Buffer.from(']')]));
    const answer = await request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body,
      dispatcher: this.#agent,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: this.#stop.signal,
    });
    await answer.body.dump({ limit: ANSWER_LIMIT });
    return answer.statusCode;
  }

  async #setAside(event: Buffer): Promise<void> {
    await appendFile(`${this.#journal.file}.refused`, Buffer.concat([event, Buffer.from('\n')]), { mode: 0o600 });
    this.#counts.setAside++;
    this.#report('the sink refuses an event as too large: it is kept beside the decision log', 'warn');
  }

  async #pause(delayMs: number, endedBy: 'commit' | 'drain' | 'stop'): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((wake) => {
      this.#sleep = { wake, endedBy };
      if (Number.isFinite(delayMs)) timer = setTimeout(wake, delayMs);
    });
    clearTimeout(timer);
    this.#sleep = undefined;
  }
}

/** A cheap look: half a line or a hole in the file would spoil the whole array. */
function isEvent(line: Buffer): boolean {
  return line[0] === OPENING && line.at(-1) === CLOSING && !line.includes(0);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
