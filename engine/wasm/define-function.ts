// One function of the plan as a function of the module: parameters, memo, blocks, result.
import type { Block, Func, Local, Stmt } from '../plan/ir.ts';
import { Code, Op } from './encoder/code.ts';
import { FunctionEmitter } from './function-emitter.ts';
import type { FuncRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';

/** Generates `func` as the declared `ref`. Its result is the value, or 0 when undefined. */
export function defineFunction(context: ModuleContext, func: Func, ref: FuncRef): void {
  const code = new Code(func.params.length, func.locals - func.params.length);
  if (func.memo === undefined) {
    const emitter = newEmitter(context, code, func, (local) => {
      code.get(local);
      code.op(Op.return);
    });
    emitBlocks(emitter, func.blocks);
    code.const(0);
  } else {
    const slot = func.memo * 4;
    const result = code.scratch();
    code.globalGet(context.memo);
    code.load(slot);
    code.tee(result);
    code.if();
    code.const(0);
    code.get(result);
    code.get(result);
    code.const(MEMO_UNDEFINED);
    code.op(Op.i32Eq);
    code.op(Op.select);
    code.op(Op.return);
    code.end();
    const done = code.block();
    const emitter = newEmitter(context, code, func, (local) => {
      code.get(local);
      code.set(result);
      code.br(done);
    });
    emitBlocks(emitter, func.blocks);
    code.end();
    code.globalGet(context.memo);
    code.get(result);
    code.const(MEMO_UNDEFINED);
    code.get(result);
    code.op(Op.select);
    code.store(slot);
    code.get(result);
  }
  context.linker.define(ref, code.body());
}

/** What a memo slot holds when the function was run and is undefined. */
const MEMO_UNDEFINED = 1;

function newEmitter(
  context: ModuleContext,
  code: Code,
  func: Func,
  returnValue: (local: number) => void,
): FunctionEmitter {
  const assignments = new Map<Local, number>();
  countAssignments(func.blocks, assignments);
  for (const param of func.params) assignments.set(param, (assignments.get(param) ?? 0) + 1);
  const emitter = new FunctionEmitter(context, code, assignments, returnValue);
  // A call with an undefined argument is undefined before it comes here.
  for (const param of func.params) emitter.noteAssigned(param, true);
  return emitter;
}

function emitBlocks(emitter: FunctionEmitter, blocks: readonly Block[]): void {
  for (const block of blocks) {
    const label = emitter.code.block();
    emitter.block(block, label);
    emitter.code.end();
  }
}

/** Counts the places that assign a local. */
function countAssignments(blocks: readonly Block[], counts: Map<Local, number>): void {
  const count = (local: Local | undefined): void => {
    if (local !== undefined) counts.set(local, (counts.get(local) ?? 0) + 1);
  };
  for (const block of blocks) {
    for (const stmt of block.stmts) {
      for (const local of targetsOf(stmt)) count(local);
      countAssignments(blocksOf(stmt), counts);
    }
  }
}

/** The locals that a statement itself assigns. */
export function targetsOf(stmt: Stmt): readonly (Local | undefined)[] {
  switch (stmt.kind) {
    case 'scan':
      return [stmt.key, stmt.value];
    case 'dot':
    case 'call':
    case 'callbuiltin':
    case 'callswitch':
    case 'assignvar':
    case 'assignvaronce':
    case 'resetlocal':
    case 'len':
    case 'makearray':
    case 'makeobject':
    case 'makeset':
    case 'objectmerge':
    case 'slotload':
      return [stmt.target];
    default:
      return [];
  }
}

/** The blocks inside a statement. */
export function blocksOf(stmt: Stmt): readonly Block[] {
  switch (stmt.kind) {
    case 'block':
      return stmt.blocks;
    case 'scan':
    case 'not':
    case 'with':
    case 'without':
      return [stmt.block];
    case 'switch':
      return [...stmt.cases.map((item) => item.block), ...(stmt.otherwise === undefined ? [] : [stmt.otherwise])];
    default:
      return [];
  }
}
