// rego.parse_module: the syntax tree of a Rego module as a value, in OPA's form.
// Left to others: parsing (engine/syntax/parse.ts) and the form (engine/syntax/opa-json.ts).
import { toOpaErrorText } from '../../diagnostics/render.ts';
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { JsonNumber, moduleToOpaJson } from '../../syntax/opa-json.ts';
import type { OpaJson } from '../../syntax/opa-json.ts';
import { parseModule } from '../../syntax/parse.ts';
import { makeObject } from '../../value/construct.ts';
import { parseNumber } from '../../value/number.ts';
import type { Value } from '../../value/value.ts';
import { stringOperand } from './operands.ts';

function valueOf(json: OpaJson): Value {
  if (json instanceof JsonNumber) {
    const number = parseNumber(json.text);
    if (number === undefined) throw new BuiltinError(`${json.text} is no number`);
    return number;
  }
  if (Array.isArray(json)) return (json as readonly OpaJson[]).map(valueOf);
  if (typeof json !== 'object' || json === null) return json as Value;
  const pairs: [Value, Value][] = [];
  for (const [name, item] of Object.entries(json)) if (item !== undefined) pairs.push([name, valueOf(item)]);
  return makeObject(pairs);
}

function parse(file: string, source: string): Value {
  const { module, diagnostics } = parseModule(source, { file, annotations: false });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (module && errors.length === 0) return valueOf(moduleToOpaJson(module, { comments: true }));
  const [only] = errors;
  // This one fault OPA reports on its own, at no row.
  if (errors.length === 1 && only!.message === 'empty module')
    throw new BuiltinError(`${file === '' ? '0:0' : `${file}:0`}: ${only!.code}: ${only!.message}`);
  throw new BuiltinError(toOpaErrorText(errors));
}

/** The built-in that parses Rego. */
export const PARSE_MODULE_BUILTINS: HostBuiltins = {
  // The positions are OPA's.
  'rego.parse_module': (_context, file, source) => parse(stringOperand(file!, 1), stringOperand(source!, 1)),
};
