// Reads a journal behind its writer, from a position that outlives the process: the journal as a queue. What is done with the lines, and
// when they count as taken, is the caller's.
import { open } from 'node:fs/promises';
import type { Journal } from './journal.ts';
import { listSegments, pathOf, readPosition, sizeOf, writePosition, type Position } from './segments.ts';

const LINE_FEED = 0x0a;

/** A batch of whole lines, without their ends. */
export interface Chunk {
  readonly lines: readonly Buffer[];
  readonly end: Position;
}

/** One reader of one journal. Retention spares what it has not taken. */
export class JournalReader {
  readonly #journal: Journal;
  #position: Position;

  constructor(journal: Journal) {
    this.#journal = journal;
    this.#position = startOf(journal);
    journal.unshipped = () => this.#position.segment;
  }

  /** Bytes that have not been taken. */
  get backlogBytes(): number {
    return this.#journal.bytesAfter(this.#position.segment, this.#position.offset);
  }

  /** The next lines, of about `batchBytes` together; undefined when all that is committed has been taken. */
  async next(batchBytes: number): Promise<Chunk | undefined> {
    for (;;) {
      const { segment, offset } = this.#position;
      const isActive = segment === this.#journal.segment;
      const path = pathOf(this.#journal.file, segment, this.#journal.segment);
      const end = isActive ? this.#journal.committed : sizeOf(path);
      if (offset < end) return readChunk(path, this.#position, end, batchBytes);
      if (isActive) return undefined;
      const next = listSegments(this.#journal.file).find((each) => each > segment) ?? this.#journal.segment;
      this.#position = { segment: next, offset: 0 };
    }
  }

  /** Notes that a chunk has been taken, on disk too. */
  async take({ end }: Chunk): Promise<void> {
    await writePosition(this.#journal.file, end);
    this.#position = end;
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

/** Doubling, with jitter, so that many gates do not come back together. */
export function retryDelayMs(failures: number, firstMs: number, lastMs: number): number {
  return Math.min(lastMs, firstMs * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
}
