// What masks leave of what they find, operation by operation.
import { describe, expect, test } from '@jest/globals';
import { readMasks } from '../../proxy/decision/masks.ts';
import { areTextMasks, maskDocument, maskTextDocument } from '../../proxy/mask/mask.ts';
import { parseStrict, type Json } from '../../proxy/request/strict-json.ts';

const KEY = Buffer.alloc(32, 1);
const strict = (value: unknown): Json => parseStrict(JSON.stringify(value));
const masksOf = (masks: unknown): ReturnType<typeof readMasks> => readMasks(strict(masks), 'response');
const apply = (mask: unknown, value: unknown, key = KEY): unknown =>
  JSON.parse(JSON.stringify(maskDocument(strict({ a: value, b: 1 }), masksOf([mask]), key))).a;

describe('what is left of a value', () => {
  test.each<[string, unknown, unknown, unknown]>([
    ['redacted', '$.a', 'secret', '[redacted]'],
    ['redacted whole', '$.a', { deep: ['secret'] }, '[redacted]'],
    ['removed', { path: '$.a', with: 'remove' }, 'secret', undefined],
    ['its last four', { path: '$.a', with: 'last4' }, '4111111111111111', '****1111'],
    ['its last four, of a number', { path: '$.a', with: 'last4' }, 4111111111111111, '****1111'],
    ['nothing of what is short', { path: '$.a', with: 'last4' }, '1234567', '[redacted]'],
    ['nothing of what is no text', { path: '$.a', with: 'last4' }, ['12345678'], '[redacted]'],
    ['another value', { path: '$.a', with: { value: null } }, 'secret', null],
    ['another document', { path: '$.a', with: { value: { x: [1] } } }, 'secret', { x: [1] }],
    [
      'its text with matches replaced',
      { path: '$.a', with: { regex: '(\\d)\\d+', replace: '$1*' } },
      'a 123 b 45',
      'a 1* b 4*',
    ],
    [
      'all texts below',
      { path: '$.a', with: { regex: '\\d' } },
      ['a1', { x: 'b2' }, 34, true],
      ['a', { x: 'b' }, '', true],
    ],
    ['JSON in text', { path: '$.a', with: { regex: '1' } }, '{"x":"\\u0031y"}', '{"x":"y"}'],
    ['a find, hashed', { detect: ['email'], with: 'remove' }, 'to ada@example.com!', 'to !'],
    ['a find, its last four', { detect: ['card'], with: 'last4' }, 'card 4111 1111 1111 1111', 'card ****1111'],
    ['a find, another value', { detect: ['email'], with: { value: 'x' } }, 'ada@example.com', 'x'],
    ['a find at its place only', { path: '$.c', detect: ['email'] }, 'ada@example.com', 'ada@example.com'],
  ])('%s', (_, mask, value, left) => expect(apply(mask, value)).toEqual(left));

  test('a hash that is the same for the same, and another with another key', () => {
    const hash = apply({ path: '$.a', with: 'hash' }, 'ada');
    expect(hash).toMatch(/^sha256:[0-9a-f]{24}$/);
    expect(apply({ path: '$.a', with: 'hash' }, 'ada')).toBe(hash);
    expect(apply({ path: '$.a', with: 'hash' }, 'eve')).not.toBe(hash);
    expect(apply({ path: '$.a', with: 'hash' }, 'ada', Buffer.alloc(32, 2))).not.toBe(hash);
  });
  test('values that masks share are not changed by one another', () => {
    const masks = masksOf([
      { path: "$['a','b']", with: { value: { x: 1 } } },
      { path: '$.a.x', with: 'remove' },
    ]);
    const once = maskDocument(strict({ a: 1, b: 1 }), masks, KEY);
    expect(JSON.stringify(maskDocument(strict({ a: 1, b: 1 }), masks, KEY))).toBe(JSON.stringify(once));
  });
});

describe('masks in one walk', () => {
  test('in their order at one place, from below to above', () => {
    const document = strict({ a: { card: '4111111111111111', note: 'ada@example.com' } });
    const masks = masksOf([
      { path: '$..card', with: 'last4' },
      { path: '$.a.card', with: { regex: '\\*+', replace: '#' } },
      { detect: ['email'] },
    ]);
    expect(JSON.stringify(maskDocument(document, masks, KEY))).toBe('{"a":{"card":"#1111","note":"[redacted email]"}}');
  });
  test('names that are alike once masked stay apart', () => {
    const document = strict({ 'ada@example.com': 1, 'eve@example.com': 2 });
    expect(JSON.stringify(maskDocument(document, masksOf([{ detect: 'all' }]), KEY))).toBe(
      '{"[redacted email]":1,"[redacted email] 2":2}',
    );
  });
  test('an object of another make is a failure', () => {
    expect(() => maskDocument({ a: 1 } as unknown as Json, masksOf(['$.a']), KEY)).toThrow('strict reader');
    expect(() => maskDocument({ a: '1' } as unknown as Json, masksOf([{ detect: 'all' }]), KEY)).toThrow(
      'strict reader',
    );
  });
});

describe('texts that are documents', () => {
  const maskText = (text: string, ...masks: unknown[]): string => maskTextDocument(text, masksOf(masks), KEY);

  test('keep their layout when nothing in them changes', () =>
    expect(maskText('{ "a": 1 }', '$.b')).toBe('{ "a": 1 }'));
  test('of JSON are masked', () => expect(maskText('{ "a": 1 }', '$.a')).toBe('{"a":"[redacted]"}'));
  test('of prose are masked by what is for the whole', () => {
    expect(maskText('ask ada@example.com', { detect: ['email'] })).toBe('ask [redacted email]');
    expect(maskText('ask ada', { path: '$', with: { regex: 'ada', replace: 'A.' } })).toBe('ask A.');
    expect(maskText('ask ada', '$')).toBe('[redacted]');
    expect(maskText('"ada"', '$')).toBe('[redacted]');
  });
  test.each(['ask ada', '"ada"', '5', '', '{"a":1,"a":2}', '[INFO] x', '{"a":1}{"a":2}'])(
    '%j are not by paths',
    (text) => expect(() => maskText(text, '$.a')).toThrow(),
  );
  test('that are ambiguous JSON are not by patterns either', () =>
    expect(() => maskText('{"a":1,"a":2}', { detect: 'all' })).toThrow('ambiguous'));
  test('are told from documents', () => {
    expect(areTextMasks(masksOf([{ detect: 'all' }, { path: '$', with: { regex: 'a' } }]))).toBe(true);
    expect(areTextMasks(masksOf([{ detect: 'all' }, '$']))).toBe(false);
    expect(areTextMasks(masksOf([{ detect: 'all', path: '$.a' }]))).toBe(false);
  });
});
