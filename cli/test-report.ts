// Reports of test runs: OPA's pretty and JSON forms, JUnit XML, TAP, and annotations for GitHub.
import { formatDuration } from './flags.ts';
import { goJson } from './json.ts';
import type { SubResult } from './test-evaluate.ts';
import type { TestResult } from './test-run.ts';

const LINE = '-'.repeat(80);

const WORDS = { pass: 'PASS', fail: 'FAIL', skip: 'SKIPPED', error: 'ERROR' } as const;

/** The expression a test failed at, with values, as lines; for the case of a table test or the whole test ([]). */
export type Explain = (result: TestResult, path: readonly string[]) => readonly string[];

export interface PrettyOptions {
  readonly verbose: boolean;
  /** Adds the section of failures. */
  readonly failures: boolean;
  readonly explain: Explain;
  /** The trace of a test that failed, as lines. */
  readonly trace: (result: TestResult) => readonly string[];
}

/** `error` as OPA prints it. */
function errorText({ error, test }: TestResult): string {
  if (error === undefined) return '';
  const place = error.file === undefined ? '' : `${error.file}:${error.row}: `;
  const text = `${place}${error.code}: ${error.text}`;
  return test.isFunction ? `1 error occurred: 1:1: ${text}` : text;
}

/** OPA's text for people. */
export function prettyReport(results: readonly TestResult[], options: PrettyOptions): string {
  const lines: string[] = [];
  let file: string | undefined;
  for (const result of results) {
    if (result.outcome === 'pass' && !options.verbose) continue;
    const { test, output } = result;
    if (file !== undefined && file !== test.file) lines.push('');
    file = test.file;
    lines.push(`${test.file}:${test.row}:`, headline(result));
    lines.push(...subLines(result.subResults ?? [], '  ', options.verbose));
    if (output !== '')
      lines.push(
        '',
        ...output
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => `  ${line}`),
        '',
      );
    if (result.error !== undefined)
      lines.push(
        ...errorText(result)
          .split('\n')
          .map((line, i) => (i === 0 ? `  ${line}` : line)),
      );
  }
  const failures = results.filter(({ outcome }) => outcome === 'fail');
  if (options.failures && failures.length > 0) {
    lines.push(LINE, 'FAILURES', LINE);
    for (const result of failures) lines.push(...failureLines(result, options));
  }
  if (lines.length > 0) lines.push(LINE);
  return [...lines, ...sums(results)].join('\n');
}

/** How many passed and what became of the others, a line each. */
function sums(results: readonly TestResult[]): string[] {
  const counted = results.flatMap(countedOutcomes);
  return (['pass', 'fail', 'skip', 'error'] as const).flatMap((outcome) => {
    const count = counted.filter((each) => each === outcome).length;
    return count === 0 ? [] : [`${WORDS[outcome]}: ${count}/${counted.length}`];
  });
}

/** What a test adds to the sums: each case of a table test counts. */
function countedOutcomes({ outcome, subResults }: TestResult): TestResult['outcome'][] {
  const leaves = (list: readonly SubResult[]): TestResult['outcome'][] =>
    list.flatMap(({ fail, subResults: inner }) => (inner.length > 0 ? leaves(inner) : [fail ? 'fail' : 'pass']));
  const cases = leaves(subResults ?? []);
  return cases.length > 0 && outcome !== 'error' ? cases : [outcome];
}

function headline({ test, outcome, durationNs }: TestResult): string {
  const time = outcome === 'skip' ? '' : ` (${formatDuration(durationNs)})`;
  return `${test.package}.${test.name}: ${WORDS[outcome]}${time}`;
}

function subLines(subResults: readonly SubResult[], indent: string, all: boolean): string[] {
  return subResults
    .filter(({ fail }) => all || fail)
    .flatMap(({ name, fail, subResults: inner }) => [
      `${indent}${name}: ${fail ? 'FAIL' : 'PASS'}`,
      ...subLines(inner, `${indent}  `, all),
    ]);
}

function failureLines(result: TestResult, { explain, trace }: PrettyOptions): string[] {
  const lines = [headline(result), ''];
  const steps = trace(result).map((line) => `  ${line}`);
  if (steps.length > 0) lines.push(...steps, '');
  if (result.subResults === undefined || result.subResults.length === 0) {
    lines.push(...explain(result, []).map((line) => `  ${line}`), '');
    return lines;
  }
  const visit = (list: readonly SubResult[], above: readonly string[]): void => {
    for (const { name, fail, subResults } of list) {
      if (!fail) continue;
      const path = [...above, name];
      if (subResults.length > 0) {
        visit(subResults, path);
        continue;
      }
      path.forEach((part, i) => lines.push(`${'  '.repeat(i + 1)}${part}: FAIL`));
      const indent = '  '.repeat(path.length + 1);
      const shown = explain(result, path).map((line) => `${indent}  ${line}`);
      // OPA ends the last line with the indentation of the next.
      if (shown.length > 0) shown.push(`${shown.pop()}${indent}`);
      lines.push(indent, ...shown);
    }
  };
  visit(result.subResults, []);
  lines.push('');
  return lines;
}

/** Where a test failed, for reports to other programs: each failed case by its name, and the expression with its values. */
function failureText(result: TestResult, explain: Explain): string[] {
  const { subResults: cases = [] } = result;
  const lines = cases.length === 0 ? [...explain(result, [])] : [];
  const visit = (list: readonly SubResult[], above: readonly string[]): void => {
    for (const { name, fail, subResults } of list) {
      if (!fail) continue;
      const path = [...above, name];
      const indent = '  '.repeat(above.length);
      lines.push(`${indent}${name}: FAIL`);
      if (subResults.length > 0) visit(subResults, path);
      else lines.push(...explain(result, path).map((line) => `${indent}  ${line}`));
    }
  };
  visit(cases, []);
  return lines;
}

interface JsonSubResult {
  readonly name: string;
  readonly fail?: true;
  readonly sub_results?: Readonly<Record<string, JsonSubResult>>;
}

function jsonSubResults(list: readonly SubResult[]): Readonly<Record<string, JsonSubResult>> {
  return Object.fromEntries(
    list.map(({ name, fail, subResults }) => [
      name,
      {
        name,
        ...(fail ? { fail: true as const } : {}),
        ...(subResults.length > 0 ? { sub_results: jsonSubResults(subResults) } : {}),
      },
    ]),
  );
}

function jsonError({ error, test }: TestResult): unknown {
  if (error === undefined) return undefined;
  const { code, text, file, row, col = 1 } = error;
  if (test.isFunction) return [{ code, message: text, location: { file: '', row: 1, col: 1 } }];
  return { code, message: text, ...(file === undefined ? {} : { location: { file, row, col } }) };
}

/** OPA's JSON. */
export function jsonReport(results: readonly TestResult[], order: 'none' | 'duration' = 'none'): string {
  const list = order === 'duration' ? results.toSorted((a, b) => b.durationNs - a.durationNs) : results;
  return goJson(
    list.map((result) => {
      const { test, outcome, durationNs, output, error, subResults } = result;
      return {
        location: { file: test.file, row: test.row, col: test.col },
        package: test.package,
        name: test.name,
        ...(outcome === 'fail' ? { fail: true } : {}),
        ...(error === undefined ? {} : { error: jsonError(result) }),
        ...(outcome === 'skip' ? { skip: true } : {}),
        duration: Math.round(durationNs),
        ...(output === '' ? {} : { output: Buffer.from(output).toString('base64') }),
        ...(subResults === undefined || subResults.length === 0 ? {} : { sub_results: jsonSubResults(subResults) }),
      };
    }),
  );
}

function xml(text: string): string {
  return text
    .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
}

/** JUnit XML, a suite per package; failed cases of a table test are named in the failure. */
export function junitReport(results: readonly TestResult[], explain: Explain): string {
  const suites = Map.groupBy(results, ({ test }) => test.package);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>'];
  for (const [name, list] of suites) {
    const count = (outcome: TestResult['outcome']): number =>
      list.filter((result) => result.outcome === outcome).length;
    const time = list.reduce((sum, { durationNs }) => sum + durationNs, 0) / 1e9;
    lines.push(
      `  <testsuite name="${xml(name)}" tests="${list.length}" failures="${count('fail')}" errors="${count('error')}" skipped="${count('skip')}" time="${time.toFixed(6)}">`,
    );
    for (const result of list) {
      const { test, outcome, durationNs, output, error } = result;
      const inner: string[] = [];
      if (outcome === 'fail') {
        const lines = [`${test.file}:${test.row}`, ...failureText(result, explain)];
        inner.push(`<failure message="${xml(`${test.name} failed`)}">${xml(lines.join('\n'))}</failure>`);
      }
      if (error !== undefined) inner.push(`<error message="${xml(errorText(result))}"/>`);
      if (outcome === 'skip') inner.push('<skipped/>');
      if (output !== '') inner.push(`<system-out>${xml(output)}</system-out>`);
      lines.push(
        `    <testcase classname="${xml(name)}" name="${xml(test.name)}" file="${xml(test.file)}" line="${test.row}" time="${(durationNs / 1e9).toFixed(6)}">${inner.join('')}</testcase>`,
      );
    }
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>');
  return lines.join('\n');
}

/** TAP version 14; the cases of a table test are its subtest. */
export function tapReport(results: readonly TestResult[], explain: Explain): string {
  const lines = ['TAP version 14', `1..${results.length}`];
  const subtest = (list: readonly SubResult[], indent: string): void => {
    if (list.length === 0) return;
    lines.push(`${indent}1..${list.length}`);
    list.forEach(({ name, fail, subResults }, i) => {
      subtest(subResults, `${indent}    `);
      lines.push(`${indent}${fail ? 'not ok' : 'ok'} ${i + 1} - ${tapText(name)}`);
    });
  };
  results.forEach((result, i) => {
    const { test, outcome, error, subResults } = result;
    subtest(subResults ?? [], '    ');
    const ok = outcome === 'pass' || outcome === 'skip' ? 'ok' : 'not ok';
    const directive = outcome === 'skip' ? ' # SKIP' : '';
    lines.push(`${ok} ${i + 1} - ${tapText(`${test.package}.${test.name}`)}${directive}`);
    if (outcome === 'fail' || error !== undefined) {
      const message = error === undefined ? [] : [`  message: ${JSON.stringify(errorText(result))}`];
      const at = `  at: ${JSON.stringify(`${test.file}:${test.row}`)}`;
      const failed = outcome === 'fail' ? failureText(result, explain) : [];
      const values = failed.length === 0 ? [] : ['  failed: |', ...failed.map((line) => `    ${line}`)];
      lines.push('  ---', ...message, at, ...values, '  ...');
    }
  });
  return lines.join('\n');
}

function tapText(text: string): string {
  return text.replace(/[\\#]/g, '\\$&').replaceAll('\n', ' ');
}

/** GitHub's workflow commands: an annotation at each test that did not pass, and the sums. */
export function githubReport(results: readonly TestResult[], explain: Explain): string {
  const lines: string[] = [];
  for (const result of results) {
    const { test, outcome } = result;
    if (outcome === 'pass') continue;
    const what = outcome === 'error' ? errorText(result) : [WORDS[outcome], ...failureText(result, explain)].join('\n');
    lines.push(githubCommand(outcome === 'skip' ? 'notice' : 'error', test, `${test.package}.${test.name}: ${what}`));
  }
  return [...lines, ...sums(results)].join('\n');
}

/** A workflow command that annotates a place. */
function githubCommand(
  level: 'error' | 'warning' | 'notice',
  { file, row, col }: { readonly file: string; readonly row: number; readonly col: number },
  message: string,
): string {
  const data = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const name = file.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${level} file=${name},line=${row},col=${col}::${data}`;
}
