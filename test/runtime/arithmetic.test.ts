// Arithmetic: integers against BigInt, known results of OPA's floating point, and, where the reference is at hand (env OPA,
// or `.cache/opa`), thousands of random expressions that it evaluates in one process.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';
import { Abort, Runtime } from './runtime.ts';

const runtime = new Runtime();

const OPERATORS = { '+': 'plus', '-': 'minus', '*': 'mul', '/': 'div', '%': 'rem' } as const;
type Operator = keyof typeof OPERATORS;
type Unary = 'abs' | 'ceil' | 'floor' | 'round';

function calculate(name: string, ...operands: string[]): string | undefined {
  runtime.reset();
  const result = runtime.call(`builtin_${name}`, ...operands.map((operand) => runtime.json(operand)));
  return result === 0 ? undefined : runtime.dumpJson(result);
}

const binary = (a: string, operator: Operator, b: string): string | undefined => calculate(OPERATORS[operator], a, b);

const integer = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.bigInt({ min: -(10n ** 80n), max: 10n ** 80n }),
  fc.constantFrom(2n ** 63n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n, 2n ** 128n - 1n, -1n, 10n ** 40n),
);

describe('integers of any size are exact', () => {
  test('sum, difference, product', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const [x, y] = [a.toString(), b.toString()];
        expect(binary(x, '+', y)).toBe((a + b).toString());
        expect(binary(x, '-', y)).toBe((a - b).toString());
        expect(binary(x, '*', y)).toBe((a * b).toString());
      }),
      { numRuns: 500 },
    );
  });

  test('remainder', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        fc.pre(b !== 0n);
        expect(binary(a.toString(), '%', b.toString())).toBe((a % b).toString());
      }),
      { numRuns: 1000 },
    );
  });

  test('however they are written', () => {
    expect(binary('1.0', '+', '1')).toBe('2');
    expect(binary('1e22', '+', '1')).toBe('10000000000000000000001');
    expect(binary('1.5e22', '+', '1.0')).toBe('15000000000000000000001');
    expect(binary('123456789012345678901234567891.0', '*', '1')).toBe('123456789012345678901234567891');
    expect(binary('1e400', '%', '7')).toBe('4');
    expect(binary('9223372036854775807', '+', '1')).toBe('9223372036854775808');
    expect(binary('9223372036854775808', '-', '1')).toBe('9223372036854775807');
    expect(binary('-9223372036854775808', '%', '-1')).toBe('0');
  });
});

/** Results of OPA 1.19. */
const KNOWN: readonly (readonly [string, Operator, string, string | undefined])[] = [
  ['0.1', '+', '0.2', '0.3'],
  ['1', '/', '3', '0.33333333333333333334'],
  ['-5', '/', '3', '-1.6666666666666666666'],
  ['1e10', '/', '3', '3.3333333333333333333e+09'],
  ['2', '*', '1.5', '3'],
  ['1.50', '+', '0', '1.5'],
  ['0.0000001', '*', '1', '1e-07'],
  ['0.00001234', '*', '1', '1.234e-05'],
  ['0.000123', '+', '0', '0.000123'],
  ['123456789012345678901234567890.0', '+', '0.5', '123456789012345678900000000000'],
  ['1234567890123456789.5', '+', '0', '1.2345678901234567895e+18'],
  ['1e-400', '*', '1e-400', '9.999999999999999999e-801'],
  ['1e400', '/', '1e399', '10'],
  ['100000000000000000001', '/', '1', '100000000000000000000'],
  ['0', '*', '-1.5', '-0'],
  ['0', '/', '-5', '-0'],
  ['0', '*', '-5', '0'],
  ['10', '/', '5', '2'],
  ['-5', '%', '3', '-2'],
  ['5', '%', '-3', '2'],
  ['1', '/', '0', undefined],
  ['1.5', '/', '0.0', undefined],
  ['1', '%', '0', undefined],
  ['1.5', '%', '2', undefined],
  ['2', '%', '1.5', undefined],
];

const KNOWN_UNARY: readonly (readonly [Unary, string, string])[] = [
  ['abs', '-1.50', '1.5'],
  ['abs', '-123456789012345678901234567890', '123456789012345678900000000000'],
  ['abs', '-9223372036854775808', '9223372036854775808'],
  ['round', '2.5', '3'],
  ['round', '-2.5', '-3'],
  ['round', '-0.4', '0'],
  ['round', '0.5', '1'],
  ['round', '123456789012345678901234567890', '123456789012345678899921813504'],
  ['ceil', '1.5', '2'],
  ['ceil', '-1.5', '-1'],
  ['ceil', '-0.5', '1'],
  ['ceil', '1e2', '100'],
  ['floor', '-0.5', '0'],
  ['floor', '-1.5', '-2'],
  ['floor', '1.5e30', '1500000000000000000002684354560'],
];

describe('with fractions, OPA’s floating point', () => {
  test.each(KNOWN)('%s %s %s is %s', (a, operator, b, wanted) => {
    expect(binary(a, operator, b)).toBe(wanted);
  });

  test.each(KNOWN_UNARY)('%s(%s) is %s', (name, a, wanted) => {
    expect(calculate(name, a)).toBe(wanted);
  });

  test('doubles’ sums are right to 64 bits', () => {
    // The sum of two 53-bit numbers of like size has at most 54 bits: exact.
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 26), max: 2 ** 26 }),
        fc.integer({ min: -(2 ** 26), max: 2 ** 26 }),
        (a, b) => {
          expect(Number(binary(String(a / 1024), '+', String(b / 1024)))).toBe((a + b) / 1024);
          // (Zeros of either sign are equal.)
          expect(Number(binary(String(a / 1024), '*', String(b / 1024))) === (a * b) / 1048576).toBe(true);
        },
      ),
    );
  });

  test('quotients multiplied back are what they were, to 18 digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (a, b) => {
        const quotient = binary(String(a), '/', String(b))!;
        expect(Math.abs(Number(binary(quotient, '*', String(b))) - a)).toBeLessThan(a * 1e-15);
      }),
    );
  });

  test('numbers too long to calculate with end the evaluation', () => {
    for (const a of ['1e6000', '1e-6000', '1e500000000', `0.${'1'.repeat(6000)}`])
      expect(() => binary(a, '+', '0.5')).toThrow(new Abort('number too long to calculate with'));
    expect(binary(`1.5${'0'.repeat(200000)}`, '+', '1')).toBe('2.5');
  });
});

sayWithoutOpa('random expressions');
const withReference = OPA !== undefined ? test : test.skip;

interface Expression {
  readonly text: string;
  readonly name: string;
  readonly operands: readonly string[];
}

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...'123456789'),
      fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: maxLength - 1 }),
    )
    .map(([first, rest]) => first + rest);

const operand: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '-'),
    fc.oneof(
      fc.nat(2000).map(String),
      digits(40),
      fc.tuple(digits(20), digits(20)).map(([whole, fraction]) => `${whole}.${fraction}`),
      fc.tuple(fc.nat(5), digits(25)).map(([zeros, rest]) => `0.${'0'.repeat(zeros)}${rest}`),
      fc.tuple(digits(3), fc.integer({ min: -60, max: 60 })).map(([whole, exponent]) => `${whole}e${exponent}`),
      fc
        .tuple(digits(3), digits(10), fc.nat(2), fc.integer({ min: -300, max: 300 }))
        .map(([whole, fraction, zeros, exponent]) => `${whole}.${fraction}${'0'.repeat(zeros)}e${exponent}`),
      fc.nat(63).map((power) => (2n ** BigInt(power)).toString()),
    ),
  )
  .map((parts) => parts.join(''));

const expression: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .tuple(operand, fc.constantFrom(...(Object.keys(OPERATORS) as Operator[])), operand)
    // The reference takes a divisor whose lowest 64 bits are 0 for 0, so a remainder's has no exponent here.
    .map(([a, operator, b]) => [a, operator, operator === '%' ? b.replace(/e.*/, '') : b] as const)
    .map(([a, operator, b]) => ({ text: `${a} ${operator} ${b}`, name: OPERATORS[operator], operands: [a, b] })),
  fc
    .tuple(fc.constantFrom('abs', 'ceil', 'floor', 'round'), operand)
    .map(([name, a]) => ({ text: `${name}(${a})`, name, operands: [a] })),
);

withReference('random expressions have the results of the reference (env OPA, or .cache/opa)', () => {
  const expressions = fc.sample(expression, 2000);
  const folder = mkdtempSync(join(tmpdir(), 'regate-arithmetic-'));
  try {
    const path = join(folder, 'expressions.rego');
    writeFileSync(path, `package q\n${expressions.map(({ text }, i) => `r${i} := ${text}`).join('\n')}`);
    const output = execFileSync(OPA!, ['eval', '-f', 'raw', '-d', path, 'data.q'], { maxBuffer: 2 ** 28 }).toString();
    // Read as text: JSON.parse would round the numbers.
    const wanted = new Map([...output.matchAll(/"r(\d+)":\s*([^,}\s]+)/g)].map(([, i, text]) => [Number(i), text]));
    expect(wanted.size).toBeGreaterThan(1500);
    const got = expressions.map(({ text, name, operands }) => `${text} = ${calculate(name, ...operands)}`);
    expect(got).toEqual(expressions.map(({ text }, i) => `${text} = ${wanted.get(i)}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
