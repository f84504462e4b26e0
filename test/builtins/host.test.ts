// Every case of `cases/` on the host's built-ins, against outcomes taken from the reference (golden.ts).
import { describe, expect, test } from '@jest/globals';
import { families, readCases, splitCall } from './cases.ts';
import { mismatch, nativeMismatch } from './run-case.ts';

describe.each(families())('%s', (family) => {
  const cases = readCases(family);

  test('does what the reference does', () => {
    expect(cases.filter((item) => item.skip === undefined).flatMap((item) => mismatch(item) ?? [])).toEqual([]);
  });

  test('known differences are still differences', () => {
    expect(cases.filter((item) => item.skip !== undefined && mismatch(item) === undefined)).toEqual([]);
  });
});

test('what both the host and the runtime have does the same', () => {
  const both = readCases('regex').filter(({ call }) => ['regex.find_n', 'regex.split'].includes(splitCall(call).name));
  expect(both.length).toBeGreaterThan(100);
  expect(both.flatMap((item) => nativeMismatch(item) ?? [])).toEqual([]);
});
