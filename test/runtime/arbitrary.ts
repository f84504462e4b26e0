// Random values for tests of the runtime library, with an eye for what its layouts treat apart: interned and other strings,
// small and indexed collections, numbers within and beyond 64 bits.
import fc from 'fast-check';
import { makeObject, makeSet } from '../../engine/value/construct.ts';
import { parseNumber } from '../../engine/value/number.ts';
import type { Value } from '../../engine/value/value.ts';

/** Strings of few letters, so that some are equal and share prefixes, and any others. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1f600}', '"', '\\', '\n', '<', '\u2028', '\0'), maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });

/** Texts of numbers as JSON writes them. */
export const numberText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constantFrom('0', '1', '9223372036854775807', '9223372036854775808'), digits(30).map(withoutZeros)),
    fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: digits(20).map((all) => `.${all}`) }),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.integer({ min: -40, max: 40 }).map((exponent) => `e${exponent}`) },
    ),
  )
  .map((parts) => parts.join(''));

function withoutZeros(text: string): string {
  return text.replace(/^0+(?=.)/, '');
}

export const number: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  numberText.map((all) => parseNumber(all)!),
);

/** Any Rego value. */
export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<Value>(null, true, false, 0, 1, 'a', 'role'),
    number,
    text,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(tie('value'), { maxLength: 12 }).map((items) => makeSet(items)),
    fc
      .array(fc.tuple(fc.oneof(text, tie('value')), tie('value')), { maxLength: 12 })
      .map((entries) => makeObject(entries)),
  ),
})).value;
