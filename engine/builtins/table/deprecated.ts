// Built-ins that only v0 modules may call.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, array, boolean, nil, object, oneOf, set, string } from './notation.ts';

export const deprecatedBuiltins: readonly BuiltinDecl[] = [
  declare('all', [oneOf(array(any), set(any))], boolean, { deprecated: true }),
  declare('any', [oneOf(array(any), set(any))], boolean, { deprecated: true }),
  declare('cast_array', [any], array(any), { deprecated: true }),
  declare('cast_boolean', [any], boolean, { deprecated: true }),
  declare('cast_null', [any], nil, { deprecated: true }),
  declare('cast_object', [any], object(any, any), { deprecated: true }),
  declare('cast_set', [any], set(any), { deprecated: true }),
  declare('cast_string', [any], string, { deprecated: true }),
  declare('net.cidr_overlap', [string, string], boolean, { deprecated: true }),
  declare('re_match', [string, string], boolean, { deprecated: true }),
  declare('set_diff', [set(any), set(any)], set(any), { deprecated: true }),
];
