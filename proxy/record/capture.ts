// Keeps what is sent to a client, up to a limit, and makes of it what a record holds. It sees what masks have left only.
import type { Mask } from '../decision/masks.ts';
import type { JsonPath } from '../mask/json-path.ts';
import { maskForLog } from '../mask/mask-log.ts';
import { areTextMasks, maskTextDocument } from '../mask/mask.ts';
import { isJsonType } from '../request/read-body.ts';
import { type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';
import type { RecordedAnswer } from './entry.ts';

const DECODER = new TextDecoder('utf-8', { fatal: true });

/** The pieces of one answer. */
export class Capture {
  readonly #limit: number;
  readonly #pieces: Uint8Array[] = [];
  #kept = 0;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: Uint8Array | string): void {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#bytes += bytes.length;
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    const part = bytes.length <= room ? bytes : bytes.subarray(0, room);
    this.#pieces.push(part);
    this.#kept += part.length;
  }

  /** The answer to record. `masks` are those of the log: what they cannot be applied to is not kept. */
  answer(
    status: number,
    type: string | undefined,
    masks: readonly Mask[],
    key: Buffer,
    isBroken: boolean,
  ): RecordedAnswer {
    const isWhole = this.#kept === this.#bytes;
    const head = { status, type: type ?? null, bytes: this.#bytes };
    const text = textOf(Buffer.concat(this.#pieces), isWhole);
    if (text === undefined) return { ...head, body: null, incomplete: 'binary' };
    const incomplete = isBroken ? { incomplete: 'broken' } : isWhole ? {} : { incomplete: 'truncated' };
    // JSON that was cut off is text.
    const json = isWhole && !isBroken && text !== '' && isJsonType(type) ? readJson(text) : undefined;
    const body: Json = json === undefined ? text : json;
    const concerned = masks.filter(({ path }) => reachesResponse(path));
    if (concerned.length === 0 || text === '') return { ...head, body, ...incomplete };
    try {
      if (json === undefined) {
        // Patterns need no document, but a text without escapes that would hide them.
        const isPlain = isWhole && type?.startsWith('text/plain') === true && areTextMasks(concerned);
        if (!isPlain) return { ...head, body: null, incomplete: 'unmaskable' };
        return { ...head, body: maskTextDocument(text, concerned, key), ...incomplete };
      }
      const masked = maskForLog(Object.assign(Object.create(null) as JsonObject, { response: json }), concerned, key);
      return { ...head, body: masked.response ?? null, ...incomplete };
    } catch {
      return { ...head, body: null, incomplete: 'unmaskable' };
    }
  }
}

/** Whether a path of the log's masks may lead into the answer. */
function reachesResponse(path: JsonPath): boolean {
  const [first] = path;
  if (first === undefined || first.descends) return true;
  return first.selectors.some(
    (selector) => selector.kind === 'wildcard' || (selector.kind === 'name' && selector.name === 'response'),
  );
}

/** UTF-8, or undefined for bytes that are none. What was cut off may end within a code point. */
function textOf(bytes: Uint8Array, isWhole: boolean): string | undefined {
  for (let cut = 0; cut <= (isWhole ? 0 : 3); cut++) {
    try {
      return DECODER.decode(bytes.subarray(0, bytes.length - cut));
    } catch {
      // One byte less, then.
    }
  }
  return undefined;
}

function readJson(text: string): Json | undefined {
  try {
    return parseStrict(text);
  } catch {
    return undefined;
  }
}
