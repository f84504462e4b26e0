// Where the parser stands: the current token, the faults met so far, and cheap save and restore for look-ahead.
// Knows nothing of grammar; `terms.ts`, `expressions.ts` and `rules.ts` do.
import type { Body, Expr, Loc, Node, RegoVersion } from '../ast/nodes.ts';
import { children } from '../ast/walk.ts';
import { NEWLINE_BEFORE, SPACE_BEFORE } from './lexer.ts';
import type { TokenTable } from './lexer.ts';
import { T, isBaseKeyword, tokenName } from './tokens.ts';
import type { Token } from './tokens.ts';

/**
 * How deep terms and bodies may nest. OPA stops at 100,000 calls of its parser; every later phase here walks the tree
 * with the call stack of JavaScript, so the limit is lower and guards them all.
 */
export const MAX_DEPTH = 500;

/** How tall the tree of an expression may be: nesting twice, since terms and expressions take turns. */
const MAX_HEIGHT = 2 * MAX_DEPTH;

/** More levels than a token can add to a tree. */
const LEVELS_PER_TOKEN = 4;

/** A fault: OPA's message and its place. */
export interface Fault {
  readonly message: string;
  readonly loc: Loc;
  /** OPA shows the line with it. */
  readonly framed?: boolean;
}

interface Chain<T> {
  readonly value: T;
  readonly previous: Chain<T> | undefined;
  readonly length: number;
}

function link<T>(previous: Chain<T> | undefined, value: T): Chain<T> {
  return { value, previous, length: (previous?.length ?? 0) + 1 };
}

function unlink<T>(chain: Chain<T> | undefined): T[] {
  const items: T[] = [];
  for (let c = chain; c !== undefined; c = c.previous) items.push(c.value);
  return items.reverse();
}

/** Everything that look-ahead must put back. Immutable. */
export interface Saved {
  readonly pos: number;
  readonly onSpace: boolean;
  readonly asIdent: boolean;
  readonly wildcards: number;
  readonly faults: Chain<Fault> | undefined;
  readonly hints: Chain<string> | undefined;
}

interface Remembered {
  readonly result: unknown;
  readonly after: Saved;
  /** Faults met on the way. */
  readonly faults: readonly Fault[];
}

/** The keywords in force beyond the base ones. */
export class Keywords {
  private readonly flags = new Uint8Array(0x40);

  constructor(tokens: Iterable<Token>) {
    for (const token of tokens) this.add(token);
  }

  has(token: Token): boolean {
    return this.flags[token] === 1;
  }

  add(token: Token): void {
    this.flags[token] = 1;
  }

  /** These and others. */
  with(tokens: Iterable<Token>): Keywords {
    const all = new Keywords(tokens);
    this.flags.forEach((flag, token) => (all.flags[token]! |= flag));
    return all;
  }
}

/** What the language allows beyond its version. */
export interface Features {
  readonly version: RegoVersion;
  /** Words that `import future.keywords.…` may name. */
  readonly futureKeywords: ReadonlySet<string>;
  /** Text with values in it: `$"…"`. */
  readonly templateStrings: boolean;
  /** `import rego.v1` may stand in a v0 file. */
  readonly regoV1Import: boolean;
  /** Keywords may be parts of references and paths. */
  readonly keywordsInRefs: boolean;
}

/** How terms and expressions reach the bodies inside of them, which are parsed by a later file. */
export interface BodyParsers {
  /** A body up to `end`, which the cursor ends on. */
  readonly body: (p: ParserState, end: Token) => Body | undefined;
  /** One expression of a body. */
  readonly literal: (p: ParserState) => Expr | undefined;
}

/** What is remembered of a place: a term, or one read with its keyword as a name, a body, a group in parentheses. */
export const MEMO = { term: 0, namedTerm: 1, body: 2, group: 3 } as const;
const MEMO_SLOTS = 4;

/** What a token is to the question whether braces hold a body; all others are 0. */
const OPENS = 1;
const CLOSES = 2;
/** Two of these do not follow each other in a term. */
const IS_OPERAND = 3;
const ONLY_IN_BODIES = 4;
const ROLES = new Uint8Array(0x40);
for (const token of [T.lbrace, T.lbrack, T.lparen]) ROLES[token] = OPENS;
for (const token of [T.rbrace, T.rbrack, T.rparen]) ROLES[token] = CLOSES;
for (const token of [T.ident, T.number, T.string, T.rawString, T.null, T.true, T.false]) ROLES[token] = IS_OPERAND;
for (const token of [T.assign, T.unify, T.semicolon]) ROLES[token] = ONLY_IN_BODIES;

/** The parser's cursor over a token table. */
export class ParserState {
  readonly file: string;
  readonly tokens: TokenTable;
  readonly features: Features;
  readonly bodies: BodyParsers;
  /** Keywords in force beyond the base ones; imports add to it. */
  keywords: Keywords;
  /** What was parsed before, by first token: look-ahead parses nothing twice. */
  private memo = new Map<number, Remembered>();
  /** Heights of the statement's trees; kept once the statement is long enough to grow tall ones. */
  private heights: Map<Node, number> | undefined;
  /** The statement's first token. */
  private start = 0;
  /** Inside the search for a hint: no further search. */
  hinting = false;

  /** Keywords may be parts of references and paths; always so in imports, which name keywords. */
  keywordsInRefs: boolean;

  private pos = -1;
  /** The cursor is on the whitespace before token `pos`. */
  private onSpace = false;
  /** The current keyword is to be read as an identifier. */
  private asIdent = false;
  private wildcards = 0;
  private faultChain: Chain<Fault> | undefined;
  private hints: Chain<string> | undefined;
  private depth = 0;
  /** How many look-aheads are under way: what they parse may be parsed again. */
  private lookingAhead = 0;

  constructor(file: string, tokens: TokenTable, features: Features, keywords: Keywords, bodies: BodyParsers) {
    this.file = file;
    this.bodies = bodies;
    this.tokens = tokens;
    this.features = features;
    this.keywordsInRefs = features.keywordsInRefs;
    this.keywords = keywords;
    this.scan();
  }

  /** The current token: `whitespace` after `scanSpace` stopped at a gap, an identifier for a word that is no keyword here. */
  get tok(): Token {
    if (this.onSpace) return T.whitespace;
    if (this.asIdent) return T.ident;
    const kind = this.pos < 0 ? T.eof : this.tokens.kind[this.pos]!;
    return kind >= T.in && !this.keywords.has(kind) ? T.ident : kind;
  }

  /** The current token as written. */
  get text(): string {
    return this.tokens.source.slice(this.offset, this.tokenEnd);
  }

  get offset(): number {
    return this.tokens.offset[this.pos] ?? 0;
  }

  get tokenEnd(): number {
    return this.tokens.end[this.pos] ?? 0;
  }

  /** End of the token before the current one. */
  get lastEnd(): number {
    return this.pos > 0 ? (this.tokens.end[this.pos - 1] ?? 0) : 0;
  }

  /** Index of the current token. */
  get index(): number {
    return this.pos;
  }

  get row(): number {
    return this.tokens.row[this.pos] ?? 0;
  }

  get col(): number {
    return this.tokens.col[this.pos] ?? 0;
  }

  /** A line break precedes the current token. */
  get afterNewline(): boolean {
    return !this.onSpace && ((this.tokens.flags[this.pos] ?? 0) & NEWLINE_BEFORE) !== 0;
  }

  /** A comment stands between the token before and the current one. */
  get afterComment(): boolean {
    return this.tokens.source.slice(this.lastEnd, this.offset).includes('#');
  }

  get faults(): readonly Fault[] {
    return unlink(this.faultChain);
  }

  get faultCount(): number {
    return this.faultChain?.length ?? 0;
  }

  /** Place of the current token. */
  loc(): Loc {
    if (this.onSpace) return this.spaceLoc();
    return { file: this.file, row: this.row, col: this.col, offset: this.offset, end: this.tokenEnd };
  }

  /** `start`'s row and column with the text from `offset` to `end`. */
  span(start: Loc, offset: number, end: number): Loc {
    return { file: this.file, row: start.row, col: start.col, offset, end };
  }

  /** To the next token. */
  scan(): void {
    this.asIdent = false;
    if (this.onSpace) this.onSpace = false;
    else this.step();
  }

  /** To the next token, or onto the whitespace before it. */
  scanSpace(): void {
    this.asIdent = false;
    if (this.onSpace) {
      this.onSpace = false;
      return;
    }
    this.step();
    this.onSpace = ((this.tokens.flags[this.pos] ?? 0) & SPACE_BEFORE) !== 0;
  }

  private step(): void {
    if (this.pos < this.tokens.count - 1) this.pos++;
    if (this.tokens.faults.size === 0) return;
    const faults = this.tokens.faults.get(this.pos);
    if (faults !== undefined) for (const message of faults) this.error(this.loc(), message);
  }

  /** The kind of the token after the current one, `whitespace` when a gap precedes it. */
  peek(): Token {
    const next = Math.min(this.pos + 1, this.tokens.count - 1);
    if (((this.tokens.flags[next] ?? 0) & SPACE_BEFORE) !== 0) return T.whitespace;
    return this.tokens.kind[next] ?? T.eof;
  }

  /** At `{`: whether what follows cannot be a term, so that it is not tried as one. False when that takes more than a look at the tokens. */
  bracesHoldBody(): boolean {
    const { kind, count } = this.tokens;
    let depth = 0;
    let afterOperand = false;
    for (let i = this.pos; i < count; i++) {
      const token = kind[i]!;
      const role = ROLES[token];
      if (role === OPENS) {
        depth++;
        afterOperand = false;
      } else if (role === CLOSES) {
        if (--depth === 0) return false;
        afterOperand = true;
      } else if ((depth === 1 && token === T.or) || (token >= T.templatePart && token <= T.rawTemplateEnd)) {
        // After a bar the braces may hold a comprehension, which has a body too.
        return false;
      } else {
        const isOperand = role === IS_OPERAND;
        if (depth === 1 && (role === ONLY_IN_BODIES || (isOperand && afterOperand))) return true;
        afterOperand = isOperand;
      }
    }
    return false;
  }

  save(): Saved {
    const { pos, onSpace, asIdent, wildcards, faultChain, hints } = this;
    return { pos, onSpace, asIdent, wildcards, faults: faultChain, hints };
  }

  /** Runs `parse`, after which the cursor may be put back: the terms on the way are kept for the next time. */
  lookAhead<R>(parse: (p: ParserState) => R): R {
    this.lookingAhead++;
    const result = parse(this);
    this.lookingAhead--;
    return result;
  }

  restore(saved: Saved): void {
    this.pos = saved.pos;
    this.onSpace = saved.onSpace;
    this.asIdent = saved.asIdent;
    this.wildcards = saved.wildcards;
    this.faultChain = saved.faults;
    this.hints = saved.hints;
  }

  /** Forgets the faults: they have been taken. */
  clearFaults(): void {
    this.faultChain = undefined;
    this.hints = undefined;
  }

  /** Jumps to token `index`, forgetting what was remembered for look-ahead. */
  jump(index: number): void {
    this.onSpace = false;
    this.asIdent = false;
    this.pos = index;
    this.memo.clear();
    const faults = this.tokens.faults.get(index);
    if (faults !== undefined) for (const message of faults) this.error(this.loc(), message);
  }

  /** Runs `parse` with other keywords and nothing remembered. */
  withKeywords<R>(keywords: Keywords, parse: () => R): R {
    const { keywords: old, memo, keywordsInRefs } = this;
    this.keywords = keywords;
    this.keywordsInRefs = true;
    this.memo = new Map();
    try {
      return parse();
    } finally {
      this.keywords = old;
      this.keywordsInRefs = keywordsInRefs;
      this.memo = memo;
    }
  }

  /**
   * What `parse` gives at this token, from memory when it was parsed before by look-ahead; the cursor ends where it ended then.
   * Each kind of result has its slot.
   */
  remember<R>(slot: (typeof MEMO)[keyof typeof MEMO], parse: (p: ParserState) => R | undefined): R | undefined {
    if (this.lookingAhead === 0 && this.memo.size === 0) return parse(this);
    const key = this.pos * MEMO_SLOTS + (slot === MEMO.term && this.asIdent ? MEMO.namedTerm : slot);
    const known = this.memo.get(key);
    if (known !== undefined) {
      const { faultChain } = this;
      this.restore(known.after);
      this.faultChain = faultChain;
      for (const fault of known.faults) this.faultChain = link(this.faultChain, fault);
      // A slot holds results of one type.
      return known.result as R | undefined;
    }
    if (this.lookingAhead === 0) return parse(this);
    const before = this.faultCount;
    const result = parse(this);
    const faults = this.faultCount > before ? unlink(this.faultChain).slice(before) : [];
    this.memo.set(key, { result, after: this.save(), faults });
    return result;
  }

  /** Forgets what was remembered of a statement. */
  forget(): void {
    if (this.memo.size > 0) this.memo.clear();
    this.heights = undefined;
    this.start = this.pos;
  }

  /**
   * The node, or nothing, with a fault, when its tree is too tall. Nesting alone does not bound trees: chains of operators
   * grow to the left. Children must have been checked before.
   */
  checked<N extends Node>(node: N): N | undefined {
    // A name may be as much as a call of a reference to a variable: a few levels to a token.
    if ((this.pos - this.start) * LEVELS_PER_TOKEN <= MAX_HEIGHT) return node;
    if (this.heightOf(node) <= MAX_HEIGHT) return node;
    this.tooDeep();
    return undefined;
  }

  private heightOf(node: Node): number {
    const known = this.heights?.get(node);
    if (known !== undefined) return known;
    let height = 0;
    for (const child of children(node)) height = Math.max(height, this.heightOf(child));
    (this.heights ??= new Map()).set(node, height + 1);
    return height + 1;
  }

  /** Counts a level of nesting; false, with a fault, when there are too many. Pair with `leave`. */
  enter(): boolean {
    if (this.depth >= MAX_DEPTH) {
      this.tooDeep();
      return false;
    }
    this.depth++;
    return true;
  }

  leave(): void {
    this.depth--;
  }

  /** Reports nesting beyond the limit at the current token. */
  tooDeep(): void {
    this.error(this.loc(), 'max parsing recursion depth exceeded');
  }

  /** The next wildcard's name. */
  wildcard(): string {
    return `$${this.wildcards++}`;
  }

  hint(text: string): void {
    this.hints = link(this.hints, text);
  }

  /** Records a fault, with the hints gathered before it. */
  error(loc: Loc, message: string): void {
    const hints = unlink(this.hints);
    this.hints = undefined;
    const tail = hints.length === 0 ? '' : ` (${hints.length === 1 ? 'hint' : 'hints'}: ${hints.join(', ')})`;
    this.faultChain = link(this.faultChain, { message: message + tail, loc, framed: true });
  }

  /** Records that the current token can't stand here. */
  illegal(note = ''): void {
    const { tok } = this;
    if (tok === T.illegal) {
      this.error(this.loc(), 'illegal token');
      return;
    }
    const name = tokenName(tok);
    const kind = this.isKeyword(tok) ? 'keyword' : 'token';
    this.error(this.loc(), `unexpected ${name} ${kind}${note === '' ? '' : `: ${note}`}`);
  }

  /** A keyword that may be a part of a reference. */
  isKeyword(token: Token): boolean {
    return isBaseKeyword(token) || token >= T.in;
  }

  /** A keyword right before `.` or `[` begins a reference: it becomes an identifier. */
  keywordAsRefHead(): boolean {
    if (this.onSpace || !this.keywordsInRefs || !this.isKeyword(this.tok)) return false;
    const next = this.peek();
    if (next !== T.dot && next !== T.lbrack) return false;
    this.asIdent = true;
    return true;
  }

  /** `and(` and `or(` call the built-ins of these names even where the words are keywords. */
  keywordAsCallee(): boolean {
    const { tok } = this;
    if ((tok !== T.andKeyword && tok !== T.orKeyword) || this.peek() !== T.lparen) return false;
    this.asIdent = true;
    return true;
  }

  /** What follows an import was read before its keywords were back: it is a name. */
  futureKeywordAsIdent(): void {
    if (!this.onSpace && (this.tokens.kind[this.pos] ?? T.eof) >= T.in) this.asIdent = true;
  }

  /** A keyword becomes an identifier; true when the current token is one now. */
  keywordAsIdent(): boolean {
    if (this.tok === T.ident) return true;
    if (!this.keywordsInRefs || !this.isKeyword(this.tok)) return false;
    this.asIdent = true;
    return true;
  }

  /** The whitespace before the current token: right after the token before, or at the end of a comment's line. */
  private spaceLoc(): Loc {
    const { source } = this.tokens;
    let at = this.lastEnd;
    let row = 1;
    let col = 1;
    if (this.pos > 0) {
      row = this.tokens.row[this.pos - 1] ?? 1;
      col = this.tokens.col[this.pos - 1] ?? 1;
      for (const c of source.slice(this.tokens.offset[this.pos - 1] ?? 0, at)) {
        if (c === '\n') {
          row++;
          col = 0;
        } else {
          col++;
        }
      }
    }
    if (source[at] === '#') {
      while (at < source.length && source[at] !== '\n') {
        at++;
        col++;
      }
    }
    if (source[at] === '\n') {
      row++;
      col = 0;
    }
    return { file: this.file, row, col, offset: at, end: at + 1 };
  }
}
