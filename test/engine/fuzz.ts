// Runs a fuzz target by hand: npm run fuzz -- TARGET [--seconds N] [--seed N]. Stops at the first failure and names its seed.
import { parseArgs } from 'node:util';
import { TARGETS } from './fuzz-targets.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const target = TARGETS[positionals[0] ?? ''];
if (target === undefined) {
  console.error(`usage: npm run fuzz -- ${Object.keys(TARGETS).join('|')} [--seconds N] [--seed N]`);
  process.exit(1);
}
let seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const end = performance.now() + (values.seed === undefined ? Number(values.seconds) * 1000 : 0);
let runs = 0;
do {
  try {
    await target(seed);
  } catch (error) {
    console.error(`failed with --seed ${seed}:`, error);
    process.exit(1);
  }
  seed++;
  runs++;
} while (performance.now() < end);
console.log(`${runs} runs without a failure`);
