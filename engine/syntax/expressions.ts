// Expressions: term expressions, `some`, `every`, and their `with` modifiers.
// Terms come from `terms.ts`; `not`, `and` and `or` are the business of `logical.ts`.
import type { CallExpr, Expr, Loc, RefTerm, Term, VarTerm, With } from '../ast/nodes.ts';
import type { ParserState } from './state.ts';
import { operatorRef, parseInfix, parseTerm, parseVar } from './terms.ts';
import { OPERATOR_TEXT, T, V1_KEYWORDS, WORDS, tokenName } from './tokens.ts';
import type { Token } from './tokens.ts';

/** `some`, `every` or a term expression, with modifiers. */
export function parseUnnegated(p: ParserState, negated: boolean): Expr | undefined {
  switch (p.tok) {
    case T.some:
      if (negated) {
        p.illegal("illegal negation of 'some'");
        return undefined;
      }
      return parseSome(p);
    case T.every:
      if (negated) {
        p.illegal("illegal negation of 'every'");
        return undefined;
      }
      return parseEvery(p);
    default:
      return parseTermLiteral(p, negated);
  }
}

/** A term expression, with modifiers. */
export function parseTermLiteral(p: ParserState, negated: boolean): Expr | undefined {
  const saved = p.keywords.has(T.every) ? undefined : p.save();
  const expr = parseBareExpr(p);
  if (expr === undefined) return undefined;
  const withs = parseWiths(p);
  if (withs === undefined) return undefined;
  if (saved !== undefined && expr.kind === 'termexpr' && expr.term.kind === 'var' && expr.term.name === 'every') {
    hintIf(
      p,
      saved,
      (): boolean => parseEvery(p) !== undefined,
      '`import future.keywords.every` for `every x in xs { ... }` expressions',
    );
  }
  return !negated && withs === NO_WITHS ? expr : ({ ...expr, negated, with: withs } as Expr);
}

const NO_WITHS: readonly With[] = [];

/** An expression without `not` and `with`. */
export function parseBareExpr(p: ParserState): Expr | undefined {
  const start = p.loc();
  const left = parseInfix(p);
  if (left === undefined) return undefined;
  const { tok } = p;
  if (tok === T.assign || tok === T.unify) {
    const operator = operatorRef(p.loc(), tokenName(tok));
    p.scan();
    const right = parseInfix(p);
    if (right === undefined) return undefined;
    const infix = OPERATOR_TEXT.get(tok);
    const loc = p.span(start, start.offset, p.lastEnd);
    return callExpr(operator, [left, right], infix, loc);
  }
  const loc = p.span(start, start.offset, p.lastEnd);
  if (left.kind === 'call') {
    const { operator, args, infix } = left;
    return callExpr(operator, args, infix, loc);
  }
  return { kind: 'termexpr', negated: false, term: left, with: NO_WITHS, generated: undefined, loc };
}

/** With all fields, in the order in which analysis makes them too: nodes of one kind are of one shape. */
function callExpr(operator: RefTerm, args: readonly Term[], infix: string | undefined, loc: Loc): CallExpr {
  return { kind: 'callexpr', negated: false, operator, args, infix, with: NO_WITHS, generated: undefined, loc };
}

/** `with` modifiers, none or more. */
export function parseWiths(p: ParserState): readonly With[] | undefined {
  if (p.tok !== T.with) return NO_WITHS;
  const withs: With[] = [];
  while (p.tok === T.with) {
    const start = p.loc();
    p.scan();
    if (p.tok !== T.ident) {
      p.illegal('expected ident');
      return undefined;
    }
    const target = parseTerm(p);
    if (target === undefined) return undefined;
    if (target.kind !== 'ref' && target.kind !== 'var') p.illegal('expected with target path');
    if (p.tok !== T.as) {
      p.illegal('expected as keyword');
      return undefined;
    }
    p.scan();
    const value = parseInfix(p);
    if (value === undefined) return undefined;
    withs.push({ kind: 'with', target: asRef(target), value, loc: p.span(start, start.offset, p.lastEnd) });
  }
  return withs;
}

/** A bare name as a reference without operands. */
function asRef(term: Term): RefTerm {
  return term.kind === 'ref' ? term : { kind: 'ref', head: term, operands: [], loc: term.loc };
}

function parseSome(p: ParserState): Expr | undefined {
  const start = p.loc();
  const saved = p.save();
  p.scan();
  const term = parseInfix(p);
  if (term?.kind === 'call') {
    if (!isMember(term.operator)) {
      p.illegal('expected `x in xs` or `x, y in xs` expression');
      return undefined;
    }
    if (memberArity(term.operator) !== term.args.length) {
      p.illegal('illegal domain');
      return undefined;
    }
    const withs = parseWiths(p);
    return withs && { kind: 'some', symbols: [term], with: withs, loc: start };
  }
  p.restore(saved);
  if (!p.keywords.has(T.in)) {
    const parses = (): boolean => {
      p.scan();
      const found = parseInfix(p);
      return found?.kind === 'call' && isMember(found.operator);
    };
    hintIf(p, saved, parses, '`import future.keywords.in` for `some x in xs` expressions');
  }
  return parseSymbols(p, start);
}

function parseSymbols(p: ParserState, start: Loc): Expr | undefined {
  const symbols: VarTerm[] = [];
  do {
    p.scan();
    if (p.tok !== T.ident) {
      p.illegal('expected var');
      return undefined;
    }
    symbols.push(parseVar(p));
    p.scan();
  } while (p.tok === T.comma);
  return { kind: 'some', symbols, with: [], loc: start };
}

function isMember(operator: RefTerm): boolean {
  return memberArity(operator) !== undefined;
}

function memberArity(operator: RefTerm): number | undefined {
  const [name] = operator.operands;
  if (operator.head.kind !== 'var' || operator.head.name !== 'internal') return undefined;
  if (operator.operands.length !== 1 || name?.kind !== 'string') return undefined;
  return name.value === 'member_2' ? 2 : name.value === 'member_3' ? 3 : undefined;
}

const EVERY_FORM = 'expected `x[, y] in xs { ... }` expression';

function parseEvery(p: ParserState): Expr | undefined {
  const start = p.loc();
  p.scan();
  const term = parseInfix(p);
  if (term === undefined) return undefined;
  const refuse = (note: string): undefined => {
    p.illegal(note);
    return undefined;
  };
  if (term.kind !== 'call') return refuse(EVERY_FORM);
  const arity = memberArity(term.operator);
  if (arity === undefined) return refuse(EVERY_FORM);
  if (arity !== term.args.length) return refuse('illegal domain');
  const [first, second, third] = term.args;
  const key = arity === 3 ? first : undefined;
  const value = arity === 3 ? second : first;
  const domain = arity === 3 ? third : second;
  if (value === undefined || domain === undefined) return refuse('illegal domain');
  if (key !== undefined && key.kind !== 'var') return refuse('expected key to be a variable');
  if (value.kind !== 'var') return refuse('expected value to be a variable');
  if (p.tok !== T.lbrace) return refuse('missing body');
  p.scan();
  const body = p.bodies.body(p, T.rbrace);
  if (body === undefined) return undefined;
  p.scan();
  const withs = parseWiths(p);
  return withs && { kind: 'every', negated: false, key, value, domain, body, with: withs, loc: start };
}

const V1_TOKENS: readonly Token[] = V1_KEYWORDS.map((word) => WORDS.get(word) ?? T.ident);

/** Tries `parse` at `saved` with all future keywords; when it works, the next fault gets the hint. The cursor stays. */
function hintIf(p: ParserState, saved: ReturnType<ParserState['save']>, parse: () => boolean, hint: string): void {
  // Nested searches would make the time exponential.
  if (p.hinting || p.features.version !== 'v0') return;
  const here = p.save();
  p.hinting = true;
  p.restore(saved);
  const works = p.withKeywords(p.keywords.with(V1_TOKENS), parse);
  p.restore(here);
  p.hinting = false;
  if (works) p.hint(hint);
}
