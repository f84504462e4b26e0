// JSON that cannot be read in two ways: RFC 8259 in UTF-8, no key twice in an object, not even in another case.
// Numbers that JavaScript would round keep their text. What the JSON means is the caller's business.

/** A JSON value; objects inherit nothing, and a number that a double cannot hold is a raw JSON object of its text. */
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
/**
 * What parsed objects inherit: nothing. An object whose prototype is null is a hash table to V8, slow to read and to print; one whose
 * prototype is an empty object without a prototype of its own is as bare, and is not.
 */
function BareObject(this: object): void {}
const BARE: object = Object.freeze(Object.create(null) as object);
BareObject.prototype = BARE;
const emptyObject = (): JsonObject => new (BareObject as unknown as new () => JsonObject)();

/**
 * A key in its place: after the keys before it in its object, and below the key whose value that is. Most documents have the shape of one
 * before; where a key stands in a place that has been seen, it is not read again, and is known to differ from those before it.
 */
class Place {
  readonly key: string;
  /** As it stands in a text: whole, so that nothing else can be taken for it. */
  readonly quoted: string;
  /** The places of the next key in the same object. */
  readonly next: Place[] = [];
  /** Those of the first key in an object that is the value, or is in the value's list. */
  readonly below: Place[] = [];

  constructor(key: string) {
    this.key = key;
    this.quoted = JSON.stringify(key);
  }
}
/** Keys of a document itself are below it. */
const DOCUMENT = new Place('');
const PLACES_SIZE = 4096;
/** Keys that take turns in one place, and places of one object. */
const ALTERNATIVES = 6;
const PLACED_KEYS = 32;
const PLACED_LENGTH = 64;
let placesCount = 0;

/** The same few keys come in every message. */
const FOLDED = new Map<string, string>();
const FOLDED_SIZE = 4096;
const FOLDED_LENGTH = 64;
/** Integers of fewer digits are exact doubles that print as they came. */
const SAFE_DIGITS = 15;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LETTER_E = 0x65;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const FIRST_SURROGATE = 0xd800;

/** What may stand in a string. */
const ESCAPED = /(?:[^\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

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
  const known = FOLDED.get(key);
  if (known !== undefined) return known;
  const folded = key.toUpperCase().toLowerCase();
  if (key.length <= FOLDED_LENGTH && FOLDED.size < FOLDED_SIZE) FOLDED.set(key, folded);
  return folded;
}

/** Whether a value is a JSON object (and no raw number). */
export function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === BARE || (prototype === null && !isRawNumber(value));
}

/** Whether a value is a number kept as its text. */
export function isRawNumber(value: unknown): boolean {
  return (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);
}

/** Notes a key in a place where it was not seen before. */
function newPlace(key: string, places: Place[]): Place | undefined {
  if (key.length > PLACED_LENGTH) return undefined;
  if (++placesCount > PLACES_SIZE) {
    DOCUMENT.below.length = 0;
    placesCount = 0;
  }
  if (places.length === ALTERNATIVES) places.shift();
  const place = new Place(key);
  places.push(place);
  return place;
}

/** The folded keys of an object that are not its keys. */
function foldedOthers(object: JsonObject): Set<string> {
  const others = new Set<string>();
  for (const key of Object.keys(object)) {
    const folded = foldKey(key);
    if (folded !== key) others.add(folded);
  }
  return others;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value(0, DOCUMENT);
    this.#blank();
    if (this.#at < this.#text.length) throw this.#fault('text after the value');
    return value;
  }

  /** `place` is that of the key whose value it is, where that is known. */
  #value(depth: number, place: Place | undefined): Json {
    if (depth > DEPTH_LIMIT) throw this.#fault(`more than ${DEPTH_LIMIT} levels`);
    switch (this.#blank()) {
      case OPEN_BRACE:
        return this.#object(depth, place);
      case OPEN_BRACKET:
        return this.#array(depth, place);
      case QUOTE:
        return this.#string();
      case 0x74:
        return this.#word('true', true);
      case 0x66:
        return this.#word('false', false);
      case 0x6e:
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #object(depth: number, place: Place | undefined): JsonObject {
    const object = emptyObject();
    // Keys in lower case are found in the object itself. Undefined while all keys have been in known places.
    let others: Set<string> | undefined;
    let places = place?.below;
    this.#at++;
    if (this.#blank() === CLOSE_BRACE) {
      this.#at++;
      return object;
    }
    for (let count = 1; ; count++) {
      const next = this.#blank();
      const start = this.#at;
      if (next !== QUOTE) throw this.#fault('a key was expected');
      let here = places === undefined ? undefined : this.#placed(places);
      const key = here?.key ?? this.#string();
      if (here === undefined || others !== undefined) {
        others ??= foldedOthers(object);
        const folded = foldKey(key);
        if (folded in object || others.has(folded))
          throw new StrictJsonError(key in object ? 'a duplicate key' : 'keys that differ only in case', start);
        if (folded !== key) others.add(folded);
        if (here === undefined && places !== undefined && count <= PLACED_KEYS) here = newPlace(key, places);
      }
      places = here?.next;
      if (this.#blank() !== COLON) throw this.#fault('":" was expected');
      this.#at++;
      object[key] = this.#value(depth + 1, here);
      const end = this.#blank();
      if (end !== COMMA && end !== CLOSE_BRACE) throw this.#fault('"," or "}" was expected');
      this.#at++;
      if (end === CLOSE_BRACE) return object;
    }
  }

  #array(depth: number, place: Place | undefined): JsonArray {
    const array: JsonArray = [];
    this.#at++;
    if (this.#blank() === CLOSE_BRACKET) {
      this.#at++;
      return array;
    }
    for (;;) {
      array.push(this.#value(depth + 1, place));
      const end = this.#blank();
      if (end !== COMMA && end !== CLOSE_BRACKET) throw this.#fault('"," or "]" was expected');
      this.#at++;
      if (end === CLOSE_BRACKET) return array;
    }
  }

  /** The place whose key comes here, and goes past it. */
  #placed(places: readonly Place[]): Place | undefined {
    for (const place of places) {
      if (!this.#text.startsWith(place.quoted, this.#at)) continue;
      this.#at += place.quoted.length;
      return place;
    }
    return undefined;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let hasEscapes = false;
    let hasSurrogates = false;
    for (let at = start + 1; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        const value = hasEscapes ? this.#unescape(text.slice(start, at + 1)) : text.slice(start + 1, at);
        this.#at = at + 1;
        // Halves of surrogate pairs have no UTF-8: readers replace them, each in its way.
        if ((hasEscapes || hasSurrogates) && !value.isWellFormed()) throw this.#fault('an unpaired surrogate');
        return value;
      }
      if (code === BACKSLASH) {
        hasEscapes = true;
        at++;
      } else if (code >= FIRST_SURROGATE) hasSurrogates = true;
      else if (!(code >= SPACE)) {
        this.#at = at;
        throw this.#fault(at >= text.length ? 'an unterminated string' : 'a control character');
      }
    }
  }

  /** The value of a string, given with its quotes and without control characters; that begins here. */
  #unescape(quoted: string): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      ESCAPED.lastIndex = 0;
      ESCAPED.test(quoted);
      this.#at += ESCAPED.lastIndex;
      throw this.#fault('a faulty escape');
    }
  }

  #number(): Json {
    const start = this.#at;
    const text = this.#text;
    // Most are small whole numbers.
    let value = 0;
    let at = start;
    for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(++at))
      value = value * 10 + (code - ZERO);
    const next = text.charCodeAt(at);
    const isPlain = next !== DOT && (next | SPACE) !== LETTER_E;
    const isCanonical =
      at - start === 1 || (at > start && at - start <= SAFE_DIGITS && text.charCodeAt(start) !== ZERO);
    if (isPlain && isCanonical) {
      this.#at = at;
      return value;
    }
    return this.#anyNumber();
  }

  #anyNumber(): Json {
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

  /** Goes past blanks; the code of what follows, NaN at the end. */
  #blank(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== LINE_FEED && code !== RETURN && code !== TAB) return code;
      this.#at++;
    }
  }

  #fault(fault: string): StrictJsonError {
    return new StrictJsonError(fault, this.#at);
  }
}
