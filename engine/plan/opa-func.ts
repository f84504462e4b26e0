// Lowers one function to OPA's IR, for one state of the slots.
// Hosts of OPA's IR agree on what OPA's planner writes, no more: a break leaves BlockStmts only, a function returns in its
// last block, nothing undefined is assigned. Ways out of scans and `with` are spelled out here with flags.
import type { Loc } from '../ast/nodes.ts';
import { RegoNumber, RegoObject, RegoSet, type Value } from '../value/value.ts';
import { innerBlocks } from './inner-blocks.ts';
import type { Block, FuncIndex, Local, Operand, Patch, Plan, SlotIndex, Stmt } from './ir.ts';
import type { Json, Lowering, State, Variant } from './opa-plan.ts';
import { valueSlots } from './opa-plan.ts';

/** A statement as plan.json has it. */
export type OpaStmt = { readonly type: string; readonly stmt: { readonly [key: string]: Json } };
type OpaBlock = { readonly stmts: readonly OpaStmt[] };

/** The function in OPA's IR. Functions it calls are asked of `lowering`. */
export function lowerFunc(lowering: Lowering, variant: Variant): Json {
  return new FuncLowering(lowering, variant).run();
}

/**
 * A block of the plan that is being lowered, outermost first. A closed one (the body of a scan or WithStmt) is left by
 * going to its end with a flag set, which is looked at behind it.
 */
interface Level {
  readonly closed: 'scan' | 'with' | undefined;
  /** The flags of the levels that breaks in a closed one leave, by their number. */
  readonly flags: Map<number, number>;
}

interface Patched {
  readonly local: number;
  readonly path: readonly number[];
  readonly value: Json;
}

interface OpenWith {
  readonly state: State;
  /** Where the values of value slots are. */
  readonly values: ReadonlyMap<SlotIndex, number>;
  readonly saved: readonly { readonly local: number; readonly saved: number }[];
}

/** Where a local was looked up. */
interface Origin {
  readonly parent: Local;
  readonly key: Operand;
}

const INPUT = 0;
const DATA = 1;
const TRUE: Json = { type: 'bool', value: true };
const FALSE: Json = { type: 'bool', value: false };

function localOperand(value: number): Json {
  return { type: 'local', value };
}

class FuncLowering {
  readonly #lowering: Lowering;
  readonly #plan: Plan;
  readonly #variant: Variant;
  readonly #locals = new Map<Local, number>();
  #next = 2;
  #result = 0;
  #state: State;
  #values: ReadonlyMap<SlotIndex, number>;
  #stmts: OpaStmt[] = [];
  readonly #levels: Level[] = [];
  readonly #withs = new Map<number, OpenWith>();
  readonly #origins: ReadonlyMap<Local, Origin>;

  constructor(lowering: Lowering, variant: Variant) {
    this.#lowering = lowering;
    this.#plan = lowering.plan;
    this.#variant = variant;
    this.#state = variant.state;
    this.#origins = changedElements(variant.func.blocks);
    for (const param of variant.func.params) this.#local(param);
    this.#values = new Map(valueSlots(variant.state).map((slot) => [slot, this.#next++]));
  }

  run(): Json {
    const { func, name, path } = this.#variant;
    const params = Array.from({ length: this.#next }, (_, i) => i);
    this.#result = this.#next++;
    // Returning leaves the outermost block: one around all of them where others would follow.
    const isWrapped = func.blocks.slice(0, -1).some(returns);
    const bodies = isWrapped
      ? [
          this.#level(undefined, () =>
            this.#emit('BlockStmt', { blocks: func.blocks.map((block) => this.#body(block)) }, func.loc),
          ),
        ]
      : func.blocks.map((block) => this.#body(block));
    const last = this.#nested(() => this.#emit('ReturnLocalStmt', { source: this.#result }, func.loc));
    return { name, params, return: this.#result, blocks: [...bodies, last], path: [...path] };
  }

  #local(local: Local): number {
    let index = this.#locals.get(local);
    if (index === undefined) {
      index = this.#next++;
      this.#locals.set(local, index);
    }
    return index;
  }

  // Statements and blocks

  #emit(type: string, fields: { readonly [key: string]: Json }, { file, row, col }: Loc): void {
    this.#stmts.push({ type, stmt: { ...fields, file: this.#lowering.file(file), col, row } });
  }

  #nested(fill: () => void): OpaBlock {
    const outer = this.#stmts;
    this.#stmts = [];
    fill();
    const block = { stmts: this.#stmts };
    this.#stmts = outer;
    return block;
  }

  /** A block that breaks count. */
  #level(closed: Level['closed'], fill: (level: Level) => void): OpaBlock {
    const level: Level = { closed, flags: new Map() };
    this.#levels.push(level);
    const block = this.#nested(() => fill(level));
    this.#levels.pop();
    return block;
  }

  #body(block: Block): OpaBlock {
    return this.#level(undefined, () => this.#fill(block));
  }

  /** The statements of a block. `isFollowed`: something is added behind them that must not run once the block was left. */
  #fill({ stmts }: Block, isFollowed = false): void {
    stmts.forEach((stmt, i) => this.#stmt(stmt, !isFollowed && i === stmts.length - 1));
  }

  #blocks(loc: Loc, ...fills: (() => void)[]): void {
    this.#emit('BlockStmt', { blocks: fills.map((fill) => this.#nested(fill)) }, loc);
  }

  #assign(target: number, source: Json, loc: Loc): void {
    this.#emit('AssignVarStmt', { source, target }, loc);
  }

  #isDefined(source: number, loc: Loc): void {
    this.#emit('IsDefinedStmt', { source }, loc);
  }

  #isUndefined(source: number, loc: Loc): void {
    this.#emit('IsUndefinedStmt', { source }, loc);
  }

  #reset(target: number, loc: Loc): void {
    this.#emit('ResetLocalStmt', { target }, loc);
  }

  /** Assigns a local that may be undefined. Hosts differ in what assigning it does. */
  #assignMaybe(target: number, source: number, loc: Loc): void {
    this.#reset(target, loc);
    this.#blocks(loc, () => {
      this.#isDefined(source, loc);
      this.#assign(target, localOperand(source), loc);
    });
  }

  /** Where hosts copy collections, one that was looked up and changed must go back to where it came from. */
  #putBack(changed: Local, loc: Loc): void {
    const origin = this.#origins.get(changed);
    if (origin === undefined) return;
    const key = this.#operand(origin.key, loc);
    const [value, object] = [localOperand(this.#local(changed)), this.#local(origin.parent)];
    this.#emit('ObjectInsertStmt', { key, value, object }, loc);
    this.#putBack(origin.parent, loc);
  }

  // Operands

  #operand(operand: Operand, loc: Loc): Json {
    switch (operand.kind) {
      case 'local':
        return localOperand(this.#local(operand.local));
      case 'input':
        return localOperand(INPUT);
      case 'data':
        return localOperand(DATA);
      case 'const':
        return this.#constant(this.#plan.constants[operand.const]!, loc);
    }
  }

  /** An operand of a test: some hosts compare what is undefined. */
  #tested(operand: Operand, loc: Loc): Json {
    if (operand.kind === 'input') this.#isDefined(INPUT, loc);
    return this.#operand(operand, loc);
  }

  /** An operand in a local. */
  #asLocal(operand: Operand, loc: Loc): number {
    const lowered = this.#operand(operand, loc) as { type: string; value: number };
    if (lowered.type === 'local') return lowered.value;
    const target = this.#next++;
    this.#assign(target, lowered, loc);
    return target;
  }

  #constant(value: Value, loc: Loc): Json {
    if (typeof value === 'string') return { type: 'string_index', value: this.#lowering.string(value) };
    if (typeof value === 'boolean') return { type: 'bool', value };
    const target = this.#next++;
    if (value === null) this.#emit('MakeNullStmt', { target }, loc);
    else if (typeof value === 'number' || value instanceof RegoNumber) {
      const index = this.#lowering.string(typeof value === 'number' ? String(value) : value.text);
      // OPA once wrote the field with a capital, and writes both since.
      this.#emit('MakeNumberRefStmt', { index, Index: index, target }, loc);
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
    return localOperand(target);
  }

  #stmt(stmt: Stmt, isLast: boolean): void {
    const { loc } = stmt;
    const operand = (each: Operand): Json => this.#operand(each, loc);
    const local = (each: Local): number => this.#local(each);
    switch (stmt.kind) {
      case 'block':
        return this.#emit('BlockStmt', { blocks: stmt.blocks.map((block) => this.#body(block)) }, loc);
      case 'break':
        return this.#breakTo(this.#levels.length - 1 - stmt.index, loc);
      case 'scan':
        return this.#scan(stmt, isLast);
      case 'dot': {
        const fields = { source: operand(stmt.source), key: operand(stmt.key), target: local(stmt.target) };
        return this.#emit('DotStmt', fields, loc);
      }
      case 'call':
        return this.#call(stmt.func, stmt.args, local(stmt.target), loc);
      case 'callbuiltin': {
        const result = stmt.target === undefined ? this.#next++ : local(stmt.target);
        const func = this.#lowering.builtin(stmt.name);
        return this.#emit('CallStmt', { func, args: stmt.args.map(operand), result }, loc);
      }
      case 'callswitch':
        return this.#callSwitch(stmt);
      case 'switch':
        return this.#switch(stmt);
      case 'assignvar':
        if (stmt.source.kind === 'input') return this.#assignMaybe(local(stmt.target), INPUT, loc);
        return this.#assign(local(stmt.target), operand(stmt.source), loc);
      case 'assignvaronce':
        return this.#emit('AssignVarOnceStmt', { source: operand(stmt.source), target: local(stmt.target) }, loc);
      case 'resetlocal':
        return this.#reset(local(stmt.target), loc);
      case 'isdefined':
        return this.#isDefined(this.#asLocal(stmt.source, loc), loc);
      case 'isundefined':
        return this.#isUndefined(this.#asLocal(stmt.source, loc), loc);
      case 'isarray':
        return this.#emit('IsArrayStmt', { source: operand(stmt.source) }, loc);
      case 'isobject':
        return this.#emit('IsObjectStmt', { source: operand(stmt.source) }, loc);
      case 'isset':
        return this.#emit('IsSetStmt', { source: operand(stmt.source) }, loc);
      case 'istrue':
        if (stmt.source.kind === 'local') this.#isDefined(local(stmt.source.local), loc);
        return this.#emit('NotEqualStmt', { a: this.#tested(stmt.source, loc), b: FALSE }, loc);
      case 'equal':
      case 'notequal': {
        const fields = { a: this.#tested(stmt.a, loc), b: this.#tested(stmt.b, loc) };
        return this.#emit(stmt.kind === 'equal' ? 'EqualStmt' : 'NotEqualStmt', fields, loc);
      }
      case 'haslength': {
        const [length, wanted] = [this.#next++, this.#next++];
        this.#emit('LenStmt', { source: operand(stmt.source), target: length }, loc);
        this.#emit('MakeNumberIntStmt', { value: stmt.count, target: wanted }, loc);
        return this.#emit('EqualStmt', { a: localOperand(length), b: localOperand(wanted) }, loc);
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
        this.#emit('ArrayAppendStmt', { value: operand(stmt.value), array: local(stmt.array) }, loc);
        return this.#putBack(stmt.array, loc);
      case 'setadd':
        this.#emit('SetAddStmt', { value: operand(stmt.value), set: local(stmt.set) }, loc);
        return this.#putBack(stmt.set, loc);
      case 'objectinsert':
      case 'objectinsertonce': {
        const type = stmt.kind === 'objectinsert' ? 'ObjectInsertStmt' : 'ObjectInsertOnceStmt';
        const fields = { key: operand(stmt.key), value: operand(stmt.value), object: local(stmt.object) };
        this.#emit(type, fields, loc);
        return this.#putBack(stmt.object, loc);
      }
      case 'objectmerge': {
        const fields = { a: this.#asLocal(stmt.a, loc), b: this.#asLocal(stmt.b, loc), target: local(stmt.target) };
        return this.#emit('ObjectMergeStmt', fields, loc);
      }
      case 'not': {
        // A BlockStmt, which breaks can leave, with a note of its end.
        const ended = this.#next++;
        this.#reset(ended, loc);
        const block = this.#level(undefined, () => this.#fillTo(stmt.block, ended, loc));
        this.#emit('BlockStmt', { blocks: [block] }, loc);
        return this.#isUndefined(ended, loc);
      }
      case 'with':
        return this.#with(stmt, isLast);
      case 'without':
        return this.#without(stmt, isLast);
      case 'slotis':
        // Known here: the function is written for this state of the slots.
        if ((this.#state.get(stmt.slot) ?? 0) !== stmt.value) this.#emit('BreakStmt', { index: 0 }, loc);
        return;
      case 'slotload': {
        const value = this.#values.get(stmt.slot);
        if (value === undefined) return this.#emit('BreakStmt', { index: 0 }, loc);
        return this.#assign(local(stmt.target), localOperand(value), loc);
      }
      case 'returnlocal':
        this.#return(local(stmt.source), loc);
        if (!isLast || this.#levels.length > 1) this.#breakTo(0, loc);
        return;
      case 'raise':
        // OPA's IR raises by a conflicting assignment only.
        this.#assign(this.#next, TRUE, loc);
        return this.#emit('AssignVarOnceStmt', { source: FALSE, target: this.#next++ }, loc);
      case 'cover':
        return;
    }
  }

  // Calls and switches

  #call(func: FuncIndex, args: readonly Operand[], result: number, loc: Loc): void {
    const { name } = this.#lowering.variant(func, this.#state);
    const lowered: Json[] = [localOperand(INPUT), localOperand(DATA)];
    for (const arg of args) lowered.push(this.#operand(arg, loc));
    for (const slot of valueSlots(this.#state)) lowered.push(localOperand(this.#values.get(slot)!));
    this.#emit('CallStmt', { func: name, args: lowered, result }, loc);
  }

  #callSwitch(stmt: Extract<Stmt, { kind: 'callswitch' }>): void {
    const { loc } = stmt;
    const target = this.#local(stmt.target);
    const source = this.#operand(stmt.source, loc);
    this.#reset(target, loc);
    const ways = stmt.cases.flatMap(({ values, func }) =>
      values.map((value) => () => {
        this.#emit('EqualStmt', { a: source, b: this.#constant(this.#plan.constants[value]!, loc) }, loc);
        this.#call(func, [], target, loc);
      }),
    );
    this.#blocks(loc, ...ways);
    this.#isDefined(target, loc);
  }

  #switch(stmt: Extract<Stmt, { kind: 'switch' }>): void {
    const { loc } = stmt;
    const source = this.#operand(stmt.source, loc);
    const found = stmt.otherwise === undefined ? undefined : this.#next++;
    if (found !== undefined) this.#reset(found, loc);
    const blocks = stmt.cases.flatMap(({ values, block }) =>
      values.map((value) =>
        this.#level(undefined, () => {
          this.#emit('EqualStmt', { a: source, b: this.#constant(this.#plan.constants[value]!, loc) }, loc);
          if (found !== undefined) this.#assign(found, TRUE, loc);
          this.#fill(block);
        }),
      ),
    );
    if (found !== undefined)
      blocks.push(
        this.#level(undefined, () => {
          this.#isUndefined(found, loc);
          this.#fill(stmt.otherwise!);
        }),
      );
    this.#emit('BlockStmt', { blocks }, loc);
  }

  // Ways out

  #return(source: number, loc: Loc): void {
    const { type, stmt } = this.#stmts.at(-1) ?? { type: '', stmt: {} };
    const defined = type === 'IsDefinedStmt' ? stmt['source'] : type === 'CallStmt' ? stmt['result'] : stmt['target'];
    if (defined === source && type !== 'ResetLocalStmt') this.#assign(this.#result, localOperand(source), loc);
    else this.#assignMaybe(this.#result, source, loc);
  }

  /** Leaves the blocks from the innermost up to that of number `target`. */
  #breakTo(target: number, loc: Loc): void {
    const top = this.#levels.length - 1;
    const closed = this.#levels.findLastIndex((level, i) => i >= target && level.closed !== undefined);
    // A `with` whose body does not run to its end is undefined: no more is needed to leave just that.
    if (closed >= 0 && !(closed === target && this.#levels[closed]!.closed === 'with')) {
      const { flags } = this.#levels[closed]!;
      const flag = flags.get(target) ?? this.#next++;
      flags.set(target, flag);
      this.#assign(flag, TRUE, loc);
    }
    this.#emit('BreakStmt', { index: top - Math.max(closed, target) }, loc);
  }

  /** Behind a closed level, goes on with the breaks that ended in it. */
  #goOn(flags: ReadonlyMap<number, number>, loc: Loc): void {
    for (const [target, flag] of flags) {
      if (target >= this.#levels.length) continue;
      const block = this.#level(undefined, () => {
        this.#isDefined(flag, loc);
        this.#breakTo(target, loc);
      });
      this.#emit('BlockStmt', { blocks: [block] }, loc);
    }
  }

  #scan(stmt: Extract<Stmt, { kind: 'scan' }>, isLast: boolean): void {
    const { loc } = stmt;
    const source = this.#asLocal(stmt.source, loc);
    if (!isLast) this.#isCollection(source, loc);
    const key = stmt.key === undefined ? this.#next++ : this.#local(stmt.key);
    const value = stmt.value === undefined ? this.#next++ : this.#local(stmt.value);
    let flags: ReadonlyMap<number, number> = new Map();
    const body = this.#level('scan', (level) => {
      this.#fill(stmt.block);
      flags = level.flags;
    });
    const skip = this.#nested(() => {
      for (const flag of flags.values()) this.#isUndefined(flag, loc);
    });
    for (const flag of flags.values()) this.#reset(flag, loc);
    const block = { stmts: [...skip.stmts, ...body.stmts] };
    this.#emit('ScanStmt', { source, key, value, block }, loc);
    this.#goOn(flags, loc);
  }

  /** Scanning what is no collection does not leave the block everywhere. */
  #isCollection(source: number, loc: Loc): void {
    const found = this.#next++;
    this.#reset(found, loc);
    const ways = ['IsArrayStmt', 'IsObjectStmt', 'IsSetStmt'].map((type) => () => {
      this.#emit(type, { source: localOperand(source) }, loc);
      this.#assign(found, TRUE, loc);
    });
    this.#blocks(loc, ...ways);
    this.#isDefined(found, loc);
  }

  // With

  #with(stmt: Extract<Stmt, { kind: 'with' }>, isLast: boolean): void {
    const { loc } = stmt;
    const outer: OpenWith = { state: this.#state, values: this.#values, saved: this.#save(stmt) };
    this.#withs.set(stmt.id, outer);
    const state = new Map(this.#state);
    const values = new Map(this.#values);
    for (const { slot, value } of stmt.slots) {
      if (typeof value !== 'number') {
        state.set(slot, 'value');
        values.set(slot, this.#asFixed(value, loc));
      } else if (value === 0) state.delete(slot);
      else state.set(slot, value);
    }
    const patches = [
      ...stmt.input.map((patch) => this.#patch(INPUT, patch, loc)),
      ...stmt.data.map((patch) => this.#patch(DATA, patch, loc)),
    ];
    this.#inState({ state, values }, patches, stmt.block, isLast, loc);
  }

  #without(stmt: Extract<Stmt, { kind: 'without' }>, isLast: boolean): void {
    const outer = this.#withs.get(stmt.id)!;
    const patches = outer.saved.map(({ local, saved }) => ({ local, path: [], value: localOperand(saved) }));
    this.#inState(outer, patches, stmt.block, isLast, stmt.loc);
  }

  /** An operand in a local that no `with` changes. */
  #asFixed(operand: Operand, loc: Loc): number {
    if (operand.kind !== 'input' && operand.kind !== 'data') return this.#asLocal(operand, loc);
    const source = operand.kind === 'input' ? INPUT : DATA;
    const target = this.#next++;
    this.#isDefined(source, loc);
    this.#assign(target, localOperand(source), loc);
    return target;
  }

  #patch(local: number, patch: Patch, loc: Loc): Patched {
    const value = patch.value.kind === 'const' ? this.#operand(patch.value, loc) : undefined;
    return {
      local,
      // Paths of strings is all that OPA's IR has.
      path: patch.path.map((key) => this.#lowering.string(this.#keyText(key))),
      value: value ?? localOperand(this.#asFixed(patch.value, loc)),
    };
  }

  #keyText(key: Operand): string {
    const value = key.kind === 'const' ? this.#plan.constants[key.const]! : undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw new Error('a path of `with` is made of strings');
  }

  /** Keeps the documents that a `with` changes, for what is evaluated outside of it again. */
  #save({ input, data, loc }: Extract<Stmt, { kind: 'with' }>): OpenWith['saved'] {
    const kept: { local: number; saved: number }[] = [];
    if (input.length > 0) {
      const saved = this.#next++;
      this.#assignMaybe(saved, INPUT, loc);
      kept.push({ local: INPUT, saved });
    }
    if (data.length > 0) {
      const saved = this.#next++;
      this.#assign(saved, localOperand(DATA), loc);
      kept.push({ local: DATA, saved });
    }
    return kept;
  }

  /** Runs a block with other documents and slots; undefined when it is left. */
  #inState(
    inside: Pick<OpenWith, 'state' | 'values'>,
    patches: readonly Patched[],
    block: Block,
    isLast: boolean,
    loc: Loc,
  ): void {
    const outside = { state: this.#state, values: this.#values };
    this.#state = inside.state;
    this.#values = inside.values;
    const isOpen = patches.length === 0;
    // The body's end is noted where it can be left by other ways, or hosts can't tell by a WithStmt.
    const ended = reach(block) > 0 || (isOpen && !isLast) ? this.#next++ : undefined;
    let flags: ReadonlyMap<number, number> = new Map();
    const body = this.#level(isOpen ? undefined : 'with', (level) => {
      if (ended === undefined) this.#fill(block, !isOpen && !isLast);
      else this.#fillTo(block, ended, loc);
      flags = level.flags;
    });
    this.#state = outside.state;
    this.#values = outside.values;
    for (const local of [...flags.values(), ...(ended === undefined ? [] : [ended])]) this.#reset(local, loc);
    if (isOpen) this.#emit('BlockStmt', { blocks: [body] }, loc);
    else if (ended === undefined) this.#patched(patches, body, loc);
    else {
      const whole = this.#nested(() => this.#emit('BlockStmt', { blocks: [body] }, loc));
      this.#patched(patches, whole, loc);
    }
    this.#goOn(flags, loc);
    if (ended !== undefined) this.#isDefined(ended, loc);
  }

  /** The block, and then the note that its end was reached. */
  #fillTo(block: Block, ended: number, loc: Loc): void {
    this.#fill(block, true);
    this.#assign(ended, TRUE, loc);
  }

  #patched([first, ...rest]: readonly Patched[], block: OpaBlock, loc: Loc): void {
    if (first === undefined) return;
    const inner = rest.length === 0 ? block : this.#nested(() => this.#patched(rest, block, loc));
    this.#emit('WithStmt', { ...first, block: inner }, loc);
  }
}

const reaches = new WeakMap<Block, number>();

/** How many blocks around it the breaks in a block leave besides the block itself (0), at most; -1: none leaves it. */
function reach(block: Block): number {
  let most = reaches.get(block);
  if (most === undefined) {
    most = -1;
    for (const stmt of block.stmts) {
      if (stmt.kind === 'break') most = Math.max(most, stmt.index);
      else if (stmt.kind === 'returnlocal') most = Infinity;
      for (const inner of innerBlocks(stmt)) most = Math.max(most, reach(inner) - 1);
    }
    reaches.set(block, most);
  }
  return most;
}

function returns(block: Block): boolean {
  return reach(block) === Infinity;
}

/** The locals that are looked up in an object and then changed. */
function changedElements(blocks: readonly Block[]): Map<Local, Origin> {
  const found = new Map<Local, Origin>();
  const changed = new Set<Local>();
  const visit = ({ stmts }: Block): void => {
    for (const stmt of stmts) {
      if (stmt.kind === 'dot' && stmt.source.kind === 'local')
        found.set(stmt.target, { parent: stmt.source.local, key: stmt.key });
      else if (stmt.kind === 'setadd') changed.add(stmt.set);
      else if (stmt.kind === 'arrayappend') changed.add(stmt.array);
      else if (stmt.kind === 'objectinsert' || stmt.kind === 'objectinsertonce') changed.add(stmt.object);
      innerBlocks(stmt).forEach(visit);
    }
  };
  blocks.forEach(visit);
  for (const local of found.keys()) if (!changed.has(local)) found.delete(local);
  return found;
}
