// The cases against the reference: the same first message at the same place, and the same trees.
// Skipped where there is no binary.
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { RegoVersion } from '../../engine/ast/nodes.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { moduleToOpaJson, printOpaJson } from '../../engine/syntax/opa-json.ts';
import { CASES, caseNames, readCase } from './golden.ts';
import { OPA } from './reference.ts';

interface OpaErrors {
  readonly errors: readonly { message: string; location?: { file: string; row: number; col: number } }[];
}

/** Cases in which OPA of the reference's version differs, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'import-future-unknown': 'newer keywords are in the list',
  'bad-import-unknown': 'newer keywords are in the list',
  'if-plus': 'the reference lets the plus pass',
};

function run(args: readonly string[]): string {
  const result = spawnSync(OPA!, args, { cwd: CASES, encoding: 'utf8', maxBuffer: 1 << 28 });
  return result.stdout === '' ? result.stderr : result.stdout;
}

/** Numbers as text, so that precision shows. */
function exact(json: string): unknown {
  return JSON.parse(json.replace(/("value": )(-?\d[-+0-9.eE]*)/g, '$1"#$2"'));
}

const describeWithOpa = OPA === undefined ? describe.skip : describe;

describeWithOpa('first messages', () => {
  const check = (folder: string, version: RegoVersion): void => {
    const flags = version === 'v0' ? ['--v0-compatible'] : [];
    const { errors } = JSON.parse(run(['check', '--format', 'json', ...flags, folder])) as OpaErrors;
    const first = new Map<string, string>();
    for (const { message, location } of errors) {
      const { file = '', row = 0, col = 0 } = location ?? {};
      const name = file.slice(folder.length + 1, -'.rego'.length);
      if (!first.has(name)) first.set(name, `${row}:${col} ${message}`);
    }
    for (const name of caseNames(folder)) {
      if (name in EXCEPTIONS) continue;
      const [found] = parseModule(readCase(folder, name), { file: name, version }).diagnostics;
      if (found === undefined) continue;
      expect(`${name} ${found.loc.row}:${found.loc.col} ${found.message}`).toBe(`${name} ${first.get(name) ?? ''}`);
    }
  };
  test('of v1 files', () => check('faults', 'v1'));
  test('of v0 files', () => check('v0', 'v0'));
});

describeWithOpa('trees', () => {
  test.each(caseNames('modules'))('%s', (name) => {
    const { module } = parseModule(readCase('modules', name), { file: 'x.rego' });
    if (module === undefined) return;
    const ours = exact(printOpaJson(moduleToOpaJson(module)));
    const theirs = exact(
      run(['parse', '--format', 'json', '--json-include=-comments', join('modules', `${name}.rego`)]),
    );
    expect(ours).toEqual(theirs);
  });
});
