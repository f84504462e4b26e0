// Lowers a plan to OPA's own IR, the `plan.json` that other hosts run (openpolicyagent.org/docs/ir).
// What OPA's IR lacks is spelled out: switches become comparisons, and functions that look at slots are written once for
// every state of the slots they are called in.
import type { Loc } from '../ast/nodes.ts';
import { RegoNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import type { Block, Func, FuncIndex, Local, Operand, Plan, SlotIndex, Stmt, WithoutStmt, WithStmt } from './ir.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type OpaStmt = { readonly type: string; readonly stmt: { readonly [key: string]: Json } };
interface OpaBlock {
  readonly stmts: OpaStmt[];
}

/** What the lowering must know of a built-in: its declaration as the capabilities file has it. */
export type BuiltinDeclaration = (name: string) => Json;

/** The value of every slot that is not 0: a number, or for a replacement's value a local of the function at hand. */
type State = ReadonlyMap<SlotIndex, number | 'value'>;

interface Variant {
  readonly name: string;
  readonly func: Func;
  readonly state: State;
}

/** The plan in OPA's IR, ready for `JSON.stringify`. */
export function lowerPlan(plan: Plan, declaration: BuiltinDeclaration): Json {
  return new Lowering(plan, declaration).run();
}

class Lowering {
  readonly plan: Plan;
  readonly #declaration: BuiltinDeclaration;
  readonly #strings = new Map<string, number>();
  readonly #files = new Map<string, number>();
  readonly #builtins = new Set<string>();
  readonly #variants = new Map<string, Variant>();
  readonly #states = new Map<string, number>();
  readonly #queue: Variant[] = [];

  constructor(plan: Plan, declaration: BuiltinDeclaration) {
    this.plan = plan;
    this.#declaration = declaration;
    this.#states.set('', 0);
  }

  run(): Json {
    const plans = this.plan.entrypoints.map((entrypoint) => {
      const { name } = this.variant(entrypoint.func, new Map());
      const at = { file: 0, col: 0, row: 0 };
      const args = [0, 1].map((value) => ({ type: 'local', value }));
      const stmts: OpaStmt[] = [{ type: 'CallStmt', stmt: { func: name, args, result: 2, ...at } }];
      if (entrypoint.resultSet) {
        const block = { stmts: [{ type: 'ResultSetAddStmt', stmt: { value: 4, ...at } }] };
        stmts.push({ type: 'ScanStmt', stmt: { source: 2, key: 3, value: 4, block, ...at } });
      } else {
        const key = { type: 'string_index', value: this.string('result') };
        stmts.push(
          { type: 'MakeObjectStmt', stmt: { target: 3, ...at } },
          { type: 'ObjectInsertStmt', stmt: { key, value: { type: 'local', value: 2 }, object: 3, ...at } },
          { type: 'ResultSetAddStmt', stmt: { value: 3, ...at } },
        );
      }
      return { name: entrypoint.name, blocks: [{ stmts }] };
    });
    const funcs: Json[] = [];
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
      funcs.push(new FuncLowering(this, next).run());
    return {
      static: {
        strings: [...this.#strings.keys()].map((value) => ({ value })),
        builtin_funcs: [...this.#builtins].sort().map((name) => ({ name, decl: this.#declaration(name) })),
        files: [...this.#files.keys()].map((value) => ({ value })),
      },
      plans: { plans },
      funcs: { funcs },
    };
  }

  string(text: string): number {
    return indexIn(this.#strings, text);
  }

  file(name: string): number {
    return indexIn(this.#files, name);
  }

  builtin(name: string): string {
    this.#builtins.add(name);
    return name;
  }

  variant(index: FuncIndex, state: State): Variant {
    const stateKey = keyOf(state);
    const key = `${index} ${stateKey}`;
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      const func = this.plan.funcs[index]!;
      const number = indexIn(this.#states, stateKey);
      const name = number === 0 ? func.name : func.name.replace(/^(g0\.)?/, `g${number}.`);
      variant = { name, func, state };
      this.#variants.set(key, variant);
      this.#queue.push(variant);
    }
    return variant;
  }
}

function indexIn(map: Map<string, number>, key: string): number {
  let index = map.get(key);
  if (index === undefined) {
    index = map.size;
    map.set(key, index);
  }
  return index;
}

function keyOf(state: State): string {
  return [...state]
    .sort(([a], [b]) => a - b)
    .map(([slot, value]) => `${slot}=${value}`)
    .join(',');
}

function valueSlots(state: State): SlotIndex[] {
  return [...state]
    .filter(([, value]) => value === 'value')
    .map(([slot]) => slot)
    .sort((a, b) => a - b);
}

/** What a level of nesting in the plan is in OPA's IR, and the documents to put back when it is left by `break`. */
interface Level {
  readonly blocks: number;
  readonly restore: readonly { readonly local: number; readonly saved: number }[];
}

interface OpenWith {
  readonly state: State;
  readonly values: ReadonlyMap<SlotIndex, number>;
  readonly saved: readonly { readonly local: number; readonly saved: number }[];
}

class FuncLowering {
  readonly #lowering: Lowering;
  readonly #variant: Variant;
  readonly #locals = new Map<Local, number>();
  #next = 2;
  #state: State;
  /** Where the values of value slots are. */
  #values: ReadonlyMap<SlotIndex, number>;
  #stmts: OpaStmt[] = [];
  readonly #levels: Level[] = [];
  readonly #withs = new Map<number, OpenWith>();

  constructor(lowering: Lowering, variant: Variant) {
    this.#lowering = lowering;
    this.#variant = variant;
    this.#state = variant.state;
    for (const param of variant.func.params) this.#local(param);
    this.#values = new Map(valueSlots(variant.state).map((slot) => [slot, this.#next++]));
  }

  run(): Json {
    const { func, name } = this.#variant;
    const params = Array.from({ length: this.#next }, (_, i) => i);
    const blocks = func.blocks.map((block) => this.#block(block, { blocks: 1, restore: [] }));
    return { name, params, return: this.#next++, blocks: blocks as unknown as Json, path: [...func.path] };
  }

  #local(local: Local): number {
    let index = this.#locals.get(local);
    if (index === undefined) {
      index = this.#next++;
      this.#locals.set(local, index);
    }
    return index;
  }

  #emit(type: string, fields: { readonly [key: string]: Json }, loc: Loc): void {
    this.#stmts.push({ type, stmt: { ...fields, file: this.#lowering.file(loc.file), col: loc.col, row: loc.row } });
  }

  #nested(fill: () => void): OpaBlock {
    const outer = this.#stmts;
    this.#stmts = [];
    fill();
    const block = { stmts: this.#stmts };
    this.#stmts = outer;
    return block;
  }

  #block(block: Block, level: Level): OpaBlock {
    this.#levels.push(level);
    const lowered = this.#nested(() => {
      for (const stmt of block.stmts) this.#stmt(stmt);
    });
    this.#levels.pop();
    return lowered;
  }

  #plain(block: Block): Json {
    return this.#block(block, { blocks: 1, restore: [] }) as unknown as Json;
  }

  #operand(operand: Operand, loc: Loc): Json {
    switch (operand.kind) {
      case 'local':
        return { type: 'local', value: this.#local(operand.local) };
      case 'input':
        return { type: 'local', value: 0 };
      case 'data':
        return { type: 'local', value: 1 };
      case 'const':
        return this.#constant(this.#lowering.plan.constants[operand.const]!, loc);
    }
  }

  /** As an operand that is a local. */
  #asLocal(operand: Operand, loc: Loc): number {
    const lowered = this.#operand(operand, loc) as { type: string; value: number };
    if (lowered.type === 'local') return lowered.value;
    const target = this.#next++;
    this.#emit('AssignVarStmt', { source: lowered, target }, loc);
    return target;
  }

  #constant(value: Value, loc: Loc): Json {
    if (typeof value === 'string') return { type: 'string_index', value: this.#lowering.string(value) };
    if (typeof value === 'boolean') return { type: 'bool', value };
    const target = this.#next++;
    const local = { type: 'local', value: target };
    if (value === null) this.#emit('MakeNullStmt', { target }, loc);
    else if (typeof value === 'number' || value instanceof RegoNumber) {
      const index = this.#lowering.string(typeof value === 'number' ? String(value) : value.text);
      this.#emit('MakeNumberRefStmt', { Index: index, index, target }, loc);
    } else if (value instanceof RegoSet) {
      this.#emit('MakeSetStmt', { target }, loc);
      for (const item of value.items) this.#emit('SetAddStmt', { value: this.#constant(item, loc), set: target }, loc);
    } else if (value instanceof RegoObject) {
      this.#emit('MakeObjectStmt', { target }, loc);
      for (const [key, item] of value.entries) {
        const fields = { key: this.#constant(key, loc), value: this.#constant(item, loc), object: target };
        this.#emit('ObjectInsertStmt', fields, loc);
      }
    } else {
      this.#emit('MakeArrayStmt', { capacity: value.length, target }, loc);
      for (const item of value) this.#emit('ArrayAppendStmt', { value: this.#constant(item, loc), array: target }, loc);
    }
    return local;
  }

  #call(func: FuncIndex, args: readonly Operand[], result: number, loc: Loc): void {
    const { name } = this.#lowering.variant(func, this.#state);
    const lowered: Json[] = [0, 1].map((value) => ({ type: 'local', value }));
    for (const arg of args) lowered.push(this.#operand(arg, loc));
    for (const slot of valueSlots(this.#state)) lowered.push({ type: 'local', value: this.#values.get(slot)! });
    this.#emit('CallStmt', { func: name, args: lowered, result }, loc);
  }

  #stmt(stmt: Stmt): void {
    const { loc } = stmt;
    const operand = (each: Operand): Json => this.#operand(each, loc);
    const local = (each: Local): number => this.#local(each);
    switch (stmt.kind) {
      case 'block':
        return this.#emit('BlockStmt', { blocks: stmt.blocks.map((block) => this.#plain(block)) }, loc);
      case 'break':
        return this.#break(stmt.index, loc);
      case 'scan': {
        const source = this.#asLocal(stmt.source, loc);
        const key = stmt.key === undefined ? this.#next++ : local(stmt.key);
        const value = stmt.value === undefined ? this.#next++ : local(stmt.value);
        return this.#emit('ScanStmt', { source, key, value, block: this.#plain(stmt.block) }, loc);
      }
      case 'dot':
        return this.#emit(
          'DotStmt',
          { source: operand(stmt.source), key: operand(stmt.key), target: local(stmt.target) },
          loc,
        );
      case 'call':
        return this.#call(stmt.func, stmt.args, local(stmt.target), loc);
      case 'callbuiltin': {
        const result = stmt.target === undefined ? this.#next++ : local(stmt.target);
        const func = this.#lowering.builtin(stmt.name);
        return this.#emit('CallStmt', { func, args: stmt.args.map(operand), result }, loc);
      }
      case 'callswitch':
        return this.#callSwitch(stmt);
      case 'switch': {
        const a = operand(stmt.source);
        for (const { values, block } of stmt.cases)
          for (const value of values) {
            const b = this.#constant(this.#lowering.plan.constants[value]!, loc);
            const test = this.#nested(() => this.#emit('EqualStmt', { a, b }, loc)).stmts;
            const body = this.#block(block, { blocks: 1, restore: [] });
            const blocks = [{ stmts: [...test, ...body.stmts] }] as unknown as Json;
            this.#emit('BlockStmt', { blocks }, loc);
          }
        return;
      }
      case 'assignvar':
        return this.#emit('AssignVarStmt', { source: operand(stmt.source), target: local(stmt.target) }, loc);
      case 'assignvaronce':
        return this.#emit('AssignVarOnceStmt', { source: operand(stmt.source), target: local(stmt.target) }, loc);
      case 'resetlocal':
        return this.#emit('ResetLocalStmt', { target: local(stmt.target) }, loc);
      case 'isdefined':
        return this.#emit('IsDefinedStmt', { source: this.#asLocal(stmt.source, loc) }, loc);
      case 'isundefined':
        return this.#emit('IsUndefinedStmt', { source: this.#asLocal(stmt.source, loc) }, loc);
      case 'isarray':
        return this.#emit('IsArrayStmt', { source: operand(stmt.source) }, loc);
      case 'isobject':
        return this.#emit('IsObjectStmt', { source: operand(stmt.source) }, loc);
      case 'isset':
        return this.#emit('IsSetStmt', { source: operand(stmt.source) }, loc);
      case 'istrue': {
        const source = this.#asLocal(stmt.source, loc);
        this.#emit('IsDefinedStmt', { source }, loc);
        const fields = { a: { type: 'local', value: source }, b: { type: 'bool', value: false } };
        return this.#emit('NotEqualStmt', fields, loc);
      }
      case 'equal':
        return this.#emit('EqualStmt', { a: operand(stmt.a), b: operand(stmt.b) }, loc);
      case 'notequal':
        return this.#emit('NotEqualStmt', { a: operand(stmt.a), b: operand(stmt.b) }, loc);
      case 'haslength': {
        const length = this.#next++;
        const wanted = this.#next++;
        this.#emit('LenStmt', { source: operand(stmt.source), target: length }, loc);
        this.#emit('MakeNumberIntStmt', { value: stmt.count, target: wanted }, loc);
        const fields = { a: { type: 'local', value: length }, b: { type: 'local', value: wanted } };
        return this.#emit('EqualStmt', fields, loc);
      }
      case 'len':
        return this.#emit('LenStmt', { source: operand(stmt.source), target: local(stmt.target) }, loc);
      case 'makearray':
        return this.#emit('MakeArrayStmt', { capacity: stmt.capacity, target: local(stmt.target) }, loc);
      case 'makeobject':
        return this.#emit('MakeObjectStmt', { target: local(stmt.target) }, loc);
      case 'makeset':
        return this.#emit('MakeSetStmt', { target: local(stmt.target) }, loc);
      case 'arrayappend':
        return this.#emit('ArrayAppendStmt', { value: operand(stmt.value), array: local(stmt.array) }, loc);
      case 'setadd':
        return this.#emit('SetAddStmt', { value: operand(stmt.value), set: local(stmt.set) }, loc);
      case 'objectinsert':
      case 'objectinsertonce': {
        const type = stmt.kind === 'objectinsert' ? 'ObjectInsertStmt' : 'ObjectInsertOnceStmt';
        const fields = { key: operand(stmt.key), value: operand(stmt.value), object: local(stmt.object) };
        return this.#emit(type, fields, loc);
      }
      case 'objectmerge': {
        const fields = { a: this.#asLocal(stmt.a, loc), b: this.#asLocal(stmt.b, loc), target: local(stmt.target) };
        return this.#emit('ObjectMergeStmt', fields, loc);
      }
      case 'not':
        return this.#emit('NotStmt', { block: this.#plain(stmt.block) }, loc);
      case 'with':
        return this.#with(stmt);
      case 'without':
        return this.#without(stmt);
      case 'slotis':
        // Known here: the function is written for this state of the slots.
        if ((this.#state.get(stmt.slot) ?? 0) !== stmt.value) this.#emit('BreakStmt', { index: 0 }, loc);
        return;
      case 'slotload': {
        const value = this.#values.get(stmt.slot);
        if (value === undefined) return this.#emit('BreakStmt', { index: 0 }, loc);
        const source = { type: 'local', value };
        return this.#emit('AssignVarStmt', { source, target: local(stmt.target) }, loc);
      }
      case 'returnlocal':
        return this.#emit('ReturnLocalStmt', { source: local(stmt.source) }, loc);
      case 'raise': {
        // OPA's IR raises by a conflicting assignment only.
        const target = this.#next++;
        this.#emit('AssignVarOnceStmt', { source: { type: 'bool', value: true }, target }, loc);
        return this.#emit('AssignVarOnceStmt', { source: { type: 'bool', value: false }, target }, loc);
      }
      case 'cover':
        return;
    }
  }

  #callSwitch(stmt: Extract<Stmt, { kind: 'callswitch' }>): void {
    const { loc } = stmt;
    const target = this.#local(stmt.target);
    const a = this.#operand(stmt.source, loc);
    this.#emit('ResetLocalStmt', { target }, loc);
    const blocks = stmt.cases.flatMap(({ values, func }) =>
      values.map((value) =>
        this.#nested(() => {
          const b = this.#constant(this.#lowering.plan.constants[value]!, loc);
          this.#emit('EqualStmt', { a, b }, loc);
          this.#call(func, [], target, loc);
        }),
      ),
    );
    this.#emit('BlockStmt', { blocks: blocks as unknown as Json }, loc);
    this.#emit('IsDefinedStmt', { source: target }, loc);
  }

  #break(index: number, loc: Loc): void {
    const left = this.#levels.slice(this.#levels.length - 1 - index);
    // Hosts need not undo a `with` that a break leaves.
    for (const level of left.toReversed())
      for (const { local, saved } of level.restore)
        this.#emit('AssignVarStmt', { source: { type: 'local', value: saved }, target: local }, loc);
    const blocks = left.reduce((sum, level) => sum + level.blocks, 0);
    this.#emit('BreakStmt', { index: blocks - 1 }, loc);
  }

  #with(stmt: WithStmt): void {
    const { loc } = stmt;
    const outer: OpenWith = { state: this.#state, values: this.#values, saved: this.#save(stmt) };
    this.#withs.set(stmt.id, outer);
    const state = new Map(this.#state);
    const values = new Map(this.#values);
    for (const { slot, value } of stmt.slots) {
      if (typeof value === 'number') {
        if (value === 0) state.delete(slot);
        else state.set(slot, value);
      } else {
        state.set(slot, 'value');
        values.set(slot, this.#asLocal(value, loc));
      }
    }
    const patches = [
      ...stmt.input.map((patch) => ({ ...patch, local: 0 })),
      ...stmt.data.map((patch) => ({ ...patch, local: 1 })),
    ].map(({ local, path, value }) => ({
      local,
      path: path.map((key) =>
        this.#lowering.string(String(this.#lowering.plan.constants[(key as { const: number }).const])),
      ),
      value: this.#operand(value, loc),
    }));
    this.#state = state;
    this.#values = values;
    const levels = Math.max(patches.length, 1);
    const block = this.#block(stmt.block, { blocks: levels, restore: outer.saved });
    this.#state = outer.state;
    this.#values = outer.values;
    this.#wrap(patches, block, loc);
  }

  #save(stmt: WithStmt): { local: number; saved: number }[] {
    const locals = [...(stmt.input.length > 0 ? [0] : []), ...(stmt.data.length > 0 ? [1] : [])];
    return locals.map((local) => {
      const saved = this.#next++;
      this.#emit('AssignVarStmt', { source: { type: 'local', value: local }, target: saved }, stmt.loc);
      return { local, saved };
    });
  }

  #wrap(patches: readonly { local: number; path: readonly number[]; value: Json }[], block: OpaBlock, loc: Loc): void {
    if (patches.length === 0) return this.#emit('BlockStmt', { blocks: [block] as unknown as Json }, loc);
    const [first, ...rest] = patches;
    const inner = rest.length === 0 ? block : this.#nested(() => this.#wrap(rest, block, loc));
    this.#emit('WithStmt', { ...first!, block: inner as unknown as Json }, loc);
  }

  #without(stmt: WithoutStmt): void {
    const { loc } = stmt;
    const outer = this.#withs.get(stmt.id)!;
    const inside = { state: this.#state, values: this.#values };
    this.#state = outer.state;
    this.#values = outer.values;
    const patches = outer.saved.map(({ local, saved }) => ({
      local,
      path: [] as number[],
      value: { type: 'local', value: saved } as Json,
    }));
    const block = this.#block(stmt.block, { blocks: Math.max(patches.length, 1), restore: [] });
    this.#state = inside.state;
    this.#values = inside.values;
    this.#wrap(patches, block, loc);
  }
}
