// Errors that end an evaluation: texts, codes and places as OPA prints them; what strict builds do that others don't.
import { describe, expect, test } from '@jest/globals';
import { BuiltinError } from '../../engine/host/builtin.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import type { LoadOptions } from '../../engine/host/load.ts';
import { generate } from '../../engine/wasm/generate.ts';
import { at, HandPlan, INPUT, l, loadPolicySync, s } from './hand-plan.ts';

function evaluate(plan: HandPlan, strict: boolean, input?: unknown, options: LoadOptions = {}): unknown {
  const policy = loadSync(generate(plan.plan(), { strictBuiltinErrors: strict }), options);
  try {
    return policy.evaluate('t/p', input);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return error.message;
  }
}

describe('conflicts', () => {
  test.each([
    ['complete', 't.rego:1234567: eval_conflict_error: complete rules must not produce multiple outputs'],
    ['function', 't.rego:1234567: eval_conflict_error: functions must not produce multiple outputs for same inputs'],
  ] as const)('%s', (conflict, text) => {
    const plan = new HandPlan();
    plan.func([
      [s.assign(plan.c([1]), 0), s.assignOnce(plan.c([1]), 0, conflict), s.assignOnce(INPUT, 0, conflict, at(1234567))],
      [s.return(0)],
    ]);
    expect(evaluate(plan, false, [1])).toEqual([1]);
    expect(evaluate(plan, false)).toEqual([1]);
    for (const input of [[2], 'x', null]) expect(evaluate(plan, false, input)).toBe(text);
  });

  test('object keys', () => {
    const plan = new HandPlan();
    plan.func([
      [s.make('object', 0), s.insertOnce(0, plan.c('k'), plan.c(1)), s.insertOnce(0, plan.c('k'), INPUT, at(3))],
      [s.return(0)],
    ]);
    expect(evaluate(plan, false, 1)).toEqual({ k: 1 });
    expect(evaluate(plan, false, 2)).toBe('t.rego:3: eval_conflict_error: object keys must be unique');
  });

  test('raise', () => {
    const plan = new HandPlan();
    plan.func([[s.not(s.raise('eval_conflict_error', 'ünï: 1:2: text', at(30)))]]);
    expect(evaluate(plan, false)).toBe('t.rego:30: eval_conflict_error: ünï: 1:2: text');
  });

  test('the bare SDK throws the whole text', () => {
    const plan = new HandPlan();
    plan.func([[s.raise('eval_conflict_error', 'text', at(5))]]);
    const policy = loadPolicySync(generate(plan.plan(), { strictBuiltinErrors: false }), { initial: 5 }, {});
    let thrown: unknown;
    try {
      policy.evaluate({}, 0);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe('t.rego:5: eval_conflict_error: text');
  });
});

describe('errors of host built-ins', () => {
  const fail = (halt: boolean): LoadOptions => ({
    builtins: {
      'test.fail': () => {
        throw new BuiltinError('no luck', 'eval_type_error', halt);
      },
    },
  });

  /** Calls `test.fail` in row 8, after a call in row 7 that works. */
  function plan(): HandPlan {
    const made = new HandPlan();
    made.func([
      [s.builtin('units.parse', [made.c('1')], 1, at(7)), s.builtin('test.fail', [], 0, at(8)), s.return(0)],
      [s.assign(made.c('undefined'), 0), s.return(0)],
    ]);
    return made;
  }

  test('let the call be undefined, but end it in a strict build or when they are to halt', () => {
    const text = 't.rego:8: eval_type_error: test.fail: no luck';
    expect(evaluate(plan(), false, undefined, fail(false))).toBe('undefined');
    expect(evaluate(plan(), true, undefined, fail(false))).toBe(text);
    expect(evaluate(plan(), false, undefined, fail(true))).toBe(text);
  });

  test('what is no BuiltinError is our own fault', () => {
    const options = {
      builtins: {
        'test.fail': () => {
          throw new TypeError('oops');
        },
      },
    };
    expect(evaluate(plan(), false, undefined, options)).toBe('eval_internal_error: oops');
  });
});

describe('errors of native built-ins', () => {
  function plan(): HandPlan {
    const made = new HandPlan();
    made.func([
      [s.builtin('to_number', [INPUT], 0, at(7)), s.return(0)],
      [s.builtin('div', [INPUT, made.c(0)], 1, at(8)), s.return(1)],
      [s.assign(made.c('undefined'), 2), s.return(2)],
    ]);
    return made;
  }

  test('undefined unless the build is strict', () => {
    expect(evaluate(plan(), false, '12')).toBe(12);
    expect(evaluate(plan(), true, '12')).toBe(12);
    expect(evaluate(plan(), false, 'x')).toBe('undefined');
    expect(evaluate(plan(), true, 'x')).toMatch(/^t\.rego:7: eval_builtin_error: to_number: ./);
    expect(evaluate(plan(), true, [])).toMatch(/^t\.rego:7: eval_type_error: to_number: ./);
  });
});

describe('the host', () => {
  test('refuses modules whose built-ins nobody supplies', () => {
    const plan = new HandPlan();
    plan.func([[s.builtin('test.none', [], 0), s.return(0)]]);
    const wasm = generate(plan.plan(), { strictBuiltinErrors: false });
    expect(() => loadSync(wasm)).toThrow(expect.objectContaining({ code: 'missing_builtin' }));
  });

  test('an unknown entrypoint is an error', () => {
    const plan = new HandPlan();
    plan.func([[s.return(0)]]);
    const wasm = generate(plan.plan(), { strictBuiltinErrors: false });
    expect(() => loadSync(wasm).evaluate('t/q')).toThrow(expect.objectContaining({ kind: 'entrypoint' }));
    expect(() => loadPolicySync(wasm, { initial: 5 }, {}).evaluate({}, 99)).toThrow();
  });

  test('a local that is read before anything is assigned is undefined', () => {
    const plan = new HandPlan();
    plan.func([[s.assign(l(3), 0), s.return(0)]]);
    expect(plan.run()).toBeUndefined();
  });
});
