// Time.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { number, oneOf, string, tuple } from './notation.ts';

const moment = oneOf(number, tuple(number, string));

export const timeBuiltins: readonly BuiltinDecl[] = [
  declare('time.add_date', { ns: number, years: number, months: number, days: number }, { output: number }),
  declare('time.clock', { x: moment }, { output: tuple(number, number, number) }),
  declare('time.date', { x: moment }, { date: tuple(number, number, number) }),
  declare('time.diff', { ns1: moment, ns2: moment }, { output: tuple(number, number, number, number, number, number) }),
  declare(
    'time.format',
    { x: oneOf(number, tuple(number, string), tuple(number, string, string)) },
    { 'formatted timestamp': string },
  ),
  declare('time.now_ns', [], { now: number }, { nondeterministic: true }),
  declare('time.parse_duration_ns', { duration: string }, { ns: number }),
  declare('time.parse_ns', { layout: string, value: string }, { ns: number }),
  declare('time.parse_rfc3339_ns', { value: string }, { ns: number }),
  declare('time.weekday', { x: moment }, { day: string }),
];
