// Plans the body of a rule. What needs no variable comes first: constant comparisons and look-ups of input and base data,
// so that a rule that cannot hold ends before anything that costs more or can fail (OPA's rule index has that effect).
import { operatorName } from '../analysis/core.ts';
import { builtinOperator } from '../analysis/terms.ts';
import type { CoreRule } from '../analysis/core.ts';
import type { Expr, Loc, RefTerm, Term } from '../ast/nodes.ts';
import type { BodyPlanner, Next, NextOperand } from './body-planner.ts';
import { DATA, INPUT, localOperand } from './builder.ts';
import { globTest } from './glob-test.ts';
import { groundValue } from './ground.ts';
import type { Operand } from './ir.ts';
import type { PlanContext } from './plan-context.ts';
import { isRuleNode, stepKey, type TrieNode } from './rule-trie.ts';

/** Plans a rule's body for `next`; expressions in `settled` hold already. */
export function planRuleBody(planner: BodyPlanner, rule: CoreRule, settled: readonly Expr[], next: Next): void {
  const { coverage, optimise } = planner.context;
  /** What is left to plan, from the first expression on that is planned already. */
  let body: Expr[] | undefined;
  const isReordered = optimise && !isPrinting(rule);
  const stands = isReordered ? standsFor(planner, rule) : NOTHING;
  for (let i = 0; i < rule.body.length; i++) {
    const expr = rule.body[i]!;
    const isSettled = settled.length > 0 && settled.includes(expr);
    const isPlanned = isReordered && !isSettled && planEarly(planner, expr, stands);
    // OPA's index looks at more: a rule that it leaves out is not covered.
    if (coverage && !isPlanned && !isPrinting(rule)) planIndexTest(planner, rule, expr);
    // For coverage every expression is evaluated at its place.
    if (coverage || !(isSettled || isPlanned || isTrue(expr))) body?.push(expr);
    else body ??= rule.body.slice(0, i);
  }
  planner.body(body ?? rule.body, () => {
    const head = planner.context.cover(rule.head.loc);
    if (head !== undefined) planner.fn.emit({ kind: 'cover', index: head, loc: rule.head.loc });
    next();
  });
}

/** Whether the rule's body prints: such a rule is never left out by an index, so that its `print` shows how far it came. */
export function isPrinting(rule: CoreRule): boolean {
  for (const expr of rule.body)
    if (expr.kind === 'callexpr' && isInternal(expr.operator) && operatorName(expr.operator) === 'internal.print')
      return true;
  return false;
}

/** Whether an operator is a built-in that only the compiler writes: few are, which saves asking for names. */
function isInternal({ head }: RefTerm): boolean {
  return head.kind === 'var' && head.name === 'internal';
}

const NOTHING: ReadonlyMap<string, Term> = new Map();

function isTrue(expr: Expr): boolean {
  return (
    expr.kind === 'termexpr' &&
    !expr.negated &&
    expr.with.length === 0 &&
    expr.term.kind === 'boolean' &&
    expr.term.value
  );
}

/** Plans a comparison of an argument, or of the elements of a look-up, with a constant, or that a reference into the input is defined. */
function planIndexTest(planner: BodyPlanner, rule: CoreRule, expr: Expr): void {
  if (expr.kind === 'termexpr') {
    const { term } = expr;
    if (expr.negated || expr.with.length > 0 || term.kind !== 'ref' || term.head.kind !== 'var') return;
    if (term.head.name !== 'input' || term.operands.some((operand) => groundValue(operand) === undefined)) return;
    planner.documentRef(INPUT, 'input', [], term.operands, term.loc, () => {});
    return;
  }
  const sides = equalitySides(expr);
  if (sides === undefined) return;
  const [a, b] = sides;
  if (planElementTest(planner, expr, a, b) || planElementTest(planner, expr, b, a)) return;
  const isArgument = (term: Term): boolean =>
    term.kind === 'var' && rule.args.some((arg) => arg.kind === 'var' && arg.name === term.name);
  const [argument, other] = isArgument(a) ? [a, b] : [b, a];
  const value = groundValue(other);
  if (value === undefined || !isArgument(argument)) return;
  planner.term(argument, (found) =>
    planner.fn.emit({ kind: 'equal', a: found, b: planner.context.constants.operand(value), loc: expr.loc }),
  );
}

/** Plans that a constant is among the elements of a look-up, for a comparison of it with `look-up[variable]`; false for any other. */
function planElementTest(planner: BodyPlanner, expr: Expr, element: Term, constant: Term): boolean {
  if (element.kind !== 'ref' || !isScalar(constant) || element.operands.at(-1)?.kind !== 'var') return false;
  const collection = { ...element, operands: element.operands.slice(0, -1) };
  if (!isLookup(planner, collection)) return false;
  const operator = builtinOperator('internal.member_2', expr.loc);
  const loc = { ...expr.loc, file: '' };
  planner.expr({ kind: 'callexpr', negated: false, operator, args: [constant, collection], with: [], loc }, () => {});
  return true;
}

/** Variables that stand for an argument, a look-up of input or base data, or a scalar, since the body says they are equal. */
function standsFor(planner: BodyPlanner, rule: CoreRule): ReadonlyMap<string, Term> {
  let stands: Map<string, Term> | undefined;
  for (const arg of rule.args) if (arg.kind === 'var') (stands ??= new Map()).set(arg.name, arg);
  for (const expr of rule.body) {
    const sides = equalitySides(expr);
    if (sides === undefined) continue;
    const isFirst = sides[0].kind === 'var';
    const name = isFirst ? sides[0] : sides[1];
    const other = isFirst ? sides[1] : sides[0];
    if (name.kind === 'var' && stands?.has(name.name) !== true && (isScalar(other) || isLookup(planner, other)))
      (stands ??= new Map()).set(name.name, other);
  }
  return stands ?? NOTHING;
}

function equalitySides(expr: Expr): readonly [Term, Term] | undefined {
  if (expr.kind !== 'callexpr' || expr.negated || expr.with.length > 0 || expr.args.length !== 2) return undefined;
  const { head, operands } = expr.operator;
  if (operands.length > 0 || head.kind !== 'var' || (head.name !== 'eq' && head.name !== 'equal')) return undefined;
  return expr.args as unknown as [Term, Term];
}

/**
 * Plans what an expression says of arguments, input and base data alone, as far as OPA's index looks at it: what it does not look at
 * keeps its place, since something before it may fail. True when that is all the expression says.
 */
function planEarly(planner: BodyPlanner, expr: Expr, stands: ReadonlyMap<string, Term>): boolean {
  if (expr.kind === 'termexpr' && !expr.negated && expr.with.length === 0) {
    // Only whether the reference is defined: whether it is true is told at its place.
    planLookup(planner, expr.term, () => {});
    return false;
  }
  const membership = earlyMembership(planner, expr, stands);
  if (membership !== undefined) {
    // It is not reached yet, as far as coverage goes.
    planner.expr({ ...membership, loc: { ...membership.loc, file: '' } }, () => {});
    return true;
  }
  if (planEarlyGlob(planner, expr, stands)) return true;
  const sides = equalitySides(expr);
  if (sides === undefined) return false;
  const [a, b] = sides;
  return planEarlySide(planner, a, b, stands) || planEarlySide(planner, b, a, stands);
}

/** Plans a match of an argument or a look-up with a pattern that OPA's index looks at: what is no text does not match, and is no fault. */
function planEarlyGlob(planner: BodyPlanner, expr: Expr, stands: ReadonlyMap<string, Term>): boolean {
  const glob = hasGlobs(planner.context) ? globTest(expr) : undefined;
  if (glob === undefined) return false;
  const { call, subject } = glob;
  const tested = subject.kind === 'var' ? stands.get(subject.name) : subject;
  if (tested === undefined) return false;
  const [pattern, delimiters] = call.args as [Term, Term];
  const test = (found: Operand): void => {
    emitBuiltinTest(planner, 'is_string', [found], call.loc);
    planner.terms([pattern, delimiters], ([first, second]) =>
      emitBuiltinTest(planner, 'glob.match', [first!, second!, found], call.loc),
    );
  };
  if (tested.kind !== 'var') return planLookup(planner, tested, test);
  planner.term(tested, test);
  return true;
}

/** Whether `glob.match` is the built-in everywhere: no `with` replaces it. */
export function hasGlobs(context: PlanContext): boolean {
  return context.builtin('glob.match') !== undefined && context.mock('glob.match') === undefined;
}

/** A call of a built-in that has to be true. */
export function emitBuiltinTest({ fn }: BodyPlanner, name: string, args: readonly Operand[], loc: Loc): void {
  const target = fn.newLocal();
  fn.emit({ kind: 'callbuiltin', name, args, target, loc });
  fn.emit({ kind: 'istrue', source: localOperand(target), loc });
}

/** A test of a look-up for being among constants, or of a constant for being in what is looked up, without variables. */
function earlyMembership(planner: BodyPlanner, expr: Expr, stands: ReadonlyMap<string, Term>): Expr | undefined {
  if (expr.kind !== 'callexpr' || expr.negated || expr.with.length > 0 || expr.args.length !== 2) return undefined;
  if (!isInternal(expr.operator) || operatorName(expr.operator) !== 'internal.member_2') return undefined;
  const args = expr.args.map((arg) => (arg.kind === 'var' ? (stands.get(arg.name) ?? arg) : arg));
  const [member, collection] = args as [Term, Term];
  const isTest = isLookup(planner, collection)
    ? isScalar(member)
    : isLookup(planner, member) && scalarsOf(collection) !== undefined;
  return isTest ? { ...expr, args } : undefined;
}

/** What `in` looks for in a collection written out; undefined when it is not all scalars. */
function scalarsOf(collection: Term): readonly Term[] | undefined {
  const items =
    collection.kind === 'object'
      ? collection.entries.map(({ value }) => value)
      : collection.kind === 'array' || collection.kind === 'set'
        ? collection.items
        : undefined;
  return items?.every(isScalar) === true ? items : undefined;
}

function planEarlySide(planner: BodyPlanner, side: Term, other: Term, stands: ReadonlyMap<string, Term>): boolean {
  const tested = side.kind === 'var' ? stands.get(side.name) : side;
  const constant = other.kind === 'var' ? (stands.get(other.name) ?? other) : other;
  const value = isScalar(constant) ? groundValue(constant) : undefined;
  const items = constant.kind === 'array' && constant.items.every(isScalarOrVar) ? constant.items : undefined;
  if (tested === undefined || (value === undefined && items === undefined && other.kind !== 'var')) return false;
  const { fn, context } = planner;
  const { loc } = side;
  const test = (found: Operand): void => {
    if (value !== undefined) fn.emit({ kind: 'equal', a: found, b: context.constants.operand(value), loc });
    if (items === undefined) return;
    fn.emit({ kind: 'isarray', source: found, loc });
    fn.emit({ kind: 'haslength', source: found, count: items.length, loc });
    items.forEach((item, i) => {
      const known = groundValue(item);
      if (known === undefined) return;
      const target = fn.newLocal();
      fn.emit({ kind: 'dot', source: found, key: context.constants.operand(i), target, loc });
      fn.emit({ kind: 'equal', a: localOperand(target), b: context.constants.operand(known), loc });
    });
  };
  if (tested.kind === 'var') {
    if (value === undefined && items === undefined) return false;
    planner.term(tested, test);
    return side.kind === 'var' && other === constant && value !== undefined;
  }
  return planLookup(planner, tested, test) && tested === side && other === constant && value !== undefined;
}

/** Plans a reference into the input or base data by constant keys; false when the term is no such reference. */
function planLookup(planner: BodyPlanner, ref: Term, next: NextOperand): boolean {
  if (!isLookup(planner, ref)) return false;
  const isInput = ref.head.kind === 'var' && ref.head.name === 'input';
  planner.documentRef(isInput ? INPUT : DATA, isInput ? 'input' : 'data', [], ref.operands, ref.loc, next);
  return true;
}

function isLookup(planner: BodyPlanner, ref: Term): ref is RefTerm {
  if (ref.kind !== 'ref' || ref.head.kind !== 'var') return false;
  if (ref.operands.some((operand) => groundValue(operand) === undefined)) return false;
  const { name } = ref.head;
  return name === 'input' || (name === 'data' && ref.operands.length > 0 && isBase(planner.context, ref.operands));
}

function isScalarOrVar(term: Term): boolean {
  return term.kind === 'var' || isScalar(term);
}

function isScalar(term: Term): boolean {
  return term.kind === 'string' || term.kind === 'number' || term.kind === 'boolean' || term.kind === 'null';
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
