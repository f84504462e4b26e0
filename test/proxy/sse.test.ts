// Streams in any pieces come out the same, with data edited and all else kept.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printSse, SseReader } from '../../proxy/answer/sse.ts';

function rewrite(stream: string, sizes: readonly number[] = [stream.length]): string {
  const reader = new SseReader(1000);
  const bytes = Buffer.from(stream);
  let out = '';
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length]!);
    for (const event of reader.push(bytes.subarray(at, at + size)))
      out += printSse({ ...event, data: event.data === 'drop' ? undefined : event.data?.toUpperCase() });
    at += size;
  }
  return out;
}

describe('events', () => {
  test.each([
    ['data: a\n\n', 'data: A\n\n'],
    ['data:a\n\n', 'data: A\n\n'],
    ['data: a\r\ndata: b\r\n\r\n', 'data: A\ndata: B\n\n'],
    ['event: x\rid: 1\rdata: a\r\rdata: b\n\n', 'id: 1\nevent: x\ndata: A\n\ndata: B\n\n'],
    ['data: a\r\r', 'data: A\n\n'],
    ['data: a\r\n\r', 'data: A\n\n'],
    [': comment\n\n', ': comment\n\n'],
    ['id: 5\nretry: 10\n\n', 'id: 5\nretry: 10\n\n'],
    ['id: 5\ndata:\n\n', 'id: 5\ndata: \n\n'],
    ['data\n\n', 'data: \n\n'],
    ['id: 5\ndata: drop\n\ndata: a\n\n', 'id: 5\n\ndata: A\n\n'],
    ['id: 5\nid: 6\nid: 7\0\ndata: a\n\n', 'id: 6\ndata: A\n\n'],
    ['id\ndata: a\n\n', 'id:\ndata: A\n\n'],
    ['unknown: x\nnothing\n\n', 'unknown: x\nnothing\n\n'],
    ['data: drop\n\n', ''],
    ['data: a\n\ndata: unfinished\n', 'data: A\n\n'],
    ['\n\n\ndata: a\n\n', 'data: A\n\n'],
    ['\ufeffdata: ä€😀\n\n', 'data: Ä€😀\n\n'],
  ])('%j', (stream, out) => expect(rewrite(stream)).toBe(out));

  test('the pieces do not matter', () => {
    const stream = fc.string({
      unit: fc.constantFrom('data: a', 'data:', 'id: 1', ':c', '\n', '\r', '\r\n', '\n\n', 'ä', '😀', ' '),
    });
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (text, sizes) => {
        expect(rewrite(text, sizes)).toBe(rewrite(text));
      }),
      { numRuns: 300 },
    );
  });
});

test('an event without end is cut', () => {
  expect(() => rewrite(`data: ${'x'.repeat(2000)}`)).toThrow('too large');
  expect(() => rewrite('data: x\n'.repeat(500))).toThrow('too large');
});

test('bytes that are no UTF-8 end the stream', () => {
  expect(() => new SseReader(100).push(Uint8Array.of(0xff, 0x0a))).toThrow('not UTF-8');
});
