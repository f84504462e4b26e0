// Reload under load, the short version.
import { expect, test } from '@jest/globals';
import { runReload } from './harness.ts';

test('bundles of every kind arrive while the policy is asked', async () => {
  const { calls, ...result } = await runReload(50);
  expect(result).toEqual({ bundles: 50, failed: 0, mixed: 0, unreported: [], wrong: [] });
  expect(calls).toBeGreaterThan(100);
});
