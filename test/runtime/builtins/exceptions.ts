// Calls where the reference is wrong and the runtime differs on purpose, each with the reason and what is right.
// The tests fail when one of them starts to agree.

export interface Exception {
  readonly name: string;
  readonly args: readonly string[];
  /** What the runtime gives. */
  readonly outcome: string;
  readonly reason: string;
}

const remainder =
  'OPA 1.19 looks at the lowest 64 bits of the divisor alone and takes 2^64 for zero; later versions do not.';

export const exceptions: readonly Exception[] = [
  { name: 'rem', args: ['2', '18446744073709551616'], outcome: '= 2', reason: remainder },
  { name: 'rem', args: ['-64', '18446744073709551616'], outcome: '= -64', reason: remainder },
  {
    name: 'rem',
    args: ['9223372036854775808', '18446744073709551616'],
    outcome: '= 9223372036854775808',
    reason: remainder,
  },
  { name: 'rem', args: ['1e2', '18446744073709551616'], outcome: '= 100', reason: remainder },
  {
    name: 'sum',
    args: ['[9223372036854775807, 1]'],
    outcome: '= 9223372036854775808',
    reason: 'OPA 1.19 adds integers of 64 bits without looking for overflow.',
  },
];
