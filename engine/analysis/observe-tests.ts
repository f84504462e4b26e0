// For reports of tests that failed: every expression of a test's body is preceded by a call of `internal.test_values`, which
// tells the host the number of the expression and the values of the variables in it.
import type { Expr, Loc, Node, Term } from '../ast/nodes.ts';
import { walk } from '../ast/walk.ts';
import type { CoreModule, CoreRule } from './core.ts';
import { isWildcard } from './core.ts';
import { withBody } from './lower-rules.ts';
import { builtinOperator, isOperator } from './terms.ts';

/** An expression that is observed: where it stands, and the places of the variables whose values are told, in order. */
export interface ObservedExpression {
  readonly loc: Loc;
  readonly places: readonly Loc[];
}

export interface ObservedModules {
  readonly modules: readonly CoreModule[];
  readonly expressions: readonly ObservedExpression[];
}

/** The modules with observed test rules. */
export function observeTests(modules: readonly CoreModule[]): ObservedModules {
  const expressions: ObservedExpression[] = [];
  const observed = modules.map((module) => ({
    ...module,
    rules: module.rules.map((rule) => (isTest(rule, module) ? observeRule(rule, expressions) : rule)),
  }));
  return { modules: observed, expressions };
}

function isTest(rule: CoreRule, module: CoreModule): boolean {
  return rule.path.slice(module.path.length).some((part) => part.startsWith('test_'));
}

function observeRule(rule: CoreRule, expressions: ObservedExpression[]): CoreRule {
  const body: Expr[] = [];
  const bound = new Set<string>();
  rule.body.forEach((expr, i) => {
    if (expr.loc.file !== '') {
      const found = occurrences(rule.body.slice(0, i + 1), expr.loc).filter(({ name }) => bound.has(name));
      body.push(
        observation(
          expressions.length,
          found.map(({ name }) => name),
          expr.loc,
        ),
      );
      expressions.push({ loc: expr.loc, places: found.map(({ loc }) => loc) });
    }
    body.push(expr);
    if ('negated' in expr && expr.negated) return;
    walk(operandsOf(expr), (node) => {
      if (node.kind.endsWith('comprehension') || node.kind === 'every' || node.kind === 'not') return false;
      if (node.kind === 'var') bound.add(node.name);
      return undefined;
    });
  });
  // Whoever comes to the end has not failed here.
  const end = { ...rule.loc, file: '' };
  body.push(observation(expressions.length, [], end));
  expressions.push({ loc: end, places: [] });
  return withBody(rule, body);
}

/** The terms of an expression; the operator of a call is no value. */
function operandsOf(expr: Expr): Node | readonly Node[] {
  return expr.kind === 'callexpr' ? expr.args : expr;
}

/** Of a call that a pass has lifted out only the result is shown: its arguments are within its own text. */
function shownOf(expr: Expr): Node | readonly Node[] {
  if (expr.kind !== 'callexpr' || expr.generated !== true || isOperator(expr.operator, 'eq')) return operandsOf(expr);
  return expr.args.slice(-1);
}

/** Variables at places within the expression's text, each place once; those of generated expressions before it too. */
function occurrences(exprs: readonly Expr[], within: Loc): { name: string; loc: Loc }[] {
  const found = new Map<string, { name: string; loc: Loc }>();
  for (const expr of exprs) {
    if (expr.loc.offset < within.offset || expr.loc.end > within.end || expr.loc.file !== within.file) continue;
    walk(shownOf(expr), (node) => {
      if (node.kind === 'with' || node.kind.endsWith('comprehension')) return false;
      if (node.kind === 'ref' && node.head.kind === 'var' && (node.head.name === 'data' || node.head.name === 'input'))
        return undefined;
      if (node.kind === 'var' && !isWildcard(node.name) && node.name !== 'data' && node.name !== 'input')
        if (node.loc.offset >= within.offset && node.loc.end <= within.end)
          found.set(`${node.loc.offset}:${node.loc.end}`, { name: node.name, loc: node.loc });
      return undefined;
    });
  }
  return [...found.values()];
}

function observation(index: number, names: readonly string[], at: Loc): Expr {
  const loc = { ...at, file: '' };
  const items: Term[] = names.map((name) => ({ kind: 'var', name, loc }));
  return {
    kind: 'callexpr',
    negated: false,
    operator: builtinOperator('internal.test_values', loc),
    args: [
      { kind: 'number', text: String(index), loc },
      { kind: 'array', items, loc },
    ],
    with: [],
    loc,
  };
}
