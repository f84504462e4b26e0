// Plans the body of a rule. What needs no variable comes first: constant comparisons and look-ups of input and base data,
// so that a rule that cannot hold ends before anything that costs more or can fail (OPA's rule index has that effect).
import { operatorName } from '../analysis/core.ts';
import type { CoreRule } from '../analysis/core.ts';
import type { Expr, Term } from '../ast/nodes.ts';
import type { BodyPlanner, Next } from './body-planner.ts';
import { DATA, INPUT } from './builder.ts';
import { groundValue } from './ground.ts';
import type { PlanContext } from './plan-context.ts';
import { isRuleNode, stepKey, type TrieNode } from './rule-trie.ts';

/** Plans a rule's body for `next`; expressions in `settled` hold already. */
export function planRuleBody(planner: BodyPlanner, rule: CoreRule, settled: ReadonlySet<Expr>, next: Next): void {
  const { coverage, optimise } = planner.context;
  const body: Expr[] = [];
  for (const expr of rule.body) {
    const isSettled = settled.has(expr);
    const isPlanned = optimise && !isSettled && planEarly(planner, expr);
    // OPA's index looks at more: a rule that it leaves out is not covered.
    if (coverage && !isPlanned) planIndexTest(planner, rule, expr);
    // For coverage every expression is evaluated at its place.
    if (coverage || !(isSettled || isPlanned || isTrue(expr))) body.push(expr);
  }
  planner.body(body, () => {
    const head = planner.context.cover(rule.head.loc);
    if (head !== undefined) planner.fn.emit({ kind: 'cover', index: head, loc: rule.head.loc });
    next();
  });
}

function isTrue(expr: Expr): boolean {
  return (
    expr.kind === 'termexpr' &&
    !expr.negated &&
    expr.with.length === 0 &&
    expr.term.kind === 'boolean' &&
    expr.term.value
  );
}

/** Plans a comparison of an argument with a constant, or that a reference into the input is defined. */
function planIndexTest(planner: BodyPlanner, rule: CoreRule, expr: Expr): void {
  if (expr.kind === 'termexpr') {
    const { term } = expr;
    if (expr.negated || expr.with.length > 0 || term.kind !== 'ref' || term.head.kind !== 'var') return;
    if (term.head.name !== 'input' || term.operands.some((operand) => groundValue(operand) === undefined)) return;
    planner.documentRef(INPUT, 'input', [], term.operands, term.loc, () => {});
    return;
  }
  if (rule.args.length === 0 || expr.kind !== 'callexpr' || expr.negated || expr.with.length > 0) return;
  const name = operatorName(expr.operator);
  const [a, b] = expr.args;
  if ((name !== 'eq' && name !== 'equal') || a === undefined || b === undefined || expr.args.length !== 2) return;
  const isArgument = (term: Term): boolean =>
    term.kind === 'var' && rule.args.some((arg) => arg.kind === 'var' && arg.name === term.name);
  const [argument, other] = isArgument(a) ? [a, b] : [b, a];
  const value = groundValue(other);
  if (value === undefined || !isArgument(argument)) return;
  planner.term(argument, (found) =>
    planner.fn.emit({ kind: 'equal', a: found, b: planner.context.constants.operand(value), loc: expr.loc }),
  );
}

/** Plans what an equality says of input and base data alone; true when that is all it says. */
function planEarly(planner: BodyPlanner, expr: Expr): boolean {
  if (expr.kind !== 'callexpr' || expr.negated || expr.with.length > 0 || expr.args.length !== 2) return false;
  const name = operatorName(expr.operator);
  if (name !== 'eq' && name !== 'equal') return false;
  const [a, b] = expr.args as [Term, Term];
  return planEarlySide(planner, a, b) || planEarlySide(planner, b, a);
}

function planEarlySide(planner: BodyPlanner, ref: Term, other: Term): boolean {
  if (ref.kind !== 'ref' || ref.head.kind !== 'var') return false;
  if (ref.operands.some((operand) => groundValue(operand) === undefined)) return false;
  const { name } = ref.head;
  if (name !== 'input' && !(name === 'data' && ref.operands.length > 0 && isBase(planner.context, ref.operands)))
    return false;
  const value = groundValue(other);
  const items = other.kind === 'array' && other.items.every(isScalarOrVar) ? other.items.length : undefined;
  if (value === undefined && items === undefined && other.kind !== 'var') return false;
  const root = name === 'input' ? INPUT : DATA;
  planner.documentRef(root, name, [], ref.operands, ref.loc, (found) => {
    if (items !== undefined) {
      planner.fn.emit({ kind: 'isarray', source: found, loc: ref.loc });
      planner.fn.emit({ kind: 'haslength', source: found, count: items, loc: ref.loc });
    } else if (value !== undefined)
      planner.fn.emit({ kind: 'equal', a: found, b: planner.context.constants.operand(value), loc: ref.loc });
  });
  return value !== undefined && items === undefined;
}

function isScalarOrVar(term: Term): boolean {
  return term.kind === 'var' || term.kind === 'string' || (term.kind !== 'array' && groundValue(term) !== undefined);
}

/** Whether no rule has a say in the document at the path, and no `with` may replace one on the way. */
export function isBase(context: PlanContext, path: readonly Term[]): boolean {
  let node: TrieNode | undefined = context.root;
  for (const operand of path) {
    if (node.replacedSlot !== undefined || isRuleNode(node)) return false;
    const key = groundValue(operand);
    node = key === undefined ? undefined : node.children.get(stepKey(key));
    if (node === undefined) return true;
  }
  return false;
}
