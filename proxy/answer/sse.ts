// Server-sent events on their way through, WHATWG HTML section 9.2: a stream in whatever pieces becomes events, and events become text again.
// Comments, retries, event names and events without data stay as they are. What is done to an event is the caller's business.
import { TextDecoder } from 'node:util';

/** One event. Its lines are kept but for `data` and `id`, which can be edited. */
export interface SseEvent {
  /** The lines of `data` as one text; undefined when there is none. */
  readonly data: string | undefined;
  readonly id: string | undefined;
  /** All other lines: comments, `event`, `retry`, and what nobody knows. */
  readonly others: readonly string[];
}

class SseError extends Error {
  override readonly name = 'SseError';
}

/** Reads a stream piece by piece: whole events come out as soon as they are in. */
export class SseReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #limit: number;
  /** Of the line that has not ended yet. */
  #rest = '';
  #isAfterCr = false;
  #lines: string[] = [];
  #size = 0;

  /** `eventLimit` is an event's length in UTF-16 units, at the most. */
  constructor(eventLimit: number) {
    this.#limit = eventLimit;
  }

  /** The events that the piece completes. Throws SseError for what is no UTF-8 or too large. */
  push(chunk: Uint8Array): readonly SseEvent[] {
    let text: string;
    try {
      text = this.#decoder.decode(chunk, { stream: true });
    } catch {
      throw new SseError('the stream is not UTF-8');
    }
    const events: SseEvent[] = [];
    // The piece before may have ended with the first half of a CR LF; the line has ended all the same.
    let at = this.#isAfterCr && text.startsWith('\n') ? 1 : 0;
    if (text !== '') this.#isAfterCr = text.endsWith('\r');
    for (let end = nextBreak(text, at); end !== -1; end = nextBreak(text, at)) {
      const event = this.#line(this.#rest + text.slice(at, end));
      this.#rest = '';
      if (event !== undefined) events.push(event);
      at = end + (text.startsWith('\r\n', end) ? 2 : 1);
    }
    this.#rest += text.slice(at);
    if (this.#size + this.#rest.length > this.#limit) throw new SseError('an event is too large');
    return events;
  }

  #line(line: string): SseEvent | undefined {
    if (line !== '') {
      this.#size += line.length;
      if (this.#size > this.#limit) throw new SseError('an event is too large');
      this.#lines.push(line);
      return undefined;
    }
    const lines = this.#lines;
    this.#lines = [];
    this.#size = 0;
    return lines.length === 0 ? undefined : readEvent(lines);
  }
}

function readEvent(lines: readonly string[]): SseEvent {
  const data: string[] = [];
  const others: string[] = [];
  let id: string | undefined;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    // The last one counts; one with NUL in it does not count at all.
    else if (field === 'id') id = value.includes('\0') ? id : value;
    else others.push(line);
  }
  return { data: data.length === 0 ? undefined : data.join('\n'), id, others };
}

/** The event as text; empty when nothing is left of it. */
export function printSse({ data, id, others }: SseEvent): string {
  const lines = id === undefined ? [...others] : [id === '' ? 'id:' : `id: ${id}`, ...others];
  if (data !== undefined) lines.push(...data.split('\n').map((line) => `data: ${line}`));
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`;
}

/** Where the next line ends, at a CR or LF; -1 when it does not. */
function nextBreak(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a || code === 0x0d) return i;
  }
  return -1;
}
