// Runs the golden sessions; those marked comparable also with the reference OPA, when it is at hand (env OPA).
import { describe, expect, test } from '@jest/globals';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';
import { expectedOf, readSessions, runSession } from './session.ts';

const sessions = readSessions();
sayWithoutOpa('sessions with OPA');

describe('sessions', () => {
  test('there are some', () => expect(sessions.length).toBeGreaterThan(10));

  test.concurrent.each(sessions.map((session) => [session.name, session] as const))(
    '%s',
    async (_, session) => expect(await runSession(session)).toBe(expectedOf(session)),
    120_000,
  );
});

const comparable = sessions.filter(({ isComparable }) => isComparable);
(OPA !== undefined ? describe : describe.skip)('the same with OPA (needs its binary, env OPA)', () => {
  test.concurrent.each(comparable.map((session) => [session.name, session] as const))(
    '%s',
    async (_, session) => expect(await runSession(session, OPA)).toBe(expectedOf(session)),
    120_000,
  );
});
