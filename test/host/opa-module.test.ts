// Modules that `opa build -t wasm` made load through the same call as our own. Needs the reference binary.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';
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

function build(): Uint8Array {
  writeFileSync(join(folder, 't.rego'), POLICY);
  const flags = ENTRYPOINTS.flatMap((name) => ['-e', `t/${name}`]);
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

  test('faulty input is refused, not taken for no input', async () => {
    const policy = await load(build());
    for (const input of ['{"a":', '']) {
      expect(() => policy.evaluateJson('t/echo', new TextEncoder().encode(input))).toThrow('input is not valid JSON');
    }
  });
});
