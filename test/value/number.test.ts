// Exact decimals: one text for each number, order, integers.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  compareNumbers,
  fromBigInt,
  isInteger,
  parseNumber,
  printNumber,
  toBigInt,
  toDouble,
} from '../../engine/value/number.ts';
import { RegoNumber } from '../../engine/value/value.ts';

describe('parseNumber', () => {
  test.each([
    ['1', 1],
    ['-0', 0],
    ['1.50', 1.5],
    ['1e3', 1000],
    ['0.1', 0.1],
    ['9007199254740993', new RegoNumber('9007199254740993')],
    ['12345678901234567890.10', new RegoNumber('12345678901234567890.1')],
    ['1e400', new RegoNumber('1e400')],
    ['2e308', new RegoNumber('2e308')],
    ['1e-400', new RegoNumber('1e-400')],
    ['0.33333333333333333334', new RegoNumber('0.33333333333333333334')],
  ])('%s', (text, value) => {
    expect(parseNumber(text)).toEqual(value);
  });

  test('keeps a double if and only if it stands for the same decimal', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        expect(parseNumber(String(double))).toBe(double === 0 ? 0 : double);
      }),
    );
  });

  test.each(['', '-', '+1', '1.', '.5', '1e', 'Infinity', 'NaN', '0x10', ' 1'])('%j is no number', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });
});

describe('printNumber', () => {
  test.each([
    ['1e20', '100000000000000000000'],
    ['1e23', '100000000000000000000000'],
    ['1e41', '1e41'],
    ['1.5e2', '150'],
    ['-0.000', '0'],
    ['1e-7', '1e-7'],
    ['0.000001', '0.000001'],
    ['123456789012345678901234567890.5', '123456789012345678901234567890.5'],
  ])('%s prints as %s', (text, printed) => {
    expect(printNumber(parseNumber(text)!)).toBe(printed);
  });

  test('is the same for every way to write a number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(30), (integer, shift) => {
        const written = `${integer}${'0'.repeat(shift)}e-${shift}`;
        expect(printNumber(parseNumber(written)!)).toBe(printNumber(fromBigInt(integer)));
      }),
    );
  });
});

describe('compareNumbers', () => {
  test('is the order of rational numbers', () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.integer({ min: -30, max: 30 }));
    fc.assert(
      fc.property(decimal, decimal, ([a, i], [b, j]) => {
        const left = a * 10n ** BigInt(i + 30);
        const right = b * 10n ** BigInt(j + 30);
        const order = left < right ? -1 : left > right ? 1 : 0;
        expect(compareNumbers(parseNumber(`${a}e${i}`)!, parseNumber(`${b}e${j}`)!)).toBe(order);
      }),
    );
  });

  test('takes no time for huge exponents', () => {
    expect(compareNumbers(parseNumber('1e999999999')!, parseNumber('9e999999998')!)).toBe(1);
    expect(compareNumbers(parseNumber('-1e999999999')!, parseNumber('1e-999999999')!)).toBe(-1);
  });
});

test('integers', () => {
  expect(isInteger(parseNumber('12345678901234567890')!)).toBe(true);
  expect(isInteger(parseNumber('12345678901234567890.5')!)).toBe(false);
  expect(toBigInt(parseNumber('1e30')!)).toBe(10n ** 30n);
  expect(toBigInt(parseNumber('1e999999999')!)).toBeUndefined();
  expect(toBigInt(1.5)).toBeUndefined();
  expect(toDouble(parseNumber('1e400')!)).toBe(Infinity);
});
