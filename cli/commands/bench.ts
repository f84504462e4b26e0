// `regate bench`: how long a query takes, over and over in one loaded module.
import type { Command } from 'commander';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { dumpJson } from '../../engine/value/json.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { CliError, throwOnErrors } from '../errors.ts';
import { collect, compilerOptions, FlagError, formatDuration, integer, oneOf } from '../flags.ts';
import { goJson } from '../json.ts';
import { loadSourcesAndBundles } from '../load-sources.ts';
import { measure, type Measurement, percentile } from '../measure.ts';
import { table, write } from '../output.ts';
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
}

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
    .option('--no-fail', 'measure queries that are undefined too');
  compilerOptions(command)
    .addHelpText('after', '\nExample:\n  regate bench -d policies -i input.json data.authz.allow\n')
    .action((query: readonly string[], flags: BenchFlags) => bench(query, flags));
}

async function bench(query: readonly string[], flags: BenchFlags): Promise<void> {
  if (query.length !== 1) throw new FlagError('specify query argument');
  const input = await inputText(flags);
  const setup = await compilerSetup(flags);
  const loaded = await loadSourcesAndBundles(flags.data, flags.bundle, flags.ignore);
  const { wasm, diagnostics } = compile(loaded.sources, {
    ...setup.options,
    queries: [
      {
        name: '',
        text: query[0]!,
        imports: flags.import,
        ...(flags.package === undefined ? {} : { package: flags.package }),
      },
    ],
  });
  throwOnErrors(diagnostics);
  const policy = loadSync(wasm!, { runtime: runtimeDocument(), builtins: setup.implementations });
  policy.setData(new TextEncoder().encode(dumpJson(loaded.data)));
  try {
    if (policy.evaluateText('', input) === '[]' && flags.fail) throw new CliError('undefined result');
  } catch (error) {
    throw error instanceof EvaluationError ? new CliError(`1 error occurred: ${error.message}`) : error;
  }
  for (let i = 0; i < Math.max(1, flags.count); i++)
    report(
      measure(() => void policy.evaluateText('', input)),
      flags,
    );
}

const PERCENTILES = [0.5, 0.75, 0.9, 0.95, 0.99] as const;

function report({ runs, totalNs, samplesNs }: Measurement, { format }: BenchFlags): void {
  const perRun = Math.round(totalNs / runs);
  if (format === 'json') {
    const timers = PERCENTILES.map((share) => [`p${share * 100}_ns`, percentile(samplesNs, share)] as const);
    write(goJson({ N: runs, T: totalNs, ns_per_op: perRun, Extra: Object.fromEntries(timers) }));
    return;
  }
  if (format === 'gobench') {
    write(`BenchmarkRegateEval\t${String(runs).padStart(8)}\t${String(perRun).padStart(10)} ns/op`);
    return;
  }
  const rows = [
    ['samples', String(runs)],
    ['ns/op', String(perRun)],
    ...PERCENTILES.map((share) => [`p${share * 100}`, formatDuration(percentile(samplesNs, share))]),
  ];
  write(table(['METRIC', 'VALUE'], rows));
}
