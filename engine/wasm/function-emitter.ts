// Generates one function from the plan: operands, open blocks, what is known to be defined, and leaving blocks across
// changes of the dynamic state. What each kind of statement becomes is in emit-*.ts; the dispatch is in emit-stmt.ts.
import type { Loc } from '../ast/nodes.ts';
import type { Block, Local, Operand, Stmt } from '../plan/ir.ts';
import { Code, Op } from './encoder/code.ts';
import type { Label } from './encoder/code.ts';
import { emitStmt } from './emit-stmt.ts';
import type { GlobalRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';

/** An open block of the plan. */
export interface Frame {
  /** Where an undefined statement in it goes: its end, or for a scan the next round. */
  readonly undefinedLabel: Label;
  /** Where `break` goes. */
  readonly breakLabel: Label;
  /** Changes of the dynamic state that were open when the block was opened. */
  readonly scopes: number;
}

/** A change of the dynamic state, by `with` or `without`, and the locals that keep what was before. */
export interface Scope {
  /** The `id` of the `with`; undefined for a `without`. */
  readonly id: number | undefined;
  readonly saved: ReadonlyMap<GlobalRef, number>;
}

export class FunctionEmitter {
  readonly context: ModuleContext;
  readonly code: Code;
  readonly frames: Frame[] = [];
  readonly scopes: Scope[] = [];
  /** Locals that hold a value here for certain. */
  readonly #defined = new Set<Local>();
  /** The same in the order in which it became known; what is learnt in a block is forgotten at its end. */
  readonly #noted: Local[] = [];
  /** Locals whose assignment has been emitted. */
  readonly #assigned = new Set<Local>();
  /** Locals assigned at one place only: what is known of them stays true to the end of the block. */
  readonly #assignments: ReadonlyMap<Local, number>;
  /** Emits leaving the function with the value in that local of the generated function. */
  readonly returnValue: (local: number) => void;

  constructor(
    context: ModuleContext,
    code: Code,
    assignments: ReadonlyMap<Local, number>,
    returnValue: (local: number) => void,
  ) {
    this.context = context;
    this.code = code;
    this.#assignments = assignments;
    this.returnValue = returnValue;
  }

  // Operands

  /** The value on the stack; 0 when undefined. */
  push(operand: Operand): void {
    switch (operand.kind) {
      case 'local':
        return this.code.get(operand.local);
      case 'const':
        return this.code.const(this.context.constant(operand.const));
      case 'input':
        return this.code.globalGet(this.context.input);
      case 'data':
        return this.code.globalGet(this.context.data);
    }
  }

  /** Leaves the innermost block when an operand is undefined. */
  require(...operands: readonly Operand[]): void {
    for (const operand of operands) {
      if (this.isDefined(operand)) continue;
      this.push(operand);
      this.code.op(Op.i32Eqz);
      this.leaveIf();
      if (operand.kind === 'local') this.noteDefined(operand.local);
    }
  }

  /** Whether the operand is known to be defined. */
  isDefined(operand: Operand): boolean {
    switch (operand.kind) {
      case 'local':
        return this.#defined.has(operand.local);
      case 'const':
      case 'data':
        return true;
      case 'input':
        return false;
    }
  }

  /** Takes note that a local has just been given a value, `certainly` or perhaps undefined. */
  noteAssigned(local: Local, certainly: boolean): void {
    this.#assigned.add(local);
    if (certainly) this.noteDefined(local);
  }

  /** Takes note that a local was seen to hold a value: true to the end of the block, as it is not assigned again. */
  noteDefined(local: Local): void {
    if (this.#assignments.get(local) !== 1 || !this.#assigned.has(local) || this.#defined.has(local)) return;
    this.#defined.add(local);
    this.#noted.push(local);
  }

  /** Stores the value on the stack; leaves the innermost block when it is 0. */
  setOrLeave(target: Local): void {
    this.code.tee(target);
    this.code.op(Op.i32Eqz);
    this.leaveIf();
    this.noteAssigned(target, true);
  }

  /** Stores the value on the stack, which is never 0. */
  setDefined(target: Local): void {
    this.code.set(target);
    this.noteAssigned(target, true);
  }

  // Blocks

  /** Statements of a block, in a frame whose labels the caller has opened. False when its end is never reached. */
  block(block: Block, undefinedLabel: Label, breakLabel: Label = undefinedLabel): boolean {
    this.frames.push({ undefinedLabel, breakLabel, scopes: this.scopes.length });
    const known = this.#noted.length;
    const reached = this.stmts(block.stmts);
    for (const local of this.#noted.splice(known)) this.#defined.delete(local);
    this.frames.pop();
    return reached;
  }

  /** As `block`, for a block that has to run to its end for what follows: what is known at its end stays known. */
  stmts(stmts: readonly Stmt[]): boolean {
    return stmts.every((stmt) => emitStmt(this, stmt));
  }

  /** The innermost frame. */
  get frame(): Frame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw new Error('statement outside of any block');
    return frame;
  }

  /** Leaves the innermost block when the word on the stack is not 0: the statement is undefined. */
  leaveIf(): void {
    this.code.brIf(this.frame.undefinedLabel);
  }

  /** Leaves the innermost block: the statement is undefined. */
  leave(): void {
    this.code.br(this.frame.undefinedLabel);
  }

  // Errors

  /** File (address of its name) and row of a place, on the stack. */
  pushPlace(loc: Loc): void {
    this.code.const(this.context.statics.text(loc.file));
    this.code.const(loc.row);
  }

  /** Ends the evaluation with `FILE:ROW: text`. */
  raise(loc: Loc, text: string): void {
    this.pushPlace(loc);
    this.code.const(this.context.statics.text(text));
    this.code.call(this.context.raise);
    this.code.op(Op.unreachable);
  }

  // Dynamic state

  /** Puts the state back to what it was when there were `count` scopes; the scopes stay open for the code that follows. */
  restoreTo(count: number): void {
    for (const [global, local] of this.stateAt(count)) {
      this.code.get(local);
      this.code.globalSet(global);
    }
  }

  /** What has changed since there were `count` scopes, with the locals that hold what was then. */
  stateAt(count: number): Map<GlobalRef, number> {
    const state = new Map<GlobalRef, number>();
    for (const scope of this.scopes.slice(count)) {
      for (const [global, local] of scope.saved) if (!state.has(global)) state.set(global, local);
    }
    return state;
  }
}
