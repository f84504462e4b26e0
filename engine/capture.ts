// What `regate eval` shows besides bindings: the value of each expression of a query, kept in a variable of its own.
// The query means the same with the variables as without them, save that an expression which stands alone and does not
// iterate may be false.
import { operatorName } from './analysis/core.ts';
import type { Body, CallExpr, Expr, Loc, RefTerm, Term } from './ast/nodes.ts';
import { walk } from './ast/walk.ts';

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

/** What has to be known of the functions that a query calls. */
export interface CalledFunctions {
  /** Whether a call's result is named by a last argument already, or whether it has none. */
  takesResult(operator: RefTerm, argumentCount: number): boolean;
  /** Whether a built-in gives several results, as `walk` does. */
  isRelation(name: string): boolean;
}

/** Adds a variable to each expression that has a value. `body` has names of rules and imports resolved. */
export function captureExpressions(body: Body, source: string, functions: CalledFunctions): CapturedQuery {
  const mayBeFalse = body.length === 1 && !iterates(body, functions);
  const out: Expr[] = [];
  const expressions: CapturedExpression[] = [];
  body.forEach((expr, i) => {
    if (isDeclaration(expr)) {
      out.push(expr);
      return;
    }
    const term = valueTerm(expr, functions);
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
    if (!mayBeFalse) out.push({ kind: 'termexpr', negated: false, term: name, with: [], generated: true, loc });
  });
  return { body: out, expressions };
}

/** `some x, y`, which only names variables. */
function isDeclaration(expr: Expr): boolean {
  return expr.kind === 'some' && expr.symbols.every(({ kind }) => kind === 'var');
}

/** Whether there can be several results: by a variable in a reference or a relation, other than in a comprehension. */
function iterates(body: Body, { isRelation }: CalledFunctions): boolean {
  let found = false;
  walk(body, (node) => {
    if (found || node.kind.endsWith('comprehension')) return false;
    if (node.kind === 'ref') found = node.operands.some(({ kind }) => kind === 'var') || isRelation(operatorName(node));
    return true;
  });
  return found;
}

/** The expression as a term with a value, where it is one. */
function valueTerm(expr: Expr, functions: CalledFunctions): Term | undefined {
  if (expr.kind === 'termexpr') return expr.negated ? undefined : expr.term;
  if (expr.kind !== 'callexpr' || expr.negated) return undefined;
  const { operator, args, loc } = expr;
  const { head } = operator;
  if (head.kind === 'var' && operator.operands.length === 0 && (head.name === 'eq' || head.name === 'assign'))
    return undefined;
  if (functions.takesResult(operator, args.length)) return undefined;
  return { kind: 'call', operator, args, loc };
}

/** Whether a name among a query's variables was made here. */
export function isCaptured(name: string): boolean {
  return name.startsWith(PREFIX);
}
