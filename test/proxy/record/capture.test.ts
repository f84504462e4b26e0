// What a record keeps of an answer under the masks of the log: masked, or nothing.
import { expect, test } from '@jest/globals';
import { readMasks } from '../../../proxy/decision/masks.ts';
import { Capture } from '../../../proxy/record/capture.ts';
import type { RecordedAnswer } from '../../../proxy/record/entry.ts';
import { parseStrict } from '../../../proxy/request/strict-json.ts';

function record(
  masks: unknown,
  type: string,
  body: string | Uint8Array,
  more: { isPrinted?: boolean } = {},
): { body: unknown; incomplete?: string } {
  const capture = new Capture(1000);
  capture.add(body);
  const read = readMasks(parseStrict(JSON.stringify(masks)), 'log');
  const answer = { status: 200, headers: { 'content-type': type }, ...more };
  const text = capture.answer(answer, read, Buffer.alloc(32), false);
  expect(text).not.toContain('\n');
  const { body: kept, incomplete } = JSON.parse(text) as RecordedAnswer;
  return { body: kept, ...(incomplete === undefined ? {} : { incomplete }) };
}
const JSON_TYPE = 'application/json';

test.each<[string, unknown, string, string, unknown, string | null]>([
  ['a path to it', ['$.response.pin'], JSON_TYPE, '{"pin":1,"a":2}', { pin: '[redacted]', a: 2 }, null],
  ['a descending path', ['$..pin'], JSON_TYPE, '{"a":{"pin":1}}', { a: { pin: '[redacted]' } }, null],
  ['a wildcard', ['$[*].pin'], JSON_TYPE, '{"pin":1}', { pin: '[redacted]' }, null],
  ['a list of names', ["$['input','response'].pin"], JSON_TYPE, '{"pin":1}', { pin: '[redacted]' }, null],
  ['patterns', [{ detect: ['email'] }], JSON_TYPE, '{"a":"ada@example.com"}', { a: '[redacted email]' }, null],
  ['patterns in text', [{ detect: ['email'] }], 'text/plain', 'ada@example.com', '[redacted email]', null],
  [
    'patterns in a stream',
    [{ detect: ['email'] }],
    'text/event-stream',
    'data: {"a":"ada\\u0040example.com"}',
    null,
    'unmaskable',
  ],
  ['a path and text', ['$..pin'], 'text/plain', 'pin 1', null, 'unmaskable'],
  ['a path elsewhere', ['$.input.pin'], 'text/plain', 'pin 1', 'pin 1', null],
])('%s', (_, masks, type, body, kept, incomplete) =>
  expect(record(masks, type, body)).toEqual({ body: kept, ...(incomplete === null ? {} : { incomplete }) }),
);

test.each<[string, string, unknown]>([
  ['JSON on one line', '{"a":[1.0,null]}', { a: [1, null] }],
  ['JSON on several lines', '{\n "a": 1\r\n}\n', { a: 1 }],
  ['null', 'null', null],
  ['JSON that can be read in two ways', '{"a":1,"A":2}', '{"a":1,"A":2}'],
  ['no JSON', '{"a":1}}', '{"a":1}}'],
  ['nothing', '', ''],
])('%s', (_, body, kept) => {
  expect(record([], JSON_TYPE, Buffer.from(body))).toEqual({ body: kept });
  expect(record([], JSON_TYPE, body)).toEqual({ body: kept });
});

test('what the gate has printed itself is kept as it is, and masked all the same', () => {
  expect(record([], JSON_TYPE, '{"a":1}', { isPrinted: true })).toEqual({ body: { a: 1 } });
  expect(record(['$..a'], JSON_TYPE, '{"a":1}', { isPrinted: true })).toEqual({ body: { a: '[redacted]' } });
});

test('what is cut off is text, whole code points of it', () => {
  const long = `{"a":"${'é'.repeat(600)}"}`;
  for (const body of [long, Buffer.from(long)])
    expect(record([], JSON_TYPE, body, { isPrinted: true })).toEqual({
      body: `{"a":"${'é'.repeat(497)}`,
      incomplete: 'truncated',
    });
});
