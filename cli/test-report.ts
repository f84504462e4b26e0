// Reports of test runs: OPA's pretty and JSON forms, JUnit XML and TAP.
import type { TestResult } from './test-run.ts';

const LINE = '-'.repeat(80);

function duration(ns: number): string {
  return ns < 1_000_000 ? `${ns / 1000}µs` : ns < 1_000_000_000 ? `${ns / 1_000_000}ms` : `${ns / 1_000_000_000}s`;
}

const WORDS = { pass: 'PASS', fail: 'FAIL', error: 'ERROR', skip: 'SKIPPED' } as const;

/** OPA's text for people. */
export function prettyReport(results: readonly TestResult[], verbose: boolean): string {
  const lines: string[] = [];
  let file = '';
  for (const { test, outcome, durationNs, output, error, subResults } of results) {
    if (outcome === 'pass' && !verbose) continue;
    if (test.loc.file !== file) {
      if (file !== '') lines.push('');
      file = test.loc.file;
      lines.push(`${file}:`);
    }
    const time = outcome === 'skip' ? '' : ` (${duration(durationNs)})`;
    lines.push(`${test.package}.${test.name}: ${WORDS[outcome]}${time}`);
    if (error !== undefined) lines.push(`  ${error.message}`);
    for (const [name, passed] of Object.entries(subResults ?? {}))
      if (verbose || !passed) lines.push(`  ${name}: ${passed ? 'PASS' : 'FAIL'}`);
    if (output !== '')
      lines.push(
        '',
        ...output
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`),
        '',
      );
  }
  if (lines.length > 0) lines.push(LINE);
  const total = results.length;
  for (const outcome of ['pass', 'fail', 'error', 'skip'] as const) {
    const count = results.filter((result) => result.outcome === outcome).length;
    if (count > 0 || outcome === 'pass') lines.push(`${WORDS[outcome]}: ${count}/${total}`);
  }
  return lines.join('\n');
}

/** OPA's JSON. */
export function jsonReport(results: readonly TestResult[]): string {
  return JSON.stringify(
    results.map(({ test, outcome, durationNs, output, error, subResults }) => ({
      location: { file: test.loc.file, row: test.loc.row, col: test.loc.col },
      package: test.package,
      name: test.name,
      ...(outcome === 'fail' ? { fail: true } : {}),
      ...(outcome === 'skip' ? { skip: true } : {}),
      ...(error === undefined
        ? {}
        : {
            error: {
              code: error.code,
              message: error.message,
              ...(error.location === undefined ? {} : { location: { ...error.location, col: 1 } }),
            },
          }),
      ...(outcome === 'skip' ? {} : { duration: durationNs }),
      ...(output === '' ? {} : { output: Buffer.from(output).toString('base64') }),
      ...(subResults === undefined
        ? {}
        : {
            sub_results: Object.fromEntries(
              Object.entries(subResults).map(([name, passed]) => [name, passed ? { name } : { name, fail: true }]),
            ),
          }),
    })),
    undefined,
    2,
  );
}

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}

/** JUnit XML, a suite per package. */
export function junitReport(results: readonly TestResult[]): string {
  const suites = Map.groupBy(results, ({ test }) => test.package);
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>'];
  for (const [name, list] of suites) {
    const count = (outcome: TestResult['outcome']): number =>
      list.filter((result) => result.outcome === outcome).length;
    const time = list.reduce((sum, { durationNs }) => sum + durationNs, 0) / 1e9;
    lines.push(
      `  <testsuite name="${xml(name)}" tests="${list.length}" failures="${count('fail')}" errors="${count('error')}" skipped="${count('skip')}" time="${time.toFixed(6)}">`,
    );
    for (const { test, outcome, durationNs, output, error } of list) {
      const inner: string[] = [];
      if (outcome === 'fail')
        inner.push(`<failure message="failed">${xml(`${test.loc.file}:${test.loc.row}`)}</failure>`);
      if (error !== undefined) inner.push(`<error message="${xml(error.message)}"/>`);
      if (outcome === 'skip') inner.push('<skipped/>');
      if (output !== '') inner.push(`<system-out>${xml(output)}</system-out>`);
      lines.push(
        `    <testcase classname="${xml(name)}" name="${xml(test.name)}" file="${xml(test.loc.file)}" line="${test.loc.row}" time="${(durationNs / 1e9).toFixed(6)}">${inner.join('')}</testcase>`,
      );
    }
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>');
  return lines.join('\n');
}

/** TAP version 14. */
export function tapReport(results: readonly TestResult[]): string {
  const lines = ['TAP version 14', `1..${results.length}`];
  results.forEach(({ test, outcome, error }, i) => {
    const ok = outcome === 'pass' || outcome === 'skip' ? 'ok' : 'not ok';
    const directive = outcome === 'skip' ? ' # SKIP' : '';
    lines.push(`${ok} ${i + 1} - ${test.package}.${test.name}${directive}`);
    if (error !== undefined) lines.push(`  ---\n  message: ${JSON.stringify(error.message)}\n  ...`);
  });
  return lines.join('\n');
}
