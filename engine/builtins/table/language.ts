// The language itself: output, tracing, types of values, the running policy and its runtime.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, array, boolean, nil, number, object, oneOf, set, string } from './notation.ts';

export const languageBuiltins: readonly BuiltinDecl[] = [
  declare('print', [], undefined, { variadic: any }),
  declare('internal.print', [array(set(any))], undefined),
  declare('internal.template_string', [array(any)], string),
  declare('internal.test_case', [array(any)], undefined),
  declare('trace', { note: string }, { result: boolean }, { categories: ['tracing'] }),
  declare('opa.runtime', [], { output: object(string, any) }, { nondeterministic: true }),
  declare('rego.metadata.chain', [], { chain: array(any) }),
  declare('rego.metadata.rule', [], { output: any }),
  declare('rego.parse_module', { filename: string, rego: string }, { output: object(string, any) }),
  declare('type_name', { x: any }, { type: string }, { categories: ['types'] }),
  declare('is_null', { x: any }, { result: boolean }, { categories: ['types'] }),
  declare('is_boolean', { x: any }, { result: boolean }, { categories: ['types'] }),
  declare('is_number', { x: any }, { result: boolean }, { categories: ['types'] }),
  declare('is_string', { x: any }, { result: boolean }, { categories: ['types'] }),
  declare('is_array', { x: any }, { result: boolean }, { categories: ['types'] }),
  declare('is_object', { x: any }, { result: boolean }, { categories: ['types'] }),
  declare('is_set', { x: any }, { result: boolean }, { categories: ['types'] }),
  declare('to_number', { x: oneOf(nil, boolean, number, string) }, { num: number }, { categories: ['conversions'] }),
];
