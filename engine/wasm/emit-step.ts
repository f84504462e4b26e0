// Steps: modules whose evaluations the host may end count rounds of scans and calls of functions, and ask the host every so many of them.
// An evaluation that goes on for long has to come by here; what a single built-in does in between is its own.
import type { Func } from '../plan/ir.ts';
import { Code, Op } from './encoder/code.ts';
import type { FuncRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';
import { hasCalls } from './stmt-facts.ts';

/** Steps between two questions: so few that steps of a millisecond are noticed in time, so many that asking costs nothing. */
export const STEPS = 1024;

/** Rounds of a scan that are counted together: counting each would cost more than many a round does. A power of two. */
const ROUNDS = 256;

/** What the host is asked by; it throws to end the evaluation. */
const CHECK_TIME = 'internal.check_time';

/** Counts a call of a function, unless it calls none itself: what is over soon adds up in those that call it. */
export function emitCallStep(context: ModuleContext, code: Code, { blocks }: Func): void {
  if (context.options.checksTime === true && hasCalls(blocks)) emitSteps(context, code, () => code.const(1));
}

/** Counts the rounds of a scan before it begins, of which `length` is the local with the number. */
export function emitScanSteps(context: ModuleContext, code: Code, length: number): void {
  if (context.options.checksTime === true) emitSteps(context, code, () => code.get(length));
}

/** Counts rounds of a long scan while it goes on, of which `index` is the local with the number of the round. */
export function emitRoundSteps(context: ModuleContext, code: Code, index: number): void {
  if (context.options.checksTime !== true) return;
  code.get(index);
  code.const(ROUNDS - 1);
  code.op(Op.i32And);
  code.const(ROUNDS - 1);
  code.op(Op.i32Eq);
  code.if();
  emitSteps(context, code, () => code.const(ROUNDS));
  code.end();
}

function emitSteps(context: ModuleContext, code: Code, pushCount: () => void): void {
  const left = code.scratch();
  code.globalGet(context.steps);
  pushCount();
  code.op(Op.i32Sub);
  code.tee(left);
  code.globalSet(context.steps);
  code.get(left);
  code.const(0);
  code.op(Op.i32LtS);
  code.if();
  code.call(context.shared('checkTime', () => defineCheckTime(context)));
  code.end();
  code.release(left);
}

/** `checkTime()`: asks the host, and counts from the beginning. */
function defineCheckTime(context: ModuleContext): FuncRef {
  const { linker } = context;
  const func = linker.declare(0, 0);
  const code = new Code(0);
  code.const(STEPS);
  code.globalSet(context.steps);
  code.const(context.hostBuiltin(CHECK_TIME));
  code.const(0);
  code.call(context.runtime('opa_builtin0'));
  code.op(Op.drop);
  linker.define(func, code.body());
  return func;
}
