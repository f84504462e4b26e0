// What the parsers of queries and schemas share: looking ahead, comments, names, types, values, arguments, directives.
// Left to others: operations and fragments (query-parser.ts), definitions (schema-parser.ts).
import { quoteGo } from '../../../value/rego-text.ts';
import { VALUE_KIND } from './ast.ts';
import type { Argument, ChildLiteral, CommentGroup, Directive, Literal, Position, Type } from './ast.ts';
import { GraphqlSyntaxError, Lexer } from './lexer.ts';
import type { Token, TokenKind } from './lexer.ts';

/** How deep selections, values and types may nest. */
const MAX_DEPTH = 500;

const LITERAL_KINDS: Partial<Record<TokenKind, number>> = {
  Int: VALUE_KIND.int,
  Float: VALUE_KIND.float,
  String: VALUE_KIND.string,
  BlockString: VALUE_KIND.block,
};

function describe(token: Token): string {
  return token.value === '' ? token.kind : `${token.kind} ${quoteGo(token.value)}`;
}

/** A list, or nothing for an empty one, which is how trees leave it out. */
export function listOf<T>(elements: T[]): T[] | undefined {
  return elements.length > 0 ? elements : undefined;
}

/** One document being parsed. Throws GraphqlSyntaxError at the first fault. */
export class Parser {
  readonly #lexer: Lexer;
  #peeked: Token | undefined;
  #depth = 0;
  /** The token taken last, comments included. */
  previous: Token = { kind: '<Invalid>', value: '', position: { line: 0, column: 0 } };
  /** The comments right before the token ahead, once that was looked at. */
  comment: CommentGroup | undefined;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
  }

  /** The token ahead. */
  peek(): Token {
    if (this.#peeked) return this.#peeked;
    let token = this.#lexer.read();
    if (token.kind === 'Comment') {
      const comments: CommentGroup = { List: [] };
      while (token.kind === 'Comment') {
        comments.List.push({ Value: token.value });
        this.previous = token;
        token = this.#lexer.read();
      }
      this.comment = comments;
    }
    this.#peeked = token;
    return token;
  }

  /** Takes the token ahead. */
  next(): Token {
    const token = this.peek();
    if (token.error !== undefined) throw new GraphqlSyntaxError(token.error, token.position);
    this.#peeked = undefined;
    this.comment = undefined;
    this.previous = token;
    return token;
  }

  position(): Position {
    return this.peek().position;
  }

  isAhead(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  /** Takes a token of this kind, if it is ahead. */
  skip(kind: TokenKind): boolean {
    if (!this.isAhead(kind)) return false;
    this.next();
    return true;
  }

  /** Takes a token of this kind. */
  expect(kind: TokenKind): Token {
    const token = this.peek();
    if (token.kind !== kind) throw new GraphqlSyntaxError(`Expected ${kind}, found ${token.kind}`, token.position);
    return this.next();
  }

  /** Takes a keyword; returns the comments before it. */
  expectKeyword(keyword: string): CommentGroup | undefined {
    const token = this.peek();
    const comment = this.comment;
    if (token.kind !== 'Name' || token.value !== keyword)
      throw new GraphqlSyntaxError(`Expected ${quoteGo(keyword)}, found ${describe(token)}`, token.position);
    this.next();
    return comment;
  }

  unexpected(token = this.peek()): GraphqlSyntaxError {
    return new GraphqlSyntaxError(`Unexpected ${describe(token)}`, token.position);
  }

  /** A list in brackets that may be empty. */
  many<T>(open: TokenKind, close: TokenKind, parse: () => T): T[] {
    const elements: T[] = [];
    if (!this.skip(open)) return elements;
    while (!this.isAhead(close)) elements.push(parse());
    this.next();
    return elements;
  }

  /** A list in brackets that must have an element, if it is there at all, and the comments before its end. */
  some<T>(open: TokenKind, close: TokenKind, parse: () => T): [T[], CommentGroup | undefined] {
    const elements: T[] = [];
    if (!this.skip(open)) return [elements, undefined];
    while (!this.isAhead(close)) elements.push(parse());
    if (elements.length === 0)
      throw new GraphqlSyntaxError(`expected at least one definition, found ${this.peek().kind}`, this.peek().position);
    const comment = this.comment;
    this.next();
    return [elements, comment];
  }

  /** Runs a part of the grammar that may contain itself. */
  nested<T>(parse: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw new GraphqlSyntaxError(`nested deeper than ${MAX_DEPTH}`, this.position());
    this.#depth++;
    const result = parse();
    this.#depth--;
    return result;
  }

  name(): string {
    return this.expect('Name').value;
  }

  variable(): string {
    this.expect('$');
    return this.name();
  }

  /** `query`, `mutation` or `subscription`. */
  operationType(): string {
    const token = this.next();
    if (token.value !== 'query' && token.value !== 'mutation' && token.value !== 'subscription')
      throw this.unexpected(token);
    return token.value;
  }

  type(): Type {
    return this.nested(() => {
      let type: Type;
      if (this.skip('[')) {
        const position = this.position();
        type = { NamedType: '', Elem: this.type(), NonNull: false, position };
        this.expect(']');
      } else {
        const position = this.position();
        type = { NamedType: this.name(), NonNull: false, position };
      }
      if (this.skip('!')) type.NonNull = true;
      return type;
    });
  }

  /** A value; a constant one has no variables. */
  literal(isConstant: boolean): Literal {
    return this.nested(() => this.#literal(isConstant));
  }

  #literal(isConstant: boolean): Literal {
    const token = this.peek();
    const { position } = token;
    const make = (Kind: number, rest: Partial<Literal>): Literal => ({
      Raw: '',
      Kind,
      ExpectedTypeHasDefault: false,
      position,
      ...rest,
    });
    const comment = this.comment;
    switch (token.kind) {
      case '[': {
        const children = this.many('[', ']', (): ChildLiteral => ({ Name: '', Value: this.literal(isConstant) }));
        return make(VALUE_KIND.list, { Children: listOf(children), Comment: comment });
      }
      case '{': {
        const children = this.many('{', '}', (): ChildLiteral => {
          const at = this.position();
          const before = this.comment;
          const Name = this.name();
          this.expect(':');
          return { Name, Value: this.literal(isConstant), Comment: before, position: at };
        });
        return make(VALUE_KIND.object, { Children: listOf(children), Comment: comment });
      }
      case '$':
        if (isConstant) throw this.unexpected();
        return make(VALUE_KIND.variable, { Raw: this.variable() });
      case 'Name': {
        this.next();
        let kind: number = VALUE_KIND.enum;
        if (token.value === 'true' || token.value === 'false') kind = VALUE_KIND.boolean;
        else if (token.value === 'null') kind = VALUE_KIND.null;
        return make(kind, { Raw: token.value });
      }
      default: {
        const kind = LITERAL_KINDS[token.kind];
        if (kind === undefined) throw this.unexpected();
        this.next();
        return make(kind, { Raw: token.value });
      }
    }
  }

  arguments(isConstant: boolean): Argument[] | undefined {
    const [list] = this.some('(', ')', (): Argument => {
      const position = this.position();
      const Comment = this.comment;
      const Name = this.name();
      this.expect(':');
      return { Name, Value: this.literal(isConstant), Comment, position };
    });
    return listOf(list);
  }

  directives(isConstant: boolean): Directive[] | undefined {
    const list: Directive[] = [];
    while (this.skip('@')) {
      const position = this.position();
      const Name = this.name();
      list.push({ Name, Arguments: this.arguments(isConstant), Location: '', position });
    }
    return listOf(list);
  }
}
