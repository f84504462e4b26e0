// The decision's contract: the reader and the published schema agree on what a decision is, and inputs keep to theirs.
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readDecision } from '../../proxy/decision/decision.ts';
import { MalformedDecision } from '../../proxy/decision/malformed-decision.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../docs/schemas/${name}`, import.meta.url), 'utf8')) as object;
const isDecision = ajv.compile(schema('decision.v1.json'));

const read = (value: unknown): ReturnType<typeof readDecision>['decision'] =>
  readDecision(Buffer.from(JSON.stringify(value))).decision;
const allow = (more: object): object => ({ action: 'allow', ...more });
const masked = (mask: unknown): object => allow({ mask: { response: [mask] } });
const approve = (approval: object): object => ({ action: 'approve', approval: { approvers: ['leads'], ...approval } });

describe('decisions', () => {
  test.each<[string, unknown]>([
    ['allow', allow({})],
    ['deny with a reason', { action: 'deny', reason: 'no' }],
    ['an approval left to the gate', { action: 'approve' }],
    ['an approval', approve({})],
    ['an approval in full', approve({ required: 2, expires_in: '12h', reason: 'large' })],
    ['an approval of seconds', approve({ expires_in: 604800 })],
    ['a path', masked('$.a')],
    ['redact', masked({ path: '$.a', with: 'redact' })],
    ['remove', masked({ path: '$.a', with: 'remove' })],
    ['hash', masked({ path: '$.a', with: 'hash' })],
    ['last4', masked({ path: '$.a', with: 'last4' })],
    ['a value', masked({ path: '$.a', with: { value: null } })],
    ['a pattern', masked({ path: '$.a', with: { regex: '\\d+', replace: '#' } })],
    ['a pattern to be removed', masked({ path: '$.a', with: { regex: '(a+)+$' } })],
    ['all lists of masks', allow({ mask: { request: ['$.a'], response: [], log: ['$..a'] } })],
    ['detectors', masked({ detect: ['email', 'card'], with: 'last4' })],
    ['all detectors', masked({ detect: 'all' })],
    ['detectors at a place', masked({ path: '$.note', detect: ['iban'] })],
    ['the wish to be asked again', allow({ response_phase: true })],
    ['headers', allow({ headers: { 'x-team': 'a b', 'x-forwarded-user': 'ada' } })],
    ['tags', allow({ tags: ['pii', 'é'] })],
  ])('%s', (_, value) => {
    expect([isDecision(value), ajv.errorsText(isDecision.errors)]).toEqual([true, 'No errors']);
    expect(read(value).action).toBe((value as { action: string }).action);
  });

  test.each<[string, unknown]>([
    ['a boolean', true],
    ['null', null],
    ['a list', [allow({})]],
    ['no action', {}],
    ['an unknown action', { action: 'maybe' }],
    ['an unknown key', allow({ masks: [] })],
    ['a reason that is no text', allow({ reason: 1 })],
    ['a long reason', allow({ reason: 'x'.repeat(1001) })],
    ['a mask that is a list', allow({ mask: ['$.a'] })],
    ['an unknown list of masks', allow({ mask: { answer: [] } })],
    ['masks that are no list', allow({ mask: { request: '$.a' } })],
    ['too many masks', allow({ mask: { request: Array<string>(101).fill('$.a') } })],
    ['a mask that is a number', masked(1)],
    ['a mask without a path', masked({ with: 'redact' })],
    ['an unknown key of a mask', masked({ path: '$.a', op: 'redact' })],
    ['an unknown operation', masked({ path: '$.a', with: 'rot13' })],
    ['an operation of two kinds', masked({ path: '$.a', with: { value: 1, regex: 'a' } })],
    ['a replacement that is no text', masked({ path: '$.a', with: { regex: 'a', replace: 1 } })],
    ['an unknown detector', masked({ detect: ['shoe_size'] })],
    ['no detectors', masked({ detect: [] })],
    ['a wish that is a text', allow({ response_phase: 'yes' })],
    ['an empty pattern', masked({ path: '$.a', with: { regex: '' } })],
    ['a path without a root', masked('a.b')],
    ['an approval of an allowed call', allow({ approval: { approvers: ['leads'] } })],
    ['an approval of nobody', { action: 'approve', approval: { approvers: [] } }],
    ['approvers that are no list', { action: 'approve', approval: { approvers: 'leads' } }],
    ['an approval of half a person', approve({ required: 0.5 })],
    ['an approval of none', approve({ required: 0 })],
    ['an approval that never ends', approve({ expires_in: 604801 })],
    ['an expiry without a unit', approve({ expires_in: '15' })],
    ['an expiry of nothing', approve({ expires_in: '0m' })],
    ['an unknown key of an approval', approve({ approver: 'x' })],
    ['a header of the credential', allow({ headers: { authorization: 'Bearer x' } })],
    ['a header of the hop', allow({ headers: { 'transfer-encoding': 'chunked' } })],
    ['a header of MCP', allow({ headers: { 'mcp-method': 'tools/list' } })],
    ['a header in upper case', allow({ headers: { 'X-Team': 'a' } })],
    ['a header with an underscore', allow({ headers: { x_team: 'a' } })],
    ['a header with a line break', allow({ headers: { 'x-team': 'a\r\nx-admin: 1' } })],
    ['a header that is a number', allow({ headers: { 'x-team': 1 } })],
    ['tags that are no list', allow({ tags: { a: 1 } })],
    ['an empty tag', allow({ tags: [''] })],
    ['a tag with a line break', allow({ tags: ['a\nb'] })],
  ])('none is %s', (_, value) => {
    expect(isDecision(value)).toBe(false);
    expect(() => read(value)).toThrow(MalformedDecision);
  });

  // What a schema cannot say.
  test.each<[string, unknown]>([
    ['a path with a filter', masked('$.a[?(@.b)]')],
    ['a pattern that is none', masked({ path: '$.a', with: { regex: '(' } })],
    ['a pattern that looks back', masked({ path: '$.a', with: { regex: '(?<=a)b' } })],
    ['an expiry beyond a week', approve({ expires_in: '169h' })],
  ])('none is %s either', (_, value) => {
    expect(isDecision(value)).toBe(true);
    expect(() => read(value)).toThrow(MalformedDecision);
  });

  test('a key twice is no decision', () =>
    expect(() => readDecision(Buffer.from('{"action":"allow","action":"deny"}'))).toThrow(MalformedDecision));
  test('nothing is no decision', () => expect(() => readDecision(undefined)).toThrow('undefined'));
  test.each<[unknown, number]>([
    [undefined, 900_000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['7d', 604_800_000],
    [30, 30_000],
  ])('an approval expires in %j', (expiresIn, expected) =>
    expect(read(approve(expiresIn === undefined ? {} : { expires_in: expiresIn })).approval).toEqual({
      approvers: ['leads'],
      required: 1,
      expiresInMs: expected,
      reason: undefined,
    }),
  );
});
