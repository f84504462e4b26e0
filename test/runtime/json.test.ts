// JSON text to values and back: against JavaScript's own JSON where the two agree, against the rules of Go's where not.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dumpRego } from '../../engine/value/rego-text.ts';
import { Abort, Runtime } from './runtime.ts';
import { numberText, value } from './arbitrary.ts';

const runtime = new Runtime();

/** What a value becomes when it is parsed and dumped; undefined when it is refused. */
function roundTrip(text: string | Uint8Array): string | undefined {
  runtime.reset();
  const parsed = runtime.json(text);
  return parsed === 0 ? undefined : runtime.dumpJson(parsed);
}

describe('JSON', () => {
  test('is read and written without loss', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(roundTrip(text)!)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('numbers keep their text', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        expect(roundTrip(text)).toBe(text);
      }),
    );
  });

  test('keys are sorted by code point, and the last of equal ones wins', () => {
    expect(roundTrip('{"b":1,"a":2,"\u{1f600}":3,"\uffff":4,"":5,"a":6}')).toBe(
      '{"":5,"a":6,"b":1,"\uffff":4,"\u{1f600}":3}',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.nat()), { maxLength: 40 }), (entries) => {
        const written = `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${item}`).join()}}`;
        expect(JSON.parse(roundTrip(written)!)).toEqual(JSON.parse(written));
      }),
    );
  });

  test('white space is JSON’s', () => {
    expect(roundTrip(' \t\r\n[ 1 ,\n2 , { "a" : [ ] , "b" : { } } ] ')).toBe('[1,2,{"a":[],"b":{}}]');
    for (const space of ['\f', '\v', '\u00a0', '\ufeff', '\0']) expect(roundTrip(`[1,${space}2]`)).toBeUndefined();
  });

  test.each([
    ['', ' ', '[', ']', '{', '}', '[1', '[1,', '[,1]', '[1,]', '[1 2]', '[1}', '{"a"}', '{"a":}', '{"a":1', '{"a":1,}'],
    ['{a:1}', '{1:2}', '{"a" 1}', '{"a":1 "b":2}', '{,}', '{{}}', '{[]:1}', '{1,2}', 'set()', '{"a",}', '{"a","b"}'],
    [
      '01',
      '-',
      '-01',
      '+1',
      '1.',
      '.5',
      '1e',
      '1e+',
      '1.e1',
      '0x1',
      '1_0',
      'NaN',
      'Infinity',
      '--1',
      '1-',
      '1e5.5',
      '00',
    ],
    [
      'nul',
      'nulll',
      'True',
      'truefalse',
      'tru',
      'undefined',
      '"',
      '"\\"',
      '"\\x"',
      '"\\u12"',
      '"\\u12g4"',
      '"\\',
      "'a'",
    ],
    ['"a\nb"', '"\u0000"', '"\u001f"', '1 1', '[]]', '{}{}', '""""', '/**/1', '"a" :', '[1]:', ','],
  ])('malformed text is refused: %j …', (...texts) => {
    for (const text of texts) expect([text, roundTrip(text)]).toEqual([text, undefined]);
  });

  test('escapes', () => {
    expect(roundTrip('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20AC\\ud83d\\ude00"')).toBe(
      '"\\"\\\\/\\b\\f\\n\\r\\tAé€\u{1f600}"',
    );
    expect(roundTrip('"\\u0000\\u001f\\u007f"')).toBe('"\\u0000\\u001f\u007f"');
  });

  test('lone surrogates and bytes that are no UTF-8 become U+FFFD, one each', () => {
    expect(roundTrip('"\\ud800\\ud800\\udc00x\\udc00\\ud800\\n"')).toBe('"\ufffd\u{10000}x\ufffd\ufffd\\n"');
    const quoted = (...bytes: number[]): Uint8Array => Uint8Array.of(0x22, ...bytes, 0x22);
    for (const bytes of [
      [0x80],
      [0xc0, 0xaf],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xff, 0xfe],
    ])
      expect(roundTrip(quoted(...bytes))).toBe(`"${'\ufffd'.repeat(bytes.length)}"`);
  });

  test('a string ends where its text does, even at the end of memory', () => {
    // Lengths around the words that are read at a time.
    for (let length = 0; length < 40; length++) {
      const quoted = `"${'x'.repeat(length)}"`;
      for (const [text, wanted] of [
        [quoted, quoted],
        [quoted.slice(0, -1), undefined],
      ] as const) {
        const fresh = new Runtime({ pages: 1 });
        const bytes = new TextEncoder().encode(text);
        const address = fresh.memory.buffer.byteLength - bytes.length;
        fresh.bytes(address, bytes.length).set(bytes);
        const parsed = fresh.call('opa_json_parse', address, bytes.length);
        expect(parsed === 0 ? undefined : fresh.dumpJson(parsed)).toBe(wanted);
      }
    }
  });

  test('containers nest 10000 levels deep, and no further', () => {
    runtime.reset();
    expect(runtime.json('['.repeat(10000) + ']'.repeat(10000))).not.toBe(0);
    expect(() => runtime.json('['.repeat(10001) + ']'.repeat(10001))).toThrow(
      new Abort('JSON text is nested too deep'),
    );
    expect(() => runtime.json('{"a":'.repeat(10001))).toThrow(Abort);
  });

  test('numbers have exponents within 2^29, and zero any', () => {
    for (const text of ['0.1e536870912', '-1e536870911', '0.1e-536870912', '0e99999999999', '-0.0E+99999999999'])
      expect(roundTrip(text)).toBe(text);
    for (const text of ['1e536870912', '0.01e-536870912', '1e99999999999999999999', '[1E-99999999999]'])
      expect([text, roundTrip(text)]).toEqual([text, undefined]);
  });

  test('random damage is either refused or means what JavaScript says', () => {
    const damage = fc.tuple(
      fc.json({ maxDepth: 3 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'[]{}",:0e.-\\u tn ')), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(damage, ([json, changes]) => {
        let text = json;
        for (const [place, kind, character] of changes) {
          const at = place % (text.length + 1);
          text = text.slice(0, at) + (kind === 0 ? '' : character) + text.slice(kind === 1 ? at : at + 1);
        }
        let wanted: unknown;
        try {
          wanted = JSON.parse(text);
        } catch {
          expect([text, roundTrip(text)]).toEqual([text, undefined]);
          return;
        }
        const got = roundTrip(text);
        // Exponents beyond 2^29 are refused, as the test above shows; JavaScript has infinity or 0 there.
        if (got === undefined && /[eE][+-]?0*[1-9]\d{8}/.test(text)) return;
        // Lone surrogates cannot be compared; numbers may be beyond a double.
        if (/\\u[dD][89a-fA-F]/.test(text)) expect(got).toBeDefined();
        else expect(JSON.parse(got!)).toEqual(wanted);
      }),
      { numRuns: 2000 },
    );
  });
});

test('no bytes make the parsers trap', () => {
  const likely = fc.constantFrom(
    ...new TextEncoder().encode('[]{}",:\\\\ue0123456789-+.E \n'),
    0xc3,
    0xa9,
    0xf0,
    0x80,
    0xff,
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(likely, { maxLength: 40 }).map((all) => Uint8Array.from(all)),
  );
  fc.assert(
    fc.property(bytes, (all) => {
      runtime.reset();
      const parsed = runtime.json(all);
      let isJson = true;
      try {
        JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(all));
      } catch {
        isJson = false;
      }
      expect([all, parsed !== 0]).toEqual([all, isJson]);
      // What Rego's terms have beyond JSON has no other reader here: it is refused, or read back from what it is dumped as.
      const term = runtime.call('opa_value_parse', ...runtime.text(all));
      if (term === 0) return;
      expect(runtime.call('value_equal', runtime.value(runtime.dumpValue(term)), term)).toBe(1);
    }),
    { numRuns: 5000, examples: [[Uint8Array.from([34, 169, 34])]] },
  );
});

describe('Rego terms', () => {
  test('are read and written without loss', () => {
    fc.assert(
      fc.property(value, (item) => {
        runtime.reset();
        const written = dumpRego(item);
        const first = runtime.value(written);
        const second = runtime.value(runtime.dumpValue(first));
        expect(runtime.call('value_equal', first, second)).toBe(1);
        expect(dumpRego(item).replaceAll(' ', '')).toBe(runtime.dumpValue(first).replaceAll(' ', ''));
      }),
      { numRuns: 500 },
    );
  });

  test('sets, and keys of any kind', () => {
    runtime.reset();
    const dump = (text: string): string => runtime.dumpValue(runtime.value(text));
    expect(dump('{ 2, 1, 2.0 }')).toBe('{1,2}');
    expect(dump('[set(), {}, { {} }]')).toBe('[set(),{},{{}}]');
    expect(dump('{1: "a", [2]: {3}, {4}: null, true: {"x": 1}}')).toBe('{true:{"x":1},1:"a",[2]:{3},{4}:null}');
    for (const text of ['{1,}', '{,1}', '{1:2,3}', '{1,2:3}', 'set(', 'set( )', '{1 2}', '{1:}'])
      expect([text, runtime.value(text)]).toEqual([text, 0]);
  });

  test('in JSON sets are arrays and keys their JSON text', () => {
    runtime.reset();
    const dump = (text: string): string => runtime.dumpJson(runtime.value(text));
    expect(dump('{3, 1, {2}}')).toBe('[1,3,[2]]');
    expect(dump('{1.50: 1, [1, "<\\"é"]: 2, {{}}: 3, null: 4}')).toBe(
      '{"1.50":1,"[1,\\"\\\\u003c\\\\\\"é\\"]":2,"[{}]":3,"null":4}',
    );
  });
});
