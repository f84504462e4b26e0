// `npm run reload [-- --count N]`: the long version of reload under load.
import { parseArgs } from 'node:util';
import { runReload } from './harness.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000' } } });
const started = performance.now();
const result = await runReload(Number(values.count));
console.log(
  result,
  `${Math.round(performance.now() - started)} ms, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
);
process.exitCode =
  result.failed + result.mixed + result.unreported.length + result.wrong.length === 0 && result.calls > 0 ? 0 : 1;
