// The command line as it is installed: started by regate.mjs from dist, with its compiled code kept between runs.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const isBuilt = existsSync(join(root, 'dist'));
if (!isBuilt) console.log('skipped: the installed command line (no dist: npm run build)');

let directory: string;
beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'regate-installed-'))));
afterAll(() => rmSync(directory, { recursive: true }));

function run(cache: string, ...args: readonly string[]): string {
  const env = { ...process.env, REGATE_CACHE_DIR: cache, NODE_COMPILE_CACHE: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli', 'regate.mjs'), ...args], {
    env,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim();
}

/** The files of compiled code. */
function filesIn(cache: string): string[] {
  const code = join(cache, 'code');
  return existsSync(code)
    ? readdirSync(code)
        .filter((name) => /-main-/.test(name))
        .map((name) => join(code, name))
    : [];
}

(isBuilt ? describe : describe.skip)('the installed command line', () => {
  test('keeps its compiled code, readable by its user alone, and uses it', () => {
    const cache = join(directory, 'kept');
    expect(run(cache, 'eval', '-f', 'raw', '1+1')).toBe('2');
    const [file, ...others] = filesIn(cache);
    expect(others).toEqual([]);
    expect(statSync(file!).mode & 0o077).toBe(0);
    const { ino } = statSync(file!);
    expect(run(cache, 'eval', '-f', 'raw', '"" == sprintf("%v", [1])')).toBe('false');
    // Made once: a new one would take its place as another file.
    expect(statSync(file!).ino).toBe(ino);
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 1000)],
    ['empty', () => Buffer.alloc(0)],
    [
      'partly overwritten',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 5000), Buffer.alloc(bytes.length - 5000)]),
    ],
    ['of another program', (bytes: Buffer) => Buffer.from(bytes.toReversed())],
  ])('does not run code that is %s, and makes it again', (name, damaged) => {
    const cache = join(directory, `damaged ${name}`);
    run(cache, 'version');
    const file = filesIn(cache)[0]!;
    const whole = readFileSync(file);
    writeFileSync(file, damaged(whole));
    expect(run(cache, 'version')).toContain('Version:');
    const length = statSync(file).size;
    expect(length).toBeGreaterThan(whole.length / 2);
  });

  test('loads what a flag needs without a word of it', () => {
    const cache = join(directory, 'loads');
    const policy = join(directory, 'a_test.rego');
    writeFileSync(policy, 'package a_test\n\ntest_a if true\n');
    const builtins = join(directory, 'none.mjs');
    writeFileSync(builtins, 'export default [];\n');
    expect(run(cache, 'test', '--run', 'test_a', policy)).toBe('PASS: 1/1');
    expect(run(cache, 'check', '--ignore', 'x.rego', policy)).toBe('');
    expect(run(cache, 'eval', '--builtins', builtins, '-f', 'raw', '1')).toBe('1');
  });

  test('does not run code that others could have written', () => {
    const cache = join(directory, 'shared');
    run(cache, 'version');
    const file = filesIn(cache)[0]!;
    rmSync(file);
    chmodSync(join(cache, 'code'), 0o777);
    expect(run(cache, 'version')).toContain('Version:');
    expect(filesIn(cache)).toEqual([]);
  });

  test('keeps nothing of the gate itself', () => {
    const cache = join(directory, 'gate');
    expect(run(cache, 'serve', '--help')).toContain('--config');
    expect(filesIn(cache)).toEqual([]);
  });

  test('runs without a place to keep anything', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(run(join(file, 'below'), 'eval', '-f', 'raw', '1+1')).toBe('2');
  });
});
