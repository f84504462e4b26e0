// Keeps what is sent to a client, up to a limit, and makes of it what a record holds. It sees what masks have left only.
import type { Answer } from '../answer/answer.ts';
import type { Mask } from '../decision/masks.ts';
import type { JsonPath } from '../mask/json-path.ts';
import { maskForLog } from '../mask/mask-log.ts';
import { areTextMasks, maskTextDocument } from '../mask/mask.ts';
import { isJsonType } from '../request/read-body.ts';
import { type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';

const DECODER = new TextDecoder('utf-8', { fatal: true });

/** The pieces of one answer. */
export class Capture {
  readonly #limit: number;
  readonly #pieces: (Uint8Array | string)[] = [];
  #kept = 0;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: Uint8Array | string): void {
    const length = typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    this.#bytes += length;
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    this.#pieces.push(length <= room ? piece : toBytes(piece).subarray(0, room));
    this.#kept += Math.min(length, room);
  }

  /** The RecordedAnswer, as JSON. `masks` are those of the log: what they cannot be applied to is not kept. */
  answer(answer: Omit<Answer, 'body'>, masks: readonly Mask[], key: Buffer, isBroken: boolean): string {
    const type = answer.headers['content-type'];
    const isWhole = this.#kept === this.#bytes;
    const print = (body: string, incomplete?: string): string =>
      `{"status":${answer.status},"type":${JSON.stringify(type ?? null)},"bytes":${this.#bytes},"body":${body}${incomplete === undefined ? '' : `,"incomplete":"${incomplete}"`}}`;
    const text = this.#text(isWhole);
    if (text === undefined) return print('null', 'binary');
    const incomplete = isBroken ? 'broken' : isWhole ? undefined : 'truncated';
    // JSON that was cut off is text.
    const mayBeJson = isWhole && !isBroken && text !== '' && isJsonType(type);
    const concerned = masks.filter(({ path }) => reachesResponse(path));
    const isPrinted = answer.isPrinted === true && concerned.length === 0;
    const json = mayBeJson && !isPrinted ? readJson(text) : undefined;
    if (concerned.length === 0 || text === '') {
      // As it came, unless that would make the record more than one line.
      const isJson = json !== undefined || (mayBeJson && isPrinted);
      if (isJson && !text.includes('\n')) return print(text);
      return print(JSON.stringify(json === undefined ? text : json), incomplete);
    }
    try {
      if (json === undefined) {
        // Patterns need no document, but a text without escapes that would hide them.
        const isPlain = isWhole && type?.startsWith('text/plain') === true && areTextMasks(concerned);
        if (!isPlain) return print('null', 'unmaskable');
        return print(JSON.stringify(maskTextDocument(text, concerned, key)), incomplete);
      }
      const masked = maskForLog(Object.assign(Object.create(null) as JsonObject, { response: json }), concerned, key);
      return print(JSON.stringify(masked.response ?? null), incomplete);
    } catch {
      return print('null', 'unmaskable');
    }
  }

  /** UTF-8, or undefined for bytes that are none. What was cut off may end within a code point. */
  #text(isWhole: boolean): string | undefined {
    const [first] = this.#pieces;
    if (typeof first === 'string' && this.#pieces.length === 1) return first;
    const bytes = Buffer.concat(this.#pieces.map(toBytes));
    for (let cut = 0; cut <= (isWhole ? 0 : 3); cut++) {
      try {
        return DECODER.decode(bytes.subarray(0, bytes.length - cut));
      } catch {
        // One byte less, then.
      }
    }
    return undefined;
  }
}

function toBytes(piece: Uint8Array | string): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}

/** Whether a path of the log's masks may lead into the answer. */
function reachesResponse(path: JsonPath): boolean {
  const [first] = path;
  if (first === undefined || first.descends) return true;
  return first.selectors.some(
    (selector) => selector.kind === 'wildcard' || (selector.kind === 'name' && selector.name === 'response'),
  );
}

function readJson(text: string): Json | undefined {
  try {
    return parseStrict(text);
  } catch {
    return undefined;
  }
}
