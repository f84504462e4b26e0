// Members of a JOSE header as the signing library that OPA uses reads them: a lenient JSON parser with texts of its own.
// Left to others: headers of tokens that are verified (jwt.ts), which are strict JSON.
import { BuiltinError } from '../../../host/builtin.ts';
import { quoteGo } from '../../../value/rego-text.ts';

/** Deepest nesting of a header. */
const MAX_DEPTH = 300;

/** The string at the top-level member `name`; of repeated members the first. Throws BuiltinError. */
export function headerString(text: string, name: string): string {
  const scanner = new HeaderScanner(text);
  let root: Node;
  try {
    root = scanner.value(0);
  } catch (error) {
    if (!(error instanceof HeaderError)) throw error;
    throw new BuiltinError(`cannot parse JSON: ${error.message}; unparsed tail: ${excerpt(scanner.rest(error.at))}`);
  }
  const tail = scanner.rest(scanner.skipSpace());
  if (tail !== '') throw new BuiltinError(`unexpected tail: ${excerpt(tail)}`);
  const member = root.members?.find(([key]) => key === name)?.[1];
  if (member === undefined) throw new BuiltinError(`jwsbb: header ${quoteGo(name)} not found`);
  if (member.text === undefined) throw new BuiltinError(`value doesn't contain string; it contains ${member.type}`);
  return member.text;
}

/** The beginning and the end of a text that is long. */
function excerpt(text: string): string {
  return quoteGo(text.length <= 80 ? text : `${text.slice(0, 40)}...${text.slice(-40)}`);
}

interface Node {
  readonly type: string;
  readonly text?: string;
  readonly members?: readonly (readonly [string, Node])[];
}

class HeaderError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

class HeaderScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  rest(at: number): string {
    return this.#text.slice(at);
  }

  skipSpace(): number {
    while (/[ \n\r\t]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#at;
  }

  value(depth: number): Node {
    this.skipSpace();
    if (this.#at === this.#text.length) this.#fail('cannot parse empty string');
    if (depth >= MAX_DEPTH) this.#fail(`too big depth for the nested JSON; it exceeds ${MAX_DEPTH}`);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#within('cannot parse object', () => this.#object(depth));
      case '[':
        return this.#within('cannot parse array', () => this.#array(depth));
      case '"':
        return this.#within('cannot parse string', () => ({ type: 'string', text: this.#string() }));
      case 't':
        return this.#word('true');
      case 'f':
        return this.#word('false');
      case 'n':
        return this.rest(this.#at).startsWith('null') ? this.#word('null') : this.#notANumber();
      default:
        return this.#within('cannot parse number', () => this.#number());
    }
  }

  #fail(message: string, at = this.#at): never {
    throw new HeaderError(message, at);
  }

  #within<T>(context: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof HeaderError)) throw error;
      throw new HeaderError(`${context}: ${error.message}`, error.at);
    }
  }

  #word(word: string): Node {
    const rest = this.rest(this.#at);
    if (!rest.startsWith(word)) this.#fail(`unexpected value found: ${quoteGo(rest)}`);
    this.#at += word.length;
    return { type: word };
  }

  #notANumber(): Node {
    const rest = this.rest(this.#at);
    if (!/^nan/i.test(rest)) this.#fail(`unexpected value found: ${quoteGo(rest)}`);
    this.#at += 3;
    return { type: 'number' };
  }

  #number(): Node {
    const rest = this.rest(this.#at);
    const match = /^(?:[-+]?(?:inf|nan)|[-+0-9.eE]+)/i.exec(rest);
    if (match === null) this.#fail(`unexpected char: ${quoteGo(rest[0]!)}`);
    this.#at += match[0].length;
    return { type: 'number' };
  }

  /** The opening quote is at the offset. */
  #string(): string {
    const start = ++this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character === '\\') this.#at++;
      else if (character === '"') return unescape(this.#text.slice(start, this.#at++));
    }
    return this.#fail(`missing closing '"'`, this.#text.length);
  }

  #array(depth: number): Node {
    this.#at++;
    this.skipSpace();
    if (this.#at === this.#text.length) this.#fail("missing ']'");
    if (this.#takes(']')) return { type: 'array' };
    for (;;) {
      this.#within('cannot parse array value', () => this.value(depth + 1));
      this.skipSpace();
      if (this.#at === this.#text.length) this.#fail('unexpected end of array');
      if (this.#takes(']')) return { type: 'array' };
      if (!this.#takes(',')) this.#fail("missing ',' after array value");
    }
  }

  #object(depth: number): Node {
    const members: [string, Node][] = [];
    this.#at++;
    this.skipSpace();
    if (this.#at === this.#text.length) this.#fail("missing '}'");
    if (this.#takes('}')) return { type: 'object', members };
    for (;;) {
      this.skipSpace();
      if (this.#text[this.#at] !== '"') this.#fail(`cannot find opening '"" for object key`);
      const key = this.#within('cannot parse object key', () => this.#string());
      this.skipSpace();
      if (!this.#takes(':')) this.#fail("missing ':' after object key");
      members.push([key, this.#within('cannot parse object value', () => this.value(depth + 1))]);
      this.skipSpace();
      if (this.#at === this.#text.length) this.#fail('unexpected end of object');
      if (this.#takes('}')) return { type: 'object', members };
      if (!this.#takes(',')) this.#fail("missing ',' after object value");
    }
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}

/** Escapes that are none stand for themselves. */
function unescape(text: string): string {
  const named: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
  return text.replace(/\\(u[0-9a-fA-F]{4}|["\\/bfnrt])/g, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (named[code] ?? code),
  );
}
