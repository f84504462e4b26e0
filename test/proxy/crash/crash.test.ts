// A few kills of a gate under load; `npm run crash` does many.
import { expect, test } from '@jest/globals';
import { crash } from './crash.ts';

test.each(['process', 'disk'] as const)(
  'what was acknowledged is in the log and reaches the sink after kill -9 (%s)',
  async (durability) => {
    const result = await crash({ rounds: 3, seed: 11, durability, lifeMs: 600 });
    expect(result).toMatchObject({ missingInLog: [], missingInSink: [], torn: 0 });
    expect(result.acknowledged).toBeGreaterThan(50);
  },
);
