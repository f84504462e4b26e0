// Whatever a document looks like, what a mask is for is not in what is left: or nothing is left.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readMasks } from '../../proxy/decision/masks.ts';
import { maskMessage } from '../../proxy/mask/mask-message.ts';
import { maskDocument, NotMaskable } from '../../proxy/mask/mask.ts';
import type { McpMessage } from '../../proxy/exchange.ts';
import { parseStrict, type Json } from '../../proxy/request/strict-json.ts';

const KEY = Buffer.alloc(32);
const strict = (value: unknown): Json => parseStrict(JSON.stringify(value));

/** A document with secrets under the key, some of them in texts that hold JSON, and in texts within those. */
function documents(secret: string): fc.Arbitrary<unknown> {
  const names = fc.constantFrom('a', 'b', 'list', 'secret', '$', '..', 'x y');
  return fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'document' },
      fc.constantFrom(1, null, true, 'plain', '[INFO] x', '{name}', 1e21),
      fc
        .dictionary(names, tie('value'), { maxKeys: 4 })
        .map((object) => ({ ...object, secret: [secret, { deep: secret }] })),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(names, tie('value'), { maxKeys: 3 }).map((object) => JSON.stringify({ ...object, secret })),
      tie('value').map((value) => JSON.stringify([{ inner: value }])),
    ),
  })).value;
}

function left(document: unknown, masks: unknown): string {
  try {
    return JSON.stringify(maskDocument(strict(document), readMasks(strict(masks), 'response'), KEY));
  } catch (error) {
    if (error instanceof NotMaskable) return '';
    throw error;
  }
}

test.each(['redact', 'remove', 'hash', 'last4', { value: 1 }, { regex: '.+', replace: 'x' }])(
  'by a path, with %j',
  (operation) => {
    fc.assert(
      fc.property(documents('hunter2-5f3a'), (document) => {
        const text = left(document, [{ path: '$..secret', with: operation }]);
        expect(text).not.toContain('hunter2');
      }),
      { numRuns: 150 },
    );
  },
);

test('a text that says what the structure says is masked as without the structure', () => {
  const call = { method: 'tools/call' } as McpMessage;
  const texts = (result: unknown, masks: unknown): unknown => {
    const message = strict({ jsonrpc: '2.0', id: 1, result });
    try {
      const masked = maskMessage(message, call, readMasks(strict(masks), 'response'), KEY);
      return (JSON.parse(JSON.stringify(masked)) as { result: { content: unknown } }).result.content;
    } catch (error) {
      if (error instanceof NotMaskable) return error.message;
      throw error;
    }
  };
  const spaced = (document: unknown): string => JSON.stringify(document, undefined, 1);
  const operation = fc.constantFrom<unknown>('redact', 'remove', 'hash', { value: { secret: [1] } });
  const path = fc.constantFrom('$..secret', '$.a', '$.a.list[0]', '$.nothing');
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', '1', 'secret'), documents('x')),
      path,
      operation,
      (document, at, what) => {
        const masks = [{ path: at, with: what }];
        const content = [JSON.stringify(strict(document)), spaced(document), '{"secret":1}'].map((text) => ({
          type: 'text',
          text,
        }));
        expect(texts({ content, structuredContent: document }, masks)).toEqual(texts({ content }, masks));
      },
    ),
    { numRuns: 300 },
  );
});

test('by a detector', () => {
  fc.assert(
    fc.property(documents('mail ada@example.com now'), (document) => {
      expect(left(document, [{ detect: ['email'] }])).not.toContain('@example');
    }),
    { numRuns: 150 },
  );
});

test('what no mask is for stays as it is', () => {
  fc.assert(
    fc.property(documents('fine'), (document) => {
      expect(left(document, ['$..nothing', { detect: 'all' }])).toBe(JSON.stringify(strict(document)));
    }),
    { numRuns: 150 },
  );
});
