// Bodies: expressions separated by semicolons or line breaks.
// What an expression is, is the business of `logical.ts` and `expressions.ts`.
import type { Body, Expr } from '../ast/nodes.ts';
import { trimmed } from '../ast/trimmed.ts';
import { parseLogical } from './logical.ts';
import type { BodyParsers, ParserState } from './state.ts';
import { T, tokenName } from './tokens.ts';
import type { Token } from './tokens.ts';

/** A body up to `end`, which the cursor ends on. */
export function parseBody(p: ParserState, end: Token): Body | undefined {
  if (!p.enter()) return undefined;
  const body = parseExprs(p, end);
  p.leave();
  return body;
}

function parseExprs(p: ParserState, end: Token): Body | undefined {
  if (p.tok === end) {
    p.error(p.loc(), 'found empty body');
    return undefined;
  }
  const body: Expr[] = [];
  for (;;) {
    const expr = parseLiteral(p);
    if (expr === undefined) return undefined;
    body.push(expr);
    if (p.tok === T.semicolon) {
      p.scan();
      continue;
    }
    if (p.tok === end) return trimmed(body);
    if (!p.afterNewline) {
      if (p.faultCount === 0) p.illegal(`expected \\n or ; or ${tokenName(end)}`);
      return undefined;
    }
  }
}

/** Expressions joined by `;` that stand as a statement of their own. */
export function parseStatementBody(p: ParserState): Body | undefined {
  const body: Expr[] = [];
  for (;;) {
    const expr = parseLiteral(p);
    if (expr === undefined) return undefined;
    body.push(expr);
    if (p.tok !== T.semicolon) return body;
    p.scan();
  }
}

/** One expression of a body, with its `with` modifiers. */
export function parseLiteral(p: ParserState): Expr | undefined {
  const { offset, row, col } = p;
  const expr = parseLogical(p);
  if (expr === undefined) return undefined;
  const { loc } = expr;
  const isWhole = loc.offset === offset && loc.end === p.lastEnd && loc.row === row && loc.col === col;
  return p.checked(isWhole ? expr : { ...expr, loc: p.span({ ...loc, row, col }, offset, p.lastEnd) });
}

/** What the parser's state gives to terms and expressions. */
export const BODIES: BodyParsers = { body: parseBody, literal: parseLiteral };
