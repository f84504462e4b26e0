// Plans a whole policy: entry points and ad-hoc queries, and every function they reach.
// Bodies, documents and rules are planned by the files beside this one.
import type { Body, Loc, Term, With } from '../ast/nodes.ts';
import { operatorName } from '../analysis/core.ts';
import type { CoreModule } from '../analysis/core.ts';
import { withinStack } from '../diagnostics/too-complex.ts';
import { RegoNumber, type Value } from '../value/value.ts';
import { BodyPlanner, NO_LOC } from './body-planner.ts';
import { Constants, FuncBuilder, localOperand } from './builder.ts';
import { planDataRef, planExtent, hasVirtual } from './document-planner.ts';
import type { Block, Entrypoint, Func, FuncIndex, Local, Operand, Plan, SlotIndex } from './ir.ts';
import type { BuiltinShape, Mock, PlanContext, Replacement, WithTarget } from './plan-context.ts';
import { planRules, type PlannedFunc } from './rule-planner.ts';
import { buildTrie, findNode, isFunctionNode, isRuleNode, stepKey, type TrieNode } from './rule-trie.ts';
import { withItems } from './with-items.ts';

/** A query as analysis gives it: a safe body and, per name to report, the variable that holds its value. */
export interface PlannedQuery {
  /** Name of the entry point. */
  readonly name: string;
  readonly body: Body;
  readonly vars: readonly { readonly name: string; readonly rewritten: string }[];
}

export interface PlanOptions {
  /** `pkg/rule` paths of documents. */
  readonly entrypoints: readonly string[];
  readonly queries?: readonly PlannedQuery[];
  builtin(name: string): BuiltinShape | undefined;
  /** `false`: no rule index, nothing shared or moved. Default true. */
  readonly optimise?: boolean;
  /** Note which expressions were reached (`cover` statements). */
  readonly coverage?: boolean;
}

/** Plans the entry points over the modules. Analysis must have found no errors. */
export function planPolicy(modules: readonly CoreModule[], options: PlanOptions): Plan {
  return new PolicyPlanner(modules, options).run();
}

interface MockState extends Mock {
  readonly path: readonly string[] | undefined;
  readonly arity: number;
  readonly choices: FuncIndex[];
}

class PolicyPlanner implements PlanContext {
  readonly constants = new Constants();
  readonly root: TrieNode;
  readonly #options: PlanOptions;
  readonly #funcs: (Func | undefined)[] = [];
  readonly #queue: (() => void)[] = [];
  readonly #ruleFuncs = new Map<TrieNode, FuncIndex>();
  readonly #extentFuncs = new Map<TrieNode, FuncIndex>();
  readonly #replacedBelow = new Map<string, SlotIndex>();
  readonly #mocks = new Map<string, MockState>();
  readonly #covered: Loc[] = [];
  readonly #coveredIndex = new Map<string, number>();
  #slots = 0;
  #memoSlots = 0;
  #withIds = 0;

  constructor(modules: readonly CoreModule[], options: PlanOptions) {
    this.#options = options;
    this.root = buildTrie(modules);
    for (const item of withItems(modules, options.queries ?? [])) this.#noteTarget(item);
  }

  run(): Plan {
    const entrypoints: Entrypoint[] = this.#options.entrypoints.map((name) => ({
      name,
      func: this.#entrypoint(name),
      resultSet: false,
    }));
    for (const query of this.#options.queries ?? [])
      entrypoints.push({
        name: query.name,
        func: this.#add(`query.${query.name}`, ['query', query.name], NO_LOC, () => this.#query(query)),
        resultSet: true,
      });
    this.#drain();
    // Replacements are known only once all bodies are planned; what they bring in may bring in more.
    for (const mock of this.#mocks.values()) this.#queueDispatch(mock);
    this.#drain();
    return {
      constants: this.constants.values,
      funcs: this.#funcs as Func[],
      entrypoints,
      slots: this.#slots,
      memoSlots: this.#memoSlots,
      covered: this.#covered,
    };
  }

  #drain(): void {
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) next();
  }

  #add(name: string, path: readonly string[], loc: Loc, plan: () => PlannedFunc, memo = false): FuncIndex {
    const index = this.#funcs.push(undefined) - 1;
    const memoSlot = memo ? this.#memoSlots++ : undefined;
    this.#queue.push(() => {
      const planned = withinStack(loc, plan);
      this.#funcs[index] = planned.fn.finish(name, path, planned, loc, memoSlot);
    });
    return index as FuncIndex;
  }

  /** The function of an entry point: the rule's own where the name leads right to one, as most do. Nothing is replaced when an evaluation begins. */
  #entrypoint(name: string): FuncIndex {
    const keys = name === '' ? [] : name.split('/');
    let node: TrieNode | undefined = this.root;
    for (let i = 0; i < keys.length && node !== undefined && !isRuleNode(node); i++) {
      node = node.children.get(stepKey(keys[i]!));
      if (i === keys.length - 1 && node !== undefined && isRuleNode(node)) return this.ruleFunc(node);
    }
    return this.#add(`entrypoint.${name}`, ['entrypoint', name], NO_LOC, () => this.#document(keys));
  }

  #document(keys: readonly string[]): PlannedFunc {
    const fn = new FuncBuilder(this.optimise);
    const planner = new BodyPlanner(fn, this);
    const terms = keys.map((value): Term => ({ kind: 'string', value, loc: NO_LOC }));
    const main = fn.block(() => planDataRef(planner, terms, NO_LOC, (value) => returnOperand(fn, value)));
    return { fn, params: [], blocks: [main] };
  }

  #query(query: PlannedQuery): PlannedFunc {
    const fn = new FuncBuilder(this.optimise);
    const planner = new BodyPlanner(fn, this);
    const results = fn.newLocal();
    const main = fn.block(() => {
      fn.emit({ kind: 'makearray', capacity: 0, target: results, loc: NO_LOC });
      fn.blocks(NO_LOC, () =>
        planner.body(query.body, () => {
          const bindings = fn.newLocal();
          fn.emit({ kind: 'makeobject', capacity: query.vars.length, target: bindings, loc: NO_LOC });
          for (const { name, rewritten } of query.vars) {
            const value = planner.operandOf(rewritten);
            if (value === undefined) continue;
            const key = this.constants.operand(name);
            fn.emit({ kind: 'objectinsert', object: bindings, key, value, loc: NO_LOC });
          }
          fn.emit({ kind: 'arrayappend', array: results, value: localOperand(bindings), loc: NO_LOC });
        }),
      );
      fn.emit({ kind: 'returnlocal', source: results, loc: NO_LOC });
    });
    return { fn, params: [], blocks: [main] };
  }

  // PlanContext

  builtin(name: string): BuiltinShape | undefined {
    return this.#options.builtin(name);
  }

  ruleFunc(node: TrieNode): FuncIndex {
    let index = this.#ruleFuncs.get(node);
    if (index === undefined) {
      const { loc } = node.rules[0]!.rule;
      const path = node.path.map(pathStep);
      index = this.#add(
        `g0.data.${path.join('.')}`,
        ['g0', ...path],
        loc,
        () => planRules(this, node),
        !isFunctionNode(node),
      );
      this.#ruleFuncs.set(node, index);
    }
    return index;
  }

  caseFunc(position: number, loc: Loc, plan: () => PlannedFunc): FuncIndex {
    const name = `case${position}.${this.#funcs.length}`;
    return this.#add(name, [name], loc, plan);
  }

  extentFunc(node: TrieNode): FuncIndex {
    let index = this.#extentFuncs.get(node);
    if (index === undefined) {
      const plan = (): PlannedFunc => ({ ...planExtent(this, node, NO_LOC), params: [] });
      index = this.#add(
        `extent.data.${node.path.map(pathStep).join('.')}`,
        ['extent', ...node.path.map(pathStep)],
        NO_LOC,
        plan,
        true,
      );
      this.#extentFuncs.set(node, index);
    }
    return index;
  }

  get replacesBelow(): boolean {
    return this.#replacedBelow.size > 0;
  }

  replacedBelow(path: readonly string[]): SlotIndex | undefined {
    return !this.replacesBelow ? undefined : this.#replacedBelow.get(JSON.stringify(path));
  }

  mock(name: string): Mock | undefined {
    return this.#mocks.get(name);
  }

  nextWithId(): number {
    return this.#withIds++;
  }

  get optimise(): boolean {
    return this.#options.optimise ?? true;
  }

  get coverage(): boolean {
    return this.#options.coverage ?? false;
  }

  cover(loc: Loc): number | undefined {
    if (!this.coverage) return undefined;
    const key = `${loc.file}:${loc.offset}:${loc.end}`;
    let index = this.#coveredIndex.get(key);
    if (index === undefined) {
      index = this.#covered.push(loc) - 1;
      this.#coveredIndex.set(key, index);
    }
    return index;
  }

  // Replaced documents and functions

  #noteTarget(item: With): void {
    const { head } = item.target;
    const root = head.kind === 'var' ? head.name : '';
    if (root === 'input') return;
    const path = targetPath(item);
    const node = root === 'data' ? findNode(this.root, path) : undefined;
    if (root !== 'data' || (node !== undefined && isFunctionNode(node))) {
      const name = operatorName(item.target);
      if (!this.#mocks.has(name)) this.#mocks.set(name, this.#newMock(name, root === 'data' ? path : undefined, node));
      return;
    }
    if (node !== undefined && hasVirtual(node)) node.replacedSlot ??= this.#newSlot();
    else if (path.some((_, i) => this.#isRule(path.slice(0, i)))) {
      const key = JSON.stringify(path);
      if (!this.#replacedBelow.has(key)) this.#replacedBelow.set(key, this.#newSlot());
    }
  }

  #isRule(path: readonly string[]): boolean {
    const node = findNode(this.root, path);
    return node !== undefined && isRuleNode(node);
  }

  #newSlot(): SlotIndex {
    return this.#slots++ as SlotIndex;
  }

  #newMock(name: string, path: readonly string[] | undefined, node: TrieNode | undefined): MockState {
    const arity = node?.rules[0]?.rule.args?.length ?? this.builtin(name)?.arity ?? 0;
    // The function itself is planned last, when its replacements are known.
    const dispatch = (this.#funcs.push(undefined) - 1) as FuncIndex;
    const choice = this.#newSlot();
    return { name, path, arity, choice, value: this.#newSlot(), dispatch, choices: [] };
  }

  withTarget(item: With): WithTarget {
    const { head } = item.target;
    if (head.kind === 'var' && head.name === 'input') return { kind: 'input', path: targetPath(item) };
    const mock = this.#mocks.get(operatorName(item.target));
    if (mock !== undefined) return { kind: 'function', mock };
    const path = targetPath(item);
    const slot = findNode(this.root, path)?.replacedSlot ?? this.replacedBelow(path);
    return { kind: 'data', path, slot };
  }

  replacement(mock: Mock, item: With): Replacement {
    const state = this.#mocks.get(mock.name)!;
    const { value } = item;
    const name = value.kind === 'var' ? value.name : value.kind === 'ref' ? refName(value) : undefined;
    if (name === undefined) return { kind: 'value', choice: 1, term: value };
    const node = value.kind === 'ref' && name.startsWith('data.') ? findNode(this.root, refPath(value)) : undefined;
    if (node !== undefined && isFunctionNode(node))
      return { kind: 'function', choice: choose(state, this.ruleFunc(node)) };
    if (node === undefined && this.builtin(name) !== undefined)
      return { kind: 'function', choice: choose(state, this.#builtinFunc(name)) };
    return { kind: 'value', choice: 1, term: value };
  }

  readonly #builtinFuncs = new Map<string, FuncIndex>();

  /** A built-in as a function of the plan, for use as a replacement. */
  #builtinFunc(name: string): FuncIndex {
    let index = this.#builtinFuncs.get(name);
    if (index === undefined) {
      index = this.#add(`builtin.${name}`, ['builtin', name], NO_LOC, () => {
        const fn = new FuncBuilder(this.optimise);
        const params = Array.from({ length: this.builtin(name)!.arity }, () => fn.newLocal());
        const target = fn.newLocal();
        const main = fn.block(() => {
          fn.emit({ kind: 'callbuiltin', name, args: params.map(localOperand), target, loc: NO_LOC });
          fn.emit({ kind: 'returnlocal', source: target, loc: NO_LOC });
        });
        return { fn, params, blocks: [main] };
      });
      this.#builtinFuncs.set(name, index);
    }
    return index;
  }

  #queueDispatch(mock: MockState): void {
    this.#queue.push(() => {
      const planned = withinStack(NO_LOC, () => this.#dispatch(mock));
      this.#funcs[mock.dispatch] = planned.fn.finish(`mock.${mock.name}`, ['mock', mock.name], planned, NO_LOC);
    });
  }

  /** What a call of a replaceable function does: the original, the value, or the function that stands in. */
  #dispatch(mock: MockState): PlannedFunc {
    const fn = new FuncBuilder(this.optimise);
    const params = Array.from({ length: mock.arity }, () => fn.newLocal());
    const args = params.map(localOperand);
    const blocks: Block[] = [];
    const way = (choice: number, fill: (target: Local) => void): void => {
      blocks.push(
        fn.block(() => {
          const target = fn.newLocal();
          fn.emit({ kind: 'slotis', slot: mock.choice, value: choice, loc: NO_LOC });
          fill(target);
          fn.emit({ kind: 'returnlocal', source: target, loc: NO_LOC });
        }),
      );
    };
    way(0, (target) => {
      const node = mock.path === undefined ? undefined : findNode(this.root, mock.path);
      if (node === undefined) fn.emit({ kind: 'callbuiltin', name: mock.name, args, target, loc: NO_LOC });
      else fn.emit({ kind: 'call', func: this.ruleFunc(node), args, target, loc: NO_LOC });
    });
    way(1, (target) => fn.emit({ kind: 'slotload', slot: mock.value, target, loc: NO_LOC }));
    // A stand-in sees no replaced functions itself: it may call what it stands in for.
    const slots = [...this.#mocks.values()].map((each) => ({ slot: each.choice, value: 0 }));
    mock.choices.forEach((func, i) => {
      way(i + 2, (target) => {
        const block = fn.block(() => fn.emit({ kind: 'call', func, args, target, loc: NO_LOC }));
        fn.emit({ kind: 'with', id: this.nextWithId(), input: [], data: [], slots, block, loc: NO_LOC });
      });
    });
    return { fn, params, blocks };
  }
}

/** The number that a slot holds for this stand-in: 0 is the original, 1 a value. */
function choose(state: MockState, func: FuncIndex): number {
  let index = state.choices.indexOf(func);
  if (index < 0) index = state.choices.push(func) - 1;
  return index + 2;
}

function targetPath(item: With): string[] {
  return refPath(item.target);
}

function refPath(ref: { readonly operands: readonly Term[] }): string[] {
  return ref.operands.map((operand) => (operand.kind === 'string' ? operand.value : ''));
}

function refName(ref: With['target']): string | undefined {
  return ref.head.kind === 'var' && ref.operands.every((operand) => operand.kind === 'string')
    ? operatorName(ref)
    : undefined;
}

function pathStep(step: Value): string {
  return step instanceof RegoNumber ? step.text : String(step);
}

function returnOperand(fn: FuncBuilder, value: Operand): void {
  if (value.kind === 'local') return fn.emit({ kind: 'returnlocal', source: value.local, loc: NO_LOC });
  const target = fn.newLocal();
  fn.emit({ kind: 'assignvar', source: value, target, loc: NO_LOC });
  fn.emit({ kind: 'returnlocal', source: target, loc: NO_LOC });
}
