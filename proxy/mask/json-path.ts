// The JSONPath (RFC 9535) that masks use: names, indices, slices, wildcards, lists of these, and descendants. No filters, no scripts: what is not
// understood is a fault when it is read. Walking documents along paths, and editing them, is walk.ts.
//
// Why not `jsonpath-plus`: paths select on the event loop, in documents that callers and upstreams choose. That library visits and copies
// paths without a bound (`$..*` over 2 MB took four seconds), reads its own operators into names (a mask on `["a;b"]` selected nothing, and
// said so to nobody), and keeps every path it has seen. Tests compare this reader with it where both agree on the language.

/** What a segment selects among an object's members or an array's elements. */
export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'wildcard' };

export interface Segment {
  readonly selectors: readonly Selector[];
  /** Whether it applies to all that lies below, too. */
  readonly descends: boolean;
}

/** A path that has been read. Empty: the document itself. */
export type JsonPath = readonly Segment[];

/** A path that is not in the language of masks. */
export class JsonPathError extends Error {
  constructor(path: string, offset: number) {
    super(`the path ${JSON.stringify(path)} is not understood at offset ${offset}`);
    this.name = 'JsonPathError';
  }
}

const LENGTH_LIMIT = 500;
/** States of a walk are the bits of one number. */
const SEGMENTS_LIMIT = 30;
const WORD = /[A-Za-z_\u0080-\u{10ffff}][\w\u0080-\u{10ffff}]*/uy;
const INTEGER = /0|-?[1-9]\d{0,8}/y;
const BLANK = /[ \t\n\r]*/y;
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '/': '/', '\\': '\\' };

/** Reads `$.a['b'][0, -1][1:3][*]..c`. Throws JsonPathError. */
export function parseJsonPath(path: string): JsonPath {
  if (path.length > LENGTH_LIMIT) throw new JsonPathError(path.slice(0, LENGTH_LIMIT), LENGTH_LIMIT);
  return new Reader(path).path();
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  path(): JsonPath {
    if (!this.#take('$')) throw this.#fault();
    const segments: Segment[] = [];
    while (this.#at < this.#text.length) {
      if (segments.length === SEGMENTS_LIMIT) throw this.#fault();
      segments.push(this.#segment());
    }
    return segments;
  }

  #segment(): Segment {
    const descends = this.#take('..');
    if (this.#take('[')) return { selectors: this.#list(), descends };
    if (!descends && !this.#take('.')) throw this.#fault();
    if (this.#take('*')) return { selectors: [{ kind: 'wildcard' }], descends };
    return { selectors: [{ kind: 'name', name: this.#match(WORD) ?? this.#fail() }], descends };
  }

  #list(): readonly Selector[] {
    const selectors: Selector[] = [];
    do {
      this.#match(BLANK);
      selectors.push(this.#selector());
      this.#match(BLANK);
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#fault();
    return selectors;
  }

  #selector(): Selector {
    if (this.#take('*')) return { kind: 'wildcard' };
    const quote = ["'", '"'].find((each) => this.#take(each));
    if (quote !== undefined) return { kind: 'name', name: this.#name(quote) };
    const start = this.#integer();
    this.#match(BLANK);
    if (!this.#take(':')) return { kind: 'index', index: start ?? this.#fail() };
    this.#match(BLANK);
    const end = this.#integer();
    this.#match(BLANK);
    const step = this.#take(':') ? (this.#match(BLANK), this.#integer()) : 1;
    // A negative step selects the same elements in another order, which no mask can tell; its bounds would be read backwards.
    if (step !== undefined && step <= 0) throw this.#fault();
    return { kind: 'slice', start, end, step: step ?? 1 };
  }

  #name(quote: string): string {
    let name = '';
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === quote) return name;
      if (character === undefined || character < ' ') throw this.#fault();
      name += character === '\\' ? this.#escape(quote) : character;
    }
  }

  #escape(quote: string): string {
    const letter = this.#text[this.#at++] ?? '';
    if (letter === quote) return quote;
    if (letter !== 'u') return ESCAPES[letter] ?? this.#fail();
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw this.#fault();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #integer(): number | undefined {
    const digits = this.#match(INTEGER);
    return digits === undefined ? undefined : Number(digits);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #fail(): never {
    throw this.#fault();
  }

  #fault(): JsonPathError {
    return new JsonPathError(this.#text, Math.min(this.#at, this.#text.length));
  }
}
