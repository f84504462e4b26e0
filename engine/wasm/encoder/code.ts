// The body of one function under construction: instructions, labels by depth, locals.
// Every local is an i32; operand stack discipline is the caller's.
import { ByteWriter, lengthOfU32 } from './bytes.ts';
import { I32 } from './module.ts';
import type { Body } from './module.ts';

/** Opcodes of the instructions that generated code uses. */
export const Op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Load: 0x28,
  i32Load8U: 0x2d,
  i32Store: 0x36,
  i32Store8: 0x3a,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i32LeS: 0x4c,
  i32GeS: 0x4e,
  i32GeU: 0x4f,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32DivU: 0x6e,
  i32RemU: 0x70,
  i32And: 0x71,
  i32Or: 0x72,
  i32ShrU: 0x76,
  prefixBulk: 0xfc,
} as const;

const EMPTY_BLOCK = 0x40;

/** A block to branch to, by the depth at which it stands. */
export type Label = number & { readonly __brand: 'Label' };

/** Most locals a function may have (the engines' limit is 50,000, parameters included). */
export const MAX_LOCALS = 50_000;

/** Writers of bodies that are finished, for the next ones: functions are many and mostly small. */
const idleWriters: ByteWriter[] = [];

/** Room before the code for what comes before it in a body, which is known last: at most a count and five bytes of locals with their type. */
const HEADER_ROOM = 7;

/** Instructions of one function, encoded as they are added. */
export class Code {
  readonly #out = idleWriters.pop() ?? new ByteWriter(4096);
  readonly #params: number;
  #locals: number;
  #depth = 0;
  readonly #free: number[] = [];
  readonly #calls: { start: number; end: number; readonly func: number }[] = [];

  /** A function of `params` parameters. */
  constructor(params: number) {
    this.#params = params;
    this.#locals = params;
    this.#out.seek(HEADER_ROOM);
  }

  /** Bytes of code so far. */
  get size(): number {
    return this.#out.length - HEADER_ROOM;
  }

  /** Locals so far, parameters included. */
  get localCount(): number {
    return this.#locals;
  }

  /** A local that starts as 0. */
  newLocal(): number {
    return this.#locals++;
  }

  /** A local for passing use; give it back with `release`. Its content is whatever the last user left. */
  scratch(): number {
    return this.#free.pop() ?? this.newLocal();
  }

  release(...locals: readonly number[]): void {
    this.#free.push(...locals);
  }

  op(opcode: number): void {
    this.#out.byte(opcode);
  }

  const(value: number): void {
    this.#out.byte(Op.i32Const);
    this.#out.s32(value);
  }

  get(local: number): void {
    this.#out.byte(Op.localGet);
    this.#out.u32(local);
  }

  set(local: number): void {
    this.#out.byte(Op.localSet);
    this.#out.u32(local);
  }

  tee(local: number): void {
    this.#out.byte(Op.localTee);
    this.#out.u32(local);
  }

  globalGet(index: number): void {
    this.#out.byte(Op.globalGet);
    this.#out.u32(index);
  }

  globalSet(index: number): void {
    this.#out.byte(Op.globalSet);
    this.#out.u32(index);
  }

  call(func: number): void {
    this.#out.byte(Op.call);
    const start = this.#out.length;
    this.#out.u32(func);
    this.#calls.push({ start, end: this.#out.length, func });
  }

  /** Calls through the module's table; the place in it is on the stack. */
  callIndirect(type: number): void {
    this.#out.byte(Op.callIndirect);
    this.#out.u32(type);
    this.#out.byte(0);
  }

  /** A 32-bit word at the address on the stack. */
  load(offset = 0): void {
    this.#memory(Op.i32Load, 2, offset);
  }

  load8(offset = 0): void {
    this.#memory(Op.i32Load8U, 0, offset);
  }

  /** Stores the word on top of the stack at the address under it. */
  store(offset = 0): void {
    this.#memory(Op.i32Store, 2, offset);
  }

  store8(offset = 0): void {
    this.#memory(Op.i32Store8, 0, offset);
  }

  /** `memory.init`: destination, source offset and length are on the stack. */
  memoryInit(segment: number): void {
    this.#out.byte(Op.prefixBulk);
    this.#out.u32(8);
    this.#out.u32(segment);
    this.#out.byte(0);
  }

  dataDrop(segment: number): void {
    this.#out.byte(Op.prefixBulk);
    this.#out.u32(9);
    this.#out.u32(segment);
  }

  /** `memory.fill`: destination, byte and length are on the stack. */
  memoryFill(): void {
    this.#out.byte(Op.prefixBulk);
    this.#out.u32(11);
    this.#out.byte(0);
  }

  memorySize(): void {
    this.#out.byte(Op.memorySize);
    this.#out.byte(0);
  }

  memoryGrow(): void {
    this.#out.byte(Op.memoryGrow);
    this.#out.byte(0);
  }

  #memory(opcode: number, align: number, offset: number): void {
    this.#out.byte(opcode);
    this.#out.u32(align);
    this.#out.u32(offset);
  }

  /** Opens a block; branching to its label goes to its end. */
  block(): Label {
    return this.#open(Op.block);
  }

  /** Opens a loop; branching to its label goes to its start. */
  loop(): Label {
    return this.#open(Op.loop);
  }

  /** Opens `if` on the word on the stack. */
  if(): Label {
    return this.#open(Op.if);
  }

  else(): void {
    this.#out.byte(Op.else);
  }

  #open(opcode: number): Label {
    this.#out.byte(opcode);
    this.#out.byte(EMPTY_BLOCK);
    return ++this.#depth as Label;
  }

  end(): void {
    this.#out.byte(Op.end);
    this.#depth--;
  }

  br(label: Label): void {
    this.#out.byte(Op.br);
    this.#out.u32(this.#depth - label);
  }

  brIf(label: Label): void {
    this.#out.byte(Op.brIf);
    this.#out.u32(this.#depth - label);
  }

  /** Branches by the number on the stack; beyond the labels, to `otherwise`. */
  brTable(labels: readonly Label[], otherwise: Label): void {
    this.#out.byte(Op.brTable);
    this.#out.u32(labels.length);
    for (const label of labels) this.#out.u32(this.#depth - label);
    this.#out.u32(this.#depth - otherwise);
  }

  /** The finished body: locals, code, `end`. This object cannot be used any more. */
  body(): Body {
    if (this.#depth !== 0) throw new Error('unbalanced blocks in generated code');
    const locals = this.#locals - this.#params;
    const out = this.#out;
    out.byte(Op.end);
    const first = HEADER_ROOM - (locals > 0 ? 2 + lengthOfU32(locals) : 1);
    const end = out.length;
    out.seek(first);
    out.u32(locals > 0 ? 1 : 0);
    if (locals > 0) {
      out.u32(locals);
      out.byte(I32);
    }
    out.seek(end);
    const bytes = out.from(first);
    idleWriters.push(out);
    for (const call of this.#calls) {
      call.start -= first;
      call.end -= first;
    }
    return { bytes, calls: this.#calls };
  }
}
