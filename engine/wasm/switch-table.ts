// From a value to the number of the case that holds it, in constant time however many cases there are.
import type { ConstIndex, Operand } from '../plan/ir.ts';
import type { FunctionEmitter } from './function-emitter.ts';

/** The number of the case on the stack, -1 when there is none. `source` must be defined. */
export function pushCaseNumber(
  emitter: FunctionEmitter,
  source: Operand,
  cases: readonly (readonly ConstIndex[])[],
): void {
  const { code, context } = emitter;
  const values = cases.map((items) => items.map((index) => context.constantValue(index)));
  code.const(context.statics.switchTable(values));
  emitter.push(source);
  code.call(context.runtime('switch_lookup'));
}
