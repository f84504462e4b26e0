// `npm run bench:cli`: whole processes of the command line, as installed, beside the reference and a bare Node: a suite of 1,000 tests
// over 100 files, and a query that asks for nothing. Runs of the candidates alternate.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine } from './machine.ts';
import { referenceOpa } from './opa.ts';
import { testSuite } from './test-suite.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 11);
const root = join(import.meta.dirname, '..');
const regate = [process.execPath, join(root, 'cli', 'regate.mjs')];

interface Candidate {
  readonly name: string;
  readonly command: readonly string[];
  readonly expected?: RegExp;
  /** Done before each run. */
  readonly prepare?: () => void;
}

interface Timing {
  readonly best: number;
  readonly median: number;
}

/** Milliseconds of the whole process. Throws when it does not do what it is measured for. */
function run({ name, command: [file, ...args], expected, prepare }: Candidate, cwd: string): number {
  prepare?.();
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(file!, args, { cwd, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0 || (expected !== undefined && !expected.test(stdout)))
    throw new Error(`${name} ended with ${status}: ${stdout.slice(0, 500)}${stderr.slice(0, 500)}`);
  return ms;
}

function measure(candidates: readonly Candidate[], cwd: string): Timing[] {
  // The first run of each fills caches: of files, and of compiled code.
  for (const each of candidates) run(each, cwd);
  const times = candidates.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) candidates.forEach((each, i) => times[i]!.push(run(each, cwd)));
  return times.map((list) => {
    list.sort((a, b) => a - b);
    return { best: list[0]!, median: list[Math.floor(list.length / 2)]! };
  });
}

function print(title: string, candidates: readonly Candidate[], timings: readonly Timing[], base: number): void {
  console.log(`\n${title}`);
  console.log(row(['', 'best ms', 'median ms', `x ${candidates[base]!.name}`]));
  timings.forEach(({ best, median }, i) => {
    const ratio = (median / timings[base]!.median).toFixed(2);
    console.log(row([candidates[i]!.name, best.toFixed(0), median.toFixed(0), ratio]));
  });
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(16))).join(' ');
}

if (!existsSync(join(root, 'dist'))) throw new Error('dist is missing: npm run build');
const opa = referenceOpa();
if (opa === undefined) console.log('no reference OPA (set OPA to its path): its rows are missing');
console.log(`${machine()}; median of ${ROUNDS}`);

const folder = mkdtempSync(join(tmpdir(), 'regate-bench-'));
try {
  const suite = testSuite(100, 1000);
  for (const { name, text } of suite) writeFileSync(join(folder, name), text);
  const expected = /PASS: 1000\/1000/;
  // Nothing changes between the runs: the compiled suite is kept from the first one, unless told otherwise.
  process.env['REGATE_CACHE_DIR'] = join(folder, '.cache');
  const tests: Candidate[] = [
    { name: 'regate test', command: [...regate, 'test', '.'], expected },
    {
      name: 'regate test, a file changed',
      command: [...regate, 'test', '.'],
      expected,
      prepare: () => writeFileSync(join(folder, suite[0]!.name), `${suite[0]!.text}\n# ${performance.now()}\n`),
    },
    { name: 'regate test --no-cache', command: [...regate, 'test', '--no-cache', '.'], expected },
  ];
  if (opa !== undefined) tests.push({ name: 'opa test', command: [opa, 'test', '.'], expected });
  print('1,000 tests over 100 files', tests, measure(tests, folder), tests.length - 1);

  const queries: Candidate[] = [
    { name: "regate eval '1+1'", command: [...regate, 'eval', '1+1'], expected: /"value": 2/ },
    { name: 'bare node', command: [process.execPath, '-e', '0'] },
  ];
  if (opa !== undefined)
    queries.push({ name: "opa eval '1+1'", command: [opa, 'eval', '1+1'], expected: /"value": 2/ });
  print('A query of nothing', queries, measure(queries, folder), 1);
} finally {
  rmSync(folder, { recursive: true });
}
