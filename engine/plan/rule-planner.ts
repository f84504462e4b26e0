// Plans the function of a group of rules: one document, or one function's definitions.
// Bodies are body-planner.ts's; which groups exist is rule-trie.ts's.
import type { Body, Loc, Term } from '../ast/nodes.ts';
import type { CoreRule } from '../analysis/core.ts';
import { BodyPlanner } from './body-planner.ts';
import { FuncBuilder, localOperand } from './builder.ts';
import { groundValue } from './ground.ts';
import type { Block, ConflictKind, Local, Operand } from './ir.ts';
import type { PlanContext } from './plan-context.ts';
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
  const fn = new FuncBuilder();
  const arity = rules[0]!.rule.args.length;
  const params = Array.from({ length: arity }, () => fn.newLocal());
  const result = fn.newLocal();
  const conflict: ConflictKind = rules[0]!.rule.kind === 'function' ? 'function' : 'complete';
  const ordinary = rules.filter(({ rule }) => !rule.isDefault).map(({ rule }) => rule);
  const fallback = rules.find(({ rule }) => rule.isDefault)?.rule;
  const same = sameConstant(ordinary);
  const blocks: Block[] = [];
  const planner = new BodyPlanner(fn, context);
  for (const rule of ordinary) {
    blocks.push(
      fn.block(() => {
        const outer = fn.depth;
        const into = rule.else === undefined ? result : fn.newLocal();
        if (rule.else !== undefined) fn.emit({ kind: 'resetlocal', target: into, loc: rule.loc });
        const done = (): void => {
          if (into !== result)
            fn.emit({ kind: 'assignvaronce', source: localOperand(into), target: result, conflict, loc: rule.loc });
          if (same) fn.emit({ kind: 'returnlocal', source: result, loc: rule.loc });
        };
        planChain(planner, rule, params, into, conflict, outer, same && rule.else === undefined ? done : undefined);
        if (rule.else !== undefined) {
          fn.emit({ kind: 'isdefined', source: localOperand(into), loc: rule.loc });
          done();
        }
      }),
    );
  }
  if (fallback !== undefined)
    blocks.push(
      fn.block(() => {
        fn.emit({ kind: 'isundefined', source: localOperand(result), loc: fallback.loc });
        planSolution(planner, fallback, params, (value) =>
          fn.emit({ kind: 'assignvar', source: value, target: result, loc: fallback.loc }),
        );
      }),
    );
  blocks.push(fn.block(() => fn.emit({ kind: 'returnlocal', source: result, loc: rules[0]!.rule.loc })));
  return { fn, params, blocks };
}

/** A rule and its `else` rules, each tried when those before gave nothing. */
function planChain(
  planner: BodyPlanner,
  rule: CoreRule,
  params: readonly Local[],
  into: Local,
  conflict: ConflictKind,
  outer: number,
  done: (() => void) | undefined,
): void {
  const { fn } = planner;
  const { loc } = rule;
  const plan = (): void => {
    const blockDepth = fn.depth;
    planSolution(planner, rule, params, (value) => {
      const constant = value.kind === 'const';
      fn.emit({ kind: 'assignvaronce', source: value, target: into, conflict, loc });
      if (done !== undefined) done();
      // Every further solution has the same value: leave the search.
      else if (constant) fn.breakTo(blockDepth, loc);
    });
  };
  if (rule.else === undefined && outer === fn.depth) return plan();
  fn.blocks(loc, plan);
  if (rule.else !== undefined) {
    const next = rule.else;
    fn.blocks(loc, () => {
      fn.emit({ kind: 'isundefined', source: localOperand(into), loc });
      planChain(planner, next, params, into, conflict, outer, undefined);
    });
  }
}

function planSolution(
  planner: BodyPlanner,
  rule: CoreRule,
  params: readonly Local[],
  next: (value: Operand) => void,
): void {
  planArgs(planner, rule, params, () => planner.body(ruleBody(rule), () => planner.term(rule.value, next)));
}

function planArgs(planner: BodyPlanner, rule: CoreRule, params: readonly Local[], next: () => void, i = 0): void {
  const arg = rule.args[i];
  if (arg === undefined) return next();
  unifyOperand(planner, arg, localOperand(params[i]!), rule.loc, () => planArgs(planner, rule, params, next, i + 1));
}

/** An implied `true` body needs no code. */
function ruleBody(rule: CoreRule): Body {
  return rule.body.filter(
    (expr) =>
      !(
        expr.kind === 'termexpr' &&
        !expr.negated &&
        expr.with.length === 0 &&
        expr.term.kind === 'boolean' &&
        expr.term.value
      ),
  );
}

/** Whether all rules give the same constant: then the first solution is the answer. */
function sameConstant(rules: readonly CoreRule[]): boolean {
  let seen: string | undefined;
  for (const rule of rules) {
    for (let each: CoreRule | undefined = rule; each !== undefined; each = each.else) {
      const value = groundValue(each.value);
      if (value === undefined || (typeof value === 'object' && value !== null)) return false;
      const key = `${typeof value}${String(value)}`;
      if (seen !== undefined && seen !== key) return false;
      seen = key;
    }
  }
  return true;
}

/** Partial sets. */
function planSet(context: PlanContext, rules: readonly GroupedRule[]): PlannedFunc {
  const fn = new FuncBuilder();
  const planner = new BodyPlanner(fn, context);
  const set = fn.newLocal();
  const { loc } = rules[0]!.rule;
  const blocks = [fn.block(() => fn.emit({ kind: 'makeset', capacity: 0, target: set, loc }))];
  for (const { rule } of rules)
    blocks.push(
      fn.block(() =>
        planner.body(ruleBody(rule), () =>
          planner.term(rule.key!, (value) => fn.emit({ kind: 'setadd', set, value, loc: rule.loc })),
        ),
      ),
    );
  blocks.push(fn.block(() => fn.emit({ kind: 'returnlocal', source: set, loc })));
  return { fn, params: [], blocks };
}

/**
 * Rules with a dynamic part in their reference: one object, leaves put in at their paths.
 * Rules of different depths may meet: `leaves` then keeps the paths of leaves, so that a leaf's own value is never
 * taken for an inner object.
 */
function planObject(context: PlanContext, rules: readonly GroupedRule[]): PlannedFunc {
  const fn = new FuncBuilder();
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
  const ordered = [...rules].sort((a, b) => Number(a.rule.isDefault) - Number(b.rule.isDefault));
  for (const { rule, suffix } of ordered)
    blocks.push(fn.block(() => planObjectRule(planner, rule, suffix, object, leaves)));
  blocks.push(fn.block(() => fn.emit({ kind: 'returnlocal', source: object, loc })));
  return { fn, params: [], blocks };
}

function planObjectRule(
  planner: BodyPlanner,
  rule: CoreRule,
  suffix: readonly Term[],
  object: Local,
  leaves: Local | undefined,
): void {
  const { fn } = planner;
  const { loc } = rule;
  if (rule.else === undefined) {
    planner.body(ruleBody(rule), () => insertLeaf(planner, rule, suffix, object, leaves));
    return;
  }
  // `else` under a dynamic reference: the chain's value is found per solution of the first body that has one.
  const found = fn.newLocal();
  fn.emit({ kind: 'resetlocal', target: found, loc });
  for (let each: CoreRule | undefined = rule; each !== undefined; each = each.else) {
    const current: CoreRule = each;
    fn.blocks(loc, () => {
      fn.emit({ kind: 'isundefined', source: localOperand(found), loc });
      planner.body(ruleBody(current), () => {
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
