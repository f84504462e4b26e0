// A few kills of a gate under load; `npm run crash` does many.
import { expect, test } from '@jest/globals';
import { crash } from './crash.ts';

test.each([
  ['process', 3],
  ['disk', 1],
] as const)(
  'what was acknowledged is in the log, reaches the sink and is recorded after kill -9 (%s)',
  async (durability, rounds) => {
    const result = await crash({ rounds, seed: 11, durability, answers: 150 });
    expect(result).toMatchObject({
      missingInLog: [],
      missingInSink: [],
      missingInRecords: [],
      chainFaults: [],
      torn: 0,
    });
    expect(result.acknowledged).toBeGreaterThanOrEqual(rounds);
  },
);
