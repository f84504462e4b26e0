// Pass, for test runs only: a table test (`test_x[name] if …`) notes which of its cases are tried, by a call of
// `internal.test_case`, so that a case without a
// result is known to have failed. The call stands as soon as the case's names are bound.
import type { Expr, Term } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import { type CoreRule, isGenerated } from './core.ts';
import { withBody } from './lower-rules.ts';
import { builtinOperator, stringTerm } from './terms.ts';
import { collectExpr, NameList, SKIP_CALL_HEAD } from './variables.ts';

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
  const { body, lifted } = withoutLifted(rule, names);
  let least = 0;
  for (const expr of lifted) least = insertEarly(body, expr, names, least) + 1;
  insertEarly(body, call, new Set(), 0);
  return withBody(rule, body);
}

/**
 * What passes have lifted out of the head, in order, and the rest: it stands at the end of the body, and can be had earlier. `names` are the
 * head's variables; those of the calls that lead to them are added.
 */
function withoutLifted(rule: CoreRule, names: Set<string>): { readonly body: Expr[]; readonly lifted: Expr[] } {
  const rest: Expr[] = [];
  const lifted: Expr[] = [];
  for (const expr of rule.body.toReversed()) {
    const isLifted =
      expr.kind === 'callexpr' &&
      expr.generated === true &&
      expr.args.some((arg) => arg.kind === 'var' && names.has(arg.name));
    (isLifted ? lifted : rest).push(expr);
    if (isLifted) for (const name of namesOf(expr)) if (isGenerated(name) && !rule.locals.has(name)) names.add(name);
  }
  return { body: rest.reverse(), lifted: lifted.reverse() };
}

/** Puts an expression after all that first mention its variables, `own` ones excepted, and not before `least`; where it stands then. */
function insertEarly(body: Expr[], expr: Expr, own: ReadonlySet<string>, least: number): number {
  const needed = namesOf(expr);
  let position = least;
  const seen = new Set<string>();
  body.forEach((each, i) => {
    for (const name of namesOf(each)) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (needed.has(name) && !own.has(name)) position = Math.max(position, i + 1);
    }
  });
  body.splice(position, 0, expr);
  return position;
}

function namesOf(expr: Expr): ReadonlySet<string> {
  const list = new NameList();
  collectExpr(expr, SKIP_CALL_HEAD, list);
  return new Set(list.names);
}
