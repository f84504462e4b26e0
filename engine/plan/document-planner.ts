// Plans references into `data`, where base documents and rules share one tree.
// Also the function of a whole inner document. What a rule's function does is in rule-planner.ts.
import { isWildcard } from '../analysis/core.ts';
import { compareValues } from '../value/compare.ts';
import type { Value } from '../value/value.ts';
import type { Loc, Term } from '../ast/nodes.ts';
import { BodyPlanner, type Next, type NextOperand } from './body-planner.ts';
import { callKey, DATA, FuncBuilder, localOperand } from './builder.ts';
import { groundValue } from './ground.ts';
import type { Block, ConstIndex, FuncIndex, Local, Operand, SlotIndex } from './ir.ts';
import type { PlanContext } from './plan-context.ts';
import { isFunctionNode, isRuleNode, stepKey, type TrieNode } from './rule-trie.ts';
import { unifyOperand } from './unify.ts';

/** With fewer documents than this it is as quick to compare with each name. */
const WORTH_A_SWITCH = 4;

/** Plans `data` followed by `operands`. */
export function planDataRef(planner: BodyPlanner, operands: readonly Term[], loc: Loc, next: NextOperand): void {
  new DataRef(planner, operands, loc).at(planner.context.root, [], 0, next);
}

/** True when the node is a document that modules make: a rule's, a package's (even one without rules), or one on the way to such. */
export function hasVirtual(node: TrieNode): boolean {
  return !isFunctionNode(node) || node.children.size > 0;
}

/** The documents below a node in Rego's order, in which errors come up. */
function sortedChildren(node: TrieNode): TrieNode[] {
  const key = (child: TrieNode): Value => child.path.at(-1)!;
  return [...node.children.values()].filter(hasVirtual).sort((a, b) => compareValues(key(a), key(b)));
}

class DataRef {
  readonly #planner: BodyPlanner;
  readonly #operands: readonly Term[];
  readonly #loc: Loc;

  constructor(planner: BodyPlanner, operands: readonly Term[], loc: Loc) {
    this.#planner = planner;
    this.#operands = operands;
    this.#loc = loc;
  }

  /** Plans the rest of the reference from `node`, reached by the keys in `prefix`; `i` operands are used up. */
  at(node: TrieNode, prefix: readonly Operand[], i: number, next: NextOperand): void {
    const slot = node.replacedSlot;
    if (slot === undefined) return this.#inside(node, prefix, i, next);
    this.#choose(
      i,
      [
        (then) => this.#ifReplaced(slot, true, () => this.#base(prefix, i, then)),
        (then) => this.#ifReplaced(slot, false, () => this.#inside(node, prefix, i, then)),
      ],
      next,
    );
  }

  #ifReplaced(slot: SlotIndex, replaced: boolean, then: Next): void {
    this.#planner.fn.emit({ kind: 'slotis', slot, value: replaced ? 1 : 0, loc: this.#loc });
    then();
  }

  #inside(node: TrieNode, prefix: readonly Operand[], i: number, next: NextOperand): void {
    if (isRuleNode(node)) return this.#rule(node, prefix, i, next);
    if (!hasVirtual(node)) return this.#base(prefix, i, next);
    const operand = this.#operands[i];
    if (operand === undefined) {
      const known = this.#callOnce(this.#planner.context.extentFunc(node));
      return next(localOperand(known));
    }
    const key = groundValue(operand);
    if (key !== undefined) {
      const child = node.children.get(stepKey(key));
      const keyOperand = this.#planner.context.constants.operand(key);
      if (child === undefined) return this.#base([...prefix, keyOperand], i + 1, next);
      return this.at(child, [...prefix, keyOperand], i + 1, next);
    }
    if (this.#planner.hasUnbound(operand)) return this.#eachChild(node, operand, prefix, i, next);
    this.#planner.term(operand, (known) => this.#childNamed(node, known, prefix, i, next));
  }

  #rule(node: TrieNode, prefix: readonly Operand[], i: number, next: NextOperand): void {
    const { context } = this.#planner;
    const follow = (then: NextOperand): void => {
      const result = this.#callOnce(context.ruleFunc(node));
      this.#planner.walk(localOperand(result), this.#operands, i, this.#loc, then);
    };
    // `with` may replace a part of the rule's document: `p[x]` and `p.q` with `data.pkg.p.q` replaced.
    const path = context.replacesBelow ? node.path.map(String) : undefined;
    for (let j = i; path !== undefined; j++) {
      const slot = context.replacedBelow(path);
      if (slot !== undefined && path.length > node.path.length) {
        return this.#choose(
          i,
          [
            (then) => this.#ifReplaced(slot, true, () => this.#base(prefix, i, then)),
            (then) => this.#ifReplaced(slot, false, () => follow(then)),
          ],
          next,
        );
      }
      const operand = this.#operands[j];
      if (operand?.kind !== 'string') break;
      path.push(operand.value);
    }
    follow(next);
  }

  /** Calls a function without parameters; a call that dominates this one is used again. */
  #callOnce(func: FuncIndex): Local {
    const { fn } = this.#planner;
    const key = callKey(func);
    const known = fn.findAvailable(key);
    if (known !== undefined) return known.local;
    const target = fn.newLocal();
    fn.emit({ kind: 'call', func, args: [], target, loc: this.#loc });
    fn.setAvailable(key, target);
    return target;
  }

  #base(prefix: readonly Operand[], i: number, next: NextOperand): void {
    this.#planner.documentRef(DATA, 'data', prefix, this.#operands.slice(i), this.#loc, next);
  }

  #childNamed(node: TrieNode, key: Operand, prefix: readonly Operand[], i: number, next: NextOperand): void {
    const { fn, context } = this.#planner;
    const children = sortedChildren(node);
    const isSwitch = context.optimise && children.length >= WORTH_A_SWITCH;
    const ways = children.map((child) => (then: NextOperand) => {
      const name = context.constants.operand(child.path.at(-1)!);
      if (!isSwitch) fn.emit({ kind: 'equal', a: key, b: name, loc: this.#loc });
      this.at(child, [...prefix, name], i + 1, then);
    });
    ways.push((then) => {
      if (!isSwitch) this.#notAmong(key, children);
      this.#base([...prefix, key], i + 1, then);
    });
    const values = children.map((child) => context.constants.index(child.path.at(-1)!));
    this.#choose(i + 1, ways, next, isSwitch ? { source: key, values } : undefined);
  }

  #eachChild(node: TrieNode, operand: Term, prefix: readonly Operand[], i: number, next: NextOperand): void {
    const children = sortedChildren(node);
    // What is base only comes first, as in OPA.
    const ways = [(then: NextOperand) => this.#eachBase(children, operand, prefix, i, then)];
    for (const child of children) {
      const name = this.#planner.context.constants.operand(child.path.at(-1)!);
      ways.push((then) =>
        unifyOperand(this.#planner, operand, name, this.#loc, () => this.at(child, [...prefix, name], i + 1, then)),
      );
    }
    this.#choose(i, ways, next);
  }

  /** The base documents whose keys are not among the children. */
  #eachBase(
    children: readonly TrieNode[],
    operand: Term,
    prefix: readonly Operand[],
    i: number,
    next: NextOperand,
  ): void {
    this.#planner.documentRef(DATA, 'data', prefix, [], this.#loc, (base) =>
      this.#planner.fn.scan(base, this.#loc, (key, value) => {
        const keyOperand = localOperand(key);
        this.#notAmong(keyOperand, children);
        unifyOperand(this.#planner, operand, keyOperand, this.#loc, () =>
          this.#planner.walk(localOperand(value), this.#operands, i + 1, this.#loc, next),
        );
      }),
    );
  }

  #notAmong(key: Operand, children: readonly TrieNode[]): void {
    for (const child of children)
      this.#planner.fn.emit({
        kind: 'notequal',
        a: key,
        b: this.#planner.context.constants.operand(child.path.at(-1)!),
        loc: this.#loc,
      });
  }

  /**
   * Several ways to go on, and one continuation: what follows is planned once, over the solutions of all of them.
   * With nothing left to bind there is at most one solution, kept in a local; else solutions are collected in rows.
   * `by` picks the way, the last for a value that is not among them; without it each is tried.
   */
  #choose(
    i: number,
    ways: ((then: NextOperand) => void)[],
    next: NextOperand,
    by?: { readonly source: Operand; readonly values: readonly ConstIndex[] },
  ): void {
    if (ways.length === 1) return ways[0]!(next);
    const { fn } = this.#planner;
    const loc = this.#loc;
    const plan = (then: NextOperand): void => {
      const fills = ways.map((way) => () => way(then));
      if (by === undefined) return fn.blocks(loc, ...fills);
      const cases = by.values.map((value, n) => ({ values: [value], block: fn.block(fills[n]!) }));
      fn.emit({ kind: 'switch', source: by.source, cases, otherwise: fn.block(fills.at(-1)!), loc });
    };
    const unbound = new Set(this.#operands.slice(i).flatMap((term) => unboundNames(this.#planner, term)));
    // Nothing refers to a wildcard again.
    const names = [...unbound].filter((name) => !isWildcard(name));
    if (unbound.size === 0) {
      const target = fn.newLocal();
      fn.emit({ kind: 'resetlocal', target, loc });
      plan((source) => fn.emit({ kind: 'assignvar', source, target, loc }));
      fn.emit({ kind: 'isdefined', source: localOperand(target), loc });
      return next(localOperand(target));
    }
    const rows = fn.newLocal();
    fn.emit({ kind: 'makearray', capacity: 0, target: rows, loc });
    plan((result) => {
      const row = fn.newLocal();
      fn.emit({ kind: 'makearray', capacity: names.length + 1, target: row, loc });
      for (const name of names)
        fn.emit({ kind: 'arrayappend', array: row, value: this.#planner.operandOf(name)!, loc });
      fn.emit({ kind: 'arrayappend', array: row, value: result, loc });
      fn.emit({ kind: 'arrayappend', array: rows, value: localOperand(row), loc });
    });
    fn.scan(
      localOperand(rows),
      loc,
      (_key, row) => {
        const columns = [...names, undefined].map((_, column) => {
          const target = fn.newLocal();
          const key = this.#planner.context.constants.operand(column);
          fn.emit({ kind: 'dot', source: localOperand(row), key, target, loc });
          return localOperand(target);
        });
        this.#planner.bindAll(names, columns, () => next(columns.at(-1)!));
      },
      false,
    );
  }
}

function unboundNames(planner: BodyPlanner, term: Term): string[] {
  switch (term.kind) {
    case 'var':
      return planner.isBound(term.name) ? [] : [term.name];
    case 'array':
    case 'set':
      return term.items.flatMap((item) => unboundNames(planner, item));
    case 'object':
      return term.entries.flatMap((entry) => [
        ...unboundNames(planner, entry.key),
        ...unboundNames(planner, entry.value),
      ]);
    case 'ref':
      return term.operands.flatMap((operand) => unboundNames(planner, operand));
    default:
      return [];
  }
}

/** The function that gives the whole document at an inner node: what rules define below it, and over that the base document. */
export function planExtent(context: PlanContext, node: TrieNode, loc: Loc): { fn: FuncBuilder; blocks: Block[] } {
  const fn = new FuncBuilder(context.optimise);
  const planner = new BodyPlanner(fn, context);
  const object = fn.newLocal();
  const merged = fn.newLocal();
  const keys = node.path.map((key) => context.constants.operand(key));
  const main = fn.block(() => {
    fn.emit({ kind: 'makeobject', capacity: node.children.size, target: object, loc });
    // Blocks of one statement: where there are many, code generation can move runs of them into functions of their own.
    const inserts = sortedChildren(node).map((child) => () => {
      const key = context.constants.operand(child.path.at(-1)!);
      new DataRef(planner, [], loc).at(child, [...keys, key], 0, (value) =>
        fn.emit({ kind: 'objectinsert', object, key, value, loc }),
      );
    });
    if (inserts.length > 0) fn.blocks(loc, ...inserts);
    fn.emit({ kind: 'assignvar', source: localOperand(object), target: merged, loc });
    fn.blocks(loc, () =>
      planner.documentRef(DATA, 'data', keys, [], loc, (base) => {
        fn.emit({ kind: 'isobject', source: base, loc });
        fn.emit({ kind: 'objectmerge', a: localOperand(object), b: base, target: merged, loc });
      }),
    );
    fn.emit({ kind: 'returnlocal', source: merged, loc });
  });
  return { fn, blocks: [main] };
}
