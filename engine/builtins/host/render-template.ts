// The built-in `strings.render_template`.
// Left to others: Go's text/template (template/).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { parseJson } from '../../value/json.ts';
import { numberText } from '../../value/number.ts';
import { printTerm } from '../../value/rego-text.ts';
import { ValueSyntaxError } from '../../value/scanner.ts';
import { RegoNumber, RegoObject, RegoSet } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import type { GoValue } from './go-value.ts';
import { objectOperand, stringOperand } from './operands.ts';
import { renderTemplate } from './template/execute.ts';

/** The Go value of JSON data: numbers keep their text. */
function toGo(value: Value): GoValue {
  if (value === null) return { kind: 'nil' };
  if (typeof value === 'boolean') return { kind: 'bool', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'number' || value instanceof RegoNumber) {
    return { kind: 'string', type: 'json.Number', value: numberText(value) };
  }
  if (value instanceof RegoObject) {
    return { kind: 'map', entries: new Map(value.entries.map(([key, item]) => [key as string, toGo(item)])) };
  }
  return { kind: 'slice', items: (value instanceof RegoSet ? value.items : value).map(toGo) };
}

/** The reference reads the printed term as JSON: sets and the escapes that JSON lacks fail there. */
function asJson(value: Value): Value {
  try {
    return parseJson(printTerm(value), { keepNumbers: true });
  } catch (error) {
    if (error instanceof ValueSyntaxError) throw new BuiltinError(error.message);
    throw error;
  }
}

/** `strings.render_template`. */
export const TEMPLATE_BUILTINS: HostBuiltins = {
  'strings.render_template': (_, source, variables) => {
    const text = stringOperand(source!, 1);
    const data = toGo(asJson(objectOperand(variables!, 2)));
    return renderTemplate(text, data).replaceAll('<no value>', '<undefined>');
  },
};
