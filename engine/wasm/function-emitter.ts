// Generates one function from the plan: operands, open blocks, what is known to be defined, and leaving blocks across
// changes of the dynamic state. What each kind of statement becomes is in emit-*.ts; the dispatch is in emit-stmt.ts.
import type { Loc } from '../ast/nodes.ts';
import type { Block, Local, Operand, Stmt } from '../plan/ir.ts';
import { Code, Op } from './encoder/code.ts';
import type { Label } from './encoder/code.ts';
import { emitStmt } from './emit-stmt.ts';
import type { GlobalRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';
import { returns } from './stmt-facts.ts';
import type { FunctionFacts } from './stmt-facts.ts';

/** An open block of the plan in the function that is being generated. */
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

/** How to leave the function. The dynamic state is put back before. */
export interface Exits {
  /** With the value in that local of the generated function. */
  returnValue(local: number): void;
  /** Leaving `count` blocks (at least 1) of the plan's that are open around the generated function. */
  breakOut(count: number): void;
}

/** State and helpers for generating one function; made anew for each. */
export class FunctionEmitter {
  readonly context: ModuleContext;
  readonly code: Code;
  /** The place of the plan's function. */
  readonly loc: Loc;
  /** Of the whole function of the plan. */
  readonly facts: FunctionFacts;
  /** Statements of the plan that the generated function is made of, nested ones included. */
  readonly weight: number;
  readonly exits: Exits;
  readonly frames: Frame[] = [];
  readonly scopes: Scope[] = [];
  readonly #locals: (number | undefined)[];
  /** Locals that hold a value here for certain. */
  readonly #defined: boolean[];
  /** The same in the order in which it became known; what is learnt in a block is forgotten at its end. */
  readonly #noted: Local[] = [];
  /** Locals whose assignment has been emitted. */
  readonly #assigned: boolean[];
  /** Locals that may hold a value although they were not seen to: assigned further up, and not returned at once. */
  readonly #held: boolean[];
  /** Scans around the statement that is being emitted, in the generated function. */
  loops = 0;
  /** The statement after the one that is being emitted, in its block. */
  next: Stmt | undefined;

  /** `params` are the plan's locals that the generated function has as parameters, in order; `outer` is where outlined code comes from. */
  constructor(
    context: ModuleContext,
    code: Code,
    loc: Loc,
    facts: FunctionFacts,
    weight: number,
    params: readonly Local[],
    exits: Exits,
    outer?: FunctionEmitter,
  ) {
    this.context = context;
    this.code = code;
    this.loc = loc;
    this.facts = facts;
    this.weight = weight;
    this.exits = exits;
    // What is known of the plan's locals holds in outlined code too; arrays of its own would start at a high index, which is slow.
    this.#locals = outer === undefined ? [] : outer.#locals;
    this.#defined = outer === undefined ? [] : outer.#defined;
    this.#assigned = outer === undefined ? [] : outer.#assigned;
    this.#held = outer === undefined ? [] : outer.#held;
    params.forEach((param, index) => {
      this.#locals[param] = index;
      this.#held[param] = true;
    });
  }

  /** Has a part of this function's plan generated as a function of its own, in `code`, with `shared` as its parameters. */
  elsewhere(
    code: Code,
    weight: number,
    shared: readonly Local[],
    exits: Exits,
    generate: (inner: FunctionEmitter) => void,
  ): void {
    const here = shared.map((local) => this.#locals[local]);
    generate(new FunctionEmitter(this.context, code, this.loc, this.facts, weight, shared, exits, this));
    shared.forEach((local, i) => (this.#locals[local] = here[i]));
  }

  // Locals

  /** The generated function's local for a local of the plan. */
  local(local: Local): number {
    let index = this.#locals[local];
    if (index === undefined) {
      index = this.code.newLocal();
      this.#locals[local] = index;
    }
    return index;
  }

  get(local: Local): void {
    this.code.get(this.local(local));
  }

  set(local: Local): void {
    this.code.set(this.local(local));
  }

  tee(local: Local): void {
    this.code.tee(this.local(local));
  }

  // Operands

  /** The value on the stack; 0 when undefined. */
  push(operand: Operand): void {
    switch (operand.kind) {
      case 'local':
        return this.get(operand.local);
      case 'const':
        return this.code.const(this.context.constant(operand.const));
      case 'input':
        return this.code.globalGet(this.context.input);
      case 'data':
        return this.code.globalGet(this.context.data);
    }
  }

  /** Leaves the innermost block when one of the operands is undefined. */
  requireAll(operands: readonly Operand[]): void {
    for (const operand of operands) this.require(operand);
  }

  /** Leaves the innermost block when the operand is undefined. */
  require(operand: Operand): void {
    if (this.isDefined(operand)) return;
    this.push(operand);
    this.code.op(Op.i32Eqz);
    this.leaveIf();
    if (operand.kind === 'local') this.noteDefined(operand.local);
  }

  /** Whether the operand is known to be defined. */
  isDefined(operand: Operand): boolean {
    switch (operand.kind) {
      case 'local':
        return this.#defined[operand.local] === true;
      case 'const':
      case 'data':
        return true;
      case 'input':
        return false;
    }
  }

  /** Takes note that a local has just been given a value, `certainly` or perhaps undefined. */
  noteAssigned(local: Local, certainly: boolean): void {
    this.#assigned[local] = true;
    if (!returns(this.next, local)) this.#held[local] = true;
    if (certainly) this.noteDefined(local);
  }

  /**
   * Takes note that a local was seen to hold a value. It does to the end of the block when it is assigned at one place
   * only, and that lies behind.
   */
  noteDefined(local: Local): void {
    const places = this.facts.assignments(local);
    if (places > 1 || (places === 1 && this.#assigned[local] !== true) || this.#defined[local] === true) return;
    this.#defined[local] = true;
    this.#noted.push(local);
  }

  /** Whether the local is undefined for certain: nothing that was executed has assigned it. */
  isUnassigned(local: Local): boolean {
    return this.#held[local] !== true && (this.loops === 0 || !this.facts.isHeld(local));
  }

  /** Stores the value on the stack; leaves the innermost block when it is 0. */
  setOrLeave(target: Local): void {
    this.tee(target);
    this.code.op(Op.i32Eqz);
    this.leaveIf();
    this.noteAssigned(target, true);
  }

  /** Stores the value on the stack, which is never 0. */
  setDefined(target: Local): void {
    this.set(target);
    this.noteAssigned(target, true);
  }

  // Blocks

  /** Statements of a block, in a frame whose labels the caller has opened. False when its end is never reached. */
  block(block: Block, undefinedLabel: Label, breakLabel: Label = undefinedLabel): boolean {
    this.frames.push({ undefinedLabel, breakLabel, scopes: this.scopes.length });
    const known = this.#noted.length;
    let reached = true;
    for (let i = 0; reached && i < block.stmts.length; i++) {
      this.next = block.stmts[i + 1];
      reached = emitStmt(this, block.stmts[i]!);
    }
    while (this.#noted.length > known) this.#defined[this.#noted.pop()!] = false;
    this.frames.pop();
    return reached;
  }

  /** Leaves the innermost block when the word on the stack is not 0: the statement is undefined. */
  leaveIf(): void {
    this.code.brIf(this.#frame.undefinedLabel);
  }

  /** Leaves the innermost block: the statement is undefined. */
  leave(): void {
    this.code.br(this.#frame.undefinedLabel);
  }

  /** Leaves `count` blocks (at least 1), putting back the state of the block it ends in. */
  breakOut(count: number): void {
    const frame = this.frames.at(-count);
    if (frame === undefined) {
      this.restoreTo(0);
      this.exits.breakOut(count - this.frames.length);
      return;
    }
    this.restoreTo(frame.scopes);
    this.code.br(frame.breakLabel);
  }

  /** Leaves the function with the value in a local of the generated function. */
  returnValue(local: number): void {
    this.restoreTo(0);
    this.exits.returnValue(local);
  }

  get #frame(): Frame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw new Error('statement outside of any block');
    return frame;
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
    if (this.scopes.length <= count) return;
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
