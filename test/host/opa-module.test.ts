// Modules that `opa build -t wasm` made load through the same call as our own. Needs the reference binary.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, load } from '../../engine/host/load.ts';

const hasOpa = OPA !== undefined;
sayWithoutOpa('modules built by OPA');

const POLICY = `package t
now := [time.now_ns(), time.now_ns()]
echo := {"value": input}
big := 12345678901234567890 + input.n
bytes := units.parse_bytes(input.size)
conflict := 1 if input.a
conflict := 2 if input.b
set contains x if some x in data.list
`;
const ENTRYPOINTS = ['now', 'echo', 'big', 'bytes', 'conflict', 'set'];

const folder = hasOpa ? mkdtempSync(join(tmpdir(), 'regate-')) : '';
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(source = POLICY, entrypoints: readonly string[] = ENTRYPOINTS): Uint8Array {
  writeFileSync(join(folder, 't.rego'), source);
  const flags = entrypoints.flatMap((name) => ['-e', `t/${name}`]);
  execFileSync(OPA!, ['build', '-t', 'wasm', ...flags, 't.rego'], { cwd: folder, stdio: 'pipe' });
  execFileSync('tar', ['xzf', 'bundle.tar.gz', '/policy.wasm'], { cwd: folder, stdio: 'pipe' });
  return readFileSync(join(folder, 'policy.wasm'));
}

(hasOpa ? describe : describe.skip)('a module built by OPA', () => {
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

  test('evaluates, with the host built-ins and typed errors', async () => {
    const policy = await load(build());
    expect(policy.entrypoints).toEqual(ENTRYPOINTS.map((name) => `t/${name}`));
    const [first, second] = policy.evaluate('t/now') as number[];
    expect(first).toBe(second);
    for (const input of [0, false, null, '', [1]]) expect(policy.evaluate('t/echo', input)).toEqual({ value: input });
    expect(policy.evaluate('t/echo')).toBeUndefined();
    expect(policy.evaluate('t/bytes', { size: '1KiB' })).toBe(1024);
    expect(policy.evaluate('t/bytes', { size: 'x' })).toBeUndefined();
    expect(policy.evaluate('t/conflict', { a: true })).toBe(1);
    expect(() => policy.evaluate('t/conflict', { a: true, b: true })).toThrow(EvaluationError);
    policy.setData({ list: ['a', 'b'] });
    expect(policy.evaluateText('t/set')).toMatch(/^\[{"result":\["[ab]","[ab]"\]}\]$/);
    expect(new TextDecoder().decode(policy.evaluateJson('t/echo', text({ a: 1 })))).toBe('{"value":{"a":1}}');
  });

  test('every built-in it asks the host for is there, and gives what the same call gives in a module of ours', async () => {
    // Built-ins that OPA's modules have not inside, and ours do.
    const source = `package t
none := base64url.encode_no_pad(input[0])
quoted := glob.quote_meta(input[0])
paths := sort(graph.reachable_paths(input[0], {x | some x in input[1]}))
decoded := hex.decode(input[0])
encoded := hex.encode(input[0])
indexes := indexof_n(input[0], input[1])
patched := sort(json.patch({"a": {x | some x in input[0]}}, input[1]).a)
steps := numbers.range_step(input[0], input[1], input[2])
subset := object.subset({x | some x in input[0]}, {x | some x in input[1]})
prefix := strings.any_prefix_match(input[0], {x | some x in input[1]})
suffix := strings.any_suffix_match(input[0], input[1])
counted := strings.count(input[0], input[1])
pieces := strings.split_n(input[0], input[1], input[2])
`;
    const asked: readonly (readonly [string, ...unknown[]])[] = [
      ['none', 'a\u00ff?'],
      ['none', 1],
      ['quoted', '*.a{b}[c]'],
      ['paths', { a: ['b', 'c'], b: ['a'], c: [] }, ['a', 'c']],
      ['paths', 'x', []],
      ['decoded', '6162'],
      ['decoded', '6'],
      ['encoded', 'ab'],
      ['indexes', 'abcabc', 'bc'],
      ['patched', ['u', 1, 1.5], [{ op: 'add', path: 'a/v', value: 'v' }]],
      ['patched', ['u'], [{ op: 'remove', path: '/a/w' }]],
      ['steps', 1, 10, 4],
      ['steps', 1, 10, 0],
      ['subset', [1, 'a', null], ['a', null]],
      ['subset', [1], ['a']],
      ['prefix', ['abc', 'd'], ['ab', 'x']],
      ['prefix', 1, []],
      ['suffix', 'abc', ['x', 'bc']],
      ['counted', 'banana', 'an'],
      ['counted', 'banana', null],
      ['pieces', 'a.b.c', '.', 2],
    ];
    const rules = [...new Set(asked.map(([rule]) => rule))];
    const theirs = await load(build(source, rules));
    const entrypoints = rules.map((rule) => `t/${rule}`);
    const ours = await load(compile([{ file: 't.rego', text: source }], { entrypoints }).wasm!);
    for (const [rule, ...input] of asked)
      expect([rule, input, theirs.evaluateText(`t/${rule}`, text(input))]).toEqual([
        rule,
        input,
        ours.evaluateText(`t/${rule}`, text(input)),
      ]);
    expect(theirs.evaluate('t/counted', ['banana', 'an'])).toBe(2);
    expect(theirs.evaluate('t/subset', [[1], []])).toBe(true);
  });

  test('faulty input is refused, not taken for no input', async () => {
    const policy = await load(build());
    for (const input of ['{"a":', '']) {
      expect(() => policy.evaluateJson('t/echo', new TextEncoder().encode(input))).toThrow('input is not valid JSON');
    }
  });
});
