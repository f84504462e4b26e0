// Ships the decision log to an OPA-compatible sink: gzipped JSON arrays, POSTed to /logs. The log's own files are the queue: what has
// been taken is a position noted on disk after the sink's answer, so that neither a crash nor a dead sink loses an event, and no
// memory fills. An event can arrive twice after a crash; its decision_id tells.
import { appendFile, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Agent, request } from 'undici';
import type { ShipConfig } from '../config/decision-log.ts';
import type { Journal } from './journal.ts';
import { listSegments, pathOf, readPosition, sizeOf, writePosition, type Position } from './segments.ts';

const compress = promisify(gzip);
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
const ANSWER_LIMIT = 64 * 1024;
const LINE_FEED = 0x0a;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Counts for metrics. */
export interface ShipperCounts {
  readonly events: number;
  readonly failures: number;
  /** Events the sink will not take at any size, set aside beside the log. */
  readonly setAside: number;
}

/** A batch of whole lines. */
interface Chunk {
  readonly lines: readonly Buffer[];
  readonly end: Position;
}

/** Ships one journal for as long as it runs. */
export class Shipper {
  readonly #config: ShipConfig;
  readonly #journal: Journal;
  readonly #report: (text: string) => void;
  readonly #agent: Agent;
  readonly #stop = new AbortController();
  #position: Position;
  #batchBytes: number;
  #failures = 0;
  /** What the loop waits for, and who may end the wait before its time. */
  #sleep: { readonly wake: () => void; readonly endedBy: 'commit' | 'drain' | 'stop' } | undefined;
  #isDraining = false;
  #running: Promise<void>;
  #counts = { events: 0, failures: 0, setAside: 0 };

  constructor(config: ShipConfig, journal: Journal, report: (text: string) => void) {
    this.#config = config;
    this.#journal = journal;
    this.#report = report;
    this.#batchBytes = config.batchBytes;
    this.#agent = new Agent({ connections: 1, connect: { timeout: config.timeoutMs } });
    this.#position = startOf(journal);
    journal.unshipped = () => this.#position.segment;
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
    return this.#journal.bytesAfter(this.#position.segment, this.#position.offset);
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
        const chunk = await this.#read();
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
        const pauseMs = retryDelayMs(this.#failures++);
        this.#report(`decision logs cannot be shipped, again in ${Math.round(pauseMs)} ms: ${describe(error)}`);
        await this.#pause(pauseMs, 'stop');
      }
    }
  }

  /** The next lines; undefined when all that is committed has been shipped. */
  async #read(): Promise<Chunk | undefined> {
    for (;;) {
      const { segment, offset } = this.#position;
      const isActive = segment === this.#journal.segment;
      const path = pathOf(this.#journal.file, segment, this.#journal.segment);
      const end = isActive ? this.#journal.committed : sizeOf(path);
      if (offset < end) return readChunk(path, this.#position, end, this.#batchBytes);
      if (isActive) return undefined;
      const next = listSegments(this.#journal.file).find((each) => each > segment) ?? this.#journal.segment;
      this.#position = { segment: next, offset: 0 };
    }
  }

  async #deliver({ lines, end }: Chunk): Promise<void> {
    const events = lines.filter(isEvent);
    if (events.length < lines.length)
      this.#report(`${lines.length - events.length} lines of the decision log are no events and are not shipped`);
    const status = events.length === 0 ? 200 : await this.#post(events);
    if (status === 413) {
      if (events.length > 1) {
        this.#batchBytes = Math.max(1, Math.floor(Buffer.concat(events).length / 2));
        return;
      }
      await this.#setAside(events[0]!);
    } else if (status < 200 || status >= 300) throw new Error(`the sink answers ${status}`);
    else this.#counts.events += events.length;
    await writePosition(this.#journal.file, end);
    this.#position = end;
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
    this.#report('the sink refuses an event as too large: it is kept beside the decision log');
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

/** Where to go on: the noted position when it is still a place in the log, else the oldest line there is. */
function startOf(journal: Journal): Position {
  const noted = readPosition(journal.file);
  const oldest = listSegments(journal.file)[0] ?? journal.segment;
  if (noted === undefined || noted.segment > journal.segment) return { segment: oldest, offset: 0 };
  const size =
    noted.segment === journal.segment
      ? journal.committed
      : sizeOf(pathOf(journal.file, noted.segment, journal.segment));
  // Shorter than what was shipped of it: another file by that name.
  return noted.offset > size ? { segment: Math.max(noted.segment, oldest), offset: 0 } : noted;
}

async function readChunk(path: string, from: Position, end: number, batchBytes: number): Promise<Chunk> {
  const handle = await open(path, 'r');
  try {
    for (let wanted = batchBytes; ; wanted *= 2) {
      const length = Math.min(wanted, end - from.offset);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from.offset);
      const whole = buffer.subarray(0, bytesRead).lastIndexOf(LINE_FEED) + 1;
      if (whole === 0 && length < end - from.offset) continue;
      // What follows the last line feed of a file that is not written any more is no line.
      const taken = whole === 0 ? length : whole;
      return { lines: splitLines(buffer.subarray(0, taken)), end: { ...from, offset: from.offset + taken } };
    }
  } finally {
    await handle.close();
  }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(LINE_FEED, at);
    const end = found === -1 ? bytes.length : found;
    if (end > at) lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}

/** A cheap look: half a line or a hole in the file would spoil the whole array. */
function isEvent(line: Buffer): boolean {
  return line[0] === OPENING && line.at(-1) === CLOSING && !line.includes(0);
}

/** Doubling, with jitter, so that many gates do not come back together. */
function retryDelayMs(failures: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
