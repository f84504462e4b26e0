// Memo frames: a word per memoised function, for one dynamic state.
//
//   0: not run yet   1: undefined   else: the address of its value
//
// A `with` opens a frame of its own; frames are used again, so that a `with` in a loop takes memory once.
import { Code, Op } from './encoder/code.ts';
import type { FuncRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';

/** `open_frame() → address`: a zeroed frame. */
export function defineOpenFrame(context: ModuleContext): FuncRef {
  const { linker, plan } = context;
  const func = linker.declare(0, 1);
  const code = new Code(0);
  const frame = code.scratch();
  const isReused = code.block();
  code.globalGet(context.freeFrames);
  code.tee(frame);
  code.brIf(isReused);
  code.const(plan.memoSlots);
  code.call(context.runtime('memo_new'));
  code.op(Op.return);
  code.end();
  code.get(frame);
  code.load();
  code.globalSet(context.freeFrames);
  code.get(frame);
  code.const(0);
  code.const(plan.memoSlots * 4);
  code.memoryFill();
  code.get(frame);
  linker.define(func, code.body());
  return func;
}

/** `close_frame()`: the current frame may be used again. */
export function defineCloseFrame(context: ModuleContext): FuncRef {
  const { linker } = context;
  const func = linker.declare(0, 0);
  const code = new Code(0);
  code.globalGet(context.memo);
  code.globalGet(context.freeFrames);
  code.store();
  code.globalGet(context.memo);
  code.globalSet(context.freeFrames);
  linker.define(func, code.body());
  return func;
}
