// The loaded policy: values in and out without loss, data, host built-ins and their context, coverage.
import { describe, expect, test } from '@jest/globals';
import type { BuiltinContext } from '../../engine/host/builtin.ts';
import { load, loadSync } from '../../engine/host/load.ts';
import type { LoadOptions, Policy } from '../../engine/host/load.ts';
import { sdkBuiltins } from '../../engine/host/sdk-builtins.ts';
import type { Stmt } from '../../engine/plan/ir.ts';
import { dumpRego } from '../../engine/value/rego-text.ts';
import { makeObject, makeSet } from '../../engine/value/construct.ts';
import { RegoNumber } from '../../engine/value/value.ts';
import type { Value } from '../../engine/value/value.ts';
import { generate } from '../../engine/wasm/generate.ts';
import { at, DATA, HandPlan, INPUT, l, loadPolicySync, s } from '../wasm/hand-plan.ts';

function policyOf(stmts: (plan: HandPlan) => readonly Stmt[], options: LoadOptions = {}): Policy {
  return loadSync(wasmOf(stmts), options);
}

function wasmOf(stmts: (plan: HandPlan) => readonly Stmt[], strict = false): Uint8Array {
  const plan = new HandPlan();
  plan.func([stmts(plan)]);
  return generate(plan.plan(), { strictBuiltinErrors: strict });
}

const echo = (): readonly Stmt[] => [s.assign(INPUT, 0), s.return(0)];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const RICH: Value = makeObject([
  ['set', makeSet([1, 'a', makeSet([])])],
  [makeSet(['k']), null],
  [[1, 2], new RegoNumber('12345678901234567890')],
  [true, new RegoNumber('0.33333333333333333334')],
  ['text', 'zoë "quoted" \u0001 😀'],
]);

describe('values', () => {
  test('JSON text in and out keeps numbers and order', () => {
    const policy = policyOf(echo);
    const text = '{"a":12345678901234567890,"b":[0.1,1e400,-0.5],"c":"\\u0000"}';
    expect(Buffer.from(policy.evaluateJson('t/p', bytes(text))!).toString()).toBe(text);
    expect(policy.evaluateText('t/p', bytes('1'))).toBe('[{"result":1}]');
    expect(policy.evaluateText('t/p')).toBe('[]');
    expect(policy.evaluateJson('t/p')).toBeUndefined();
  });

  test('the input may lie at any address', () => {
    const policy = policyOf(echo);
    for (let length = 1; length < 20; length++) {
      policy.setData(bytes(JSON.stringify('x'.repeat(length))));
      const input = 'y'.repeat(length);
      expect(policy.evaluate('t/p', input)).toBe(input);
    }
  });

  test('values without loss', () => {
    const policy = policyOf(echo);
    expect(dumpRego(policy.evaluateValue('t/p', bytes(dumpRego(RICH)))!)).toBe(dumpRego(RICH));
    expect(policy.evaluateValue('t/p')).toBeUndefined();
    const constant = policyOf((plan) => [s.assign(plan.c(RICH), 0), s.return(0)]);
    expect(dumpRego(constant.evaluateValue('t/p')!)).toBe(dumpRego(RICH));
  });

  test('what is no JSON is refused', () => {
    const policy = policyOf(echo);
    for (const text of ['', ' ', '{', '{"a":1,}', '[1] x', 'nul', "'a'", '{1}', '01', '"\u0001"']) {
      expect(() => policy.evaluateJson('t/p', bytes(text))).toThrow(
        expect.objectContaining({ code: 'eval_input_error', kind: 'input' }),
      );
    }
    expect(() => policy.evaluate('t/p', () => 1)).toThrow(expect.objectContaining({ code: 'eval_input_error' }));
    expect(policy.evaluate('t/p', [1])).toEqual([1]);
  });

  test('a number beyond the bounds is named as what it is', () => {
    const policy = policyOf(echo);
    const text = bytes('{"a": 1e-600000000}');
    const reason = 'has a number whose exponent is beyond 536870912';
    expect(() => policy.evaluateJson('t/p', text)).toThrow(
      expect.objectContaining({ code: 'eval_input_error', text: `input ${reason}` }),
    );
    expect(() => policy.setData(text)).toThrow(
      expect.objectContaining({ code: 'eval_data_error', text: `data ${reason}` }),
    );
  });

  test('loading is the same from bytes, a compiled module, at once or not', async () => {
    const wasm = wasmOf(echo);
    const module = await WebAssembly.compile(wasm);
    for (const policy of [await load(wasm), await load(module), loadSync(module)])
      expect(policy.evaluate('t/p', 'x')).toBe('x');
    await expect(load(bytes('no module'))).rejects.toThrow(expect.objectContaining({ code: 'invalid_module' }));
    expect(() => loadSync(bytes('no module'))).toThrow(expect.objectContaining({ code: 'invalid_module' }));
  });

  test('entrypoints are in order', () => {
    const plan = new HandPlan();
    plan.func([[s.assign(plan.c('a'), 0), s.return(0)]]);
    plan.func([[s.assign(plan.c('b'), 0), s.return(0)]]);
    const names = ['z/z', 'a/a', 'm'].map((name, i) => ({ name, func: i % 2 }));
    const policy = loadSync(generate(plan.plan(names), { strictBuiltinErrors: false }));
    expect(policy.entrypoints).toEqual(['z/z', 'a/a', 'm']);
    expect(policy.entrypoints.map((name) => policy.evaluate(name))).toEqual(['a', 'b', 'a']);
  });

  test('a query gives its bindings, and is not taken for a rule', () => {
    const plan = new HandPlan();
    plan.resultSet = true;
    plan.func([
      [s.test('isdefined', INPUT), s.make('array', 0), s.make('object', 1), s.insert(1, plan.c('x'), INPUT)],
      [s.test('isdefined', l(0)), s.append(0, l(1)), s.return(0)],
    ]);
    const policy = loadSync(generate(plan.plan(), { strictBuiltinErrors: false }));
    expect(policy.evaluateText('t/p', bytes('5'))).toBe('[{"x":5}]');
    expect(policy.evaluateText('t/p')).toBe('[]');
    expect(() => policy.evaluate('t/p', 5)).toThrow('a query');
  });
});

describe('data', () => {
  const data = (): readonly Stmt[] => [s.assign(DATA, 0), s.return(0)];

  test('as a value, as text, and anew', () => {
    const policy = policyOf(data);
    expect(policy.evaluate('t/p')).toEqual({});
    policy.setData({ a: 1 });
    expect(policy.evaluate('t/p')).toEqual({ a: 1 });
    policy.setData(bytes('{"b":12345678901234567890}'));
    expect(policy.evaluateText('t/p')).toBe('[{"result":{"b":12345678901234567890}}]');
    const size = policy.memoryBytes;
    const large = bytes(JSON.stringify(Array.from({ length: 1000 }, (_, i) => `item ${i}`)));
    for (let i = 0; i < 100; i++) policy.setData(large);
    expect(policy.memoryBytes).toBeLessThanOrEqual(size + 4 * 65536);
  });

  test('after faulty data there is no decision until there is good data', () => {
    const policy = policyOf(echo);
    policy.setData({ a: 1 });
    expect(() => policy.setData(bytes('{"a":'))).toThrow(expect.objectContaining({ code: 'eval_data_error' }));
    expect(() => policy.evaluate('t/p', 1)).toThrow(expect.objectContaining({ kind: 'data' }));
    policy.setData({});
    expect(policy.evaluate('t/p', 1)).toBe(1);
  });
});

describe('host built-ins', () => {
  test('get and give values without loss', () => {
    const seen: Value[] = [];
    const policy = policyOf((plan) => [s.builtin('test.same', [INPUT, plan.c(RICH)], 0), s.return(0)], {
      builtins: {
        'test.same': (_, input, constant) => {
          seen.push(input!, constant!);
          return [input!, constant!];
        },
      },
    });
    const result = policy.evaluateValue('t/p', bytes(dumpRego(RICH)));
    expect(seen.map(dumpRego)).toEqual([dumpRego(RICH), dumpRego(RICH)]);
    expect(dumpRego(result!)).toBe(dumpRego([RICH, RICH]));
  });

  test('give strings that are constants of the policy', () => {
    const policy = policyOf((plan) => [s.builtin('test.word', [], 0), s.equal(l(0), plan.c('word')), s.return(0)], {
      builtins: { 'test.word': () => 'word' },
    });
    expect(policy.evaluate('t/p')).toBe('word');
  });

  test('arguments up to four, undefined results', () => {
    for (let count = 0; count <= 4; count++) {
      const policy = policyOf(
        (plan) => [
          s.builtin(
            'test.args',
            Array.from({ length: count }, (_, i) => plan.c(i)),
            0,
          ),
          s.return(0),
        ],
        { builtins: { 'test.args': (_, ...args) => (args.length === 2 ? undefined : args) } },
      );
      const want = Array.from({ length: count }, (_, i) => i);
      expect(policy.evaluate('t/p')).toEqual(count === 2 ? undefined : want);
    }
  });

  test('share one context per evaluation', () => {
    const contexts: BuiltinContext[] = [];
    const policy = policyOf(() => [s.builtin('test.see', [], 0), s.builtin('test.see', [], 1), s.return(1)], {
      env: { A: 'b' },
      runtime: { config: 1 },
      httpHosts: ['example.org'],
      now: () => 5n,
      randomBytes: (length) => new Uint8Array(length).fill(7),
      builtins: {
        'test.see': (context) => {
          contexts.push(context);
          const count = ((context.cache.get('n') as number | undefined) ?? 0) + 1;
          context.cache.set('n', count);
          return [count, Number(context.nowNs), context.randomBytes(2)[1]!, context.env['A']!, context.runtime];
        },
      },
    });
    const want = [2, 5, 7, 'b', { config: 1 }];
    expect(policy.evaluate('t/p')).toEqual(want);
    expect(policy.evaluate('t/p')).toEqual(want);
    expect(contexts[0]).toBe(contexts[1]);
    expect(contexts[2]).not.toBe(contexts[1]);
    expect(contexts[0]!.httpHosts).toEqual(['example.org']);
  });

  test('cannot ask the policy they are called from', () => {
    let inner: unknown;
    const policy: Policy = policyOf(() => [s.builtin('test.again', [INPUT], 0), s.return(0)], {
      builtins: {
        'test.again': (_, input) => {
          for (const ask of [() => policy.evaluate('t/p', 1), () => policy.setData({})]) {
            try {
              ask();
            } catch (error) {
              inner = error;
            }
          }
          return input;
        },
      },
    });
    expect(policy.evaluate('t/p', [1])).toEqual([1]);
    expect(inner).toMatchObject({ code: 'eval_internal_error' });
  });

  test('the clock stands still within an evaluation', () => {
    const now = policyOf(() => [
      s.builtin('time.now_ns', [], 0),
      s.builtin('time.now_ns', [], 1),
      s.make('array', 2),
      s.append(2, l(0)),
      s.append(2, l(1)),
      s.return(2),
    ]);
    const [first, second] = now.evaluate('t/p') as [number, number];
    expect(first).toBe(second);
    expect(Math.abs(first / 1e6 - Date.now())).toBeLessThan(60_000);
  });

  test('for the bare SDK: JSON, and errors as the caller wants them', () => {
    const wasm = wasmOf((plan) => [s.builtin('units.parse_bytes', [INPUT], 0), s.return(0)], true);
    const lax = loadPolicySync(wasm, { initial: 5 }, sdkBuiltins());
    const strict = loadPolicySync(wasm, { initial: 5 }, sdkBuiltins({ strictBuiltinErrors: true }));
    expect(lax.evaluate('1MB', 't/p')).toEqual([{ result: 1_000_000 }]);
    expect(lax.evaluate('x', 't/p')).toEqual([]);
    expect(() => strict.evaluate('x', 't/p')).toThrow('units.parse_bytes: ');
    expect(strict.evaluate('1', 't/p')).toEqual([{ result: 1 }]);
  });
});

describe('coverage', () => {
  test('notes the places reached, until it is cleared', () => {
    const plan = new HandPlan();
    plan.covered = [at(1), at(2), at(3)];
    plan.func([
      [s.cover(0), s.test('isdefined', INPUT), s.cover(1)],
      [s.cover(2), s.assign(plan.c(1), 0), s.return(0)],
    ]);
    const policy = loadSync(generate(plan.plan(), { strictBuiltinErrors: false }));
    policy.evaluate('t/p');
    expect([...policy.coverage(3)]).toEqual([1, 0, 1]);
    policy.evaluate('t/p', 1);
    expect([...policy.coverage(3)]).toEqual([1, 1, 1]);
    policy.clearCoverage(3);
    expect([...policy.coverage(3)]).toEqual([0, 0, 0]);
    expect(policyOf(echo).coverage(3).length).toBe(0);
  });
});
