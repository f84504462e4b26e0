// Plans the function of a group of rules: one document, or one function's definitions.
// Bodies are body-planner.ts's; which groups exist is rule-trie.ts's.
import type { Expr, Loc, Term } from '../ast/nodes.ts';
import type { CoreRule } from '../analysis/core.ts';
import type { Value } from '../value/value.ts';
import { BodyPlanner } from './body-planner.ts';
import { FuncBuilder, localOperand } from './builder.ts';
import { groundValue } from './ground.ts';
import type { Block, ConflictKind, ConstIndex, Local, Operand } from './ir.ts';
import type { PlanContext } from './plan-context.ts';
import { emitBuiltinTest, hasGlobs, isBase, planRuleBody } from './rule-body.ts';
import { inIndexOrder } from './index-order.ts';
import {
  indexRules,
  type IndexCase,
  type IndexedRule,
  type IndexNode,
  type IndexScope,
  type Subject,
} from './rule-index.ts';
import type { GroupedRule, TrieNode } from './rule-trie.ts';
import { unifyOperand } from './unify.ts';

export interface PlannedFunc {
  readonly fn: FuncBuilder;
  readonly params: readonly Local[];
  readonly blocks: readonly Block[];
}

export function planRules(context: PlanContext, node: TrieNode): PlannedFunc {
  const first = node.rules[0]!;
  if (node.rules.some((grouped) => grouped.suffix.length > 0)) return planObject(context, node.rules);
  if (first.rule.kind === 'set') return planSet(context, node.rules);
  return planValue(context, node.rules);
}

/** Complete rules and functions: one value, `default` when no other rule gives one. */
function planValue(context: PlanContext, rules: readonly GroupedRule[]): PlannedFunc {
  const arity = rules[0]!.rule.args.length;
  const conflict: ConflictKind = rules[0]!.rule.kind === 'function' ? 'function' : 'complete';
  const ordinary: CoreRule[] = [];
  const chains: CoreRule[] = [];
  const plain: IndexedRule[] = [];
  let fallback: CoreRule | undefined;
  for (const { rule } of rules) {
    if (rule.isDefault) {
      fallback ??= rule;
      continue;
    }
    ordinary.push(rule);
    if (rule.else === undefined) plain.push({ rule, settled: NOTHING_SETTLED });
    else chains.push(rule);
  }
  const group: ValueGroup = { context, arity, conflict, same: sameConstant(ordinary), loc: rules[0]!.rule.loc };
  const index = groupRules(context, plain);
  return planValueNode(group, index, chains, fallback);
}

function groupRules(context: PlanContext, rules: readonly IndexedRule[]): IndexNode {
  // A look-up would put rules into another order than coverage needs.
  if (context.coverage && rules.length < MANY_RULES) return { always: rules };
  return context.optimise ? indexRules(rules, scopeOf(context)) : { always: rules };
}

function scopeOf(context: PlanContext): IndexScope {
  return { isBase: (path) => isBase(context, path), globs: hasGlobs(context) };
}

/** With more rules than this coverage leaves the order to the look-up, too. */
const MANY_RULES = 64;

/** What the functions of one group have in common. */
interface ValueGroup {
  readonly context: PlanContext;
  readonly arity: number;
  readonly conflict: ConflictKind;
  /** All rules give the same constant: the first solution is the answer. */
  readonly same: boolean;
  readonly loc: Loc;
}

const NOTHING_SETTLED: readonly Expr[] = [];

/** More cases than this each get a function of their own, so that no function grows with the number of rules. */
const INLINE_CASES = 8;

function planValueNode(
  group: ValueGroup,
  node: IndexNode,
  chains: readonly CoreRule[],
  fallback: CoreRule | undefined,
): PlannedFunc {
  const fn = new FuncBuilder(group.context.optimise);
  const params = group.arity === 0 ? NO_PARAMS : Array.from({ length: group.arity }, () => fn.newLocal());
  const result = fn.newLocal();
  const planner = new BodyPlanner(fn, group.context);
  const fills = valueFills(group, planner, node, chains, params, result);
  if (fallback !== undefined)
    fills.push(() => {
      fn.emit({ kind: 'isundefined', source: localOperand(result), loc: fallback.loc });
      planSolution(planner, fallback, params, NOTHING_SETTLED, (value) =>
        fn.emit({ kind: 'assignvar', source: value, target: result, loc: fallback.loc }),
      );
    });
  fills.push(() => fn.emit({ kind: 'returnlocal', source: result, loc: group.loc }));
  return { fn, params, blocks: fills.map((fill) => fn.block(fill)) };
}

/** What to plan, a block each, for the rules of an index node. */
function valueFills(
  group: ValueGroup,
  planner: BodyPlanner,
  node: IndexNode,
  chains: readonly CoreRule[],
  params: readonly Local[],
  result: Local,
): (() => void)[] {
  const { fn } = planner;
  const give = (source: Operand, loc: Loc): void => {
    fn.emit({ kind: 'assignvaronce', source, target: result, conflict: group.conflict, loc });
    if (group.same) fn.emit({ kind: 'returnlocal', source: result, loc });
  };
  const plain =
    ({ rule, settled }: IndexedRule) =>
    () => {
      const outer = fn.depth;
      planSolution(planner, rule, params, settled, (value) => {
        give(value, rule.loc);
        // Every further solution of this rule has the same value: leave the search.
        if (value.kind === 'const' && !group.same) fn.breakTo(outer, rule.loc);
      });
    };
  const { context } = group;
  const { lookup } = node;
  if (node.always.length === 1 && chains.length === 0 && lookup === undefined) return [plain(node.always[0]!)];
  const isAlone = node.always.length === 0 && chains.length === 1 && lookup === undefined;
  const byRule = new Map<CoreRule, () => void>([
    ...node.always.map((each) => [each.rule, plain(each)] as const),
    ...chains.map((rule) => [rule, () => planElseChain(planner, rule, params, result, group, isAlone)] as const),
  ]);
  const fills = inReferenceOrder(context, [...byRule.keys()]).map((rule) => byRule.get(rule)!);
  if (lookup !== undefined)
    fills.push(() =>
      planLookup(planner, lookup, params, group.loc, {
        inline: (each) => fn.blocks(group.loc, ...valueFills(group, planner, each, [], params, result)),
        ...(group.arity === 0 && {
          apart: {
            plan: (each) => planValueNode(group, each, [], undefined),
            take: (value) => give(localOperand(value), group.loc),
          },
        }),
      }),
    );
  return fills;
}

/** Of several errors the first one counts: rules come in the reference's order. */
function inReferenceOrder(context: PlanContext, rules: readonly CoreRule[]): readonly CoreRule[] {
  if (rules.length < 2) return rules;
  const inSource = rules.toSorted((a, b) => a.id - b.id);
  return inSource.length < MANY_RULES ? inIndexOrder(inSource, scopeOf(context)) : inSource;
}

interface LookupPlans {
  /** Plans a case in place. */
  inline(node: IndexNode): void;
  /** Where a case may be a function: plans it, and what to do with its result. */
  readonly apart?: { plan(node: IndexNode): PlannedFunc; take(result: Local): void };
}

function planLookup(
  planner: BodyPlanner,
  { subject, cases: indexed }: NonNullable<IndexNode['lookup']>,
  params: readonly Local[],
  loc: Loc,
  { inline, apart }: LookupPlans,
): void {
  const { fn, context } = planner;
  const plan = (source: Operand): void => {
    const values = (each: IndexCase): ConstIndex[] => each.values.map((value) => context.constants.index(value));
    if (apart === undefined || indexed.length <= INLINE_CASES) {
      const cases = indexed.map((each) => ({
        values: values(each),
        block: fn.block(() => inline(each.node)),
      }));
      fn.emit({ kind: 'switch', source, cases, loc });
      return;
    }
    const cases = indexed.map((each, i) => ({
      values: values(each),
      func: context.caseFunc(i, loc, () => apart.plan(each.node)),
    }));
    const target = fn.newLocal();
    fn.emit({ kind: 'callswitch', source, cases, target, loc });
    apart.take(target);
  };
  planSubject(planner, subject, params, loc, plan);
}

/** Plans what a look-up looks at. */
function planSubject(
  planner: BodyPlanner,
  subject: Subject,
  params: readonly Local[],
  loc: Loc,
  next: (source: Operand) => void,
): void {
  if (subject.kind === 'argument') return next(localOperand(params[subject.position]!));
  if (subject.kind === 'reference') return planner.term(subject.term, next);
  const { fn, context } = planner;
  if (subject.kind === 'item')
    return planSubject(planner, subject.of, params, loc, (array) => {
      const item = fn.newLocal();
      const key = context.constants.operand(subject.position);
      fn.emit({ kind: 'dot', source: array, key, target: item, loc });
      next(localOperand(item));
    });
  if (subject.kind === 'elements')
    return planSubject(planner, subject.of, params, loc, (collection) => {
      // Each once, however often the collection has it.
      const set = fn.newLocal();
      fn.emit({ kind: 'makeset', capacity: 0, target: set, loc });
      fn.scan(
        collection,
        loc,
        (_key, value) => fn.emit({ kind: 'setadd', set, value: localOperand(value), loc }),
        false,
      );
      const value = fn.newLocal();
      // Nothing in a rule is computed before an element is known to lead to it.
      const block = fn.block(() => next(localOperand(value)), true);
      fn.emit({ kind: 'scan', source: localOperand(set), key: undefined, value, block, loc });
    });
  planSubject(planner, subject.of, params, loc, (text) => {
    emitBuiltinTest(planner, 'is_string', [text], loc);
    const parts = fn.newLocal();
    const part = fn.newLocal();
    const delimiter = context.constants.operand(subject.delimiter);
    fn.emit({ kind: 'callbuiltin', name: 'split', args: [text, delimiter], target: parts, loc });
    const key = context.constants.operand(subject.position);
    fn.emit({ kind: 'dot', source: localOperand(parts), key, target: part, loc });
    next(localOperand(part));
  });
}

/** A rule and its `else` rules, each tried when those before gave nothing; `isAlone` when nothing else gives a result. */
function planElseChain(
  planner: BodyPlanner,
  rule: CoreRule,
  params: readonly Local[],
  result: Local,
  group: ValueGroup,
  isAlone: boolean,
): void {
  const { fn } = planner;
  const found = isAlone ? result : fn.newLocal();
  if (!isAlone) fn.emit({ kind: 'resetlocal', target: found, loc: rule.loc });
  for (let each: CoreRule | undefined = rule; each !== undefined; each = each.else) {
    const branch: CoreRule = each;
    fn.blocks(branch.loc, () => {
      const outer = fn.depth;
      if (branch !== rule) fn.emit({ kind: 'isundefined', source: localOperand(found), loc: branch.loc });
      planSolution(planner, branch, params, NOTHING_SETTLED, (source) => {
        fn.emit({ kind: 'assignvaronce', source, target: result, conflict: group.conflict, loc: branch.loc });
        if (!isAlone) fn.emit({ kind: 'assignvar', source, target: found, loc: branch.loc });
        if (source.kind === 'const') fn.breakTo(outer, branch.loc);
      });
    });
  }
  if (!group.same) return;
  fn.emit({ kind: 'isdefined', source: localOperand(found), loc: rule.loc });
  fn.emit({ kind: 'returnlocal', source: result, loc: rule.loc });
}

function planSolution(
  planner: BodyPlanner,
  rule: CoreRule,
  params: readonly Local[],
  settled: readonly Expr[],
  next: (value: Operand) => void,
): void {
  planArgs(planner, rule, params, () => planRuleBody(planner, rule, settled, () => planner.term(rule.value, next)));
}

function planArgs(planner: BodyPlanner, rule: CoreRule, params: readonly Local[], next: () => void, i = 0): void {
  const arg = rule.args[i];
  if (arg === undefined) return next();
  unifyOperand(planner, arg, localOperand(params[i]!), rule.loc, () => planArgs(planner, rule, params, next, i + 1));
}

/** Whether all rules give the same constant: then the first solution is the answer. */
function sameConstant(rules: readonly CoreRule[]): boolean {
  let seen: Value | undefined;
  for (const rule of rules) {
    for (let each: CoreRule | undefined = rule; each !== undefined; each = each.else) {
      const value = groundValue(each.value);
      if (value === undefined || (typeof value === 'object' && value !== null)) return false;
      if (seen !== undefined && seen !== value) return false;
      seen = value;
    }
  }
  return true;
}

const NO_PARAMS: readonly Local[] = [];

/** Partial sets. */
function planSet(context: PlanContext, rules: readonly GroupedRule[]): PlannedFunc {
  const { loc } = rules[0]!.rule;
  return planSetNode(
    context,
    groupRules(
      context,
      rules.map(({ rule }) => ({ rule, settled: NOTHING_SETTLED })),
    ),
    loc,
  );
}

function planSetNode(context: PlanContext, node: IndexNode, loc: Loc): PlannedFunc {
  const fn = new FuncBuilder(context.optimise);
  const planner = new BodyPlanner(fn, context);
  const set = fn.newLocal();
  const fills = [
    () => fn.emit({ kind: 'makeset', capacity: 0, target: set, loc }),
    ...setFills(planner, node, set, loc),
    () => fn.emit({ kind: 'returnlocal', source: set, loc }),
  ];
  return { fn, params: NO_PARAMS, blocks: fills.map((fill) => fn.block(fill)) };
}

function setFills(planner: BodyPlanner, node: IndexNode, set: Local, loc: Loc): (() => void)[] {
  const { fn, context } = planner;
  const settledOf = new Map(node.always.map(({ rule, settled }) => [rule, settled]));
  const fills = inReferenceOrder(context, [...settledOf.keys()]).map(
    (rule) => () =>
      planRuleBody(planner, rule, settledOf.get(rule)!, () =>
        planner.term(rule.key!, (value) => fn.emit({ kind: 'setadd', set, value, loc: rule.loc })),
      ),
  );
  const { lookup } = node;
  if (lookup !== undefined)
    fills.push(() =>
      planLookup(planner, lookup, NO_PARAMS, loc, {
        inline: (each) => fn.blocks(loc, ...setFills(planner, each, set, loc)),
        apart: {
          plan: (each) => planSetNode(context, each, loc),
          take: (part) =>
            fn.scan(
              localOperand(part),
              loc,
              (_key, value) => fn.emit({ kind: 'setadd', set, value: localOperand(value), loc }),
              false,
            ),
        },
      }),
    );
  return fills;
}

/**
 * Rules with a dynamic part in their reference: one object, leaves put in at their paths.
 * Rules of different depths may meet: `leaves` then keeps the paths of leaves, so that a leaf's own value is never
 * taken for an inner object.
 */
function planObject(context: PlanContext, rules: readonly GroupedRule[]): PlannedFunc {
  const fn = new FuncBuilder(context.optimise);
  const planner = new BodyPlanner(fn, context);
  const object = fn.newLocal();
  const { loc } = rules[0]!.rule;
  const depths = new Set(rules.map(({ suffix, rule }) => suffix.length * 2 + (rule.kind === 'set' ? 1 : 0)));
  const leaves = depths.size > 1 ? fn.newLocal() : undefined;
  const blocks = [
    fn.block(() => {
      fn.emit({ kind: 'makeobject', capacity: 0, target: object, loc });
      if (leaves !== undefined) fn.emit({ kind: 'makeset', capacity: 0, target: leaves, loc });
    }),
  ];
  const parts: ObjectParts = {
    object,
    leaves,
    suffixes: new Map(rules.map(({ rule, suffix }) => [rule, suffix])),
    loc,
  };
  const asIndexed = ({ rule }: GroupedRule): IndexedRule => ({ rule, settled: NOTHING_SETTLED });
  const fallbacks = rules.filter(({ rule }) => rule.isDefault).map(asIndexed);
  const chains = rules.filter(({ rule }) => !rule.isDefault && rule.else !== undefined).map(asIndexed);
  const plain = rules.filter(({ rule }) => !rule.isDefault && rule.else === undefined).map(asIndexed);
  // Where leaves meet objects the order decides what is refused.
  const index = leaves === undefined ? groupRules(context, plain) : { always: plain };
  const always = [...index.always, ...chains];
  for (const node of [{ ...index, always }, { always: fallbacks }])
    for (const fill of objectFills(planner, node, parts)) blocks.push(fn.block(fill));
  blocks.push(fn.block(() => fn.emit({ kind: 'returnlocal', source: object, loc })));
  return { fn, params: [], blocks };
}

/** The object under construction, and what is left of its rules' references. */
interface ObjectParts {
  readonly object: Local;
  readonly leaves: Local | undefined;
  readonly suffixes: ReadonlyMap<CoreRule, readonly Term[]>;
  readonly loc: Loc;
}

function objectFills(planner: BodyPlanner, node: IndexNode, parts: ObjectParts): (() => void)[] {
  const { fn } = planner;
  const byRule = new Map(node.always.map((each) => [each.rule, each]));
  const fills = inReferenceOrder(planner.context, [...byRule.keys()]).map(
    (rule) => () => planObjectRule(planner, byRule.get(rule)!, parts),
  );
  const { lookup } = node;
  if (lookup !== undefined)
    fills.push(() =>
      planLookup(planner, lookup, NO_PARAMS, parts.loc, {
        inline: (each) => fn.blocks(parts.loc, ...objectFills(planner, each, parts)),
      }),
    );
  return fills;
}

function planObjectRule(
  planner: BodyPlanner,
  { rule, settled }: IndexedRule,
  { object, leaves, suffixes }: ObjectParts,
): void {
  const { fn } = planner;
  const { loc } = rule;
  const suffix = suffixes.get(rule)!;
  if (rule.else === undefined) {
    planRuleBody(planner, rule, settled, () => insertLeaf(planner, rule, suffix, object, leaves));
    return;
  }
  // `else` under a dynamic reference: the chain's value is found per solution of the first body that has one.
  const found = fn.newLocal();
  fn.emit({ kind: 'resetlocal', target: found, loc });
  for (let each: CoreRule | undefined = rule; each !== undefined; each = each.else) {
    const current: CoreRule = each;
    fn.blocks(loc, () => {
      fn.emit({ kind: 'isundefined', source: localOperand(found), loc });
      planRuleBody(planner, current, NOTHING_SETTLED, () => {
        insertLeaf(planner, current, suffix, object, leaves);
        fn.emit({ kind: 'assignvar', source: planner.context.constants.operand(true), target: found, loc });
      });
    });
  }
}

function insertLeaf(
  planner: BodyPlanner,
  rule: CoreRule,
  suffix: readonly Term[],
  object: Local,
  leaves: Local | undefined,
): void {
  const { fn } = planner;
  const { loc } = rule;
  const last = rule.kind === 'set' ? rule.key! : rule.value;
  planner.terms([...suffix, last], (operands) => {
    const keys = operands.slice(0, -1);
    const leaf = operands.at(-1)!;
    let parent = object;
    keys.slice(0, -1).forEach((key, i) => {
      if (leaves !== undefined) refuseLeafAt(planner, leaves, keys.slice(0, i + 1), loc);
      parent = childOf(planner, parent, key, 'makeobject', loc);
    });
    const key = keys.at(-1)!;
    if (rule.kind === 'set') {
      if (leaves !== undefined) refuseLeafAt(planner, leaves, keys, loc);
      const set = childOf(planner, parent, key, 'makeset', loc);
      fn.emit({ kind: 'setadd', set, value: leaf, loc });
      return;
    }
    if (rule.isDefault) {
      const target = fn.newLocal();
      fn.emit({ kind: 'resetlocal', target, loc });
      fn.blocks(loc, () => fn.emit({ kind: 'dot', source: localOperand(parent), key, target, loc }));
      fn.emit({ kind: 'isundefined', source: localOperand(target), loc });
    }
    fn.emit({ kind: 'objectinsertonce', object: parent, key, value: leaf, loc });
    if (leaves !== undefined) {
      const path = pathArray(planner, keys, loc);
      fn.emit({ kind: 'setadd', set: leaves, value: localOperand(path), loc });
    }
  });
}

/** The object or set at `key`, made when it is not there. */
function childOf(planner: BodyPlanner, parent: Local, key: Operand, make: 'makeobject' | 'makeset', loc: Loc): Local {
  const { fn } = planner;
  const child = fn.newLocal();
  fn.emit({ kind: 'resetlocal', target: child, loc });
  fn.blocks(
    loc,
    () => fn.emit({ kind: 'dot', source: localOperand(parent), key, target: child, loc }),
    () => {
      fn.emit({ kind: 'isundefined', source: localOperand(child), loc });
      fn.emit({ kind: make, capacity: 0, target: child, loc });
      fn.emit({ kind: 'objectinsert', object: parent, key, value: localOperand(child), loc });
    },
  );
  fn.blocks(loc, () => {
    const other = fn.newLocal();
    fn.emit({ kind: 'resetlocal', target: other, loc });
    fn.blocks(loc, () => {
      fn.emit({ kind: make === 'makeset' ? 'isset' : 'isobject', source: localOperand(child), loc });
      fn.emit({ kind: 'assignvar', source: planner.context.constants.operand(true), target: other, loc });
    });
    fn.emit({ kind: 'isundefined', source: localOperand(other), loc });
    fn.emit({ kind: 'raise', code: 'eval_conflict_error', message: 'object keys must be unique', loc });
  });
  return child;
}

function pathArray(planner: BodyPlanner, keys: readonly Operand[], loc: Loc): Local {
  const { fn } = planner;
  const path = fn.newLocal();
  fn.emit({ kind: 'makearray', capacity: keys.length, target: path, loc });
  for (const value of keys) fn.emit({ kind: 'arrayappend', array: path, value, loc });
  return path;
}

function refuseLeafAt(planner: BodyPlanner, leaves: Local, keys: readonly Operand[], loc: Loc): void {
  const { fn } = planner;
  fn.blocks(loc, () => {
    const path = pathArray(planner, keys, loc);
    const found = fn.newLocal();
    fn.emit({ kind: 'dot', source: localOperand(leaves), key: localOperand(path), target: found, loc });
    fn.emit({ kind: 'raise', code: 'eval_conflict_error', message: 'object keys must be unique', loc });
  });
}
