// The grammar of Go's text/template: tokens to trees, a tree for every named template.
// Left to others: tokens (lexer.ts), running the trees (execute.ts).
import { BuiltinError } from '../../../host/builtin.ts';
import { quoteGo } from '../../../value/rego-text.ts';
import { FUNCTION_NAMES } from './functions.ts';
import { unquote, unquoteCharacter } from './go-literals.ts';
import { describeToken, Lexer } from './lexer.ts';
import type { Token, TokenKind } from './lexer.ts';
import type { Command, Node, NumberNode, Operand, Pipeline, Template } from './nodes.ts';

/** The name OPA gives to the template. */
export const ROOT = 'template';

/** The templates in a text by name; the text itself is `template`. Throws BuiltinError with Go's text. */
export function parseTemplates(text: string): ReadonlyMap<string, Template> {
  const templates = new Map<string, Template>();
  new Parser(new Lexer(text), templates).parse();
  return templates;
}

type End = { readonly kind: 'end'; readonly position: number } | { readonly kind: 'else'; readonly position: number };

const OPERANDS: ReadonlySet<TokenKind> = new Set([
  'bool',
  'char-constant',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  'left-paren',
]);

class Parser {
  readonly #lexer: Lexer;
  readonly #templates: Map<string, Template>;
  /** Up to three tokens that were read ahead, the next one last. */
  readonly #buffer: Token[] = [];
  /** The token read last from the text: its line is the one that errors show. */
  #latest: Token | undefined;
  #variables: string[] = ['$'];
  #rangeDepth = 0;
  #actionLine = 0;

  constructor(lexer: Lexer, templates: Map<string, Template>) {
    this.#lexer = lexer;
    this.#templates = templates;
  }

  #fail(message: string): never {
    throw new BuiltinError(`template: ${ROOT}:${this.#latest?.line ?? 0}: ${message}`);
  }

  #next(): Token {
    const buffered = this.#buffer.pop();
    if (buffered !== undefined) return buffered;
    this.#latest = this.#lexer.next();
    return this.#latest;
  }

  #back(...tokens: readonly Token[]): void {
    this.#buffer.push(...tokens.toReversed());
  }

  #peek(): Token {
    const token = this.#next();
    this.#back(token);
    return token;
  }

  #nextNonSpace(): Token {
    let token = this.#next();
    while (token.kind === 'space') token = this.#next();
    return token;
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#back(token);
    return token;
  }

  #isKeyword(token: Token, word: string): boolean {
    return token.kind === 'keyword' && token.value === word;
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#nextNonSpace();
    if (token.kind !== kind) this.#unexpected(token, context);
    return token;
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') this.#fail(`unexpected ${describeToken(token)} in ${context}`);
    let extra = '';
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      extra = ` in action started at ${ROOT}:${this.#actionLine}`;
      if (token.value.endsWith(' action')) extra = extra.slice(' in action'.length);
    }
    this.#fail(token.value + extra);
  }

  parse(): void {
    const nodes: Node[] = [];
    while (this.#peek().kind !== 'eof') {
      if (this.#peek().kind === 'left-delim') {
        const delim = this.#next();
        const token = this.#nextNonSpace();
        if (this.#isKeyword(token, 'define')) {
          this.#definition();
          continue;
        }
        this.#back(delim, token);
      }
      const node = this.#textOrAction();
      if (node.kind === 'end' || node.kind === 'else') this.#fail(`unexpected {{${node.kind}}}`);
      nodes.push(node);
    }
    this.#add(ROOT, nodes);
  }

  /** A template in the text: with variables of its own. */
  #inner<T>(parse: () => T): T {
    const [variables, depth] = [this.#variables, this.#rangeDepth];
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const result = parse();
    this.#variables = variables;
    this.#rangeDepth = depth;
    return result;
  }

  #definition(): void {
    const context = 'define clause';
    const name = this.#templateName(this.#nextNonSpace(), context);
    this.#expect('right-delim', context);
    const { list, end } = this.#inner(() => this.#itemList());
    if (end.kind !== 'end') this.#fail(`unexpected {{${end.kind}}} in ${context}`);
    this.#add(name, list);
  }

  #add(name: string, nodes: readonly Node[]): void {
    const isEmpty = (list: readonly Node[]): boolean =>
      list.every((node) => node.kind === 'text' && node.text.trim() === '');
    const old = this.#templates.get(name);
    if (old === undefined || isEmpty(old.nodes)) this.#templates.set(name, { name, nodes });
    else if (!isEmpty(nodes)) this.#fail(`template: multiple definition of template ${quoteGo(name)}`);
  }

  #itemList(): { list: Node[]; end: End } {
    const list: Node[] = [];
    while (this.#peekNonSpace().kind !== 'eof') {
      const node = this.#textOrAction();
      if (node.kind === 'end' || node.kind === 'else') return { list, end: node };
      list.push(node);
    }
    this.#fail('unexpected EOF');
  }

  #textOrAction(): Node | End {
    const token = this.#nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', position: token.position, text: token.value };
    if (token.kind !== 'left-delim') this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const node = this.#action();
    this.#actionLine = 0;
    return node;
  }

  #action(): Node | End {
    const token = this.#nextNonSpace();
    if (token.kind === 'keyword') {
      switch (token.value) {
        case 'block':
          return this.#block();
        case 'break':
        case 'continue':
          return this.#loopControl(token.value, token);
        case 'else':
          return this.#else();
        case 'end':
          return { kind: 'end', position: this.#expect('right-delim', 'end').position };
        case 'if':
        case 'with':
        case 'range':
          return this.#control(token.value);
        case 'template':
          return this.#template();
      }
    }
    this.#back(token);
    const { position } = this.#peek();
    return { kind: 'action', position, pipeline: this.#pipeline('command', 'right-delim') };
  }

  #loopControl(kind: 'break' | 'continue', { position }: Token): Node {
    const token = this.#nextNonSpace();
    if (token.kind !== 'right-delim') this.#unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, position };
  }

  #else(): End {
    const token = this.#peekNonSpace();
    // `{{else if}}` and `{{else with}}` leave the keyword to the caller.
    if (this.#isKeyword(token, 'if') || this.#isKeyword(token, 'with'))
      return { kind: 'else', position: token.position };
    return { kind: 'else', position: this.#expect('right-delim', 'else').position };
  }

  #control(kind: 'if' | 'with' | 'range'): Node {
    const count = this.#variables.length;
    const pipeline = this.#pipeline(kind, 'right-delim');
    if (kind === 'range') this.#rangeDepth++;
    const { list, end } = this.#itemList();
    if (kind === 'range') this.#rangeDepth--;
    let otherwise: Node[] | undefined;
    if (end.kind === 'else') {
      const token = this.#peek();
      if (kind !== 'range' && this.#isKeyword(token, kind)) {
        this.#next();
        otherwise = [this.#control(kind)];
      } else {
        const rest = this.#itemList();
        if (rest.end.kind !== 'end') this.#fail(`expected end; found {{${rest.end.kind}}}`);
        otherwise = rest.list;
      }
    }
    this.#variables.length = count;
    return { kind, position: pipeline.position, pipeline, list, otherwise };
  }

  #block(): Node {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipeline = this.#pipeline(context, 'right-delim');
    const { list, end } = this.#inner(() => this.#itemList());
    if (end.kind !== 'end') this.#fail(`unexpected {{${end.kind}}} in ${context}`);
    this.#add(name, list);
    return { kind: 'template', position: token.position, name, pipeline };
  }

  #template(): Node {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const next = this.#nextNonSpace();
    let pipeline: Pipeline | undefined;
    if (next.kind !== 'right-delim') {
      this.#back(next);
      pipeline = this.#pipeline(context, 'right-delim');
    }
    return { kind: 'template', position: token.position, name, pipeline };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== 'string') this.#unexpected(token, context);
    return this.#unquoted(token);
  }

  #unquoted(token: Token): string {
    const text = unquote(token.value);
    if (text === undefined) this.#fail('invalid syntax');
    return text;
  }

  #pipeline(context: string, end: TokenKind): Pipeline {
    const { position } = this.#peekNonSpace();
    const { variables, isAssign } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.kind === end) {
        if (commands.length === 0) this.#fail(`missing value for ${context}`);
        commands.forEach((command, i) => {
          if (i > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(command.args[0]!.kind)) {
            this.#fail(`non executable command in pipeline stage ${i + 1}`);
          }
        });
        return { kind: 'pipeline', position, variables, isAssign, commands };
      }
      if (!OPERANDS.has(token.kind)) this.#unexpected(token, context);
      this.#back(token);
      commands.push(this.#command());
    }
  }

  /** `$x :=`, `$x =` and, for a range, `$i, $x :=`. */
  #declarations(context: string): { variables: string[]; isAssign: boolean } {
    const variables: string[] = [];
    for (;;) {
      const variable = this.#peekNonSpace();
      if (variable.kind !== 'variable') return { variables, isAssign: false };
      this.#next();
      const after = this.#peek();
      const next = this.#peekNonSpace();
      if (next.kind === 'assign' || next.kind === 'declare') {
        this.#nextNonSpace();
        variables.push(variable.value);
        this.#variables.push(variable.value);
        return { variables, isAssign: next.kind === 'assign' };
      }
      if (next.kind === 'char' && next.value === ',') {
        this.#nextNonSpace();
        variables.push(variable.value);
        this.#variables.push(variable.value);
        if (context !== 'range' || variables.length >= 2) this.#fail(`too many declarations in ${context}`);
        if (!['variable', 'right-delim', 'right-paren'].includes(this.#peekNonSpace().kind)) {
          this.#fail('range can only initialize variables');
        }
        continue;
      }
      if (after.kind === 'space') this.#back(variable, after);
      else this.#back(variable);
      return { variables, isAssign: false };
    }
  }

  #command(): Command {
    const { position } = this.#peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const token = this.#next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right-delim' || token.kind === 'right-paren') this.#back(token);
      else if (token.kind !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.#fail('empty command');
    return { kind: 'command', position, args };
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.#peek().kind !== 'field') return node;
    const { position } = this.#peek();
    const names: string[] = [];
    while (this.#peek().kind === 'field') names.push(this.#next().value.slice(1));
    switch (node.kind) {
      case 'field':
      case 'variable':
        return { kind: node.kind, position, names: [...node.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot': {
        const shown = node.kind === 'string' ? node.quoted : node.kind === 'number' ? node.text : undefined;
        const fallback =
          node.kind === 'dot' ? '.' : node.kind === 'nil' ? 'nil' : String(node.kind === 'bool' && node.value);
        return this.#fail(`unexpected . after term ${quoteGo(shown ?? fallback)}`);
      }
      default:
        return { kind: 'chain', position, node, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { position, value } = token;
    switch (token.kind) {
      case 'identifier':
        if (!FUNCTION_NAMES.has(value)) this.#fail(`function ${quoteGo(value)} not defined`);
        return { kind: 'identifier', position, name: value };
      case 'dot':
      case 'nil':
        return { kind: token.kind, position };
      case 'variable':
        if (!this.#variables.includes(value)) this.#fail(`undefined variable ${quoteGo(value)}`);
        return { kind: 'variable', position, names: [value] };
      case 'field':
        return { kind: 'field', position, names: [value.slice(1)] };
      case 'bool':
        return { kind: 'bool', position, value: value === 'true' };
      case 'char-constant':
      case 'number':
        return this.#number(token);
      case 'left-paren':
        return this.#pipeline('parenthesized pipeline', 'right-paren');
      case 'string':
        return { kind: 'string', position, quoted: value, value: this.#unquoted(token) };
      default:
        this.#back(token);
        return undefined;
    }
  }

  #number({ kind, position, value: text }: Token): NumberNode {
    if (kind === 'char-constant') {
      const code = unquoteCharacter(text);
      if (code === undefined) this.#fail('invalid syntax');
      if (code === 'too long') this.#fail(`malformed character constant: ${text}`);
      return { kind: 'number', position, text, int: BigInt(code), float: undefined };
    }
    // Underscores stand between digits, or between a base and a digit.
    const digit = /^[+-]?0[xX]/.test(text) ? '[0-9a-fA-F]' : '[0-9]';
    const spaced = text.replace(/^([+-]?)0[xXoObB]/, '$10');
    const misplaced = new RegExp(`(?<!${digit})_|_(?!${digit})`).test(spaced);
    const plain = misplaced ? '' : text.replaceAll('_', '');
    const integer = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(plain);
    if (integer !== null) {
      const digits = integer[2]!.toLowerCase();
      const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
      const int = integer[1] === '-' ? -magnitude : magnitude;
      if (int >= 1n << 64n || int < -(1n << 63n)) this.#fail(`integer overflow: ${quoteGo(text)}`);
      return { kind: 'number', position, text, int: int < 1n << 63n ? int : undefined, float: undefined };
    }
    const isFloat = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(plain);
    const float = Number(plain);
    if (!isFloat || !Number.isFinite(float)) this.#fail(`illegal number syntax: ${quoteGo(text)}`);
    if (!/[.eE]/.test(plain)) this.#fail(`integer overflow: ${quoteGo(text)}`);
    return { kind: 'number', position, text, int: undefined, float };
  }
}
