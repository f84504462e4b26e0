// `regate eval`: evaluates a query over modules, data and input, and prints result sets as OPA does.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { compile, type CompileOptions } from '../../engine/compile.ts';
import type { HostBuiltins } from '../../engine/host/builtin.ts';
import { EvaluationError } from '../../engine/host/evaluation-error.ts';
import { load } from '../../engine/host/load-async.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import type { RegoObject } from '../../engine/value/value.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { CliError, LoadError, throwOnErrors } from '../errors.ts';
import { collect, compilerOptions, duration, FlagError, integer, oneOf } from '../flags.ts';
import { diagnosticErrors } from '../diagnostic-errors.ts';
import { goJson } from '../json.ts';
import { type LoadedSources, loadSourcesAndBundles } from '../load-sources.ts';
import { write } from '../output.ts';
import { formatResults, type QueryResult, toResults } from '../results.ts';
import { inputText } from '../read-input.ts';
import { runtimeDocument } from '../runtime-document.ts';

const FORMATS = ['json', 'values', 'bindings', 'pretty', 'source', 'raw', 'discard'] as const;

interface EvalFlags extends CompilerFlags {
  readonly data: readonly string[];
  readonly bundle: readonly string[];
  readonly input?: string;
  readonly stdinInput?: boolean;
  readonly stdin?: boolean;
  readonly format: (typeof FORMATS)[number];
  readonly package?: string;
  readonly import: readonly string[];
  readonly fail?: boolean;
  readonly failDefined?: boolean;
  readonly strictBuiltinErrors?: boolean;
  readonly showBuiltinErrors?: boolean;
  readonly coverage?: boolean;
  readonly metrics?: boolean;
  readonly profile?: boolean;
  readonly partial?: boolean;
  readonly unknowns: readonly string[];
  readonly timeout?: number;
  readonly count: number;
}

export function evalCommand(program: Command): void {
  const command = program
    .command('eval')
    .description('Evaluate a Rego query')
    .argument('[query...]', 'the query; read from standard input with --stdin')
    .option('-d, --data <path>', 'a Rego, JSON or YAML file, or a directory of them (repeatable)', collect, [])
    .option('-b, --bundle <path>', 'a bundle: a directory or a .tar.gz file (repeatable)', collect, [])
    .option('-i, --input <file>', 'the input document')
    .option('-I, --stdin-input', 'read the input document from standard input')
    .option('--stdin', 'read the query from standard input')
    .option('-f, --format <format>', FORMATS.join(', '), oneOf('-f, --format', FORMATS), 'json')
    .option('--package <path>', 'the package the query is asked in')
    .option('--import <path>', 'an import for the query (repeatable)', collect, [])
    .option('--fail', 'exit with 1 when the query is undefined or fails')
    .option('--fail-defined', 'exit with 1 when the query is defined')
    .option('-S, --strict', "the compiler's strict mode")
    .option('--strict-builtin-errors', 'stop at the first error of a built-in')
    .option('--show-builtin-errors', 'print the first error of a built-in when there is no result for it')
    .option('--coverage', 'report which expressions were evaluated')
    .option('--metrics', 'report how long compilation and evaluation took')
    .option('--profile', 'report how often each expression was evaluated (reached or not)')
    .option('--count <n>', 'evaluate n times', integer('--count'), 1)
    .option('--timeout <duration>', 'longest time of the evaluation', duration('--timeout'))
    .option('--pretty-limit <n>', 'accepted', integer('--pretty-limit'), 80)
    .option(
      '--explain <mode>',
      'accepted: off, full, notes, fails, debug',
      oneOf('--explain', ['off', 'full', 'notes', 'fails', 'debug']),
    )
    .option('-O, --optimize <level>', 'accepted: code is always optimised')
    .option('-t, --target <target>', 'accepted: rego, wasm', oneOf('-t, --target', ['rego', 'wasm']))
    .option('-e, --entrypoint <path>', 'accepted', collect, [])
    .option('-p, --partial', 'not supported')
    .option('-u, --unknowns <path>', 'not supported', collect, []);
  compilerOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  regate eval "1 + 2"\n  regate eval -d policy.rego -i input.json data.authz.allow\n  regate eval -b bundle.tar.gz -f pretty data\n',
    )
    .action((query: readonly string[], flags: EvalFlags) => evalQuery(query, flags));
}

async function evalQuery(query: readonly string[], flags: EvalFlags): Promise<void> {
  if (query.length > 1) throw new FlagError('specify at most one query argument');
  if (query.length === 0 && flags.stdin !== true) throw new FlagError('specify query argument or --stdin');
  if (flags.partial === true || flags.unknowns.length > 0)
    throw new CliError('partial evaluation (--partial, --unknowns) is not supported: policies are compiled ahead');
  if (flags.format === 'source') throw new FlagError('invalid output format for evaluation');
  const text = flags.stdin === true ? readFileSync(0, 'utf8') : query[0]!;
  try {
    await evaluate(text, flags);
  } catch (error) {
    reportError(error, text, flags);
  }
}

async function evaluate(text: string, flags: EvalFlags): Promise<void> {
  const input = await inputText(flags);
  if (text.trim() === '') throw new LoadError(['cannot evaluate empty query']);
  const setup = await compilerSetup(flags);
  const loaded = await loadSourcesAndBundles(flags.data, flags.bundle, flags.ignore);
  const options: CompileOptions = {
    ...setup.options,
    queries: [
      {
        name: '',
        text,
        captureExpressions: true,
        imports: flags.import,
        ...(flags.package === undefined ? {} : { package: flags.package }),
      },
    ],
    strictBuiltinErrors: flags.strictBuiltinErrors ?? false,
    coverage: flags.coverage === true || flags.profile === true,
  };
  const startNs = process.hrtime.bigint();
  const compiled = compile(loaded.sources, options);
  throwOnErrors(compiled.diagnostics.map(nameResult).toSorted(resultsLast), 2);
  const compiledNs = process.hrtime.bigint();
  const print = (line: string): void => console.error(line);
  const policy = await load(compiled.wasm!, {
    print,
    runtime: runtimeDocument(),
    env: environment(),
    builtins: setup.implementations,
  });
  policy.setData(new TextEncoder().encode(dumpJson(await decidedData(loaded, input, setup.implementations))));
  for (let i = 1; i < flags.count; i++) policy.evaluateText('', input);
  const results = toResults(parseJson(policy.evaluateText('', input)), compiled.expressions!.get('')!);
  const evaluatedNs = process.hrtime.bigint();
  const extra: Record<string, unknown> = {};
  if (flags.metrics === true)
    extra['metrics'] = {
      timer_rego_module_compile_ns: Number(compiledNs - startNs),
      timer_rego_query_eval_ns: Number(evaluatedNs - compiledNs),
    };
  if (flags.coverage === true || flags.profile === true) {
    const { coverageReport } = await import('../coverage.ts');
    const places = compiled.plan!.covered;
    extra['coverage'] = coverageReport(compiled.analyzed!.sources, places, policy.coverage(places.length));
  }
  if (flags.showBuiltinErrors === true && results.length === 0) {
    const error = await builtinError(
      compile(loaded.sources, { ...options, strictBuiltinErrors: true }).wasm!,
      loaded.data,
      input,
    );
    if (error !== undefined) {
      printErrors(error, text, flags);
      return;
    }
  }
  printResults(results, extra, flags);
  if (flags.fail === true && results.length === 0) process.exitCode = 1;
  if (flags.failDefined === true && results.length > 0) process.exitCode = 1;
}

/** The data, and what the modules of wasm bundles decide. */
async function decidedData(
  { bundles, data }: LoadedSources,
  input: Uint8Array | undefined,
  builtins: HostBuiltins,
): Promise<RegoObject> {
  const compiled = bundles.map(({ bundle }) => bundle).filter(({ manifest }) => manifest.wasm.length > 0);
  if (compiled.length === 0) return data;
  const { withEntrypointDocuments } = await import('../../bundles/entrypoint-documents.ts');
  return withEntrypointDocuments(compiled, data, input, { runtime: runtimeDocument(), env: environment(), builtins });
}

/** A captured expression has no name in the query: OPA calls it `_`. */
function nameResult(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, message: diagnostic.message.replace(/\b__expression\d+\b/, '_') };
}

function resultsLast(a: Diagnostic, b: Diagnostic): number {
  const isResult = ({ message }: Diagnostic): boolean => message === 'var _ is unsafe';
  return Number(isResult(a)) - Number(isResult(b));
}

/** The error that a strict build stops with. */
async function builtinError(
  wasm: Uint8Array,
  data: RegoObject,
  input: Uint8Array | undefined,
): Promise<EvaluationError | undefined> {
  try {
    const policy = await load(wasm, { runtime: runtimeDocument(), env: environment() });
    policy.setData(new TextEncoder().encode(dumpJson(data)));
    policy.evaluateText('', input);
    return undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}

function environment(): Readonly<Record<string, string>> {
  return process.env as Record<string, string>;
}

function reportError(error: unknown, text: string, flags: EvalFlags): void {
  const isInputFault = error instanceof CliError && !(error instanceof LoadError) && error.diagnostics.length === 0;
  if (isInputFault || !(error instanceof CliError || error instanceof EvaluationError)) throw error;
  printErrors(error, text, flags);
  process.exitCode = 2;
}

/** Errors in OPA's forms: JSON to standard output, lines to standard error. */
function printErrors(error: CliError | EvaluationError, text: string, { format }: EvalFlags): void {
  if (format === 'json') {
    write(goJson({ errors: errorList(error) }));
    return;
  }
  if (format === 'discard') {
    write(goJson({ errors: errorList(error).map(sortKeys) }));
    return;
  }
  if (error instanceof EvaluationError) {
    // An error in the query itself is placed by the query's text.
    const { code, location } = error;
    const place =
      location === undefined ? '' : location.file === '' ? `${text.trim()}: ` : `${location.file}:${location.row}: `;
    console.error(`1 error occurred: ${place}${code}: ${error.text}`);
  } else if (error instanceof LoadError) {
    const { faults } = error;
    console.error(
      faults.length === 1
        ? `1 error occurred: ${faults[0]}`
        : `${faults.length} errors occurred:\n${faults.join('\n')}`,
    );
  } else console.error(error.message);
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sortKeys(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function errorList(error: CliError | EvaluationError): object[] {
  if (error instanceof EvaluationError) {
    const location = error.location === undefined ? {} : { location: { ...error.location, col: 1 } };
    return [{ message: error.text, code: error.code, ...location }];
  }
  if (error instanceof LoadError) return error.faults.map((message) => ({ message }));
  return diagnosticErrors(error.diagnostics);
}

function printResults(
  results: readonly QueryResult[],
  extra: Readonly<Record<string, unknown>>,
  flags: EvalFlags,
): void {
  const text = formatResults(results, flags.format);
  if (flags.format === 'json' || flags.format === 'discard') {
    const fields = Object.entries(extra).map(([name, value]) => `"${name}": ${goJson(value).replaceAll('\n', '\n  ')}`);
    const body = text === '{}' ? [] : [text!.slice(4, -2)];
    const all = [...body, ...fields];
    write(all.length === 0 ? '{}' : `{\n  ${all.join(',\n  ')}\n}`);
    return;
  }
  if (text !== undefined) write(text);
  for (const value of Object.values(extra)) write(goJson(value));
}
