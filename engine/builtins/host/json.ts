// The built-in `json.marshal_with_options`.
// Left to others: writing JSON (engine/value/json.ts); the other built-ins on JSON, which are native or in files of their own.
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { printJson } from '../../value/json.ts';
import { printTerm } from '../../value/rego-text.ts';
import type { Value } from '../../value/value.ts';
import { objectOperand, operandError, stringOperand } from './operands.ts';

/** A member that must be a string; errors count members from 0, as the reference does. */
function textAt(value: Value, index: number, describe: (problem: string) => string): string {
  try {
    return stringOperand(value, index);
  } catch (error) {
    if (error instanceof BuiltinError) throw operandError(2, describe(error.message));
    throw error;
  }
}

function marshalWithOptions(value: Value, options: Value): string {
  let indent = '\t';
  let prefix = '';
  let pretty: boolean | undefined;
  let implied = false;
  objectOperand(options, 2).entries.forEach(([key, option], i) => {
    const name = textAt(key, i, (problem) => `failed to stringify key ${printTerm(key)} at index ${i}: ${problem}`);
    const shown = printTerm(name);
    switch (name) {
      case 'prefix':
        prefix = textAt(option, i, (problem) => `key ${shown} failed cast to string: ${problem}`);
        implied = true;
        break;
      case 'indent':
        indent = textAt(option, i, (problem) => `key ${shown} failed cast to string: ${problem}`);
        implied = true;
        break;
      case 'pretty':
        if (typeof option !== 'boolean') throw operandError(2, `key ${shown} failed cast to bool`);
        pretty = option;
        break;
      default:
        throw operandError(2, `object contained unknown key ${shown}`);
    }
  });
  if (!(pretty ?? implied)) return printJson(value, { escapeHtml: true });
  return prefix + printJson(value, { escapeHtml: true, indent, prefix });
}

/** `json.marshal_with_options`. */
export const JSON_BUILTINS: HostBuiltins = {
  'json.marshal_with_options': (_, value, options) => marshalWithOptions(value!, options!),
};
