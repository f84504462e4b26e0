// Terms: scalars, references, calls, collections, comprehensions, template strings and infix operators.
// Bodies of comprehensions are parsed by `bodies.ts`.
import type { CallTerm, Expr, Loc, ObjectEntry, RefTerm, StringTerm, Term, VarTerm } from '../ast/nodes.ts';
import { uniqueEntries, uniqueItems } from '../ast/compare.ts';
import { trimmed } from '../ast/trimmed.ts';
import { numberText, unescapeString } from './literals.ts';
import { MEMO } from './state.ts';
import type { ParserState, Saved } from './state.ts';
import { OPERATOR_TEXT, T, tokenName } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Binding strength of infix operators, loosest first; 0 for all else. `in` is handled apart: it may take two left sides. */
const RELATION = 1;
const FACTOR = 5;
const LEVEL = new Uint8Array(0x40);
for (const [token, level] of [
  [T.equal, RELATION],
  [T.neq, RELATION],
  [T.lt, RELATION],
  [T.gt, RELATION],
  [T.lte, RELATION],
  [T.gte, RELATION],
  [T.or, 2],
  [T.and, 3],
  [T.add, 4],
  [T.sub, 4],
  [T.mul, FACTOR],
  [T.quo, FACTOR],
  [T.rem, FACTOR],
] as const)
  LEVEL[token] = level;

function isRoot(name: string): boolean {
  return name === 'input' || name === 'data';
}

const NO_TERMS: readonly Term[] = [];

/** A term with infix operators; `k, v in xs` is allowed. */
export function parseInfix(p: ParserState): Term | undefined {
  return parseIn(p, true);
}

/** A term with infix operators where a comma ends it. */
export function parseInfixInList(p: ParserState): Term | undefined {
  return parseIn(p, false);
}

function parseIn(p: ParserState, keyValue: boolean): Term | undefined {
  const { offset } = p;
  let left = parseBinary(p, RELATION);
  while (left !== undefined) {
    const { keywords } = p;
    if (keyValue && p.tok === T.comma) {
      const saved = p.save();
      const key = left;
      const call = p.lookAhead(() => parseMemberWithKey(p, key, offset));
      if (call !== undefined) {
        left = call;
        if (p.tok === T.in) continue;
        return left;
      }
      p.restore(saved);
    }
    p.keywordAsRefHead();
    if (p.tok !== T.in || !keywords.has(T.in)) return left;
    const operator = memberOperator(p.loc(), 'member_2');
    p.scan();
    const right = parseBinary(p, RELATION);
    if (right === undefined) return left;
    left = infixCall(p, operator, 'in', [left, right], offset);
    if (p.tok !== T.in) return left;
  }
  return left;
}

/** At the comma of `key, value in domain`; undefined when it's another comma. */
function parseMemberWithKey(p: ParserState, key: Term, offset: number): Term | undefined {
  p.scan();
  // OPA's text of the value begins at the key.
  const value = parseBinary(p, RELATION, offset);
  if (value === undefined || p.tok !== T.in) return undefined;
  const operator = memberOperator(p.loc(), 'member_3');
  p.scan();
  const domain = parseBinary(p, RELATION);
  return domain && infixCall(p, operator, 'in', [key, value, domain], offset);
}

/** Left-associative operators of at least strength `min`. A missing right side leaves the left one standing, with a fault. */
function parseBinary(p: ParserState, min: number, offset = p.offset): Term | undefined {
  let left = parseTerm(p);
  let max = FACTOR;
  while (left !== undefined) {
    const { tok } = p;
    const level = LEVEL[tok]!;
    if (level === 0 || level < min || level > max) break;
    const operator = operatorRef(p.loc(), tokenName(tok));
    p.scan();
    const right = level === FACTOR ? parseTerm(p) : parseBinary(p, level + 1);
    if (right === undefined) {
      max = level - 1;
      continue;
    }
    max = level;
    left = infixCall(p, operator, OPERATOR_TEXT.get(tok) ?? '', [left, right], offset);
  }
  return left;
}

function infixCall(
  p: ParserState,
  operator: RefTerm,
  infix: string,
  args: readonly Term[],
  offset: number,
): CallTerm | undefined {
  const start = args[0]?.loc ?? operator.loc;
  return p.checked({ kind: 'call', operator, args, infix, loc: p.span(start, offset, p.lastEnd) });
}

/** The reference to the built-in an operator stands for. */
export function operatorRef(loc: Loc, name: string): RefTerm {
  return { kind: 'ref', head: { kind: 'var', name, loc }, operands: NO_TERMS, loc };
}

function memberOperator(loc: Loc, name: string): RefTerm {
  return { kind: 'ref', head: { kind: 'var', name: 'internal', loc }, operands: [stringTerm(name, loc)], loc };
}

function stringTerm(value: string, loc: Loc): StringTerm {
  return { kind: 'string', value, loc };
}

/** A term without infix operators. */
export function parseTerm(p: ParserState): Term | undefined {
  p.keywordAsCallee();
  switch (p.tok) {
    case T.lbrack:
    case T.lbrace:
    case T.lparen:
    case T.ident:
    case T.contains:
    case T.templatePart:
    case T.rawTemplatePart:
      return p.remember(MEMO.term, parseNestable);
    case T.sub:
      return isNegation(p) ? parseNegated(p) : finishTerm(p, parsePrimary(p));
    default:
      return finishTerm(p, parsePrimary(p));
  }
}

function parseNestable(p: ParserState): Term | undefined {
  if (!p.enter()) return undefined;
  const primary = parsePrimary(p);
  const term = finishTerm(p, primary && p.checked(primary));
  p.leave();
  return term && p.checked(term);
}

/** `-x`: a minus before a name; before digits it belongs to the number. */
function isNegation(p: ParserState): boolean {
  const saved = p.save();
  p.scan();
  const name = p.tok === T.ident || p.tok === T.contains;
  p.restore(saved);
  return name;
}

/** At the minus of `-x`, which is `0 - x`. */
function parseNegated(p: ParserState): Term | undefined {
  const start = p.loc();
  const operator = operatorRef(start, 'minus');
  p.scan();
  const right = parseTerm(p);
  if (right === undefined) return undefined;
  const zero: Term = { kind: 'number', text: '0', loc: start };
  return { kind: 'call', operator, args: [zero, right], infix: '-', loc: p.span(start, start.offset, p.lastEnd) };
}

/** Ends on the last token of the term, not after it. */
function parsePrimary(p: ParserState): Term | undefined {
  switch (p.tok) {
    case T.null:
      return { kind: 'null', loc: p.loc() };
    case T.true:
      return { kind: 'boolean', value: true, loc: p.loc() };
    case T.false:
      return { kind: 'boolean', value: false, loc: p.loc() };
    case T.sub:
    case T.dot:
    case T.number:
      return parseNumber(p);
    case T.string:
      return parseString(p);
    case T.rawString:
      return { kind: 'string', value: p.text.slice(1, -1), raw: true, loc: p.loc() };
    case T.templatePart:
    case T.templateEnd:
      return nestedTemplate(p, false);
    case T.rawTemplatePart:
    case T.rawTemplateEnd:
      return nestedTemplate(p, true);
    case T.ident:
    case T.contains:
      return parseVar(p);
    case T.lbrack:
      return parseArray(p);
    case T.lbrace:
      return parseSetOrObject(p);
    case T.lparen:
      return parseParens(p);
    default:
      p.illegal();
      return undefined;
  }
}

/** The variable at the cursor, which stays on it. */
export function parseVar(p: ParserState): VarTerm {
  const name = p.text;
  return { kind: 'var', name: name === '_' ? p.wildcard() : name, loc: p.loc() };
}

/** What may follow a primary term: `.x`, `[x]`, `(x)`. */
function finishTerm(p: ParserState, head: Term | undefined): Term | undefined {
  if (head === undefined) return undefined;
  const { offset } = head.loc;
  p.scanSpace();
  return finishHead(p, head, offset);
}

/** A rule's name: as a term, but a space may stand before `[` and `(`. */
export function parseRuleName(p: ParserState): Term | undefined {
  const head = parseVar(p);
  p.scanSpace();
  if (LEVEL[p.tok] !== 0) p.illegal();
  else if (p.tok === T.whitespace) p.scan();
  return finishHead(p, head, head.loc.offset);
}

function finishHead(p: ParserState, head: Term, offset: number): Term | undefined {
  switch (p.tok) {
    case T.lparen:
    case T.dot:
    case T.lbrack:
      return parseRef(p, head, offset);
    case T.whitespace:
      p.scan();
  }
  return head.kind === 'var' && isRoot(head.name) ? { kind: 'ref', head, operands: NO_TERMS, loc: head.loc } : head;
}

function parseParens(p: ParserState): Term | undefined {
  const { offset } = p;
  p.scan();
  const inner = parseInfix(p);
  if (inner === undefined) return undefined;
  if (p.tok !== T.rparen) {
    p.error(p.loc(), 'non-terminated expression');
    return undefined;
  }
  // The parentheses belong to the text of the term, not to its place.
  return { ...inner, loc: p.span(inner.loc, offset, p.tokenEnd) };
}

function parseNumber(p: ParserState): Term | undefined {
  const loc = p.loc();
  const negative = p.tok === T.sub;
  if (negative) {
    p.scan();
    if (p.tok !== T.number && p.tok !== T.dot) {
      p.illegal('expected number');
      return undefined;
    }
  }
  const fraction = p.tok === T.dot;
  if (fraction) {
    p.scan();
    if (p.tok !== T.number) {
      p.illegal('expected number');
      return undefined;
    }
  }
  const { text } = p;
  if (!fraction && /^0(?:\d|[eE]$)/.test(text)) {
    p.illegal('expected number without leading zero');
    return undefined;
  }
  if (fraction && text.includes('.')) {
    p.illegal('invalid float');
    return undefined;
  }
  const number = numberText(negative, fraction ? `.${text}` : text);
  if (number === 'too big') {
    p.error(p.loc(), 'number too big');
    return undefined;
  }
  return { kind: 'number', text: number.text, loc: p.span(loc, loc.offset, p.tokenEnd) };
}

function parseString(p: ParserState): Term | undefined {
  const { text } = p;
  const value = unescapeString(text.slice(1, -1));
  if (value === undefined) {
    p.error(p.loc(), `illegal string literal: ${text}`);
    return undefined;
  }
  return stringTerm(value, p.loc());
}

/** A template string counts as another level: its expressions take twice the call stack of a term's parts. */
function nestedTemplate(p: ParserState, raw: boolean): Term | undefined {
  if (!p.enter()) return undefined;
  const term = parseTemplate(p, raw);
  p.leave();
  return term;
}

function parseTemplate(p: ParserState, raw: boolean): Term | undefined {
  const loc = p.loc();
  if (!p.features.templateStrings) {
    p.error(loc, 'template strings are not supported by current capabilities');
    return undefined;
  }
  const parts: (StringTerm | Expr)[] = [];
  for (;;) {
    const text = templateText(p, raw, p.offset === loc.offset);
    if (text === undefined) return undefined;
    if (text !== '') parts.push(stringTerm(text, p.loc()));
    if (p.tok === T.templateEnd || p.tok === T.rawTemplateEnd) break;
    p.scan();
    const expr = p.bodies.literal(p);
    if (expr === undefined) {
      p.error(p.loc(), 'invalid template-string expression');
      return undefined;
    }
    const objection = templateObjection(expr);
    if (objection !== undefined) {
      p.error(expr.loc, `unexpected ${objection} in template-string expression`);
      return undefined;
    }
    parts.push(expr);
    if (p.tok !== T.rbrace) {
      p.error(p.loc(), 'expected } to end template string expression');
      return undefined;
    }
    p.scan();
  }
  return { kind: 'templatestring', parts, multiLine: raw, loc: p.span(loc, loc.offset, p.tokenEnd) };
}

const TEMPLATE_TOKENS: ReadonlySet<Token> = new Set([T.templatePart, T.templateEnd]);
const RAW_TEMPLATE_TOKENS: ReadonlySet<Token> = new Set([T.rawTemplatePart, T.rawTemplateEnd]);

/** The literal text of a template token; undefined, with a fault, when its escapes are wrong. The first token begins with `$` and the quote. */
function templateText(p: ParserState, raw: boolean, first: boolean): string | undefined {
  const { text, tok } = p;
  if (!(raw ? RAW_TEMPLATE_TOKENS : TEMPLATE_TOKENS).has(tok)) {
    p.error(p.loc(), 'expected template-string part');
    return undefined;
  }
  const body = text.slice(first ? 2 : 0, -1).replaceAll('\\{', '{');
  if (raw) return body;
  const value = unescapeString(body);
  if (value === undefined) p.error(p.loc(), `illegal template-string part: ${text}`);
  return value;
}

function templateObjection(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'termexpr':
      return expr.negated ? "negation ('not')" : undefined;
    case 'callexpr':
      if (expr.negated) return "negation ('not')";
      if (expr.infix === '=') return "unification ('=')";
      return expr.infix === ':=' ? "assignment (':=')" : undefined;
    case 'every':
      return "'every'";
    case 'some':
      return "'some'";
    case 'not':
      return "negation ('not')";
    case 'and':
    case 'or':
      return `'${expr.kind}'`;
  }
}

/** At `.`, `[` or `(` right after `head`. */
function parseRef(p: ParserState, head: Term, offset: number): Term | undefined {
  if (!p.enter()) return undefined;
  try {
    return parseRefInside(p, head, offset);
  } finally {
    p.leave();
  }
}

const REF_HEADS: ReadonlySet<Term['kind']> = new Set<Term['kind']>([
  'var',
  'array',
  'object',
  'set',
  'arraycomprehension',
  'objectcomprehension',
  'setcomprehension',
  'call',
]);

function parseRefInside(p: ParserState, head: Term, offset: number): Term | undefined {
  if (!REF_HEADS.has(head.kind)) p.error(head.loc, `illegal ref (head cannot be ${head.kind})`);
  const operands: Term[] = [];
  const ref = (end: number): RefTerm => ({
    kind: 'ref',
    head,
    operands: operands.length === 0 ? NO_TERMS : trimmed(operands),
    loc: p.span(head.loc, offset, end),
  });
  for (;;) {
    switch (p.tok) {
      case T.dot:
        p.scanSpace();
        if (p.tok !== T.ident && !(p.keywordsInRefs && p.isKeyword(p.tok))) {
          p.illegal('expected identifier');
          return undefined;
        }
        operands.push(stringTerm(p.text, p.loc()));
        p.scanSpace();
        break;
      case T.lparen: {
        const call = parseCall(p, ref(p.offset), offset);
        if (call === undefined || p.checked(call) === undefined) return undefined;
        if (p.tok === T.dot || p.tok === T.lbrack) return parseRef(p, call, offset);
        if (p.tok === T.whitespace) p.scan();
        return call;
      }
      case T.lbrack: {
        p.scan();
        const operand = parseInfix(p);
        if (operand === undefined) return undefined;
        if (p.tok !== T.rbrack) {
          p.illegal('expected [');
          return undefined;
        }
        operands.push(operand);
        p.scanSpace();
        break;
      }
      default: {
        const end = p.lastEnd;
        if (p.tok === T.whitespace) p.scan();
        return ref(end);
      }
    }
  }
}

/** At `(`. Ends after `)`. */
function parseCall(p: ParserState, operator: RefTerm, offset: number): Term | undefined {
  p.scan();
  if (p.tok === T.rparen) {
    const loc = p.span(operator.loc, offset, p.tokenEnd);
    p.scanSpace();
    const isSet = operator.operands.length === 0 && operator.head.kind === 'var' && operator.head.name === 'set';
    return isSet ? { kind: 'set', items: [], loc } : { kind: 'call', operator, args: [], infix: undefined, loc };
  }
  const args = parseList(p, T.rparen, []);
  if (args === undefined) return undefined;
  const loc = p.span(operator.loc, offset, p.tokenEnd);
  p.scanSpace();
  return { kind: 'call', operator, args, infix: undefined, loc };
}

/** Terms up to `end`, which the cursor ends on. A trailing comma is allowed. */
function parseList(p: ParserState, end: Token, items: Term[]): Term[] | undefined {
  while (p.tok !== end) {
    const item = parseInfixInList(p);
    if (item === undefined) return undefined;
    items.push(item);
    if (p.tok === end) break;
    if (p.tok !== T.comma) {
      p.illegal(`expected "," or "${tokenName(end)}"`);
      return undefined;
    }
    p.scan();
  }
  return trimmed(items);
}

function parsePairs(p: ParserState, entries: ObjectEntry[]): ObjectEntry[] | undefined {
  while (p.tok !== T.rbrace) {
    const key = parseInfixInList(p);
    if (key === undefined) return undefined;
    if (p.tok !== T.colon) {
      p.illegal('expected ":"');
      return undefined;
    }
    p.scan();
    const value = parseInfixInList(p);
    if (value === undefined) return undefined;
    entries.push({ key, value });
    if (p.tok === T.rbrace) break;
    if (p.tok !== T.comma) {
      p.illegal('expected "," or "}"');
      return undefined;
    }
    p.scan();
  }
  return entries;
}

function parseArray(p: ParserState): Term | undefined {
  const start = p.loc();
  const loc = (): Loc => p.span(start, start.offset, p.tokenEnd);
  const array = (items: Term[] | undefined): Term | undefined => items && { kind: 'array', items, loc: loc() };
  p.scan();
  if (p.tok === T.rbrack) return array([]);
  // OPA allows one comma in front.
  const comma = p.tok === T.comma;
  if (comma) p.scan();
  const saved = p.save();
  // `[x | x]` is a comprehension, so the first term comes without operators.
  const head = p.lookAhead(parseTerm);
  if (head === undefined) return undefined;
  if (p.tok === T.rbrack) return array([head]);
  if (p.tok === T.comma) {
    p.scan();
    return array(parseList(p, T.rbrack, [head]));
  }
  if (p.tok === T.or && !comma) {
    p.scan();
    const body = p.lookAhead(() => p.bodies.body(p, T.rbrack));
    if (body !== undefined) return { kind: 'arraycomprehension', term: head, body, loc: loc() };
    if (p.tok !== T.comma) return undefined;
  }
  p.restore(saved);
  return array(parseList(p, T.rbrack, []));
}

function parseSetOrObject(p: ParserState): Term | undefined {
  const start = p.loc();
  const loc = (): Loc => p.span(start, start.offset, p.tokenEnd);
  p.scan();
  if (p.tok === T.rbrace) return { kind: 'object', entries: [], loc: loc() };
  const comma = p.tok === T.comma;
  if (comma) p.scan();
  const saved = p.save();
  const simple = p.lookAhead(parseTerm);
  if (simple === undefined) return undefined;
  switch (p.tok) {
    case T.or:
      if (!comma) return parseSet(p, saved, simple, true, loc);
      break;
    case T.rbrace:
    case T.comma:
      return parseSet(p, saved, simple, !comma, loc);
    case T.colon:
      return parseObject(p, simple, !comma, loc);
  }
  p.restore(saved);
  const head = parseInfixInList(p);
  if (head === undefined) return undefined;
  switch (p.tok) {
    case T.rbrace:
    case T.comma:
      return parseSet(p, saved, head, false, loc);
    case T.colon:
      return parseObject(p, head, !comma, loc);
  }
  p.illegal('non-terminated set');
  return undefined;
}

/** After the first item; `saved` is before it. */
function parseSet(p: ParserState, saved: Saved, head: Term, comprehension: boolean, loc: () => Loc): Term | undefined {
  const set = (items: Term[] | undefined): Term | undefined =>
    items && { kind: 'set', items: uniqueItems(items), loc: loc() };
  if (p.tok === T.rbrace) return set([head]);
  if (p.tok === T.comma) {
    p.scan();
    return set(parseList(p, T.rbrace, [head]));
  }
  if (comprehension) {
    p.scan();
    const body = p.lookAhead(() => p.bodies.body(p, T.rbrace));
    if (body !== undefined) return { kind: 'setcomprehension', term: head, body, loc: loc() };
    if (p.tok !== T.comma) return undefined;
  }
  p.restore(saved);
  return set(parseList(p, T.rbrace, []));
}

/** At the colon after the first key. */
function parseObject(p: ParserState, key: Term, comprehension: boolean, loc: () => Loc): Term | undefined {
  p.scan();
  const saved = p.save();
  const simple = p.lookAhead(parseTerm);
  if (simple === undefined) return undefined;
  let relation = true;
  if (comprehension) {
    if (p.tok === T.rbrace || p.tok === T.comma || p.tok === T.or) {
      relation = p.tok === T.or;
      const object = parseObjectRest(p, key, simple, true, loc);
      if (object !== undefined) return object;
    }
  }
  p.restore(saved);
  if (relation) {
    const value = parseInfixInList(p);
    if (value === undefined) return undefined;
    if (p.tok === T.rbrace || p.tok === T.comma) return parseObjectRest(p, key, value, false, loc);
  }
  p.illegal('non-terminated object');
  return undefined;
}

function parseObjectRest(
  p: ParserState,
  key: Term,
  value: Term,
  comprehension: boolean,
  loc: () => Loc,
): Term | undefined {
  const object = (entries: ObjectEntry[] | undefined): Term | undefined =>
    entries && { kind: 'object', entries: uniqueEntries(entries), loc: loc() };
  if (p.tok === T.rbrace) return object([{ key, value }]);
  if (p.tok === T.comma) {
    p.scan();
    return object(parsePairs(p, [{ key, value }]));
  }
  if (!comprehension) {
    p.illegal('non-terminated object');
    return undefined;
  }
  p.scan();
  const body = p.lookAhead(() => p.bodies.body(p, T.rbrace));
  return body && { kind: 'objectcomprehension', key, value, body, loc: loc() };
}
