// One function of the plan as a function of the module: parameters, memo, blocks, result.
import type { Func } from '../plan/ir.ts';
import { emitBlocks } from './emit-control.ts';
import { Code, Op } from './encoder/code.ts';
import { emitCallStep } from './emit-step.ts';
import { FunctionEmitter } from './function-emitter.ts';
import type { FuncRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';
import { FunctionFacts } from './stmt-facts.ts';

/** Generates `func` as the declared `ref`. Its result is the value, or 0 when undefined. */
export function defineFunction(context: ModuleContext, func: Func, ref: FuncRef): void {
  const code = new Code(func.params.length);
  if (func.memo === undefined) {
    emitBody(context, code, func, (local) => {
      code.get(local);
      code.op(Op.return);
    });
    code.const(0);
  } else {
    emitMemoised(context, code, func, func.memo * 4);
  }
  context.define(ref, code, func.loc);
}

/** What a memo slot holds when the function was run and is undefined. */
const MEMO_UNDEFINED = 1;

function emitMemoised(context: ModuleContext, code: Code, func: Func, slot: number): void {
  const result = code.newLocal();
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
  emitBody(context, code, func, (local) => {
    code.get(local);
    code.set(result);
    code.br(done);
  });
  code.end();
  code.globalGet(context.memo);
  code.get(result);
  code.const(MEMO_UNDEFINED);
  code.get(result);
  code.op(Op.select);
  code.store(slot);
  code.get(result);
}

function emitBody(context: ModuleContext, code: Code, func: Func, returnValue: (local: number) => void): void {
  const end = code.block();
  const facts = new FunctionFacts(func.blocks, func.params);
  const exits = { returnValue, breakOut: () => code.br(end) };
  const emitter = new FunctionEmitter(context, code, func.loc, facts, facts.weight, func.params, exits);
  emitCallStep(context, code, func);
  // A call with an undefined argument is undefined before it comes here.
  for (const param of func.params) emitter.noteDefined(param);
  emitBlocks(emitter, func.blocks);
  code.end();
}
