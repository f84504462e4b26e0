// Built-ins about the evaluation itself: `trace`, `opa.runtime` and the mark of test cases.
// Left to others: `print` (sprintf.ts).
import type { HostBuiltins } from '../../host/builtin.ts';
import { stringOperand } from './operands.ts';

/** `trace` and `internal.test_case` are true and do nothing; `opa.runtime` is what the host says of itself. */
export const TRACE_BUILTINS: HostBuiltins = {
  trace: (_, note) => {
    stringOperand(note!, 1);
    return true;
  },
  'internal.test_case': () => true,
  'opa.runtime': (context) => context.runtime,
};
