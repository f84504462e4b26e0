// Built-ins that only report: `trace`, and the mark of test cases.
// Left to others: `print` (sprintf.ts).
import type { HostBuiltins } from '../../host/builtin.ts';
import { stringOperand } from './operands.ts';

/** `trace`, `internal.test_case`: true, and nothing else. */
export const TRACE_BUILTINS: HostBuiltins = {
  trace: (_, note) => {
    stringOperand(note!, 1);
    return true;
  },
  'internal.test_case': () => true,
};
