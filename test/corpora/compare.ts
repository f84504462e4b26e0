// `npm run corpora -- [--verbose] [--seed N] [FOLDER…]`: `regate` and the reference OPA on whole policy repositories, command for command:
// tests one by one, formatted files, findings, coverage, bundles. Skips without the reference. Exits 1 on a difference.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { referenceOpa } from '../../bench/opa.ts';

const { values: flags, positionals } = parseArgs({
  options: { verbose: { type: 'boolean', default: false }, only: { type: 'string' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const found = referenceOpa();
if (found === undefined) {
  console.log('no reference OPA: skipped (set OPA to the path of its binary)');
  process.exit(0);
}
const opa = resolve(found);
/** Tests that fail on purpose are called `test_wrong…`: OPA reports coverage only when none fails. */
const PASSING = '\\.test_([^w]|w[^r])';
const PLAY = new URL('../cli/play.ts', import.meta.url).pathname;

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

interface Question {
  readonly name: string;
  readonly args: readonly string[];
  /** What of the outcome is compared. */
  readonly read: (outcome: Outcome, folder: string) => string;
}

/** Durations masked, memory figures are OPA's own. */
function mask(text: string): string {
  return text
    .replace(/"duration": \d+/g, '"duration": 0')
    .replace(/\((?:\d+(?:\.\d+)?(?:ns|µs|ms|s|m|h))+\)/g, '(TIME)');
}

const whole = ({ stdout, stderr, code }: Outcome): string => mask(`${stdout}--- stderr\n${stderr}--- exit ${code}\n`);

/** Tests run in no order of their own in OPA: the list is sorted. */
const asTests = ({ stdout, stderr, code }: Outcome): string => {
  let list = stdout;
  try {
    const tests = JSON.parse(stdout) as { location: { file: string; row: number }; name: string }[];
    const key = ({ location: { file, row }, name }: (typeof tests)[number]): string =>
      `${file}:${String(row).padStart(6)}:${name}`;
    list = JSON.stringify(
      tests.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
      undefined,
      1,
    );
  } catch {
    // No list: a fault's text.
  }
  return mask(`${list}\n--- stderr\n${stderr}--- exit ${code}\n`);
};

/** OPA shows traces of tests that failed, in which variables are numbered over all modules. */
function withoutTraces(text: string): string {
  const lines = text.split('\n');
  const from = lines.indexOf('FAILURES');
  const line = '-'.repeat(80);
  return from < 0 ? text : lines.filter((_, i) => i < from || i >= lines.lastIndexOf(line)).join('\n');
}

interface Finding {
  readonly code: string;
  readonly location: { readonly file: string; readonly row: number; readonly col: number };
}

/** OPA gives up a file at its first statement that does not parse; what else ours finds in the file is left out. */
const asFindings = (outcome: Outcome): string => {
  let errors: readonly Finding[];
  try {
    ({ errors } = JSON.parse(outcome.stderr) as { errors: readonly Finding[] });
  } catch {
    return whole(outcome);
  }
  const first = new Map<string, number>();
  for (const { code, location } of errors)
    if (code === 'rego_parse_error')
      first.set(location.file, Math.min(location.row, first.get(location.file) ?? Infinity));
  const kept = errors.filter(
    ({ code, location }) => code !== 'rego_parse_error' || location.row === first.get(location.file),
  );
  return `${JSON.stringify(kept, undefined, 1)}\n--- exit ${outcome.code}\n`;
};

/** For texts whose parts stand in no order. */
const asLines = ({ stdout, stderr, code }: Outcome): string =>
  mask(
    `${withoutTraces(stdout)
      .split('\n')
      .filter((line) => line !== '')
      .sort()
      .join('\n')}--- stderr\n${stderr}--- exit ${code}\n`,
  );

/** The outcome and all Rego files, as a command has left them. */
const withFiles = (outcome: Outcome, folder: string): string =>
  whole(outcome) +
  regoFiles(folder)
    .map((file) => `=== ${file}\n${readFileSync(join(folder, file), 'utf8')}`)
    .join('');

function regoFiles(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.rego')).sort();
}

/** The questions to a folder; one whose name ends in `-v0` is of Rego v0. */
function questions(folder: string, isV0: boolean): Question[] {
  const version = isV0 ? ['--v0-compatible'] : [];
  const list: Question[] = [
    { name: 'test', args: ['test', '--format', 'json', '-p', '1', ...version, '.'], read: asTests },
    { name: 'test -v', args: ['test', '-v', '-p', '1', ...version, '.'], read: asLines },
    { name: 'coverage', args: ['test', '-c', '-r', PASSING, ...version, '.'], read: whole },
    { name: 'check', args: ['check', '--format', 'json', '-m', '1000', ...version, '.'], read: asFindings },
    {
      name: 'check --strict',
      args: ['check', '--strict', '--format', 'json', '-m', '1000', ...version, '.'],
      read: asFindings,
    },
    { name: 'check pretty', args: ['check', '--strict', ...version, '.'], read: whole },
    {
      name: 'check --v0-v1',
      args: ['check', '--v0-v1', '--format', 'json', '-m', '1000', ...version, '.'],
      read: asFindings,
    },
    {
      name: 'check other version',
      args: ['check', '--format', 'json', '-m', '1000', ...(isV0 ? [] : ['--v0-compatible']), '.'],
      read: asFindings,
    },
    { name: 'fmt', args: ['fmt', '-w', ...version, '.'], read: withFiles },
    { name: 'fmt --v0-v1', args: ['fmt', '-w', '--v0-v1', ...version, '.'], read: withFiles },
    { name: 'fmt --drop-v0-imports', args: ['fmt', '-w', '--drop-v0-imports', ...version, '.'], read: withFiles },
    { name: 'fmt -l', args: ['fmt', '-l', ...version, '.'], read: whole },
    { name: 'inspect', args: ['inspect', '-a', '--format', 'json', ...version, '.'], read: whole },
    { name: 'build', args: ['build', '-o', '/dev/null', ...version, '.'], read: whole },
    { name: 'eval data', args: ['eval', '-d', '.', ...version, 'data', '--coverage'], read: whole },
  ];
  const files = regoFiles(folder);
  // A dozen trees of each folder: a process for each file takes its time.
  const step = Math.max(1, Math.ceil(files.length / 12));
  for (const file of files.filter((_, i) => i % step === 0))
    list.push({
      name: `parse ${file}`,
      args: ['parse', '--format', 'json', '--json-include', 'locations,comments', ...version, file],
      read: whole,
    });
  return list.filter(({ name }) => flags.only === undefined || name.startsWith(flags.only));
}

function run(file: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', fail);
    child.on('close', (code) =>
      done({ stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), code: code ?? -1 }),
    );
  });
}

/** All questions of ours in one process; those that write get a copy of the folder each. */
async function ours(args: readonly string[], cwd: string): Promise<Outcome> {
  const flagsOfNode = ['--disable-warning=ExperimentalWarning'];
  const { stdout, stderr } = await run(process.execPath, [...flagsOfNode, PLAY, JSON.stringify([args])], cwd);
  if (stderr !== '') throw new Error(stderr);
  return (JSON.parse(stdout) as readonly Outcome[])[0]!;
}

/** The first lines that differ, with the line before. */
function difference(left: string, right: string): string {
  const [a, b] = [left.split('\n'), right.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const from = Math.max(0, (at < 0 ? a.length : at) - 2);
  const file = a.slice(0, from + 2).findLast((line) => line.startsWith('=== '));
  const part = (lines: readonly string[], sign: string): string =>
    lines
      .slice(from, from + 8)
      .map((line) => `    ${sign} ${line}`)
      .join('\n');
  return `${file === undefined ? '' : `    ${file}\n`}${part(a, 'opa   ')}\n${part(b, 'regate')}`;
}

async function compareFolder(folder: string): Promise<{ same: number; different: number; tests: number }> {
  const isV0 = basename(folder).endsWith('-v0');
  const counts = { same: 0, different: 0, tests: 0 };
  const place = mkdtempSync(join(tmpdir(), 'regate-corpora-'));
  try {
    for (const { name, args, read } of questions(folder, isV0)) {
      const texts: string[] = [];
      for (const side of ['opa', 'regate']) {
        const copy = join(place, basename(folder));
        cpSync(folder, copy, { recursive: true });
        const outcome = side === 'opa' ? await run(opa, args, copy) : await ours(args, copy);
        texts.push(read(outcome, copy));
        rmSync(copy, { recursive: true });
      }
      if (name === 'test') counts.tests = (texts[0]!.match(/"duration"/g) ?? []).length;
      if (texts[0] === texts[1]) counts.same++;
      else {
        counts.different++;
        console.log(`  ${basename(folder)}: ${name}\n${flags.verbose ? difference(texts[0]!, texts[1]!) : ''}`);
      }
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  return counts;
}

/** Repositories made for the run: what people write in many files. */
async function generated(): Promise<string[]> {
  const place = mkdtempSync(join(tmpdir(), 'regate-generated-'));
  process.on('exit', () => rmSync(place, { recursive: true, force: true }));
  const script = join(import.meta.dirname, 'generate.ts');
  const made: string[] = [];
  for (const name of ['generated', 'generated-v0']) {
    const folder = join(place, name);
    const version = name.endsWith('-v0') ? ['--v0'] : [];
    const args = ['--disable-warning=ExperimentalWarning', script, folder, '--seed', flags.seed, ...version];
    const { code, stderr } = await run(process.execPath, args, place);
    if (code !== 0) throw new Error(stderr);
    made.push(folder);
  }
  return made;
}

const here = import.meta.dirname;
const folders =
  positionals.length > 0
    ? positionals.map((each) => resolve(each))
    : readdirSync(here)
        .map((name) => join(here, name))
        .filter((path) => statSync(path).isDirectory())
        .concat(await generated());
let failed = 0;
for (const folder of folders) {
  const { same, different, tests } = await compareFolder(folder);
  console.log(
    `${basename(folder)}: ${regoFiles(folder).length} files, ${tests} tests: ${same} answers the same, ${different} different`,
  );
  failed += different;
}
process.exitCode = failed === 0 ? 0 : 1;
