// Every case of `cases/` against its golden file: trees of good modules, messages of faulty ones.
import { describe, expect, test } from '@jest/globals';
import type { RegoVersion } from '../../engine/ast/nodes.ts';
import { toOpaErrorText } from '../../engine/diagnostics/render.ts';
import { moduleToOpaJson, printOpaJson } from '../../engine/syntax/opa-json.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { printModule } from '../../engine/syntax/print.ts';
import { caseNames, golden, readCase } from './golden.ts';
import { sameTree } from './same-tree.ts';

const FOLDERS: readonly (readonly [string, RegoVersion])[] = [
  ['modules', 'v1'],
  ['v0', 'v0'],
  ['faults', 'v1'],
];

describe.each(FOLDERS)('%s', (folder, version) => {
  test.each(caseNames(folder))('%s', (name) => {
    const { module, diagnostics } = parseModule(readCase(folder, name), { file: `${name}.rego`, version });
    if (module === undefined) {
      const text = `${toOpaErrorText(diagnostics)}\n`.toWellFormed();
      expect(text).toBe(golden(folder, name, 'txt', text));
      return;
    }
    const json = `${printOpaJson(moduleToOpaJson(module, { comments: true }))}\n`;
    expect(json).toBe(golden(folder, name, 'json', json));
    const again = parseModule(printModule(module), { file: `${name}.rego`, version });
    expect(again.diagnostics).toEqual([]);
    expect(sameTree(again.module!)).toEqual(sameTree(module));
  });
});
