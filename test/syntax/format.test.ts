// The formatter: golden cases, the reference where there is a binary, and what it must never do to a module.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { FormatOptions } from '../../engine/syntax/format.ts';
import { formatSource } from '../../engine/syntax/format.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { printModule } from '../../engine/syntax/print.ts';
import { CASES, caseNames, golden, readCase } from './golden.ts';
import { OPA } from './reference.ts';
import { sameTree } from './same-tree.ts';
import { modules } from './trees.ts';

interface Mode {
  readonly folder: string;
  readonly ending: string;
  readonly options: FormatOptions;
  readonly flags: readonly string[];
}

const MODES: readonly Mode[] = [
  { folder: 'format', ending: 'fmt', options: {}, flags: [] },
  { folder: 'modules', ending: 'fmt', options: {}, flags: [] },
  { folder: 'modules', ending: 'drop.fmt', options: { dropV0Imports: true }, flags: ['--drop-v0-imports'] },
  { folder: 'v0', ending: 'fmt', options: { version: 'v0' }, flags: ['--v0-compatible'] },
  { folder: 'v0', ending: 'v1.fmt', options: { version: 'v0', target: 'v0v1' }, flags: ['--v0-v1'] },
];

/** Cases in which the reference differs, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'format/careful': 'the reference loses comments, arguments and parentheses',
  'modules/in': 'the reference drops parentheses around `in`, which changes what the rules mean',
  'modules/heads': 'the reference makes a rule a partial set and refuses its own result',
  'modules/wildcards': 'the reference makes a rule a partial set and refuses its own result',
  'v0/keywords': 'the reference makes a rule a partial set',
};

/** Cases whose second formatting differs from the first, as the reference's does. */
const UNSTABLE = ['modules/else', 'modules/functions', 'modules/wildcards'];

describe.each(MODES)('$folder to $ending', ({ folder, ending, options, flags }) => {
  const names = caseNames(folder).filter(
    (name) => formatSource(readCase(folder, name), { ...options, file: name }).text !== undefined,
  );

  test.each(names)('%s', (name) => {
    const source = new TextDecoder().decode(readCase(folder, name));
    const { text } = formatSource(source, { ...options, file: name });
    expect(text).toBe(golden(folder, name, ending, text!));
    if (!UNSTABLE.includes(`${folder}/${name}`) && folder !== 'format') {
      expect(formatSource(text!, options).text).toBe(text);
    }
    if (OPA === undefined || `${folder}/${name}` in EXCEPTIONS) return;
    const file = join(folder, `${name}.rego`);
    expect(text).toBe(spawnSync(OPA, ['fmt', ...flags, file], { cwd: CASES, encoding: 'utf8' }).stdout);
  });
});

describe('whatever the layout', () => {
  const insertions = fc.array(
    fc.record({
      where: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      what: fc.constantFrom('\n', ' # c\n', '\n\n', '\n# d\n', '  '),
    }),
    { maxLength: 6 },
  );

  /** The source with pieces put where spaces and line breaks are. */
  const scatter = (source: string, pieces: readonly { where: number; what: string }[]): string => {
    let text = source;
    for (const { where, what } of pieces) {
      const gaps = [...text.matchAll(/[ \n]/g)].map((gap) => gap.index);
      const at = gaps[Math.floor(where * gaps.length)] ?? text.length;
      text = text.slice(0, at) + what + text.slice(at);
    }
    return text;
  };

  test('rules mean the same and comments stay', () => {
    fc.assert(
      fc.property(modules, insertions, (module, pieces) => {
        const source = scatter(printModule(module), pieces);
        const before = parseModule(source, { file: 'x', annotations: false }).module;
        fc.pre(before !== undefined);
        const { text } = formatSource(source);
        const after = parseModule(text!, { file: 'x', annotations: false }).module;
        expect(after).toBeDefined();
        // Two comments that meet on a line become one.
        const comments = after!.comments.map((c) => c.text).join('\n');
        for (const { text: comment } of before!.comments) expect(comments).toContain(comment.trimEnd());
        expect(after!.rules.length).toBe(before!.rules.length);
      }),
      { numRuns: 60 },
    );
  });

  test('a plain module survives as a tree', () => {
    const source =
      'package a\n\nimport data.x as y\n\np.q[z] contains x if { some x in y; not z; every w in x { w } }\n';
    const { text } = formatSource(source);
    const tree = (s: string): unknown => sameTree(parseModule(s, { file: 'x' }).module!);
    expect(tree(text!)).toEqual(tree(source));
  });

  test('faults come back as diagnostics', () => {
    const { text, diagnostics } = formatSource('package a\np := [1 2]\n');
    expect(text).toBeUndefined();
    expect(diagnostics[0]?.message).toContain('unexpected number token');
  });

  test('what has no form in v1 comes back as diagnostics', () => {
    const { text, diagnostics } = formatSource('package a\nif = 1\n', { version: 'v0', target: 'v0v1' });
    expect(text).toBeUndefined();
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  test('metadata that is not YAML is no fault here', () => {
    expect(formatSource('package a\n\n# METADATA\n# title: a: b\np := 1\n').diagnostics).toEqual([]);
  });

  test('and, or, not keep their groups', () => {
    const source =
      'package a\n\nimport future.keywords.and\nimport future.keywords.not\nimport future.keywords.or\n\np if {\n\ta and (b or c)\n\t{ x; y } or not (a and b)\n\ta or\n\t\tb\n\ta and b with input as 1\n}\n';
    expect(formatSource(source).text).toBe(source);
  });
});
