// Large plans and large data: what the engines' limits would break if code were generated naively.
import { describe, expect, test } from '@jest/globals';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync, type Policy } from '../../engine/host/load.ts';
import type { FuncIndex, Stmt } from '../../engine/plan/ir.ts';
import { makeObject } from '../../engine/value/construct.ts';
import { CodegenError } from '../../engine/wasm/codegen-error.ts';
import { generate } from '../../engine/wasm/generate.ts';
import { at, HandPlan, INPUT, l, loadPolicySync, s } from './hand-plan.ts';

const LAX = { strictBuiltinErrors: false };

function range<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

describe('size', () => {
  test('a small policy is a small module', () => {
    const plan = new HandPlan();
    plan.func([[s.dot(INPUT, plan.c('a'), 0), s.return(0)]]);
    expect(generate(plan.plan(), LAX).length).toBeLessThanOrEqual(15 * 1024);
  });

  test('the same plan gives the same bytes', () => {
    const make = (): Uint8Array => {
      const plan = new HandPlan();
      plan.memoSlots = 2;
      plan.func([[s.builtin('time.now_ns', [], 0), s.make('set', 1), s.add(1, plan.c([1, 'a', 2.5])), s.return(1)]]);
      return generate(plan.plan(), LAX);
    };
    expect(Buffer.compare(make(), make())).toBe(0);
  });

  test('2 MB of constants load in a memory of the default size', () => {
    const plan = new HandPlan();
    const big = makeObject(range(20_000, (i) => [`key-${i}`, `${'x'.repeat(80)}${i}`] as const));
    plan.func([[s.dot(plan.c(big), INPUT, 0), s.return(0)]]);
    const wasm = generate(plan.plan(), LAX);
    expect(wasm.length).toBeGreaterThan(2_000_000);
    expect(plan.run('key-19999')).toBe(`${'x'.repeat(80)}19999`);
    expect(() => loadSync(wasm, { maxMemoryPages: 10 })).toThrow('do not fit into the memory limit');
  });
});

describe('large functions', () => {
  const COUNT = 3000;

  test('a set of thousands of rules', () => {
    const plan = new HandPlan();
    const rules = range(COUNT, (i) => [
      s.dot(INPUT, plan.c('n'), i * 3 + 1),
      s.equal(l(i * 3 + 1), plan.c(i % 7)),
      s.add(0, plan.c(i)),
    ]);
    plan.func([[s.make('set', 0)], ...rules, [s.return(0)]], { locals: COUNT * 3 + 2 });
    expect(plan.run({ n: 3 })).toEqual(range(COUNT, (i) => i).filter((i) => i % 7 === 3));
  });

  test('the first of thousands of rules that holds returns', () => {
    const plan = new HandPlan();
    const rules = range(COUNT, (i) => [s.equal(INPUT, plan.c(i)), s.assign(plan.c(`rule ${i}`), 0), s.return(0)]);
    plan.func([...rules, [s.assign(plan.c('none'), 0), s.return(0)]]);
    const run = plan.prepare();
    for (const i of [0, 1999, 2000, COUNT - 1]) expect(run(i)).toBe(`rule ${i}`);
    expect(run('x')).toBe('none');
  });

  test('locals changed in an outlined part are seen after it, and conflicts found', () => {
    const plan = new HandPlan();
    const rules = range(COUNT, (i) => [s.equal(INPUT, plan.c(i % 2000)), s.assignOnce(plan.c(i % 2000), 1)]);
    const late = [s.equal(INPUT, plan.c(5)), s.assignOnce(plan.c('other'), 1, 'complete', at(9))];
    plan.func([...rules, late, [s.return(1)]]);
    const run = plan.prepare();
    expect(run(4)).toBe(4);
    expect(() => run(5)).toThrow('complete rules must not produce multiple outputs');
  });

  test('breaks out of outlined blocks, across with and scan', () => {
    const plan = new HandPlan();
    const many = (leave: number): Stmt[][] =>
      range(COUNT, (i) => [s.equal(l(1), plan.c(i)), s.append(0, INPUT), s.break(leave)]);
    plan.func([
      [
        s.make('array', 0),
        s.scan(plan.c([2500, 10, 'x']), undefined, 1, [
          s.block([
            s.with(1, { input: [[[], l(1)]] }, [s.block(...many(2)), s.append(0, plan.c('not left'))]),
            s.append(0, plan.c('end of block')),
          ]),
          s.append(0, INPUT),
        ]),
        s.scan(plan.c([7, 8]), undefined, 1, [s.block(...many(1)), s.append(0, plan.c('never'))]),
        s.return(0),
      ],
    ]);
    expect(plan.run('i')).toEqual([2500, 'i', 10, 'i', 'not left', 'end of block', 'i', 'i']);
  });

  test('a switch with thousands of cases in place', () => {
    const plan = new HandPlan();
    const cases = range(COUNT, (i) => ({
      values: [plan.index(`k${i}`)],
      stmts: [s.assign(plan.c(i), 0), s.block([s.equal(l(1), plan.c(1)), s.break(2)]), s.assign(plan.c(`not ${i}`), 0)],
    }));
    plan.func(
      [
        [
          s.dot(INPUT, plan.c('key'), 2),
          s.dot(INPUT, plan.c('leave'), 1),
          s.block([s.switch(l(2), cases, [s.assign(plan.c('otherwise'), 0)]), s.append(3, l(0))]),
          s.return(0),
        ],
      ].map((stmts) => [s.make('array', 3), ...stmts]),
    );
    const run = plan.prepare();
    for (const i of [0, 1234, COUNT - 1]) {
      expect(run({ key: `k${i}`, leave: 1 })).toBe(i);
      expect(run({ key: `k${i}`, leave: 0 })).toBe(`not ${i}`);
    }
    expect(run({ key: 'k', leave: 0 })).toBe('otherwise');
  });

  test('a parameter that only one outlined part reads', () => {
    const plan = new HandPlan();
    plan.func([[s.call(1 as FuncIndex, [INPUT, plan.c('k')], 0), s.return(0)]]);
    const rules = range(COUNT, (i) => [s.equal(l(2), plan.c(i)), s.return(2)]);
    plan.func([...rules, [s.dot(l(0), l(1), 3), s.return(3)]], { params: 2 });
    expect(plan.run({ k: 'value' })).toBe('value');
  });

  test('without steps out of a with around a large block', () => {
    const plan = new HandPlan();
    const rules = range(COUNT, (i) => [s.equal(INPUT, plan.c(i)), s.without(1, [s.append(0, INPUT)])]);
    plan.func([[s.make('array', 0), s.with(1, { input: [[[], plan.c(2999)]] }, [s.block(...rules)]), s.return(0)]]);
    expect(plan.run('i')).toEqual(['i']);
  });

  test('what no function can hold is a finding with its place', () => {
    const plan = new HandPlan();
    const stmts = range(60_000, (i) => s.assign(plan.c(1), i));
    plan.func([[...stmts, s.return(0)]], { locals: 60_000 });
    expect(() => generate(plan.plan(), LAX)).toThrow(CodegenError);
  });

  test('a built-in of the host has four arguments at the most', () => {
    const plan = new HandPlan();
    plan.func([
      [
        s.builtin(
          'test.five',
          range(5, () => INPUT),
          0,
          at(12),
        ),
        s.return(0),
      ],
    ]);
    let found: unknown;
    try {
      generate(plan.plan(), LAX);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(CodegenError);
    expect((found as CodegenError).diagnostics[0]?.loc.row).toBe(12);
  });
});

describe('limits of an evaluation', () => {
  test('calls nested too deeply end in an error, and the policy goes on', () => {
    // Policies cannot recur, but a plan by hand can: the cheapest deep chain of calls.
    const plan = new HandPlan();
    plan.func([
      [s.equal(INPUT, plan.c('deep')), s.call(1 as FuncIndex, [], 0), s.return(0)],
      [s.assign(plan.c('shallow'), 0), s.return(0)],
    ]);
    plan.func([[s.call(1 as FuncIndex, [], 0), s.return(0)]]);
    const policy = loadSync(generate(plan.plan(), LAX));
    for (let i = 0; i < 2; i++) {
      expect(() => policy.evaluate('t/p', 'deep')).toThrow(
        expect.objectContaining({ name: 'EvaluationError', code: 'eval_limit_error', kind: 'limit' }),
      );
      expect(policy.evaluate('t/p', 'x')).toBe('shallow');
    }
  });

  test('memory beyond the limit ends in an error, and the policy goes on', () => {
    const plan = new HandPlan();
    const grow = [
      s.scan(INPUT, undefined, 1, [s.scan(INPUT, undefined, 2, [s.scan(INPUT, undefined, 3, [s.append(0, l(1))])])]),
    ];
    plan.func([[s.make('array', 0), ...grow, s.return(0)]]);
    const policy = loadSync(generate(plan.plan(), LAX), { maxMemoryPages: 40 });
    const input = range(200, (i) => i);
    for (let i = 0; i < 2; i++) {
      expect(() => policy.evaluate('t/p', input)).toThrow(expect.objectContaining({ code: 'eval_limit_error' }));
      expect(policy.evaluate('t/p', [7])).toEqual([7]);
    }
    const huge = new Uint8Array(40 * 65536).fill(32);
    expect(() => policy.evaluateJson('t/p', huge)).toThrow(expect.objectContaining({ code: 'eval_limit_error' }));
  });

  describe('time, where the module asks for it', () => {
    /** Asks with a clock of its own: a millisecond goes by with each question. */
    const timed = (source: string, entrypoint: string): [Policy, () => number] => {
      const { wasm } = compile([{ file: 't.rego', text: `package t\n${source}` }], {
        entrypoints: [entrypoint],
        checksTime: true,
      });
      let asked = 0;
      const checkTime = (): undefined => {
        if (++asked > 100) throw new EvaluationError('eval_cancel_error', 'enough');
      };
      return [loadSync(wasm!, { builtins: { 'internal.check_time': checkTime } }), () => asked];
    };
    const cancelled = expect.objectContaining({ code: 'eval_cancel_error', kind: 'limit' });

    test.each([
      ['scans in scans', 'p if {\n some x in input\n some y in input\n some z in input\n x + y + z == -1\n}', 500],
      ['one long scan', 'p if {\n some x in input\n x == -1\n}', 200_000],
      [
        'functions that call functions',
        `p := f0(input)\n${range(40, (i) => `f${i}(x) := f${i + 1}(x) + f${i + 1}([x])`).join('\n')}\nf40(x) := count(x)`,
        1,
      ],
      [
        'rules under `with`',
        `p := r0\n${range(40, (i) => `r${i} := x + y if {\n x := r${i + 1} with input as [1]\n y := r${i + 1} with input as [2]\n}`).join('\n')}\nr40 := count(input)`,
        1,
      ],
    ])('%s end, and the policy goes on', (_, source, size) => {
      const [policy, asked] = timed(source, 't/p');
      expect(() =>
        policy.evaluate(
          't/p',
          range(size, (i) => i),
        ),
      ).toThrow(cancelled);
      expect(asked()).toBe(101);
    });

    test('what is short is not asked about, and is what it would be', () => {
      const [policy, asked] = timed('p := sum([x | some x in input])', 't/p');
      for (let i = 0; i < 20; i++) expect(policy.evaluate('t/p', [1, 2, 3])).toBe(6);
      expect(asked()).toBe(0);
      expect(
        policy.evaluate(
          't/p',
          range(2_000, () => 1),
        ),
      ).toBe(2_000);
      expect(asked()).toBeGreaterThan(0);
    });

    test('it is measured from the first question on', () => {
      const text = 'package t\np if {\n some x in input\n some y in input\n x + y == -1\n}';
      const { wasm } = compile([{ file: 't.rego', text }], { entrypoints: ['t/p'], checksTime: true });
      const policy = loadSync(wasm!, { timeLimitMs: 20 });
      const input = range(20_000, (i) => i % 50);
      for (let i = 0; i < 2; i++) expect(() => policy.evaluate('t/p', input)).toThrow(cancelled);
      expect(policy.evaluate('t/p', [1])).toBeUndefined();
    });

    test('other modules need nothing of their host for it', () => {
      const { wasm } = compile([{ file: 't.rego', text: 'package t\np := sum(input)' }], { entrypoints: ['t/p'] });
      expect(loadPolicySync(wasm!, { initial: 5 }, {}).evaluate([1, 2], 't/p')).toEqual([{ result: 3 }]);
      expect(Buffer.from(wasm!).includes('internal.check_time')).toBe(false);
    });
  });

  test('input nested too deeply ends in an error', () => {
    const plan = new HandPlan();
    plan.func([[s.assign(INPUT, 0), s.return(0)]]);
    const policy = loadSync(generate(plan.plan(), LAX));
    const text = new TextEncoder().encode('['.repeat(1_000_000) + ']'.repeat(1_000_000));
    expect(() => policy.evaluateJson('t/p', text)).toThrow(EvaluationError);
    expect(policy.evaluate('t/p', [1])).toEqual([1]);
  });

  test('a large input goes in and out', () => {
    const plan = new HandPlan();
    plan.func([[s.assign(INPUT, 0), s.return(0)]]);
    const policy = loadSync(generate(plan.plan(), LAX));
    const text = JSON.stringify(range(50_000, (i) => ({ id: `user-${i}`, n: i, tags: ['a', `b${i}`] })));
    const result = policy.evaluateJson('t/p', new TextEncoder().encode(text));
    expect(Buffer.from(result!).toString('utf8') === text).toBe(true);
  });

  test('memory stays where it is over many evaluations', () => {
    const plan = new HandPlan();
    plan.memoSlots = 1;
    plan.func([
      [
        s.make('array', 0),
        s.scan(INPUT, undefined, 1, [
          s.with(1, { input: [[[], l(1)]] }, [s.call(1 as FuncIndex, [], 2), s.append(0, l(2))]),
        ]),
        s.return(0),
      ],
    ]);
    plan.func([[s.assign(INPUT, 0), s.return(0)]], { memo: 0 });
    const wasm = generate(plan.plan(), LAX);
    const policy = loadSync(wasm);
    const bare = loadPolicySync(wasm, { initial: 5 }, {});
    const text = new TextEncoder().encode(JSON.stringify(range(20, (i) => `item ${i}`)));
    for (let i = 0; i < 50_000; i++) policy.evaluateJson('t/p', text);
    for (let i = 0; i < 5_000; i++) bare.evaluate([i], 't/p');
    expect(policy.memoryBytes).toBe(5 * 65536);
    expect(bare.mem.buffer.byteLength).toBe(5 * 65536);
  });
});
