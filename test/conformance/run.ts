// `npm run conformance -- DIR [--filter RE] [--verbose]`: every case of a directory of case files, compiled to
// WebAssembly and evaluated through the SDK. Exits 1 when one fails, or when a known exception passes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { type Case, readCases } from './case.ts';
import { runCase } from './run-case.ts';

interface Exception {
  readonly folder: string;
  readonly file: string;
  readonly note: string;
  readonly reason: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    filter: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const directory = positionals[0];
if (directory === undefined || !existsSync(directory)) {
  console.error('usage: npm run conformance -- DIR [--filter RE] [--verbose]');
  process.exit(1);
}

const exceptions = readExceptions(join(import.meta.dirname, 'exceptions.yaml'));
const filter = values.filter === undefined ? undefined : new RegExp(values.filter);
const cases = readCases(directory).filter(
  (one) => filter === undefined || filter.test(`${one.folder}/${one.position} ${one.note}`),
);
const failures = new Map<string, string[]>();
let passed = 0;
let failed = 0;
let skipped = 0;
for (const one of cases) {
  const exception = exceptions.find((each) => matches(each, one));
  const fault = runCase(one);
  if (fault === undefined && exception === undefined) passed++;
  else if (fault !== undefined && exception !== undefined) skipped++;
  else {
    failed++;
    const text = fault ?? `passes, though listed as an exception (${exception?.reason})`;
    const list = failures.get(one.folder) ?? [];
    failures.set(one.folder, list);
    list.push(
      `${one.position} ${one.note}: ${values.verbose ? `${text}\n${indent(one)}` : text.split('\n').slice(0, 2).join(' |').slice(0, 300)}`,
    );
  }
}
for (const [folder, list] of failures) {
  console.log(`${folder}: ${list.length} failed`);
  for (const line of list) console.log(`  ${line}`);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;

function indent(one: Case): string {
  return [`query ${one.query}`, ...one.modules].join('\n').replace(/^/gm, '    ');
}

function matches(exception: Exception, one: Case): boolean {
  return exception.folder === one.folder && exception.file === one.file && exception.note === one.note;
}

function readExceptions(path: string): Exception[] {
  const list: unknown = existsSync(path) ? parseYaml(readFileSync(path, 'utf8')) : [];
  return Array.isArray(list) ? (list as Exception[]) : [];
}
