// Takes each defence of table.ts away, in a copy of the sources, and runs its test, which has to fail. By hand, for it takes some minutes; words after
// the command choose threats. `--write` writes docs/security.md from the table.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Defence, TABLE } from './table.ts';
import { securityTables } from './document.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const COPIED = [
  'bundles',
  'cli',
  'docs',
  'engine',
  'policies',
  'proxy',
  'scripts',
  'test',
  'jest.config.mjs',
  'package.json',
  'tsconfig.json',
];

if (process.argv.includes('--write')) {
  const file = join(root, 'docs/security.md');
  const [head] = readFileSync(file, 'utf8').split('<!-- tables -->');
  writeFileSync(file, `${head}<!-- tables -->\n\n${securityTables()}`);
} else {
  const words = process.argv.slice(2);
  const chosen = TABLE.flatMap(({ defences }) => defences).filter(
    ({ threat, without }) => without !== undefined && words.every((word) => threat.includes(word)),
  );
  const copy = mkdtempSync(join(tmpdir(), 'defences-'));
  try {
    const stale = chosen.filter(
      ({ without }) => readFileSync(join(root, without![0]), 'utf8').split(without![1]).length !== 2,
    );
    if (stale.length > 0)
      throw new Error(
        `not once in its file: ${stale.map(({ without }) => without!.slice(0, 2).join(': ')).join('\n')}`,
      );
    for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const held = chosen.filter((defence) => !isMissed(copy, defence));
    for (const { threat } of held) console.log(`NOT NOTICED: ${threat}`);
    console.log(
      `${chosen.length - held.length} of ${chosen.length} defences are missed by their tests when they are gone.`,
    );
    process.exitCode = held.length === 0 && chosen.length > 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Whether the defence's test fails without it. That it passes with it is what all tests are run for. */
function isMissed(copy: string, { threat, test: [testFile, name], without }: Defence): boolean {
  const [file, from, to] = without!;
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const edited = source.replace(from, () => to);
  const passes = (): boolean => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        'node_modules/jest/bin/jest.js',
        `test/${testFile}`,
        '--testTimeout',
        '15000',
        '--forceExit',
        '-t',
        name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
      ],
      { cwd: copy, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    const said = stderr + stdout;
    if (/Tests: +.*[1-9]\d* failed/.test(said)) return false;
    if (status === 0 && /Tests: +.*[1-9]\d* passed/.test(said)) return true;
    // What does not even start says nothing of the defence, nor does a name that no test has.
    console.log(`${testFile}, "${name}": no test was run\n${said.slice(-1000)}`);
    return true;
  };
  try {
    writeFileSync(path, edited);
    const isGone = !passes();
    console.log(`${isGone ? 'missed' : 'NOT MISSED'}  ${threat}`);
    return isGone;
  } finally {
    writeFileSync(path, source);
  }
}
