// What a record keeps of an answer under the masks of the log: masked, or nothing.
import { expect, test } from '@jest/globals';
import { readMasks } from '../../../proxy/decision/masks.ts';
import { Capture } from '../../../proxy/record/capture.ts';
import { parseStrict } from '../../../proxy/request/strict-json.ts';

function record(masks: unknown, type: string, body: string): { body: unknown; incomplete?: string } {
  const capture = new Capture(1000);
  capture.add(body);
  const read = readMasks(parseStrict(JSON.stringify(masks)), 'log');
  const { body: kept, incomplete } = capture.answer(200, type, read, Buffer.alloc(32), false);
  return { body: JSON.parse(JSON.stringify(kept)), ...(incomplete === undefined ? {} : { incomplete }) };
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
