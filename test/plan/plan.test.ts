// Golden plans of dropped-in files, and the property that optimisations change no answer.
// `UPDATE_GOLDENS=1 npm run jest -- test/plan` rewrites the golden files.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { lowerPlan } from '../../engine/plan/opa-plan.ts';
import { printPlan } from '../../engine/plan/print.ts';
import { generate as generateWasm } from '../../engine/wasm/generate.ts';
import { type Generated, generate } from '../differential/generate.ts';

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
