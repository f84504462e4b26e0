// `regate test`: finds test rules, evaluates them, and reports as OPA does.
// The compiler is loaded when there is something to compile: most runs find it kept, and loading it takes as long as running their tests.
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import type { Compiled, CompileOptions, Source } from '../../engine/compile.ts';
import { capDiagnostics } from '../../engine/diagnostics/cap.ts';
import type { Module } from '../../engine/ast/nodes.ts';
import { dumpJson } from '../../engine/value/json.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { CliError, limitedErrorText, throwOnErrors } from '../errors.ts';
import { compilerOptions, duration, FlagError, float, integer, oneOf, WITHOUT_EFFECT } from '../flags.ts';
import { goJson } from '../json.ts';
import { loadPaths } from '../load-paths.ts';
import { write } from '../output.ts';
import { runtimeDocument } from '../runtime-document.ts';
import { discoverTests, type TestCase } from '../test-cases.ts';
import { buildName, cacheDirectory, suiteKeys, TestCache } from '../test-cache.ts';
import { testKept } from '../test-kept.ts';
import { knownFile } from '../test-parts.ts';
import { runTests, type TestRun, type TestResult } from '../test-run.ts';
import { TestThread, type TestWorkerData } from '../test-thread.ts';
import type { CoverageReport } from '../coverage.ts';
import type { ExplainMode } from '../trace.ts';
import {
  githubReport,
  jsonReport,
  junitReport,
  type Explain,
  type PrettyOptions,
  prettyReport,
  tapReport,
} from '../test-report.ts';

const FORMATS = ['pretty', 'json', 'junit', 'tap', 'github', 'lcov', 'gobench'] as const;

interface TestFlags extends CompilerFlags {
  readonly bundle?: boolean;
  readonly run?: string;
  readonly verbose?: boolean;
  readonly format: (typeof FORMATS)[number];
  readonly exitZeroOnSkipped?: boolean;
  readonly failOnEmpty?: boolean;
  readonly count: number;
  readonly coverage?: boolean;
  readonly coverageFormat: 'json' | 'lcov';
  readonly threshold?: number;
  readonly timeout?: number;
  readonly parallel: number;
  readonly varValues?: boolean;
  readonly explain?: ExplainMode;
  readonly sort: 'none' | 'duration';
  readonly watch?: boolean;
  readonly bench?: boolean;
  readonly cache: boolean;
}

/** Adds `test` to the program. */
export function testCommand(program: Command): void {
  const command = program
    .command('test')
    .description('Run the tests of Rego policies')
    .argument('[paths...]', 'Rego and data files, and directories of them')
    .option('-b, --bundle', 'load paths as bundles: directories or .tar.gz files')
    .option('-r, --run <regexp>', 'only tests whose path (data.pkg.test_x) matches, in RE2 syntax')
    .option('-v, --verbose', 'list tests that pass too, and say where tests failed')
    .option('-f, --format <format>', FORMATS.join(', '), oneOf('-f, --format', FORMATS), 'pretty')
    .option('-z, --exit-zero-on-skipped', 'skipped tests do not fail the run')
    .option('--fail-on-empty', 'exit with 1 when there are no tests')
    .option('-c, --coverage', 'report which lines the tests reach')
    .option('--coverage-format <format>', 'json or lcov', oneOf('--coverage-format', ['json', 'lcov']), 'json')
    .option('--threshold <percent>', 'exit with 2 when less is covered (implies --coverage)', float('--threshold'))
    .option('--timeout <duration>', 'longest time of one test (default 5s)', duration('--timeout'))
    .option('-p, --parallel <n>', 'threads', integer('-p, --parallel'), availableParallelism())
    .option('--var-values', 'show the values of variables where tests failed')
    .option(
      '--explain <mode>',
      'trace tests that fail: fails, full, notes, debug',
      oneOf('--explain', ['fails', 'full', 'notes', 'debug']),
    )
    .option('--count <n>', 'run each test n times', integer('--count'), 1)
    .option('--sort <order>', 'none or duration, for JSON', oneOf('--sort', ['none', 'duration']), 'none')
    .option('--bench', 'measure the tests that pass')
    .option('--no-cache', 'compile even when nothing has changed since the last run')
    .option('-w, --watch', 'run again when a file changes');
  compilerOptions(command)
    .optionsGroup(WITHOUT_EFFECT)
    .option('-t, --target <target>', 'rego, wasm', oneOf('-t, --target', ['rego', 'wasm']))
    .option('--benchmem')
    .addHelpText(
      'after',
      '\nExamples:\n  regate test policies\n  regate test -r "data.authz.*" --format junit .\n  regate test -c --threshold 90 policies\n',
    )
    .action((paths: readonly string[], flags: TestFlags) => testPaths(paths, flags));
}

async function testPaths(paths: readonly string[], flags: TestFlags): Promise<void> {
  if (paths.length === 0) throw new FlagError('specify at least one file');
  if (flags.threshold !== undefined && (flags.threshold < 0 || flags.threshold > 100))
    throw new CliError('Code coverage threshold must be between 0 and 100');
  if (flags.format === 'gobench' && flags.bench !== true)
    throw new CliError('cannot use output format gobench without running benchmarks (--bench)');
  if (flags.watch !== true) {
    process.exitCode = await runOnce(paths, flags);
    return;
  }
  const { watchPaths } = await import('../watch.ts');
  await watchPaths(paths, async () => {
    await runOnce(paths, flags);
  });
}

/** One run over the paths; the exit code. Throws CliError. */
async function runOnce(paths: readonly string[], flags: TestFlags): Promise<number> {
  // It loads its code while this one compiles.
  const thread = new TestThread();
  try {
    return await runWith(thread, paths, flags);
  } finally {
    await thread.stop();
  }
}

async function runWith(thread: TestThread, paths: readonly string[], flags: TestFlags): Promise<number> {
  const matches = await nameFilter(flags.run);
  const setup = await compilerSetup(flags);
  const loaded = await loadPaths(paths, { ignore: flags.ignore, bundle: flags.bundle ?? false });
  const data = new TextEncoder().encode(dumpJson(loaded.data));
  const limits = limitsOf(flags);
  const build = mayBeKept(flags) ? buildName() : undefined;
  const cache = new TestCache(cacheDirectory());
  const options = { ...setup.options, data: loaded.data, testRules: true };
  const { sources } = loaded;
  const keys = build === undefined ? undefined : suiteKeys(build, flags, paths, sources, data);
  let ahead: TestThread | undefined = thread;
  if (build !== undefined && keys !== undefined) {
    const results = await testKept({ cache, build, flags, ...keys, sources, data, options, matches, limits }, thread);
    const isGood = results?.every(({ outcome }) => outcome === 'pass' || outcome === 'skip');
    if (results !== undefined && (isGood === true || !showsFailures(flags))) {
      report(results, flags);
      return exitCode(results, flags);
    }
    // What is said of failures needs the sources: as if nothing had been kept.
    if (results !== undefined) ahead = undefined;
  }
  const suite = await compileSuite(sources, options, matches, flags);
  const { parsed, tests, compiled } = suite;
  if (tests.length === 0) {
    if (wantsCoverage(flags)) {
      const { coverageReport } = await import('../coverage.ts');
      const isMet = await writeCoverage(coverageReport(parsed, [], new Uint8Array()), [], flags);
      if (!isMet) return 2;
    } else if (flags.format === 'json') write('[]');
    return exitCode([], flags);
  }
  const start = {
    module: new WebAssembly.Module(compiled.wasm!),
    data,
    builtinsModule: setup.builtinsModule,
    runtime: runtimeDocument(),
    coverPlaces: compiled.plan!.covered.length,
  };
  if (keys !== undefined) {
    const byFile = new Map(parsed.map((module) => [module.file, module]));
    const files = sources.map((source) => knownFile(source, byFile.get(source.file)!));
    cache.write(keys.key, { tests, files, wasm: compiled.wasm! });
    cache.writeSuite(keys.suite, keys.key);
  }
  let code = 0;
  // Each repetition is reported by itself, as in OPA.
  for (let i = 0; i < Math.max(1, flags.count); i++) {
    const run = await runTests(tests, start, { ...limits, ...(ahead !== undefined && { thread: ahead }) });
    ahead = undefined;
    code = Math.max(code, await reportRun(run, suite, setup.options, start, flags));
  }
  return code;
}

function limitsOf(flags: TestFlags): { readonly timeoutMs: number; readonly parallel: number; readonly count: number } {
  const parallel = flags.parallel === 0 ? availableParallelism() : flags.parallel;
  return { timeoutMs: (flags.timeout ?? 5e9) / 1e6, parallel, count: 1 };
}

function wantsCoverage(flags: TestFlags): boolean {
  return flags.coverage === true || (flags.threshold ?? 0) > 0 || flags.format === 'lcov';
}

interface Suite {
  /** The modules as they are written. */
  readonly parsed: readonly Module[];
  /** The same with a name of its own for each test. */
  readonly modules: readonly Module[];
  readonly tests: readonly TestCase[];
  readonly compiled: Compiled;
}

/** The tests of the sources, compiled. Throws CliError with the faults of the sources. */
async function compileSuite(
  sources: readonly Source[],
  options: CompileOptions,
  matches: (path: string) => boolean,
  flags: TestFlags,
): Promise<Suite> {
  const { parseSources } = await import('../parse-sources.ts');
  const { compileModules } = await import('../../engine/compile.ts');
  const { modules: parsed, faults } = parseSources(sources, options);
  throwOnErrors(capDiagnostics(faults, flags.maxErrors ?? 10).shown, 1, ' during loading');
  const { modules, tests } = discoverTests(
    parsed.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    matches,
  );
  const compiled = compileModules(modules, {
    ...options,
    entrypoints: tests.filter(({ skip, isFunction }) => !skip && !isFunction).map(({ entrypoint }) => entrypoint),
    coverage: wantsCoverage(flags),
  });
  const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new CliError(limitedErrorText(errors, flags.maxErrors ?? 10), 1, errors);
  return { parsed, modules, tests, compiled };
}

/** Reports one run in the form that the flags ask for; the exit code. */
async function reportRun(
  { results, covered }: TestRun,
  { modules, compiled }: Suite,
  options: CompileOptions,
  start: TestWorkerData,
  flags: TestFlags,
): Promise<number> {
  if (flags.bench === true) {
    const { benchTests } = await import('../test-bench.ts');
    return benchTests(results, start, flags.format);
  }
  const run = { results: flags.format === 'json' ? await withColumns(results, modules) : results, covered };
  const explain = await explainer(run.results, flags, modules, options, start);
  if (wantsCoverage(flags)) return reportCoverage(run, modules, compiled, flags, explain);
  const trace = await tracer(run.results, flags, modules, options, start);
  report(run.results, flags, explain, trace);
  return exitCode(run.results, flags);
}

/** The results with the columns of errors, which modules do not know. */
async function withColumns(results: readonly TestResult[], modules: readonly Module[]): Promise<readonly TestResult[]> {
  const { errorPlace } = await import('../error-place.ts');
  return results.map((result) => {
    const { error } = result;
    if (error?.file === undefined || error.row === undefined) return result;
    const { text, file, row } = error;
    const col = errorPlace({ text, location: { file, row } }, modules, '')?.col;
    return col === undefined ? result : { ...result, error: { ...error, col } };
  });
}

/** Whether the sources, the data and the flags alone decide on what is compiled, and only results are reported. */
function mayBeKept(flags: TestFlags): boolean {
  const { schema, capabilities, builtins, explain, threshold, bundle } = flags;
  const isPlain = [schema, capabilities, builtins, explain, threshold, bundle].every((flag) => flag === undefined);
  return (
    isPlain &&
    flags.cache &&
    flags.count <= 1 &&
    flags.coverage !== true &&
    flags.bench !== true &&
    flags.format !== 'lcov'
  );
}

async function nameFilter(pattern: string | undefined): Promise<(path: string) => boolean> {
  if (pattern === undefined) return () => true;
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(pattern);
    return (path) => compiled.matcher(path).find();
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}

function exitCode(results: readonly TestResult[], flags: TestFlags): number {
  if (results.length === 0) {
    if (flags.failOnEmpty !== true) return 0;
    console.error('no tests were run');
    return 1;
  }
  if (results.some(({ outcome }) => outcome === 'fail' || outcome === 'error')) return 2;
  return results.some(({ outcome }) => outcome === 'skip') && flags.exitZeroOnSkipped !== true ? 2 : 0;
}

/** Coverage is reported in place of results when nothing failed. */
async function reportCoverage(
  run: TestRun,
  modules: readonly Module[],
  compiled: Compiled,
  flags: TestFlags,
  explain: Explain,
): Promise<number> {
  const code = exitCode(run.results, { ...flags, exitZeroOnSkipped: true });
  if (code !== 0) {
    report(
      run.results.filter(({ outcome }) => outcome !== 'skip'),
      flags,
      explain,
    );
    return code;
  }
  const { coverageReport } = await import('../coverage.ts');
  const coverage = coverageReport(modules, compiled.plan!.covered, run.covered);
  const isMet = await writeCoverage(coverage, run.results, flags, explain);
  return isMet ? exitCode(run.results, flags) : 2;
}

/** Writes coverage, or the results in formats that have no place for it; whether it is as much as is asked for. */
async function writeCoverage(
  coverage: CoverageReport,
  results: readonly TestResult[],
  flags: TestFlags,
  explain: Explain = () => [],
): Promise<boolean> {
  const threshold = flags.threshold ?? 0;
  const isMet = coverage.coverage >= threshold;
  if (flags.format === 'junit' || flags.format === 'tap' || flags.format === 'github') report(results, flags, explain);
  else if (flags.format === 'lcov' || flags.coverageFormat === 'lcov')
    write((await import('../coverage.ts')).lcovReport(coverage));
  else if (isMet) write(goJson(coverage));
  if (!isMet) {
    console.error(
      `Code coverage threshold not met: got ${coverage.coverage.toFixed(2)} instead of ${threshold.toFixed(2)}`,
    );
    const lines = flags.verbose === true ? (await import('../coverage.ts')).linesNotCovered(coverage) : [];
    if (lines.length > 0) console.error(['Lines not covered:', ...lines].join('\n\t'));
  }
  return isMet;
}

/** Runs tests that failed again, observed, to say where and with which values. */
async function explainer(
  results: readonly TestResult[],
  flags: TestFlags,
  modules: readonly Module[],
  options: CompileOptions,
  start: TestWorkerData,
): Promise<Explain> {
  const failed = results.filter(({ outcome }) => outcome === 'fail').map(({ test }) => test);
  if (!showsFailures(flags) || failed.length === 0) return () => [];
  const { compileModules } = await import('../../engine/compile.ts');
  const compiled = compileModules(modules, {
    ...options,
    entrypoints: failed.map(({ entrypoint }) => entrypoint),
    testRules: true,
    observeTests: true,
  });
  if (compiled.wasm === undefined) return () => [];
  const module = new WebAssembly.Module(Buffer.from(compiled.wasm));
  const timeoutMs = (flags.timeout ?? 5e9) / 1e6;
  const again = await runTests(failed, { ...start, module, coverPlaces: 0 }, { timeoutMs, parallel: 1, count: 1 });
  const { explainFailure } = await import('../explain-failure.ts');
  const sources = new Map(modules.map(({ file, source }) => [file, source]));
  const observed = new Map(again.results.map((result) => [result.test.entrypoint, result.observed ?? []]));
  return ({ test }, path) => {
    const found = observed.get(test.entrypoint)?.find((each) => each.case === path.join('\n'));
    return found === undefined ? [] : explainFailure(found, compiled.observed ?? [], (file) => sources.get(file));
  };
}

/** What is said of failures: as OPA's text says it only when asked, in reports to other programs always. */
function showsFailures({ format, verbose, varValues, explain }: TestFlags): boolean {
  if (format === 'pretty') return verbose === true || varValues === true || explain !== undefined;
  return format === 'junit' || format === 'tap' || format === 'github';
}

/** Runs tests that failed again, traced, when that is asked for: their traces as lines. */
async function tracer(
  results: readonly TestResult[],
  flags: TestFlags,
  modules: readonly Module[],
  options: CompileOptions,
  start: TestWorkerData,
): Promise<(result: TestResult) => readonly string[]> {
  const failed = results.filter(({ outcome }) => outcome === 'fail').map(({ test }) => test);
  const mode = flags.explain;
  if (mode === undefined || flags.format !== 'pretty' || failed.length === 0) return () => [];
  const entrypoints = failed.map(({ entrypoint }) => entrypoint);
  const { compileModules } = await import('../../engine/compile.ts');
  const compiled = compileModules(modules, { ...options, entrypoints, trace: true, coverage: true });
  if (compiled.wasm === undefined) return () => [];
  const module = new WebAssembly.Module(Buffer.from(compiled.wasm));
  const timeoutMs = (flags.timeout ?? 5e9) / 1e6;
  const again = await runTests(failed, { ...start, module, coverPlaces: 0 }, { timeoutMs, parallel: 1, count: 1 });
  const { filterEvents, printTrace, traceEvents } = await import('../trace.ts');
  const { bodies, places } = compiled.traced!;
  const traces = new Map(
    again.results.map(({ test, reached = [] }) => {
      const events = filterEvents(traceEvents(reached, bodies, places), mode);
      return [test.entrypoint, printTrace(events).split('\n').slice(0, -1)] as const;
    }),
  );
  return ({ test }) => traces.get(test.entrypoint) ?? [];
}

function report(
  results: readonly TestResult[],
  flags: TestFlags,
  explain: Explain = () => [],
  trace: PrettyOptions['trace'] = () => [],
): void {
  switch (flags.format) {
    case 'json':
      return write(jsonReport(results, flags.sort));
    case 'junit':
      return write(junitReport(results, explain));
    case 'tap':
      return write(tapReport(results, explain));
    case 'github':
      return write(githubReport(results, explain));
    default: {
      const failures = showsFailures(flags);
      const text = prettyReport(results, { verbose: flags.verbose ?? false, failures, explain, trace });
      if (text !== '') write(text);
    }
  }
}

export type { TestCase };
