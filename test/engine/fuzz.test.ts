// The fuzz targets with fixed seeds, a moment each. `npm run fuzz -- TARGET --seconds N` goes on from there.
import { expect, test } from '@jest/globals';
import { TARGETS } from './fuzz-targets.ts';

const RUNS: Readonly<Record<string, number>> = { syntax: 150, json: 400, policies: 60, modules: 60, state: 15 };

test.each(Object.keys(TARGETS))('%s', async (name) => {
  const failures: string[] = [];
  for (let seed = 1; seed <= RUNS[name]!; seed++) {
    try {
      await TARGETS[name]!(seed);
    } catch (error) {
      failures.push(`seed ${seed}: ${String(error)}`);
    }
  }
  expect(failures).toEqual([]);
});
