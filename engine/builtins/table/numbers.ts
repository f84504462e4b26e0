// Numbers: rounding, ranges, bits, units.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { array, number, string } from './notation.ts';

export const numbersBuiltins: readonly BuiltinDecl[] = [
  declare('abs', { x: number }, { y: number }, { categories: ['numbers'] }),
  declare('ceil', { x: number }, { y: number }, { categories: ['numbers'] }),
  declare('floor', { x: number }, { y: number }, { categories: ['numbers'] }),
  declare('round', { x: number }, { y: number }, { categories: ['numbers'] }),
  declare('format_int', { number: number, base: number }, { output: string }, { categories: ['strings'] }),
  declare('numbers.range', { a: number, b: number }, { range: array(number) }),
  declare('numbers.range_step', { a: number, b: number, step: number }, { range: array(number) }),
  declare('rand.intn', { str: string, n: number }, { y: number }, { nondeterministic: true, categories: ['numbers'] }),
  declare('bits.and', { x: number, y: number }, { z: number }),
  declare('bits.lsh', { x: number, s: number }, { z: number }),
  declare('bits.negate', { x: number }, { z: number }),
  declare('bits.or', { x: number, y: number }, { z: number }),
  declare('bits.rsh', { x: number, s: number }, { z: number }),
  declare('bits.xor', { x: number, y: number }, { z: number }),
  declare('units.parse', { x: string }, { y: number }),
  declare('units.parse_bytes', { x: string }, { y: number }),
];
