// `not`, `and` and `or`: `not` binds tightest, then `and`, then `or`; `with` modifiers apply to the whole.
// What stands between them comes from `expressions.ts`. (`and` and `or` as in OPA 1.20.)
import type { Body, Expr, Loc } from '../ast/nodes.ts';
import { parseBareExpr, parseTermLiteral, parseUnnegated, parseWiths } from './expressions.ts';
import { MEMO } from './state.ts';
import type { ParserState } from './state.ts';
import { T, tokenName } from './tokens.ts';
import type { Token } from './tokens.ts';

/** An operand: an expression, or a body in braces. */
interface Operand {
  readonly body: Body;
  readonly explicit: boolean;
  readonly loc: Loc;
}

/** One expression of a body. */
export function parseLogical(p: ParserState): Expr | undefined {
  if (!isActive(p) || p.tok === T.some || p.tok === T.every) return parseNegation(p);
  const start = p.loc();
  const expr = p.lookAhead(() => parseChains(p, start));
  if (expr === undefined || p.tok !== T.with) return expr;
  return withModifiers(p, expr);
}

function isActive(p: ParserState): boolean {
  return p.keywords.has(T.andKeyword) || p.keywords.has(T.orKeyword);
}

function isOperator(token: Token): boolean {
  return token === T.andKeyword || token === T.orKeyword;
}

/** The expression with the `with` modifiers at the cursor. They may not stand before `and` or `or`. */
function withModifiers(p: ParserState, expr: Expr): Expr | undefined {
  const chain = expr.kind === 'and' || expr.kind === 'or';
  const at = p.loc();
  const withs = parseWiths(p);
  if (withs === undefined) return undefined;
  if (!chain && isOperator(p.tok)) {
    const name = tokenName(p.tok);
    p.hint(
      `Wrap the operand in \`(...)\` or \`{...}\` to scope, or move \`with\` after the \`${name}\` expression to apply it to the whole expression`,
    );
    p.error(at, `\`with\` modifier is not allowed on operand of \`${name}\``);
    return undefined;
  }
  if (expr.with.length > 0) {
    p.error(at, '`with` modifier is not allowed after a parenthesized group that ends with one');
    return undefined;
  }
  return { ...expr, with: withs };
}

/** Operands joined by `or`, each of them operands joined by `and`. */
function parseChains(p: ParserState, start: Loc): Expr | undefined {
  const first = parseOperand(p, undefined);
  if (first === undefined) return undefined;
  const left = parseAndChain(p, first);
  return left && asExpr(p, parseOrChain(p, left, start));
}

function parseOrChain(p: ParserState, first: Operand, start: Loc): Operand | undefined {
  let left: Operand | undefined = first;
  while (left !== undefined && p.tok === T.orKeyword) {
    p.scan();
    const operand = parseOperand(p, T.orKeyword);
    const right = operand && parseAndChain(p, operand);
    left = right && join(p, 'or', left, right, start);
  }
  return left;
}

function parseAndChain(p: ParserState, first: Operand): Operand | undefined {
  let left: Operand | undefined = first;
  while (left !== undefined && p.tok === T.andKeyword) {
    p.scan();
    const right = parseOperand(p, T.andKeyword);
    left = right && join(p, 'and', left, right, first.loc);
  }
  return left;
}

function join(p: ParserState, kind: 'and' | 'or', left: Operand, right: Operand, start: Loc): Operand | undefined {
  const loc = p.span(start, start.offset, p.lastEnd);
  const expr = p.checked<Expr>({
    kind,
    left: left.body,
    right: right.body,
    explicitLeft: left.explicit,
    explicitRight: right.explicit,
    with: [],
    loc,
  });
  return expr && { body: [expr], explicit: false, loc };
}

function asExpr(p: ParserState, operand: Operand | undefined): Expr | undefined {
  const expr = operand?.body[0];
  return expr && operand.body.length === 1 && !operand.explicit ? expr : undefined;
}

/** An operand; `after` is the operator before it, undefined for the first. */
function parseOperand(p: ParserState, after: Token | undefined): Operand | undefined {
  const start = p.loc();
  const operand = (expr: Expr | undefined): Operand | undefined =>
    expr && { body: [expr], explicit: false, loc: p.span(start, start.offset, p.lastEnd) };
  if (!p.keywordAsRefHead()) {
    switch (p.tok) {
      case T.lbrace:
        return parseBraceOperand(p, after);
      case T.lparen:
        return operand(parseParenOperand(p, after !== undefined));
      case T.not:
        return operand(parseNot(p, true));
    }
  }
  return operand(parseOperandExpr(p, after));
}

/** A term expression. The first one takes its own `with` modifiers unless an operator follows, which is a fault. */
function parseOperandExpr(p: ParserState, after: Token | undefined): Expr | undefined {
  const expr = parseBareExpr(p);
  return expr === undefined || after !== undefined || p.tok !== T.with ? expr : withModifiers(p, expr);
}

/** At `{`: a body where an operator stands before or after, otherwise a value that a larger expression begins with. */
function parseBraceOperand(p: ParserState, after: Token | undefined): Operand | undefined {
  const start = p.loc();
  const saved = p.save();
  const count = p.faultCount;
  const body = parseBraces(p);
  const clean = body !== undefined && p.faultCount === count;
  const place = p.span(start, start.offset, p.lastEnd);
  if (clean && (after !== undefined || isOperator(p.tok))) return { body, explicit: true, loc: place };
  p.restore(saved);
  const expr = parseBareExpr(p);
  const value = expr !== undefined && p.faultCount === count;
  const operator = after ?? p.tok;
  if (value && isOperator(operator) && !isEmptyBraces(expr)) {
    const text = p.tokens.source.slice(start.offset, p.lastEnd);
    p.hint(`wrap the operand to keep the value: \`(${text}) ${tokenName(operator)} ...\``);
    p.error(start, `operand of \`${tokenName(operator)}\` cannot begin with \`{\` unless the braces hold a body`);
    return undefined;
  }
  if (after !== undefined || (value && isOperator(operator))) {
    // The body's own fault says what is wrong.
    p.restore(saved);
    parseBraces(p);
    return undefined;
  }
  if (expr === undefined) return undefined;
  const whole = p.tok === T.with ? withModifiers(p, expr) : expr;
  return whole && { body: [whole], explicit: false, loc: p.span(start, start.offset, p.lastEnd) };
}

function isEmptyBraces(expr: Expr): boolean {
  return expr.kind === 'termexpr' && expr.term.kind === 'object' && expr.term.entries.length === 0;
}

function parseBraces(p: ParserState): Body | undefined {
  return p.remember(MEMO.body, () => {
    p.scan();
    const body = p.bodies.body(p, T.rbrace);
    if (body !== undefined) p.scan();
    return body;
  });
}

/** At `(`: a term expression when it can be read as one, otherwise a group of `and`, `or`, `not` or `with`. */
function parseParenOperand(p: ParserState, isOperand: boolean): Expr | undefined {
  const saved = p.save();
  const count = p.faultCount;
  const expr = parseBareExpr(p);
  if (expr !== undefined && p.faultCount === count) {
    return !isOperand && p.tok === T.with ? withModifiers(p, expr) : expr;
  }
  p.restore(saved);
  const group = p.remember(MEMO.group, () => parseGroup(p, isOperand));
  if (group === 'term') {
    p.restore(saved);
    return parseBareExpr(p);
  }
  if (group === undefined || isOperand || p.tok !== T.with) return group;
  return withModifiers(p, group);
}

/** `term` when what the parentheses hold is no logical expression, so that its fault is that of a term. */
function parseGroup(p: ParserState, isOperand: boolean): Expr | undefined | 'term' {
  if (!p.enter()) return undefined;
  try {
    p.scan();
    if (p.tok === T.rparen && isOperand) {
      p.error(p.loc(), 'empty parenthesized group');
      return undefined;
    }
    if (p.tok === T.lbrace && isOperand) {
      const fault = parseGroupedBody(p);
      if (fault) return undefined;
    }
    const begins = p.tok === T.not || p.tok === T.lparen;
    if (p.tok === T.some || p.tok === T.every || p.tok === T.rparen) return 'term';
    const { offset } = p;
    const inner = parseLogical(p);
    const logical = begins || (inner !== undefined && (isChain(inner) || inner.with.length > 0));
    if (inner === undefined) {
      return begins || p.tokens.source.slice(offset, p.offset).search(/\b(?:and|or)\b/) >= 0 || isOperator(p.tok)
        ? undefined
        : 'term';
    }
    if (!logical) return 'term';
    if (p.tok !== T.rparen) {
      p.error(p.loc(), 'expected ) to close parenthesized group');
      return undefined;
    }
    p.scan();
    return inner;
  } finally {
    p.leave();
  }
}

function isChain(expr: Expr): boolean {
  return expr.kind === 'and' || expr.kind === 'or' || expr.kind === 'not';
}

/** `({ … })` with a body in the braces is refused; true when it was. */
function parseGroupedBody(p: ParserState): boolean {
  const saved = p.save();
  const { offset } = p;
  const body = parseBraces(p);
  const text = p.tokens.source.slice(offset, p.lastEnd);
  const whole = body !== undefined && p.tok === T.rparen;
  p.restore(saved);
  if (!whole) return false;
  p.hint(`drop the parens to keep the body: \`${text}\``);
  p.error(p.loc(), '`(...)` in an operand position cannot contain a body');
  return true;
}

function parseNegation(p: ParserState): Expr | undefined {
  if (p.keywordAsRefHead()) return parseTermLiteral(p, false);
  if (p.tok !== T.not) return parseUnnegated(p, false);
  const mayHoldBody = p.keywords.has(T.not) || isActive(p);
  return mayHoldBody ? p.lookAhead(() => parseNot(p, false)) : parseNot(p, false);
}

/** At `not`. As an operand it leaves `with` modifiers to the whole expression. */
function parseNot(p: ParserState, isOperand: boolean): Expr | undefined {
  const start = p.loc();
  p.scan();
  const bodies = p.keywords.has(T.not);
  if (isActive(p) && p.tok === T.lparen) return parseNotGroup(p, start, bodies, isOperand);
  if (bodies) return parseNotBody(p, start, isOperand);
  if (!isOperand || p.tok === T.some || p.tok === T.every) return parseUnnegated(p, true);
  const expr = parseBareExpr(p);
  if (expr === undefined) return undefined;
  return { ...expr, negated: true } as Expr;
}

/** `not (a or b)`, or `not` before a term in parentheses. */
function parseNotGroup(p: ParserState, start: Loc, bodies: boolean, isOperand: boolean): Expr | undefined {
  const inner = parseParenOperand(p, true);
  if (inner === undefined) return undefined;
  const plain = inner.kind === 'termexpr' || inner.kind === 'callexpr';
  const withs = isOperand ? [] : parseWiths(p);
  if (withs === undefined) return undefined;
  const loc = p.span(start, start.offset, p.lastEnd);
  if (!bodies && plain && inner.with.length === 0) return { ...inner, negated: true, with: withs, loc };
  return { kind: 'not', body: [inner], explicitBody: false, with: withs, loc };
}

/** With `import future.keywords.not`: `not { … }`, or `not` and an expression that makes a body alone. */
function parseNotBody(p: ParserState, start: Loc, isOperand: boolean): Expr | undefined {
  const explicitBody = p.tok === T.lbrace;
  let body: Body | undefined;
  if (explicitBody) {
    body = parseBraces(p);
  } else {
    if (p.tok === T.some || p.tok === T.every) {
      p.illegal(`illegal negation of '${tokenName(p.tok)}'`);
      return undefined;
    }
    const inner = parseBareExpr(p);
    body = inner && [inner];
  }
  if (body === undefined) return undefined;
  // An expression that makes the body alone is placed at its `not`.
  if (!explicitBody) body = body.map((expr) => ({ ...expr, loc: p.span(start, start.offset, p.lastEnd) }));
  const withs = isOperand ? [] : parseWiths(p);
  if (withs === undefined) return undefined;
  return { kind: 'not', body, explicitBody, with: withs, loc: p.span(start, start.offset, p.lastEnd) };
}
