// JSON that cannot be read in two ways: RFC 8259 in UTF-8, no key twice in an object, not even in another case.
// Numbers that JavaScript would round keep their text. What the JSON means is the caller's business.

/** A JSON value; objects have no prototype, and a number that a double cannot hold is a raw JSON object of its text. */
export type Json = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = Json[];
export interface JsonObject {
  [key: string]: Json;
}

/** Text that is not JSON, or is ambiguous. `message` says what and where, and quotes nothing of the text. */
export class StrictJsonError extends Error {
  constructor(fault: string, offset: number) {
    super(`${fault} at offset ${offset}`);
    this.name = 'StrictJsonError';
  }
}

/** ECMAScript's raw JSON, which `JSON.stringify` prints as it is; newer than the compiler's library. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): Json };

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const DEPTH_LIMIT = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANK = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Parses bytes or text. Throws StrictJsonError. */
export function parseStrict(source: Uint8Array | string): Json {
  let text: string;
  try {
    text = typeof source === 'string' ? source : DECODER.decode(source);
  } catch {
    throw new StrictJsonError('invalid UTF-8', 0);
  }
  return new Parser(text).document();
}

/**
 * A key as the most lenient reader sees it: Go's decoder, for one, takes `Name` for `name`, and U+017F for `s`.
 * Upper case first, because that maps such letters onto ASCII.
 */
export function foldKey(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** Whether a value is a JSON object (and no raw number). */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) === null &&
    !isRawNumber(value)
  );
}

/** Whether a value is a number kept as its text. */
export function isRawNumber(value: unknown): boolean {
  return (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0);
    this.#blank();
    if (this.#at < this.#text.length) throw this.#fault('text after the value');
    return value;
  }

  #value(depth: number): Json {
    if (depth > DEPTH_LIMIT) throw this.#fault(`more than ${DEPTH_LIMIT} levels`);
    this.#blank();
    const first = this.#text[this.#at];
    switch (first) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonObject {
    const object = Object.create(null) as JsonObject;
    const seen = new Set<string>();
    this.#at++;
    this.#blank();
    if (this.#take('}')) return object;
    for (;;) {
      this.#blank();
      const start = this.#at;
      if (this.#text[start] !== '"') throw this.#fault('a key was expected');
      const key = this.#string();
      const folded = foldKey(key);
      if (seen.has(folded)) {
        throw new StrictJsonError(key in object ? 'a duplicate key' : 'keys that differ only in case', start);
      }
      seen.add(folded);
      this.#blank();
      if (!this.#take(':')) throw this.#fault('":" was expected');
      object[key] = this.#value(depth + 1);
      this.#blank();
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#fault('"," or "}" was expected');
    }
  }

  #array(depth: number): JsonArray {
    const array: JsonArray = [];
    this.#at++;
    this.#blank();
    if (this.#take(']')) return array;
    for (;;) {
      array.push(this.#value(depth + 1));
      this.#blank();
      if (this.#take(']')) return array;
      if (!this.#take(',')) throw this.#fault('"," or "]" was expected');
    }
  }

  #string(): string {
    this.#at++;
    let value = '';
    for (;;) {
      PLAIN.lastIndex = this.#at;
      value += PLAIN.exec(this.#text)![0];
      this.#at = PLAIN.lastIndex;
      const next = this.#text[this.#at];
      if (next === '"') {
        this.#at++;
        // Halves of surrogate pairs have no UTF-8: readers replace them, each in its way.
        if (!value.isWellFormed()) throw this.#fault('an unpaired surrogate');
        return value;
      }
      if (next !== '\\') throw this.#fault(next === undefined ? 'an unterminated string' : 'a control character');
      value += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1];
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.#fault('a faulty escape');
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const value = letter === undefined ? undefined : ESCAPES[letter];
    if (value === undefined) throw this.#fault('a faulty escape');
    this.#at += 2;
    return value;
  }

  #number(): Json {
    NUMBER.lastIndex = this.#at;
    const text = NUMBER.exec(this.#text)?.[0];
    if (text === undefined) throw this.#fault('a value was expected');
    this.#at += text.length;
    const value = Number(text);
    return String(value) === text ? value : rawJSON(text);
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#fault('a value was expected');
    this.#at += word.length;
    return value;
  }

  #blank(): void {
    BLANK.lastIndex = this.#at;
    BLANK.exec(this.#text);
    this.#at = BLANK.lastIndex;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fault(fault: string): StrictJsonError {
    return new StrictJsonError(fault, this.#at);
  }
}
