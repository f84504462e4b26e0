// Codes are what clients and logs go by: each failure has its own, and none is JSON-RPC's.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as errors from '../../proxy/errors.ts';

/** Made without their arguments, which codes do not depend on. */
const made = Object.entries(errors).flatMap(([name, Failure]) => {
  const isAbstract = name === 'GateError' || name === 'Denial';
  if (isAbstract || typeof Failure !== 'function' || !(Failure.prototype instanceof errors.GateError)) return [];
  const Known = Failure as unknown as new (...given: readonly unknown[]) => errors.GateError;
  const given = Object.assign([], { toISOString: () => '' });
  return [new Known(given, given, given, given)];
});

test('every failure has codes of its own', () => {
  expect(made.length).toBeGreaterThan(30);
  expect(new Set(made.map(({ code }) => code)).size).toBe(made.length);
  const own = made.map(({ rpcCode }) => rpcCode).filter((code) => code > -32000);
  expect(new Set(own).size).toBe(own.length);
});

test('codes are names, and statuses say that it was no success', () => {
  // A held call is told where to ask: 202 is what HTTP has for that.
  for (const { code, status } of made) {
    expect(code).toMatch(/^[a-z_]+$/);
    expect([202, ...Array.from({ length: 200 }, (_, i) => 400 + i)]).toContain(status);
  }
});

test('the documents list every code', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (-\d+) \| /gm)].map(([, ...row]) => row.join(' '));
  expect(rows.sort()).toEqual(made.map(({ code, status, rpcCode }) => `${code} ${status} ${rpcCode}`).sort());
});
