// `regate bench`: how long a query takes, over and over in one loaded module.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { dumpJson } from '../../engine/value/json.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { CliError, throwOnErrors } from '../errors.ts';
import { collect, compilerOptions, FlagError, integer, oneOf, WITHOUT_EFFECT } from '../flags.ts';
import { goJson } from '../json.ts';
import { loadSourcesAndBundles } from '../load-sources.ts';
import { measure, type Measurement, percentile } from '../measure.ts';
import { plainTable, write } from '../output.ts';
import { inputText } from '../read-input.ts';
import { runtimeDocument } from '../runtime-document.ts';

interface BenchFlags extends CompilerFlags {
  readonly data: readonly string[];
  readonly bundle: readonly string[];
  readonly input?: string;
  readonly stdinInput?: boolean;
  readonly format: 'pretty' | 'json' | 'gobench';
  readonly package?: string;
  readonly import: readonly string[];
  readonly count: number;
  readonly fail: boolean;
  readonly stdin?: boolean;
  readonly metrics: boolean;
  readonly benchmem: boolean;
}

/** Adds `bench` to the program. */
export function benchCommand(program: Command): void {
  const command = program
    .command('bench')
    .description('Benchmark a Rego query')
    .argument('[query...]', 'the query')
    .option('-d, --data <path>', 'a Rego, JSON or YAML file, or a directory of them (repeatable)', collect, [])
    .option('-b, --bundle <path>', 'a bundle: a directory or a .tar.gz file (repeatable)', collect, [])
    .option('-i, --input <file>', 'the input document')
    .option('-I, --stdin-input', 'read the input document from standard input')
    .option(
      '-f, --format <format>',
      'pretty, json or gobench',
      oneOf('-f, --format', ['pretty', 'json', 'gobench']),
      'pretty',
    )
    .option('--package <path>', 'the package the query is asked in')
    .option('--import <path>', 'an import for the query (repeatable)', collect, [])
    .option('--count <n>', 'measure n times', integer('--count'), 1)
    .option('--stdin', 'read the query from standard input')
    .option('--no-fail', 'measure queries that are undefined too')
    .option('--no-metrics', 'leave out the distribution of times')
    .option('--no-benchmem', "leave out the bytes of the module's memory");
  compilerOptions(command)
    .optionsGroup(WITHOUT_EFFECT)
    .option('-t, --target <target>', 'rego, wasm', oneOf('-t, --target', ['rego', 'wasm']))
    .option('--optimize-store-for-read-speed')
    .addHelpText('after', '\nExample:\n  regate bench -d policies -i input.json data.authz.allow\n')
    .action((query: readonly string[], flags: BenchFlags) => bench(query, flags));
}

async function bench(query: readonly string[], flags: BenchFlags): Promise<void> {
  if (query.length > 1) throw new FlagError('specify at most one query argument');
  if (query.length === 0 && flags.stdin !== true) throw new FlagError('specify query argument or --stdin');
  const text = flags.stdin === true ? readFileSync(0, 'utf8') : query[0]!;
  const input = await inputText(flags);
  const setup = await compilerSetup(flags);
  const loaded = await loadSourcesAndBundles(flags.data, flags.bundle, flags.ignore);
  const { wasm, diagnostics } = compile(loaded.sources, {
    ...setup.options,
    queries: [
      {
        name: '',
        text,
        imports: flags.import,
        ...(flags.package === undefined ? {} : { package: flags.package }),
      },
    ],
  });
  throwOnErrors(diagnostics);
  const policy = loadSync(wasm!, { runtime: runtimeDocument(), builtins: setup.implementations });
  policy.setData(new TextEncoder().encode(dumpJson(loaded.data)));
  try {
    if (policy.evaluateText('', input) === '[]' && flags.fail) throw new CliError('1 error occurred: undefined result');
  } catch (error) {
    throw error instanceof EvaluationError ? new CliError(`1 error occurred: ${error.message}`) : error;
  }
  for (let i = 0; i < Math.max(1, flags.count); i++)
    report(
      measure(() => void policy.evaluateText('', input)),
      policy.memoryBytes,
      flags,
    );
}

const PERCENTILES = [0.75, 0.9, 0.95, 0.99, 0.999, 0.9999] as const;
const NAME = 'histogram_timer_rego_query_eval_ns';

/** The figures of OPA's histogram, by its names. */
function histogram(samplesNs: readonly number[]): Readonly<Record<string, number>> {
  const count = samplesNs.length;
  const mean = samplesNs.reduce((sum, sample) => sum + sample, 0) / count;
  const variance = samplesNs.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / count;
  return {
    ...Object.fromEntries(PERCENTILES.map((share) => [`${NAME}_${share * 100}%`, percentile(samplesNs, share)])),
    [`${NAME}_count`]: count,
    [`${NAME}_max`]: samplesNs[count - 1] ?? 0,
    [`${NAME}_mean`]: mean,
    [`${NAME}_median`]: percentile(samplesNs, 0.5),
    [`${NAME}_min`]: samplesNs[0] ?? 0,
    [`${NAME}_stddev`]: Math.sqrt(variance),
  };
}

/** In OPA's forms; the bytes of the module's memory stand where OPA counts allocations. */
function report({ runs, totalNs, samplesNs }: Measurement, memoryBytes: number, flags: BenchFlags): void {
  const perRun = Math.round(totalNs / runs);
  const extra = flags.metrics ? histogram(samplesNs) : {};
  const memory = flags.benchmem ? { memory_bytes: memoryBytes } : {};
  if (flags.format === 'json') {
    write(goJson({ N: runs, T: totalNs, Bytes: 0, ...memory, Extra: extra }));
    return;
  }
  const figures = Object.entries({ ...extra, ...memory }).map(
    ([name, value]) => [name, String(Math.round(value))] as const,
  );
  if (flags.format === 'gobench') {
    const parts = figures.map(([name, value]) => `\t${value.padStart(10)} ${name}`).join('');
    write(`BenchmarkRegateEval\t${String(runs).padStart(8)}\t${String(perRun).padStart(10)} ns/op${parts}`);
    return;
  }
  const rows = [['samples', String(runs)], ['ns/op', String(perRun)], ...figures];
  const width = Math.max(...rows.map(([, value]) => value!.length));
  write(plainTable(rows.map(([name, value]) => [name!, value!.padStart(width)])));
}
