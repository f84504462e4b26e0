// What `regate eval` shows besides bindings: the value of each expression of a query, kept in a variable of its own.
// The query means the same with the variables as without them, save that a single expression may be false.
import type { Body, CallExpr, Expr, Loc, RefTerm, Term } from './ast/nodes.ts';

/** An expression of a query, as written; `variable` has its value, else it is `true` in every result. */
export interface CapturedExpression {
  readonly text: string;
  readonly loc: Loc;
  readonly variable: string | undefined;
}

export interface CapturedQuery {
  readonly body: Body;
  readonly expressions: readonly CapturedExpression[];
}

/** Prefix of the variables; no identifier of a user has it. */
const PREFIX = '__expression';

/**
 * Adds a variable to each expression that has a value. `takesResult` says of a call whether its result is named by a last
 * argument already, or whether it has none.
 */
export function captureExpressions(
  body: Body,
  source: string,
  takesResult: (operator: RefTerm, argumentCount: number) => boolean,
): CapturedQuery {
  const single = body.length === 1;
  const out: Expr[] = [];
  const expressions: CapturedExpression[] = [];
  body.forEach((expr, i) => {
    const term = valueTerm(expr, takesResult);
    const text = source.slice(expr.loc.offset, expr.loc.end).trim();
    if (term === undefined) {
      expressions.push({ text, loc: expr.loc, variable: undefined });
      out.push(expr);
      return;
    }
    const variable = `${PREFIX}${i}`;
    expressions.push({ text, loc: expr.loc, variable });
    const { loc } = expr;
    const name: Term = { kind: 'var', name: variable, loc };
    const eq: RefTerm = { kind: 'ref', head: { kind: 'var', name: 'eq', loc }, operands: [], loc };
    const call: CallExpr = {
      kind: 'callexpr',
      negated: false,
      operator: eq,
      args: [name, term],
      with: expr.with,
      generated: true,
      loc,
    };
    out.push(call);
    if (!single) out.push({ kind: 'termexpr', negated: false, term: name, with: [], generated: true, loc });
  });
  return { body: out, expressions };
}

/** The expression as a term with a value, where it is one. */
function valueTerm(expr: Expr, takesResult: (operator: RefTerm, argumentCount: number) => boolean): Term | undefined {
  if (expr.kind === 'termexpr') return expr.negated ? undefined : expr.term;
  if (expr.kind !== 'callexpr' || expr.negated) return undefined;
  const { operator, args, loc } = expr;
  const { head } = operator;
  if (head.kind === 'var' && operator.operands.length === 0 && (head.name === 'eq' || head.name === 'assign'))
    return undefined;
  if (takesResult(operator, args.length)) return undefined;
  return { kind: 'call', operator, args, loc };
}

/** Whether a name among a query's variables was made here. */
export function isCaptured(name: string): boolean {
  return name.startsWith(PREFIX);
}
