// Plans bodies: expressions in order, each giving its solutions to a continuation that plans what follows.
// References into `data` are in document-planner.ts, unification in unify.ts, whole rules in rule-planner.ts.
import type { Body, CallExpr, EveryExpr, Expr, Loc, RefTerm, Term } from '../ast/nodes.ts';
import { isWildcard, operatorName } from '../analysis/core.ts';
import { type DocumentKey, type FuncBuilder, INPUT, localOperand } from './builder.ts';
import { planComprehension } from './comprehension-planner.ts';
import { planDataRef } from './document-planner.ts';
import { groundValue } from './ground.ts';
import type { FuncIndex, Local, Operand, Patch, SlotIndex } from './ir.ts';
import type { PlanContext } from './plan-context.ts';
import { isFunctionNode, stepKey, type TrieNode } from './rule-trie.ts';
import { unify, unifyOperand } from './unify.ts';

/** Plans what follows once a solution is at hand. */
export type Next = () => void;
export type NextOperand = (operand: Operand) => void;

/** A variable's value, and the number of open blocks when it was bound. */
interface Binding {
  readonly operand: Operand;
  readonly depth: number;
}

/** The variables in scope and the function that statements go to. */
export class BodyPlanner {
  readonly fn: FuncBuilder;
  readonly context: PlanContext;
  readonly #vars = new Map<string, Binding>();

  constructor(fn: FuncBuilder, context: PlanContext) {
    this.fn = fn;
    this.context = context;
  }

  isBound(name: string): boolean {
    return name === 'input' || name === 'data' || this.#vars.has(name);
  }

  /** Number of open blocks when the variable was bound; undefined when it is not. */
  boundAt(name: string): number | undefined {
    return this.#vars.get(name)?.depth;
  }

  /** Plans `inside` as if the variables had no values yet. */
  unbound(names: readonly string[], inside: Next): void {
    const before = names.map((name) => [name, this.#vars.get(name)] as const);
    for (const name of names) this.#vars.delete(name);
    inside();
    for (const [name, binding] of before) if (binding !== undefined) this.#vars.set(name, binding);
  }

  operandOf(name: string): Operand | undefined {
    return this.#vars.get(name)?.operand;
  }

  /** Binds a variable while `next` is planned. */
  bind(name: string, operand: Operand, next: Next): void {
    // Input and data are read again at each use, and a `with` may lie in between: the variable keeps what it was.
    let fixed = operand;
    if (operand.kind === 'input' || operand.kind === 'data') {
      const target = this.fn.newLocal();
      this.fn.emit({ kind: 'assignvar', source: operand, target, loc: NO_LOC });
      fixed = localOperand(target);
    }
    const before = this.#vars.get(name);
    this.#vars.set(name, { operand: fixed, depth: this.fn.depth });
    next();
    if (before === undefined) this.#vars.delete(name);
    else this.#vars.set(name, before);
  }

  bindAll(names: readonly string[], operands: readonly Operand[], next: Next, i = 0): void {
    if (i === names.length) next();
    else this.bind(names[i]!, operands[i]!, () => this.bindAll(names, operands, next, i + 1));
  }

  body(body: Body, next: Next, i = 0): void {
    const expr = body[i];
    if (expr === undefined) next();
    else this.expr(expr, () => this.body(body, next, i + 1));
  }

  expr(expr: Expr, next: Next): void {
    const covered = this.context.cover(expr.loc);
    if (covered !== undefined) this.fn.emit({ kind: 'cover', index: covered, loc: expr.loc });
    if (expr.with.length > 0) this.#with(expr, next);
    else this.#exprWithoutWith(expr, next);
  }

  #exprWithoutWith(expr: Expr, next: Next): void {
    switch (expr.kind) {
      case 'termexpr':
        if (expr.negated) return this.#not(expr.loc, (found) => this.#holds(expr.term, found), next);
        return this.#holds(expr.term, next);
      case 'callexpr':
        if (expr.negated) return this.#not(expr.loc, (found) => this.#call(expr, found), next);
        return this.#call(expr, next);
      case 'every':
        if (expr.negated) return this.#not(expr.loc, (found) => this.#every(expr, found), next);
        return this.#every(expr, next);
      case 'not':
        return this.#not(expr.loc, (found) => this.body(expr.body, found), next);
      case 'and': {
        for (const side of [expr.left, expr.right]) {
          const found = this.#exists(expr.loc, (then) => this.body(side, then));
          this.fn.emit({ kind: 'isdefined', source: localOperand(found), loc: expr.loc });
        }
        return next();
      }
      case 'or': {
        const found = this.#exists(
          expr.loc,
          (then) => this.body(expr.left, then),
          (then) => this.body(expr.right, then),
        );
        this.fn.emit({ kind: 'isdefined', source: localOperand(found), loc: expr.loc });
        return next();
      }
      case 'some':
        // Declarations bind nothing; membership was rewritten by analysis.
        return next();
    }
  }

  #holds(term: Term, next: Next): void {
    this.term(term, (operand) => {
      this.#isTrue(operand, term.loc);
      next();
    });
  }

  #isTrue(operand: Operand, loc: Loc): void {
    if (operand.kind === 'const') {
      const value = this.context.constants.values[operand.const];
      if (value !== false) return;
    }
    this.fn.emit({ kind: 'istrue', source: operand, loc });
  }

  /** Plans the ways one after the other; the local is defined when one of them has a solution (the first ends the search). */
  #exists(loc: Loc, ...ways: ((found: Next) => void)[]): Local {
    const { fn } = this;
    const found = fn.newLocal();
    fn.emit({ kind: 'resetlocal', target: found, loc });
    fn.blocks(loc, () => {
      const outer = fn.depth;
      const plan = (way: (found: Next) => void): void =>
        way(() => {
          fn.emit({ kind: 'assignvar', source: this.context.constants.operand(true), target: found, loc });
          fn.breakTo(outer, loc);
        });
      if (ways.length === 1) plan(ways[0]!);
      else fn.blocks(loc, ...ways.map((way) => () => plan(way)));
    });
    return found;
  }

  #not(loc: Loc, way: (found: Next) => void, next: Next): void {
    const found = this.#exists(loc, way);
    this.fn.emit({ kind: 'isundefined', source: localOperand(found), loc });
    next();
  }

  #every(expr: EveryExpr, next: Next): void {
    const { fn } = this;
    const { loc } = expr;
    this.term(expr.domain, (domain) => {
      const collection = fn.newLocal();
      const isTrue = this.context.constants.operand(true);
      fn.emit({ kind: 'resetlocal', target: collection, loc });
      const test = (kind: 'isarray' | 'isobject' | 'isset') => () => {
        fn.emit({ kind, source: domain, loc });
        fn.emit({ kind: 'assignvar', source: isTrue, target: collection, loc });
      };
      fn.blocks(loc, test('isarray'), test('isobject'), test('isset'));
      fn.emit({ kind: 'isdefined', source: localOperand(collection), loc });
      const counterexample = this.#exists(loc, (found) => {
        fn.scan(domain, loc, (key, value) => {
          const bindValue = (): void =>
            unifyOperand(this, expr.value, localOperand(value), loc, () =>
              this.#not(loc, (holds) => this.body(expr.body, holds), found),
            );
          if (expr.key === undefined) bindValue();
          else unifyOperand(this, expr.key, localOperand(key), loc, bindValue);
        });
      });
      fn.emit({ kind: 'isundefined', source: localOperand(counterexample), loc });
      next();
    });
  }

  // Calls

  #call(expr: CallExpr, next: Next): void {
    const name = operatorName(expr.operator);
    const { args, loc } = expr;
    if (args.length === 2) {
      if (name === 'eq') return unify(this, args[0]!, args[1]!, loc, next);
      if ((name === 'equal' || name === 'neq') && this.context.mock(name) === undefined)
        return this.terms(args, ([a, b]) => {
          this.fn.emit({ kind: name === 'equal' ? 'equal' : 'notequal', a: a!, b: b!, loc });
          next();
        });
    }
    const mock = this.context.mock(name);
    const shape = this.context.builtin(name);
    if (shape === undefined) {
      const node = this.#functionNode(expr.operator);
      const func = mock?.dispatch ?? this.#functionOf(node, expr.operator);
      return this.#callFunc(func, node?.rules[0]?.rule.args.length ?? 0, args, loc, next);
    }
    if (mock !== undefined) return this.#callFunc(mock.dispatch, shape.arity, args, loc, next);
    if (shape.isVoid)
      return this.terms(args, (operands) => {
        this.fn.emit({ kind: 'callbuiltin', name, args: operands, loc });
        next();
      });
    this.terms(firstTerms(args, shape.arity), (operands) => {
      const target = this.fn.newLocal();
      this.fn.emit({ kind: 'callbuiltin', name, args: operands, target, loc });
      if (!shape.relation) return this.#result(target, args[shape.arity], loc, next);
      this.fn.scan(
        localOperand(target),
        loc,
        (_key, value) => this.#result(value, args[shape.arity], loc, next),
        false,
      );
    });
  }

  #callFunc(func: FuncIndex, arity: number, args: readonly Term[], loc: Loc, next: Next): void {
    this.terms(firstTerms(args, arity), (operands) => {
      const target = this.fn.newLocal();
      this.fn.emit({ kind: 'call', func, args: operands, target, loc });
      this.#result(target, args[arity], loc, next);
    });
  }

  #result(result: Local, output: Term | undefined, loc: Loc, next: Next): void {
    if (output !== undefined) return unifyOperand(this, output, localOperand(result), loc, next);
    this.#isTrue(localOperand(result), loc);
    next();
  }

  #functionNode(operator: RefTerm): TrieNode | undefined {
    let node: TrieNode | undefined = this.context.root;
    for (const operand of operator.operands)
      node = node?.children.get(stepKey(operand.kind === 'string' ? operand.value : ''));
    return node;
  }

  #functionOf(node: TrieNode | undefined, operator: RefTerm): FuncIndex {
    if (node === undefined || !isFunctionNode(node)) throw new Error(`no function ${operatorName(operator)}`);
    return this.context.ruleFunc(node);
  }

  // With

  #with(expr: Expr, next: Next): void {
    const targets = expr.with.map((item) => this.context.withTarget(item));
    const replacements = expr.with.map((item, i) => {
      const target = targets[i]!;
      return target.kind === 'function' ? this.context.replacement(target.mock, item) : undefined;
    });
    const terms = expr.with.map((item, i) => {
      const replacement = replacements[i];
      return replacement?.kind === 'function' ? undefined : item.value;
    });
    this.#optionalTerms(terms, [], (values) => {
      const input: Patch[] = [];
      const data: Patch[] = [];
      const slots: { slot: SlotIndex; value: Operand | number }[] = [];
      targets.forEach((target, i) => {
        const value = values[i];
        if (target.kind === 'function') {
          slots.push({ slot: target.mock.choice, value: replacements[i]!.choice });
          if (value !== undefined) slots.push({ slot: target.mock.value, value });
          return;
        }
        const patch = { path: target.path.map((key) => this.context.constants.operand(key)), value: value! };
        if (target.kind === 'input') input.push(patch);
        else {
          data.push(patch);
          if (target.slot !== undefined) slots.push({ slot: target.slot, value: 1 });
        }
      });
      this.#inState({ input, data, slots }, expr.loc, (leave) => this.#exprWithoutWith(expr, leave), next);
    });
  }

  #inState(
    state: { input: readonly Patch[]; data: readonly Patch[]; slots: { slot: SlotIndex; value: Operand | number }[] },
    loc: Loc,
    inside: (leave: Next) => void,
    next: Next,
  ): void {
    const id = this.context.nextWithId();
    const block = this.fn.block(() => {
      inside(() => {
        this.fn.emit({ kind: 'without', id, block: this.fn.block(next, true), loc });
      });
    }, true);
    this.fn.emit({ kind: 'with', id, ...state, block, loc });
  }

  #optionalTerms(
    terms: readonly (Term | undefined)[],
    done: (Operand | undefined)[],
    next: (values: readonly (Operand | undefined)[]) => void,
  ): void {
    if (done.length === terms.length) return next(done);
    const term = terms[done.length];
    if (term === undefined) return this.#optionalTerms(terms, [...done, undefined], next);
    this.term(term, (operand) => this.#optionalTerms(terms, [...done, operand], next));
  }

  // Terms

  /** Plans terms from left to right. */
  terms(terms: readonly Term[], next: (operands: readonly Operand[]) => void): void {
    const [first, second] = terms;
    if (first === undefined) return next([]);
    // Nearly all calls have one or two arguments.
    if (second === undefined) return this.term(first, (operand) => next([operand]));
    if (terms.length === 2) return this.term(first, (a) => this.term(second, (b) => next([a, b])));
    this.#moreTerms(terms, next, []);
  }

  #moreTerms(terms: readonly Term[], next: (operands: readonly Operand[]) => void, done: readonly Operand[]): void {
    if (done.length === terms.length) return next(done);
    this.term(terms[done.length]!, (operand) => this.#moreTerms(terms, next, [...done, operand]));
  }

  /** Plans a term whose variables are bound, or get bound by the references in it. */
  term(term: Term, next: NextOperand): void {
    const value = groundValue(term);
    if (value !== undefined) return next(this.context.constants.operand(value));
    switch (term.kind) {
      case 'var':
        return this.#var(term.name, term.loc, next);
      case 'ref':
        return this.ref(term, next);
      case 'array':
        return this.terms(term.items, (items) => {
          const target = this.#make('makearray', items.length, term.loc);
          for (const value of items) this.fn.emit({ kind: 'arrayappend', array: target, value, loc: term.loc });
          next(localOperand(target));
        });
      case 'set':
        return this.terms(term.items, (items) => {
          const target = this.#make('makeset', items.length, term.loc);
          for (const value of items) this.fn.emit({ kind: 'setadd', set: target, value, loc: term.loc });
          next(localOperand(target));
        });
      case 'object': {
        const flat = term.entries.flatMap((entry) => [entry.key, entry.value]);
        return this.terms(flat, (operands) => {
          const object = this.#make('makeobject', term.entries.length, term.loc);
          for (let i = 0; i < operands.length; i += 2)
            this.fn.emit({ kind: 'objectinsert', object, key: operands[i]!, value: operands[i + 1]!, loc: term.loc });
          next(localOperand(object));
        });
      }
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension':
        return planComprehension(this, term, next);
      default:
        throw new Error(`analysis left a ${term.kind} in a body`);
    }
  }

  #make(kind: 'makearray' | 'makeobject' | 'makeset', capacity: number, loc: Loc): Local {
    const target = this.fn.newLocal();
    this.fn.emit({ kind, capacity, target, loc });
    return target;
  }

  #var(name: string, loc: Loc, next: NextOperand): void {
    const operand = this.#vars.get(name)?.operand;
    if (operand !== undefined) return next(operand);
    if (name === 'input') {
      this.fn.emit({ kind: 'isdefined', source: INPUT, loc });
      return next(INPUT);
    }
    if (name === 'data') return planDataRef(this, [], loc, next);
    throw new Error(`analysis left ${name} unbound at ${loc.file}:${loc.row}`);
  }

  // References

  ref(ref: RefTerm, next: NextOperand): void {
    const { head } = ref;
    if (head.kind === 'var' && !this.#vars.has(head.name)) {
      if (head.name === 'data') return planDataRef(this, ref.operands, ref.loc, next);
      if (head.name === 'input') return this.documentRef(INPUT, 'input', [], ref.operands, ref.loc, next);
    }
    this.term(head, (source) => this.walk(source, ref.operands, 0, ref.loc, next));
  }

  /** Looks a reference up in input or base data; `prefix` operands come first. Look-ups by constant keys are shared where one dominates another. */
  documentRef(
    root: Operand,
    rootKey: 'input' | 'data',
    prefix: readonly Operand[],
    operands: readonly Term[],
    loc: Loc,
    next: NextOperand,
  ): void {
    const keys = [...prefix];
    let i = 0;
    for (; i < operands.length; i++) {
      const value = groundValue(operands[i]!);
      if (value === undefined) break;
      keys.push(this.context.constants.operand(value));
    }
    const source = this.#lookup(root, rootKey, keys, loc);
    if (source.kind === 'input') this.fn.emit({ kind: 'isdefined', source, loc });
    this.walk(source, operands, i, loc, next);
  }

  /** The value below `root` at `keys`: what was looked up before is used again, and constant paths leave loops. */
  #lookup(root: Operand, rootKey: 'input' | 'data', keys: readonly Operand[], loc: Loc): Operand {
    const { fn } = this;
    const { documents } = this.context.constants;
    const paths: DocumentKey[] = [];
    let path = documents.root(rootKey);
    for (const key of keys) {
      if (key.kind !== 'const') break;
      path = documents.below(path, key.const);
      paths.push(path);
    }
    let done = paths.length;
    let source = root;
    for (; done > 0; done--) {
      const known = fn.findAvailable(paths[done - 1]!);
      if (known === undefined) continue;
      source = localOperand(known.local);
      if (!known.certain) {
        fn.emit({ kind: 'isdefined', source, loc });
        fn.setAvailable(paths[done - 1]!, known.local);
      }
      break;
    }
    if (done < paths.length) {
      const wanted: Local[] = [];
      for (let i = done; i < paths.length; i++) wanted.push(fn.newLocal());
      const last = localOperand(wanted.at(-1)!);
      const inData = rootKey === 'data';
      // What begins at the root may leave the loops around it.
      if (done === 0 && fn.isInLoop()) {
        this.#lookOutside(source, keys, paths, wanted, inData, loc);
        fn.emit({ kind: 'isdefined', source: last, loc });
      } else this.#dots(source, keys, done, wanted, inData, loc);
      for (let i = 0; i < wanted.length; i++) fn.setAvailable(paths[done + i]!, wanted[i]!);
      source = last;
    }
    for (let i = paths.length; i < keys.length; i++) {
      const key = keys[i]!;
      const target = fn.newLocal();
      fn.emit({ kind: 'dot', source, key, target, loc });
      source = localOperand(target);
    }
    return source;
  }

  /** The same before the outermost loop: what is looked up there is the same in each round. */
  #lookOutside(
    source: Operand,
    keys: readonly Operand[],
    paths: readonly DocumentKey[],
    wanted: readonly Local[],
    inData: boolean,
    loc: Loc,
  ): void {
    this.fn.hoist(paths, wanted, loc, () => this.#dots(source, keys, 0, wanted, inData, loc));
  }

  /** Looks up the keys from `first` on, one below the other, into the locals. */
  #dots(
    source: Operand,
    keys: readonly Operand[],
    first: number,
    wanted: readonly Local[],
    inData: boolean,
    loc: Loc,
  ): void {
    let from = source;
    for (let i = 0; i < wanted.length; i++) {
      this.#dot(from, keys[first + i]!, wanted[i]!, inData, loc);
      from = localOperand(wanted[i]!);
    }
  }

  /** A look-up by a constant. A number finds an array's item, and in base data also an object's key of that text, as a path of storage does. */
  #dot(source: Operand, key: Operand, target: Local, inData: boolean, loc: Loc): void {
    const { fn } = this;
    const value = key.kind === 'const' && inData ? this.context.constants.values[key.const] : undefined;
    if (typeof value !== 'number') return fn.emit({ kind: 'dot', source, key, target, loc });
    fn.emit({ kind: 'resetlocal', target, loc });
    fn.blocks(
      loc,
      () => fn.emit({ kind: 'dot', source, key, target, loc }),
      () => {
        fn.emit({ kind: 'isundefined', source: localOperand(target), loc });
        fn.emit({ kind: 'dot', source, key: this.context.constants.operand(String(value)), target, loc });
      },
    );
    fn.emit({ kind: 'isdefined', source: localOperand(target), loc });
  }

  /** Applies the operands from `i` on to a value: look-ups where the operand is known, else one solution per element. */
  walk(source: Operand, operands: readonly Term[], i: number, loc: Loc, next: NextOperand): void {
    const operand = operands[i];
    if (operand === undefined) return next(source);
    if (!this.hasUnbound(operand))
      return this.term(operand, (key) => {
        const target = this.fn.newLocal();
        this.fn.emit({ kind: 'dot', source, key, target, loc });
        this.walk(localOperand(target), operands, i + 1, loc, next);
      });
    this.fn.scan(
      source,
      loc,
      (key, value) =>
        unifyOperand(this, operand, localOperand(key), loc, () =>
          this.walk(localOperand(value), operands, i + 1, loc, next),
        ),
      !(operand.kind === 'var' && isWildcard(operand.name)),
    );
  }

  /** Whether a term holds variables that have no value yet (references bind their own). */
  hasUnbound(term: Term): boolean {
    switch (term.kind) {
      case 'var':
        return !this.isBound(term.name);
      case 'array':
      case 'set':
        return term.items.some((item) => this.hasUnbound(item));
      case 'object':
        return term.entries.some((entry) => this.hasUnbound(entry.key) || this.hasUnbound(entry.value));
      default:
        return false;
    }
  }
}

/** A call's arguments without the variable for its result. */
function firstTerms(terms: readonly Term[], count: number): readonly Term[] {
  return terms.length <= count ? terms : terms.slice(0, count);
}

export const NO_LOC: Loc = { file: '', row: 0, col: 0, offset: 0, end: 0 };
