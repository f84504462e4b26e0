// `regate test`: finds test rules, evaluates them, and reports as OPA does.
import type { Command } from 'commander';
import { RE2JS } from 're2js';
import type { CoreRule } from '../../engine/analysis/core.ts';
import { compile, type Compiled } from '../../engine/compile.ts';
import { dumpJson } from '../../engine/value/json.ts';
import { CliError, throwOnErrors } from '../errors.ts';
import { loadPaths } from '../load-paths.ts';
import { write } from '../output.ts';
import { runTests, type TestCase, type TestResult } from '../test-run.ts';
import { jsonReport, junitReport, prettyReport, tapReport } from '../test-report.ts';

interface TestFlags {
  readonly bundle?: boolean;
  readonly run?: string;
  readonly verbose?: boolean;
  readonly format: string;
  readonly ignore: readonly string[];
  readonly exitZeroOnSkipped?: boolean;
  readonly failOnEmpty?: boolean;
  readonly v0Compatible?: boolean;
  readonly count: string;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function testCommand(program: Command): void {
  program
    .command('test')
    .description('Run the tests of Rego policies')
    .argument('<paths...>', 'Rego and data files, and directories of them')
    .option('-b, --bundle', 'load paths as bundle directories')
    .option('-r, --run <regexp>', 'only tests whose path (data.pkg.test_x) matches, in RE2 syntax')
    .option('-v, --verbose', 'list tests that pass too')
    .option('-f, --format <format>', 'pretty, json, junit or tap', 'pretty')
    .option('--ignore <pattern>', 'names to leave out below directories (repeatable)', collect, [])
    .option('-z, --exit-zero-on-skipped', 'skipped tests do not fail the run')
    .option('--fail-on-empty', 'exit with 2 when there are no tests')
    .option('--v0-compatible', 'read Rego v0')
    .option('--count <n>', 'run each test n times', '1')
    .addHelpText('after', '\nExamples:\n  regate test policies\n  regate test -r "data.authz.*" --format junit .\n')
    .action((paths: readonly string[], flags: TestFlags) => runTest(paths, flags));
}

function runTest(paths: readonly string[], flags: TestFlags): void {
  const loaded = loadPaths(paths, { ignore: flags.ignore, bundle: flags.bundle ?? false });
  const version = flags.v0Compatible === true ? 'v0' : 'v1';
  // A first pass finds the tests, a second one has them as entry points: analysis of the first is used again.
  const found = compile(loaded.sources, { version });
  throwOnErrors(found.diagnostics);
  const tests = findTests(found, flags.run);
  const compiled = compile(loaded.sources, {
    version,
    entrypoints: tests.filter(({ skip }) => !skip).map(({ entrypoint }) => entrypoint),
  });
  throwOnErrors(compiled.diagnostics);
  const data = new TextEncoder().encode(dumpJson(loaded.data));
  const results: TestResult[] = [];
  for (let i = 0; i < Number(flags.count); i++) results.push(...runTests(compiled.wasm!, tests, data));
  report(results, flags);
  const failed = results.some(({ outcome }) => outcome === 'fail' || outcome === 'error');
  const skipped = results.some(({ outcome }) => outcome === 'skip');
  if (failed || (skipped && flags.exitZeroOnSkipped !== true)) process.exitCode = 2;
  if (results.length === 0 && flags.failOnEmpty === true) process.exitCode = 2;
}

function report(results: readonly TestResult[], flags: TestFlags): void {
  switch (flags.format) {
    case 'pretty':
      return write(prettyReport(results, flags.verbose ?? false));
    case 'json':
      return write(jsonReport(results));
    case 'junit':
      return write(junitReport(results));
    case 'tap':
      return write(tapReport(results));
    default:
      throw new CliError(
        `invalid argument "${flags.format}" for "-f, --format" flag: must be one of {pretty,json,junit,tap}`,
      );
  }
}

/** Test rules in order of file and place, each path once. */
function findTests(compiled: Compiled, filter: string | undefined): TestCase[] {
  const pattern = filter === undefined ? undefined : RE2JS.compile(filter);
  const tests = new Map<string, TestCase>();
  for (const module of compiled.analyzed!.modules)
    for (const rule of module.rules) {
      const test = testOf(rule, module.path);
      if (test === undefined || tests.has(test.entrypoint)) continue;
      if (pattern !== undefined && !pattern.matcher(`${test.package}.${test.name}`).find()) continue;
      tests.set(test.entrypoint, test);
    }
  return [...tests.values()];
}

function testOf(rule: CoreRule, modulePath: readonly string[]): TestCase | undefined {
  const own = rule.path.slice(modulePath.length);
  const name = own.at(-1) ?? '';
  const skip = name.startsWith('todo_test_');
  if (rule.kind === 'function' || rule.isDefault || !(skip || name.startsWith('test_'))) return undefined;
  return {
    package: ['data', ...modulePath].join('.'),
    name: own.join('.'),
    entrypoint: rule.path.join('/'),
    loc: rule.loc,
    skip,
    isTable: rule.suffix.length > 0,
  };
}
