// Built-ins about the evaluation itself: `trace`, its time, `opa.runtime`, the mark of test cases, metadata of no rule.
// Left to others: `print` (sprintf.ts).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltin, HostBuiltins } from '../../host/builtin.ts';
import { stringOperand } from './operands.ts';

/** In a rule the compiler puts the metadata in the place of the call; what is left stands in a query. */
function outsideOfRule(name: string): HostBuiltin {
  return () => {
    throw new BuiltinError(`the ${name} function must only be called within the scope of a rule`);
  };
}

/** `trace` and `internal.test_case` are true and do nothing; `opa.runtime` is what the host says of itself. */
export const TRACE_BUILTINS: HostBuiltins = {
  trace: (_, note) => {
    stringOperand(note!, 1);
    return true;
  },
  'internal.check_time': (context) => {
    context.checkTime?.();
    return undefined;
  },
  'internal.test_case': () => true,
  'opa.runtime': (context) => context.runtime,
  'rego.metadata.chain': outsideOfRule('rego.metadata.chain'),
  'rego.metadata.rule': outsideOfRule('rego.metadata.rule'),
};
