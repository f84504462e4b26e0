// Every case of `cases/` on the host's built-ins, against outcomes taken from the reference (golden.ts).
import { describe, expect, test } from '@jest/globals';
import { families, readCases } from './cases.ts';
import { mismatch } from './run-case.ts';

describe.each(families())('%s', (family) => {
  const cases = readCases(family);

  test('does what the reference does', () => {
    expect(cases.filter((item) => item.skip === undefined).flatMap((item) => mismatch(item) ?? [])).toEqual([]);
  });

  test('known differences are still differences', () => {
    expect(cases.filter((item) => item.skip !== undefined && mismatch(item) === undefined)).toEqual([]);
  });
});
