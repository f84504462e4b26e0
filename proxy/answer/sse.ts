// Server-sent events on their way through: each event's data can be edited or the event dropped; ids, retries, comments and
// events without data stay as they are. WHATWG HTML section 9.2.
import { TextDecoder } from 'node:util';

/** What becomes of an event's data: text, or undefined to drop the event. */
export type EditData = (data: string) => string | undefined;

export class SseError extends Error {
  override readonly name = 'SseError';
}

/** Rewrites a stream piece by piece: whole events come out as soon as they are in. */
export class SseRewriter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #edit: EditData;
  readonly #limit: number;
  #rest = '';
  #lines: string[] = [];
  #size = 0;

  constructor(edit: EditData, eventLimit: number) {
    this.#edit = edit;
    this.#limit = eventLimit;
  }

  /** The events that the piece completes. Throws SseError for what is no UTF-8 or too large. */
  push(chunk: Uint8Array): string {
    let text: string;
    try {
      text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    } catch {
      throw new SseError('the stream is not UTF-8');
    }
    let out = '';
    let at = 0;
    for (;;) {
      const end = nextBreak(text, at);
      if (end === undefined) break;
      out += this.#line(text.slice(at, end.start));
      at = end.end;
    }
    this.#rest = text.slice(at);
    if (this.#size + this.#rest.length > this.#limit) throw new SseError('an event is too large');
    return out;
  }

  #line(line: string): string {
    if (line !== '') {
      this.#size += line.length;
      if (this.#size > this.#limit) throw new SseError('an event is too large');
      this.#lines.push(line);
      return '';
    }
    const lines = this.#lines;
    this.#lines = [];
    this.#size = 0;
    return lines.length === 0 ? '' : this.#event(lines);
  }

  #event(lines: readonly string[]): string {
    const isData = (line: string): boolean => line === 'data' || line.startsWith('data:');
    const data = lines.filter(isData).map((line) => line.slice('data:'.length).replace(/^ /, ''));
    const others = lines.filter((line) => !isData(line));
    if (data.length === 0) return `${others.join('\n')}\n\n`;
    const edited = data.join('\n') === '' ? '' : this.#edit(data.join('\n'));
    if (edited === undefined) {
      // The id counts for resumption, whether or not the event is shown.
      const ids = others.filter((line) => line.startsWith('id'));
      return ids.length === 0 ? '' : `${ids.join('\n')}\n\n`;
    }
    return [...others, ...edited.split('\n').map((line) => `data: ${line}`)].join('\n') + '\n\n';
  }
}

/** The next line's end: CR LF, LF or CR. A CR at the end of the text may be half of a CR LF. */
function nextBreak(text: string, from: number): { start: number; end: number } | undefined {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a) return { start: i, end: i + 1 };
    if (code === 0x0d) {
      if (i + 1 === text.length) return undefined;
      return { start: i, end: text.charCodeAt(i + 1) === 0x0a ? i + 2 : i + 1 };
    }
  }
  return undefined;
}
