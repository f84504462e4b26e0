// Golden plans of dropped-in files, and the property that optimisations change no answer.
// `UPDATE_GOLDENS=1 npm run jest -- test/plan` rewrites the golden files.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { lowerPlan } from '../../engine/plan/opa-plan.ts';
import { printPlan } from '../../engine/plan/print.ts';
import { makeObject } from '../../engine/value/construct.ts';
import { generate as generateWasm } from '../../engine/wasm/generate.ts';
import { type Generated, generate } from '../differential/generate.ts';
import { Random } from '../differential/random.ts';

const folder = join(import.meta.dirname, 'cases');

/** The entry points stand in the first line: `# entrypoints: pkg/rule …`. */
function planOf(name: string): { plan: string; opa: unknown } {
  const text = readFileSync(join(folder, name), 'utf8');
  const entrypoints = /^# entrypoints: (.+)$/m.exec(text)?.[1]?.split(' ') ?? [];
  const { plan, diagnostics } = compile([{ file: name, text }], { entrypoints });
  expect(diagnostics).toEqual([]);
  return { plan: printPlan(plan!), opa: lowerPlan(plan!, () => null) };
}

describe('plans', () => {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.rego')))
    test(name, () => {
      const golden = join(folder, name.replace(/\.rego$/, '.plan'));
      const { plan, opa } = planOf(name);
      if (process.env['UPDATE_GOLDENS'] === '1' || !existsSync(golden)) writeFileSync(golden, plan);
      expect(plan).toBe(readFileSync(golden, 'utf8'));
      expect(JSON.stringify(opa)).not.toContain('undefined');
    });
});

/** `functionSize`: as the code generation's options have it. */
function answer(one: Generated, optimise: boolean, functionSize?: number): string {
  const { wasm, plan, diagnostics } = compile([{ file: 'policy.rego', text: one.module }], {
    entrypoints: ['test'],
    optimise,
  });
  if (wasm === undefined) return diagnostics.map(({ message }) => message).join('\n');
  if (functionSize !== undefined)
    return answerOf(generateWasm(plan!, { strictBuiltinErrors: false, functionSize }), one);
  return answerOf(wasm, one);
}

function answerOf(wasm: Uint8Array, one: Generated): string {
  const policy = loadSync(wasm);
  policy.setData(one.data);
  try {
    return policy.evaluateText('test', new TextEncoder().encode(JSON.stringify(one.input)));
  } catch (error) {
    // Which of several conflicts is met first depends on the order of evaluation.
    if (error instanceof EvaluationError) return error.code;
    throw error;
  }
}

test('optimised and plain plans give the same answers', () => {
  let values = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const one = generate(seed);
    const plain = answer(one, false);
    expect({ seed, answer: answer(one, true) }).toEqual({ seed, answer: plain });
    if (plain.startsWith('[{')) values++;
  }
  expect(values).toBeGreaterThan(30);
});

test('functions split into small ones give the same answers', () => {
  let values = 0;
  for (let seed = 201; seed <= 300; seed++) {
    const one = generate(seed);
    const whole = answer(one, true);
    expect({ seed, answer: answer(one, true, 1 + (seed % 12)) }).toEqual({ seed, answer: whole });
    if (whole.startsWith('[{')) values++;
  }
  expect(values).toBeGreaterThan(20);
});

/** Rules of glob patterns over a few parts and delimiters, as sets, a function and a complete document. */
function globModule(random: Random): string {
  const pick = <T>(items: readonly T[]): T => random.pick(items);
  const plain = ['a', 'b', 'c', '', '*', 'x.y'];
  const special = ['a*', '**', '?', '{a,b}', '[ab]', '\\\\a'];
  const part = (): string => pick(random.chance(0.1) ? special : plain);
  const pattern = (): string => Array.from({ length: 1 + random.below(4) }, part).join(pick(['/', '/', '/', '.', ':']));
  const delimiters = (): string => pick(['["/"]', '["/"]', '["/"]', '["/"]', '[]', 'null', '["/", ":"]', '["::"]']);
  const glob = (subject: string): string => `glob.match("${pattern()}", ${delimiters()}, ${subject})`;
  const lines = ['package test', 'default one := "none"', 'called contains x if x := f(input.p)'];
  const count = 6 + random.below(12);
  for (let i = 0; i < count; i++) {
    const body = `${glob(pick(['input.p', 'input.p', 'input.p', 'input.q', 'data.d.p']))}\n\t${pick(['true', glob('input.p'), 'input.m == "G"'])}`;
    lines.push(`hits contains ${i} if {\n\t${body}\n}`, `kinds[${i % 3}] contains ${i} if {\n\t${body}\n}`);
    lines.push(`f(path) := 7 if {\n\tpath != 3\n\t${glob('path')}\n}`);
    if (i % 4 === 0) lines.push(`one := 1 if {\n\t${body}\n}`);
  }
  return lines.join('\n\n');
}

test('a look-up by the parts of a text gives the answers of the patterns themselves', () => {
  const random = new Random(1);
  const texts = ['a', 'a/b', 'a/b/c', '/a', 'a:b', 'a.b', 'x.y/a', '', '/', 'b/c', 5, null, ['a']];
  let hits = 0;
  let lookups = 0;
  for (let round = 0; round < 25; round++) {
    const module = globModule(random);
    const [indexed, plain] = [true, false].map((optimise) => {
      const source = { file: 'globs.rego', text: module };
      const { wasm, plan, diagnostics } = compile([source], { entrypoints: ['test'], optimise });
      expect(diagnostics).toEqual([]);
      if (printPlan(plan!).includes('builtin split(')) lookups++;
      return loadSync(wasm!);
    });
    for (const policy of [indexed!, plain!]) policy.setData(makeObject([['d', makeObject([['p', 'a/b']])]]));
    for (const p of texts) {
      const input = new TextEncoder().encode(JSON.stringify({ p, q: random.pick(texts), m: 'G' }));
      const answer = indexed!.evaluateText('test', input);
      expect({ module, answer }).toEqual({ module, answer: plain!.evaluateText('test', input) });
      if (!answer.includes('"hits":[]')) hits++;
    }
  }
  expect(hits).toBeGreaterThan(20);
  expect(lookups).toBeGreaterThan(15);
});

/** Rules that look for constants among elements of collections and in arrays, as sets, objects, a function and a complete document. */
function elementModule(random: Random): string {
  const pick = <T>(items: readonly T[]): T => random.pick(items);
  const constant = (): string => pick(['"a"', '"b"', '"c"', '"d"', '1', '1.0', 'true', 'null', '"e"', '"f"']);
  const collection = (): string => pick(['input.xs', 'input.xs', 'input.xs', 'input.ys', 'data.d.xs', 'input.deep.xs']);
  const test = (): string => {
    const [xs, value] = [collection(), constant()];
    return pick([
      `${xs}[_] == ${value}`,
      `${value} = ${xs}[_]`,
      `${value} in ${xs}`,
      `some i\n\t${xs}[i] == ${value}\n\ti != 1`,
      `some x in ${xs}\n\tx == ${value}`,
      `${xs}[_] in {${value}, ${constant()}}`,
      `${xs} = [${value}, y]\n\ty != 3`,
      `${xs} == [${value}, ${constant()}]`,
      `[${value}, _, ${constant()}] = ${xs}`,
    ]);
  };
  const lines = ['package test', 'default one := "none"', 'called contains x if x := f(input.ys)'];
  const count = 6 + random.below(12);
  for (let i = 0; i < count; i++) {
    const body = `${test()}\n\t${pick(['true', 'true', test(), 'input.m == "G"', 'not input.n'])}`
      .replaceAll('some x in', `some x${i} in`)
      .replaceAll('\tx ==', `\tx${i} ==`);
    const unique = body.split('some ').length > 2 ? test().replaceAll(/some [^]*/g, 'true') : body;
    lines.push(`hits contains ${i} if {\n\t${unique}\n}`, `kinds[${i % 3}] contains ${i} if {\n\t${unique}\n}`);
    lines.push(`pairs[k] := v if {\n\t${unique}\n\tk := ${i % 4}\n\tv := ${i % 4}\n}`);
    lines.push(`f(given) := 7 if {\n\tgiven != 3\n\t${unique}\n}`);
    if (i % 4 === 0) lines.push(`one := 1 if {\n\t${unique}\n}`);
  }
  return lines.join('\n\n');
}

test('a look-up by elements and items gives the answers of the comparisons themselves', () => {
  const random = new Random(2);
  const collections = [
    ['a'],
    ['a', 'b'],
    ['b', 'a', 'c'],
    ['a', 'a'],
    [1, 'd'],
    [true, null, 'e'],
    [],
    { k: 'a', l: 1 },
    'a',
    null,
  ];
  let hits = 0;
  let lookups = 0;
  for (let round = 0; round < 25; round++) {
    const module = elementModule(random);
    const [indexed, plain] = [true, false].map((optimise) => {
      const { wasm, plan, diagnostics } = compile([{ file: 'elements.rego', text: module }], {
        entrypoints: ['test'],
        optimise,
      });
      expect({ module, diagnostics }).toEqual({ module, diagnostics: [] });
      if (/makeset[^]*scan[^]*switch/.test(printPlan(plan!))) lookups++;
      return loadSync(wasm!);
    });
    for (const policy of [indexed!, plain!]) policy.setData(makeObject([['d', makeObject([['xs', ['a', 'c']]])]]));
    for (const xs of collections) {
      const [ys, m] = [random.pick(collections), 'G'];
      const input = new TextEncoder().encode(JSON.stringify({ xs, ys, m, deep: { xs: random.pick(collections) } }));
      const answer = indexed!.evaluateText('test', input);
      expect({ module, answer }).toEqual({ module, answer: plain!.evaluateText('test', input) });
      if (!answer.includes('"hits":[]')) hits++;
    }
  }
  expect(hits).toBeGreaterThan(20);
  expect(lookups).toBeGreaterThan(15);
});
