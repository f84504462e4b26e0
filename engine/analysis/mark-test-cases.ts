// Pass, for test runs only: a table test (`test_x[name] if …`) notes which of its cases are tried, by a call of
// `internal.test_case`, so that a case without a
// result is known to have failed. The call stands as soon as the case's names are bound.
import type { Expr, Term } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import type { CoreRule } from './core.ts';
import { withBody } from './lower-rules.ts';
import { builtinOperator, stringTerm } from './terms.ts';
import { collectExpr, NameList } from './variables.ts';

/** Adds the call to a table test's body; other rules stay as they are. */
export function markTestCases(rule: CoreRule, context: AnalysisContext): CoreRule {
  if (context.options.markTestCases !== true || rule.suffix.length === 0) return rule;
  const position = rule.path.findIndex((part) => part.startsWith('test_'));
  if (position < 0) return rule;
  // A place in no file: it does not count for coverage.
  const loc = { ...rule.head.loc, file: '' };
  const keys: Term[] = [...rule.path.slice(position + 1).map((part) => stringTerm(part, loc)), ...rule.suffix];
  const call: Expr = {
    kind: 'callexpr',
    negated: false,
    operator: builtinOperator('internal.test_case', loc),
    args: [{ kind: 'array', items: keys, loc }],
    with: [],
    loc,
  };
  const names = new Set<string>();
  for (const key of rule.suffix) if (key.kind === 'var' && !rule.locals.has(key.name)) names.add(key.name);
  // What a pass has lifted out of the head stands at the end of the body; it can be had earlier.
  const isLifted = (expr: Expr): boolean =>
    expr.kind === 'callexpr' &&
    expr.generated === true &&
    expr.args.some((arg) => arg.kind === 'var' && names.has(arg.name));
  const body = rule.body.filter((expr) => !isLifted(expr));
  for (const expr of rule.body.filter(isLifted)) insertEarly(body, expr, names);
  insertEarly(body, call, new Set());
  return withBody(rule, body);
}

/** Puts an expression after all that first mention its variables, `own` ones excepted. */
function insertEarly(body: Expr[], expr: Expr, own: ReadonlySet<string>): void {
  const needed = namesOf(expr);
  let position = 0;
  const seen = new Set<string>();
  body.forEach((each, i) => {
    for (const name of namesOf(each)) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (needed.has(name) && !own.has(name)) position = i + 1;
    }
  });
  body.splice(position, 0, expr);
}

function namesOf(expr: Expr): ReadonlySet<string> {
  const list = new NameList();
  collectExpr(expr, 0, list);
  return new Set(list.names);
}
