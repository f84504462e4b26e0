// Splits functions that would grow too large for the engines' limits and compilers: runs of blocks become functions of
// their own. The locals they share with the rest are parameters; what they change comes back in globals.
import type { Block, Local } from '../plan/ir.ts';
import { Code, Op } from './encoder/code.ts';
import type { Label } from './encoder/code.ts';
import type { FunctionEmitter } from './function-emitter.ts';
import type { Exits } from './function-emitter.ts';
import type { FuncRef } from './linker.ts';
import { stepsOutside, weightOf } from './stmt-facts.ts';

/** Statements that stay together in one generated function, unless the options say how many. */
const FUNCTION_SIZE = 2000;
/** The engines' limit on parameters is 1,000. */
const MAX_PARAMS = 800;

/** How an outlined function ended: at its end, by returning from the plan's function, or by leaving `n` blocks around it (ENDED_BY_BREAK + n). */
const RAN_TO_END = 0;
const RETURNED = 1;
const ENDED_BY_BREAK = 1;

/** Sizes of the runs to outline, in order, or undefined when the blocks stay where they are. */
export function planRuns(emitter: FunctionEmitter, blocks: readonly Block[]): number[] | undefined {
  const { functionSize: limit = FUNCTION_SIZE } = emitter.context.options;
  if (emitter.weight <= limit) return undefined;
  if (totalWeight(blocks) <= limit || stepsOutside(blocks)) return undefined;
  const weights = blocks.map(weightOf);
  const runs: number[] = [];
  let size = 0;
  let weight = 0;
  for (const each of weights) {
    if (size > 0 && weight + each > limit) {
      runs.push(size);
      size = 0;
      weight = 0;
    }
    size++;
    weight += each;
  }
  runs.push(size);
  return runs;
}

function totalWeight(blocks: readonly Block[]): number {
  let weight = 0;
  for (const block of blocks) weight += weightOf(block);
  return weight;
}

/**
 * Emits `blocks` by `body` into a function of its own, and a call of it here. `extra` is a local of this function that
 * the other one gets too; `body` is told under which number. False when there are too many shared locals: nothing is
 * emitted then.
 */
export function outline(
  emitter: FunctionEmitter,
  blocks: readonly Block[],
  body: (inner: FunctionEmitter, extra: number) => void,
  extra?: number,
): boolean {
  const { context, code, facts } = emitter;
  const { shared, changed } = facts.sharedBy(blocks);
  if (shared.length > MAX_PARAMS) return false;
  const params = shared.length + (extra === undefined ? 0 : 1);
  const ref = context.linker.declare(params, 1);
  const ends = defineOutlined(emitter, ref, blocks, shared, changed, params, body);
  for (const local of shared) emitter.get(local);
  if (extra !== undefined) code.get(extra);
  code.call(ref);
  const end = code.scratch();
  code.set(end);
  changed.forEach((local, i) => {
    code.globalGet(context.spill(i));
    emitter.set(local);
  });
  for (const way of ends) {
    code.get(end);
    code.const(way);
    code.op(Op.i32Eq);
    code.if();
    if (way === RETURNED) {
      const value = code.scratch();
      code.globalGet(context.returned);
      code.set(value);
      emitter.returnValue(value);
      code.release(value);
    } else emitter.breakOut(way - ENDED_BY_BREAK);
    code.end();
  }
  code.release(end);
  return true;
}

/** Defines the function; the ways in which it may end other than running to its end, sorted. */
function defineOutlined(
  outer: FunctionEmitter,
  ref: FuncRef,
  blocks: readonly Block[],
  shared: readonly Local[],
  changed: readonly Local[],
  params: number,
  body: (inner: FunctionEmitter, extra: number) => void,
): number[] {
  const { context } = outer;
  const code = new Code(params);
  const end = code.newLocal();
  const ends = new Set<number>();
  const exit = code.block();
  outer.elsewhere(code, totalWeight(blocks), shared, exitsOf(outer, code, end, exit, ends), (inner) => {
    body(inner, params - 1);
    code.const(RAN_TO_END);
    code.set(end);
    code.end();
    changed.forEach((local, i) => {
      inner.get(local);
      code.globalSet(context.spill(i));
    });
  });
  code.get(end);
  context.define(ref, code, outer.loc);
  return [...ends].sort((a, b) => a - b);
}

function exitsOf(outer: FunctionEmitter, code: Code, end: number, exit: Label, ends: Set<number>): Exits {
  const leave = (way: number): void => {
    ends.add(way);
    code.const(way);
    code.set(end);
    code.br(exit);
  };
  return {
    returnValue: (local) => {
      code.get(local);
      code.globalSet(outer.context.returned);
      leave(RETURNED);
    },
    breakOut: (count) => leave(ENDED_BY_BREAK + count),
  };
}
