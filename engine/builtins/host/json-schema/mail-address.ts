// Whether a text is one mail address, display name included, by RFC 5322 as Go's net/mail reads it.
// A recogniser only: the parts are not wanted.
import { isIP } from 'node:net';

class NotAnAddress extends Error {}

/** `a@b.c`, `"Name" <a@b.c>`, `name <a@[127.0.0.1]>`, a group of one; comments may follow. */
export function isMailAddress(text: string): boolean {
  const reader = new Reader(text);
  try {
    const count = reader.address(true);
    reader.commentsAndSpace();
    return count === 1 && reader.isAtEnd();
  } catch (error) {
    if (error instanceof NotAnAddress) return false;
    throw error;
  }
}

class Reader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#characters = [...text];
  }

  isAtEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  /** Number of mailboxes in the address: more or less than one only for a group. */
  address(mayBeGroup: boolean): number {
    this.#space();
    if (this.isAtEnd()) this.#fail();
    if (this.#tries(() => this.#addrSpec())) {
      this.#space();
      if (this.#next() === '(') this.#comment();
      return 1;
    }
    if (this.#next() !== '<') this.#phrase();
    this.#space();
    if (mayBeGroup && this.#takes(':')) return this.#groupList();
    if (!this.#takes('<')) this.#fail();
    this.#addrSpec();
    if (!this.#takes('>')) this.#fail();
    return 1;
  }

  commentsAndSpace(): void {
    this.#space();
    while (this.#next() === '(') {
      this.#comment();
      this.#space();
    }
  }

  #groupList(): number {
    let count = 0;
    this.#space();
    if (this.#takes(';')) return 0;
    for (;;) {
      this.#space();
      count += this.address(false);
      this.commentsAndSpace();
      if (this.#takes(';')) return count;
      if (!this.#takes(',')) this.#fail();
    }
  }

  #addrSpec(): void {
    this.#space();
    if (this.isAtEnd()) this.#fail();
    if (this.#next() === '"') {
      if (this.#quotedString() === 0) this.#fail();
    } else {
      this.#atom(false);
    }
    if (!this.#takes('@')) this.#fail();
    this.#space();
    if (this.isAtEnd()) this.#fail();
    if (this.#next() === '[') this.#domainLiteral();
    else this.#atom(false);
  }

  #phrase(): void {
    for (let words = 0; ; words++) {
      if (words > 0) this.commentsAndSpace();
      this.#space();
      if (this.isAtEnd() && words > 0) return;
      const word = (): void => {
        if (this.#next() === '"') this.#quotedString();
        else this.#atom(true);
      };
      if (words === 0) word();
      else if (!this.#tries(word)) return;
    }
  }

  /** A dot-atom; `isLoose` lets dots stand anywhere (display names). */
  #atom(isLoose: boolean): void {
    const start = this.#at;
    while (isAtomText(this.#next())) this.#at++;
    const text = this.#characters.slice(start, this.#at).join('');
    if (text === '') this.#fail();
    if (!isLoose && (text.startsWith('.') || text.endsWith('.') || text.includes('..'))) this.#fail();
  }

  /** Length of the content. */
  #quotedString(): number {
    this.#at++;
    for (let length = 0; ; length++) {
      const character = this.#next();
      this.#at++;
      if (character === '"') return length;
      if (character === '\\') {
        if (!isVisible(this.#next()) && !isBlank(this.#next())) this.#fail();
        this.#at++;
      } else if (!isVisible(character) && !isBlank(character)) {
        this.#fail();
      }
    }
  }

  #domainLiteral(): void {
    const start = ++this.#at;
    while (isVisible(this.#next()) && !'[]\\'.includes(this.#next()!)) this.#at++;
    const text = this.#characters.slice(start, this.#at).join('');
    if (!this.#takes(']') || isIP(text) === 0 || text.includes('%')) this.#fail();
  }

  #comment(): void {
    this.#at++;
    for (let depth = 1; depth > 0; this.#at++) {
      const character = this.#next();
      if (character === undefined) this.#fail();
      if (character === '\\' && this.#at + 1 < this.#characters.length) this.#at++;
      else if (character === '(') depth++;
      else if (character === ')') depth--;
    }
  }

  #space(): void {
    while (isBlank(this.#next())) this.#at++;
  }

  #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #takes(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at++;
    return true;
  }

  /** Runs `read`; when it fails the place is as before. */
  #tries(read: () => void): boolean {
    const start = this.#at;
    try {
      read();
      return true;
    } catch (error) {
      if (!(error instanceof NotAnAddress)) throw error;
      this.#at = start;
      return false;
    }
  }

  #fail(): never {
    throw new NotAnAddress();
  }
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

function isVisible(character: string | undefined): boolean {
  return character !== undefined && ((character >= '!' && character <= '~') || character >= '\x80');
}

function isAtomText(character: string | undefined): boolean {
  return isVisible(character) && !'()<>[]:;@\\,"'.includes(character!);
}
