// Regular expressions inside the module: nothing is asked of the host, whichever way the pattern comes, and other hosts agree.
import { expect, test } from '@jest/globals';
import * as opaWasm from '@open-policy-agent/opa-wasm';
import { compile } from '../../engine/index.ts';

async function evaluate(text: string, input: unknown): Promise<unknown> {
  const { wasm, diagnostics } = compile([{ file: 'p.rego', text }], { entrypoints: ['p'] });
  expect(diagnostics).toEqual([]);
  // The SDK as it is: it has no regular expressions of its own.
  const policy = await opaWasm.loadPolicy(wasm! as unknown as ArrayBuffer);
  const [{ result }] = policy.evaluate(input) as [{ result: unknown }];
  return result;
}

test('patterns of the policy, of the input, and both in turn', async () => {
  const text = `package p

constant := regex.match("^a+b$", input.text)
given := regex.match(input.pattern, input.text)
each contains pattern if {
	some pattern in ["^a", "b$", "(?i)AAB", "[[:digit:]]", input.pattern, "("]
	regex.match(pattern, input.text)
}
both if {
	regex.match("^a+b$", input.text)
	regex.match(input.same, input.text)
}
folded := regex.find_n("(?i)straße|\\\\p{Greek}+", "STRASSE strASSE StraßE λόγος", -1)
groups := regex.find_all_string_submatch_n("(\\\\w)(\\\\d)?", "a1b", -1)
valid := [regex.is_valid(pattern) | some pattern in ["a(b", "a(b)", input.pattern, 7]]
parts := regex.split("[,;] *", "a, b;c")
`;
  expect(await evaluate(text, { text: 'aaab', pattern: '\\p{Ll}{4}', same: '^a+b$' })).toEqual({
    constant: true,
    given: true,
    each: ['(?i)AAB', '\\p{Ll}{4}', '^a', 'b$'],
    both: true,
    folded: ['StraßE', 'λόγος'],
    groups: [
      ['a1', 'a', '1'],
      ['b', 'b', ''],
    ],
    valid: [false, true, true, false],
    parts: ['a', 'b', 'c'],
  });
});

test('what is kept of patterns of one evaluation is not used in the next', async () => {
  const text = `package p

hits := [n | some n in numbers.range(1, 300); regex.match(sprintf("^%d%s$", [n, input.tail]), sprintf("%d!", [n]))]
`;
  const { wasm } = compile([{ file: 'p.rego', text }], { entrypoints: ['p'] });
  const { sdkBuiltins } = await import('../../engine/index.ts');
  const policy = await opaWasm.loadPolicy(wasm! as unknown as ArrayBuffer, 5, sdkBuiltins());
  for (const [tail, count] of [
    ['!', 300],
    ['?', 0],
    ['!', 300],
  ] as const) {
    const [{ result }] = policy.evaluate({ tail }) as [{ result: { hits: number[] } }];
    expect(result.hits).toHaveLength(count);
  }
});

test('a module has only what its patterns need', () => {
  const size = (text: string): number =>
    compile([{ file: 'p.rego', text: `package p\n\n${text}\n` }], { entrypoints: ['p/allow'] }).wasm!.length;
  const without = size('allow if input.x == "a"');
  const constant = size('allow if regex.match("^a$", input.x)');
  const given = size('allow if regex.match(input.y, input.x)');
  expect(constant - without).toBeLessThan(16_000);
  expect(given - constant).toBeGreaterThan(20_000);
});
