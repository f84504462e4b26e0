// `regate eval`: evaluates a query over modules, data and input, and prints result sets as OPA does.
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { compile, type CompileOptions } from '../../engine/compile.ts';
import type { Module } from '../../engine/ast/nodes.ts';
import type { Traced } from '../../engine/analysis/trace-bodies.ts';
import { EvaluationError } from '../../engine/host/evaluation-error.ts';
import { PolicyLoadError } from '../../engine/host/instantiate.ts';
import type { HostBuiltins } from '../../engine/host/builtin.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { dumpJson } from '../../engine/value/json.ts';
import type { RegoObject } from '../../engine/value/value.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import type { CoverageReport } from '../coverage.ts';
import type { ErrorPlace } from '../error-place.ts';
import { type QueryFault, type QueryJob, type QueryOutcome, runQuery, runQueryWithin } from '../eval-run.ts';
import { CliError, LoadError, maxErrorsOf, SchemaLoadError, throwOnErrors } from '../errors.ts';
import { collect, compilerOptions, duration, FlagError, integer, oneOf, WITHOUT_EFFECT } from '../flags.ts';
import { limitedErrors } from '../diagnostic-errors.ts';
import { goJson } from '../json.ts';
import { type LoadedSources, loadSourcesAndBundles } from '../load-sources.ts';
import { plainTable, write } from '../output.ts';
import { PROFILE_ORDERS, type ProfiledExpression, type ProfileOrder } from '../profile.ts';
import { formatResults, type QueryResult, toResults } from '../results.ts';
import { inputText } from '../read-input.ts';
import { runtimeDocument } from '../runtime-document.ts';
import type { ExplainMode, TraceEvent } from '../trace.ts';

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
  readonly profileSort: readonly ProfileOrder[];
  readonly profileLimit: number;
  readonly instrument?: boolean;
  readonly explain: ExplainMode | 'off';
  readonly partial?: boolean;
  readonly unknowns: readonly string[];
  readonly timeout?: number;
  readonly count: number;
}

/** Adds `eval` to the program. */
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
    .option('--profile', 'report how often each expression was evaluated, and for how long')
    .option(
      '--profile-sort <field>',
      `order of the profile (repeatable): ${PROFILE_ORDERS.join(', ')}`,
      (value: string, before: readonly ProfileOrder[]) => [...before, oneOf('--profile-sort', PROFILE_ORDERS)(value)],
      [],
    )
    .option('--profile-limit <n>', 'expressions to show; 0 for all', integer('--profile-limit'), 10)
    .option('--instrument', 'implies --metrics')
    .option('--count <n>', 'evaluate n times', integer('--count'), 1)
    .option('--timeout <duration>', 'longest time of the evaluation', duration('--timeout'))
    .option(
      '--explain <mode>',
      'show how the evaluation went: notes, fails, full',
      oneOf('--explain', ['off', 'full', 'notes', 'fails', 'debug']),
      'off',
    )
    .addOption(new Option('-p, --partial').hideHelp())
    .addOption(new Option('-u, --unknowns <path>').argParser(collect).default([]).hideHelp());
  compilerOptions(command)
    .optionsGroup(WITHOUT_EFFECT)
    .option('-O, --optimize <level>', 'code is always optimised')
    .option('-t, --target <target>', 'rego, wasm', oneOf('-t, --target', ['rego', 'wasm']))
    .option('-e, --entrypoint <path>', 'a query is its own entry point')
    .option('--var-values', "values are in the trace's notes")
    .option('--pretty-limit <n>', 'nothing is cut', integer('--pretty-limit'))
    .option('--disable-early-exit')
    .option('--disable-indexing')
    .option('--disable-inlining <path>')
    .option('--shallow-inlining')
    .option('--nondeterminstic-builtins')
    .option('--optimize-store-for-read-speed')
    .addHelpText(
      'after',
      '\nExamples:\n  regate eval "1 + 2"\n  regate eval -d policy.rego -i input.json data.authz.allow\n  regate eval -b bundle.tar.gz -f pretty data\n',
    )
    .action((query: readonly string[], flags: EvalFlags) => evalQuery(query, flags));
}

/** Throws FlagError where flags exclude each other, in OPA's order. */
function refuseFlags(query: readonly string[], flags: EvalFlags): void {
  const { stdin, stdinInput, input, fail, failDefined, format } = flags;
  const refusals: readonly (readonly [boolean, string])[] = [
    [query.length > 0 && stdin === true, 'specify query argument or --stdin but not both'],
    [query.length === 0 && stdin !== true, 'specify query argument or --stdin'],
    [query.length > 1, 'specify at most one query argument'],
    [stdin === true && stdinInput === true, 'specify --stdin or --stdin-input but not both'],
    [stdinInput === true && input !== undefined, 'specify --stdin-input or --input but not both'],
    [fail === true && failDefined === true, 'specify --fail or --fail-defined but not both'],
    [format === 'source', 'invalid output format for evaluation'],
  ];
  const found = refusals.find(([isRefused]) => isRefused);
  if (found !== undefined) throw new FlagError(found[1]);
}

async function evalQuery(query: readonly string[], flags: EvalFlags): Promise<void> {
  refuseFlags(query, flags);
  if (flags.partial === true || flags.unknowns.length > 0)
    throw new CliError('partial evaluation (--partial, --unknowns) is not supported: policies are compiled ahead');
  if (flags.showBuiltinErrors === true && flags.strictBuiltinErrors === true)
    throw new CliError(
      'cannot use --show-builtin-errors with --strict-builtin-errors, --strict-builtin-errors will return the first built-in error encountered immediately',
      2,
    );
  const text = flags.stdin === true ? readFileSync(0, 'utf8') : query[0]!;
  try {
    await evaluate(text, flags);
  } catch (error) {
    reportError(error, flags);
  }
}

async function evaluate(text: string, flags: EvalFlags): Promise<void> {
  const input = await inputText(flags);
  if (text.trim() === '') throw new LoadError(['cannot evaluate empty query']);
  const setup = await compilerSetup(flags);
  const loaded = await loadSourcesAndBundles(flags.data, flags.bundle, flags.ignore);
  const isTraced = flags.explain !== 'off' || flags.profile === true;
  const options: CompileOptions = {
    ...setup.options,
    data: loaded.data,
    queries: [
      {
        name: '',
        text,
        captureExpressions: true,
        imports: flags.import,
        ...(flags.package === undefined ? {} : { package: flags.package }),
      },
    ],
    strictBuiltinErrors: flags.strictBuiltinErrors === true || flags.showBuiltinErrors === true,
    // Traces show rules in OPA's order, which is that of coverage.
    coverage: flags.coverage === true || isTraced,
    trace: isTraced,
  };
  const startNs = process.hrtime.bigint();
  const compiled = compile(loaded.sources, options);
  throwOnErrors(compiled.diagnostics.map(nameResult).toSorted(resultsLast), 2);
  const compiledNs = process.hrtime.bigint();
  const places = compiled.plan!.covered;
  const job: QueryJob = {
    module: compiled.wasm!,
    data: new TextEncoder().encode(dumpJson(await decidedData(loaded, input, setup.implementations))),
    input,
    count: flags.count,
    coverPlaces: places.length,
    builtinsModule: setup.builtinsModule,
    runtime: runtimeDocument(),
    allBuiltinErrors: flags.showBuiltinErrors === true,
  };
  const print = (line: string): void => console.error(line);
  const outcome =
    flags.timeout === undefined || flags.timeout <= 0
      ? await runQuery(job, setup.implementations, print)
      : await runQueryWithin(job, flags.timeout / 1e6, print);
  const extra: Extra = {};
  if (flags.metrics === true || flags.profile === true || flags.instrument === true)
    extra.metrics = {
      timer_rego_module_compile_ns: Number(compiledNs - startNs),
      timer_rego_query_eval_ns: Number(outcome.endNs - compiledNs),
    };
  if (isTraced) await addTrace(extra, outcome, compiled.traced!, flags);
  const modules = compiled.analyzed!.sources;
  if (flags.coverage === true) {
    const { coverageReport } = await import('../coverage.ts');
    extra.coverage = coverageReport(modules, places, outcome.covered);
  }
  const { error, builtinErrors } = outcome;
  const faults = await placeFaults(error === undefined ? builtinErrors : [error, ...builtinErrors], modules, text);
  const results = error === undefined ? toResults(outcome.text!, compiled.expressions!.get('')!) : [];
  await printResults({ faults, results, extra, query: text }, flags);
  // As with OPA, errors that are shown only count when the query is asked several times.
  if (error !== undefined || (flags.count > 1 && faults.length > 0)) {
    process.exitCode = 2;
    return;
  }
  if (flags.fail === true && results.length === 0) process.exitCode = 1;
  if (flags.failDefined === true && results.length > 0) process.exitCode = 1;
}

/** What is reported besides the results, in the order of the output. */
interface Extra {
  metrics?: Readonly<Record<string, number>>;
  explanation?: readonly TraceEvent[];
  profile?: readonly ProfiledExpression[];
  coverage?: CoverageReport;
}

async function addTrace(
  extra: Extra,
  outcome: QueryOutcome,
  traced: Pick<Traced, 'bodies' | 'places'>,
  flags: EvalFlags,
): Promise<void> {
  const { filterEvents, traceEvents } = await import('../trace.ts');
  const events = traceEvents(outcome.reached, traced.bodies, traced.places);
  if (flags.explain !== 'off') extra.explanation = filterEvents(events, flags.explain);
  if (flags.profile !== true) return;
  const { profileOf, sortProfile } = await import('../profile.ts');
  extra.profile = sortProfile(profileOf(events, outcome.endNs), flags.profileSort, flags.profileLimit);
}

/** The data, and what the modules of wasm bundles decide. */
async function decidedData(
  { bundles, data }: LoadedSources,
  input: Uint8Array | undefined,
  builtins: HostBuiltins,
): Promise<RegoObject> {
  const compiled = bundles.filter(({ bundle }) => bundle.manifest.wasm.length > 0);
  if (compiled.length === 0) return data;
  const { withEntrypointDocuments } = await import('../../bundles/entrypoint-documents.ts');
  const options = { runtime: runtimeDocument(), env: environment(), builtins };
  let decided = data;
  for (const { path, bundle } of compiled) {
    try {
      decided = await withEntrypointDocuments([bundle], decided, input, options);
    } catch (error) {
      if (!(error instanceof PolicyLoadError || error instanceof EvaluationError)) throw error;
      throw new CliError(`bundle ${path}: its module cannot be used: ${error.message}`, 2);
    }
  }
  return decided;
}

/** A captured expression has no name in the query: OPA calls it `_`. */
function nameResult(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, message: diagnostic.message.replace(/\b__expression\d+\b/, '_') };
}

function resultsLast(a: Diagnostic, b: Diagnostic): number {
  const isResult = ({ message }: Diagnostic): boolean => message === 'var _ is unsafe';
  return Number(isResult(a)) - Number(isResult(b));
}

function environment(): Readonly<Record<string, string>> {
  return process.env as Record<string, string>;
}

function reportError(error: unknown, flags: EvalFlags): void {
  const isInputFault = error instanceof CliError && !(error instanceof LoadError) && error.diagnostics.length === 0;
  if (error instanceof SchemaLoadError) throw new CliError(error.message, 2);
  if (isInputFault || !(error instanceof CliError)) throw error;
  const empty = { files: {}, covered_lines: 0, not_covered_lines: 0, coverage: 0 };
  printErrors(error, flags, flags.coverage === true ? { coverage: empty } : {});
  process.exitCode = 2;
}

/** What stops the evaluation from starting, in OPA's forms: JSON to standard output, lines to standard error. */
function printErrors(error: CliError, { format }: EvalFlags, extra: Extra): void {
  if (format === 'json' || format === 'discard') {
    const list = errorList(error);
    write(goJson({ errors: format === 'json' ? list : list.map(sortKeys), ...extra }));
  } else if (error instanceof LoadError) printErrorLines(error.faults);
  else console.error(error.message);
}

function printErrorLines(lines: readonly string[]): void {
  console.error(
    lines.length === 1 ? `1 error occurred: ${lines[0]}` : `${lines.length} errors occurred:\n${lines.join('\n')}`,
  );
}

/** A fault of the evaluation and where in its file it arose. */
interface PlacedFault {
  readonly fault: QueryFault;
  readonly place: ErrorPlace | undefined;
}

async function placeFaults(
  faults: readonly QueryFault[],
  modules: readonly Module[],
  query: string,
): Promise<readonly PlacedFault[]> {
  if (faults.length === 0) return [];
  const { errorPlace } = await import('../error-place.ts');
  return faults.map((fault) => ({ fault, place: errorPlace(fault, modules, query) }));
}

function faultLine({ fault: { code, text, location }, place }: PlacedFault): string {
  if (location === undefined) return `${code}: ${text}`;
  // One in the query itself is placed by the text of what failed.
  const where = location.file === '' ? (place?.text ?? 'query') : `${location.file}:${location.row}`;
  return `${where}: ${code}: ${text}`;
}

function faultJson({ fault: { code, text, location }, place }: PlacedFault): object {
  return { message: text, code, ...(location && { location: { ...location, col: place?.col ?? 1 } }) };
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sortKeys(item)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function errorList(error: CliError): object[] {
  if (error instanceof LoadError) return error.faults.map((message) => ({ message }));
  return limitedErrors(error.diagnostics, maxErrorsOf(error.diagnostics));
}

/** What an evaluation has given. */
interface Printed {
  readonly faults: readonly PlacedFault[];
  readonly results: readonly QueryResult[];
  readonly extra: Extra;
  readonly query: string;
}

/** Results or errors; both of them only where the format has a place for both. */
async function printResults({ faults, results, extra, query }: Printed, flags: EvalFlags): Promise<void> {
  const text = formatResults(results, flags.format);
  if (flags.format === 'json' || flags.format === 'discard') {
    const { explanation, ...rest } = extra;
    const { traceJson } = await import('../trace.ts');
    const errors = faults.map(faultJson);
    const before = errors.length === 0 ? {} : { errors: flags.format === 'json' ? errors : errors.map(sortKeys) };
    const after = {
      ...(rest.metrics && { metrics: rest.metrics }),
      ...(faults.length === 0 && explanation?.length && { explanation: traceJson(explanation) }),
      ...(rest.profile && { profile: rest.profile }),
      ...(rest.coverage && { coverage: rest.coverage }),
    };
    const fields = (all: object): string[] =>
      Object.entries(all).map(([name, value]) => `"${name}": ${goJson(value).replaceAll('\n', '\n  ')}`);
    const body = text === '{}' ? [] : [text!.slice(4, -2)];
    const parts = [...fields(before), ...body, ...fields(after)];
    write(parts.length === 0 ? '{}' : `{\n  ${parts.join(',\n  ')}\n}`);
    return;
  }
  if (faults.length > 0) printErrorLines(faults.map(faultLine));
  else if (flags.format === 'pretty' && extra.explanation !== undefined) {
    const { printTrace } = await import('../trace.ts');
    process.stdout.write(printTrace(extra.explanation));
  }
  // A text that ends in a line break is ended all the same.
  if (text !== undefined && faults.length === 0) process.stdout.write(`${text}\n`);
  if (flags.format === 'pretty') await writeTables(extra, query);
}

/** What OPA shows below pretty results. */
async function writeTables({ metrics, profile, coverage }: Extra, query: string): Promise<void> {
  const { metricsTable, profileTable } = await import('../profile.ts');
  if (metrics !== undefined) write(metricsTable(metrics));
  if (profile !== undefined) write(profileTable(profile, query));
  if (coverage !== undefined) write(plainTable([['Overall Coverage', coverage.coverage.toFixed(2)]]));
}
