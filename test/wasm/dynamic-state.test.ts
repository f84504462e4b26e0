// The dynamic state: `with`, `without`, slots and memo frames, and that every way out of a block puts it back.
import { describe, expect, test } from '@jest/globals';
import { loadSync } from '../../engine/host/load.ts';
import type { FuncIndex, Operand, Stmt } from '../../engine/plan/ir.ts';
import { makeObject } from '../../engine/value/construct.ts';
import { generate } from '../../engine/wasm/generate.ts';
import { DATA, HandPlan, INPUT, l, s } from './hand-plan.ts';

/** Appends `[input, data]` to the array in local 0. */
function note(): Stmt[] {
  return [s.make('array', 15, 2), s.append(15, INPUT), s.append(15, DATA), s.append(0, l(15))];
}

/** The notes that the statements take, starting with input "i" and data {"d": 1}. */
function notes(plan: HandPlan, ...stmts: readonly Stmt[]): unknown {
  plan.func([[s.make('array', 0), ...stmts], note(), [s.return(0)]]);
  return plan.run('i', { d: 1 });
}

const OUTSIDE = ['i', { d: 1 }];

describe('with', () => {
  test('replaces documents whole, for the block', () => {
    const plan = new HandPlan();
    const change = { input: [[[], plan.c('new')]], data: [[[], plan.c(makeObject([['n', 2]]))]] } as const;
    expect(notes(plan, s.with(1, change, note()))).toEqual([['new', { n: 2 }], OUTSIDE]);
  });

  test('patches along paths, in turn', () => {
    const plan = new HandPlan();
    const change = {
      input: [
        [[plan.c('a'), plan.c('b')], plan.c(1)],
        [[plan.c('a'), plan.c('c')], plan.c(2)],
      ],
      data: [
        [[plan.c('d'), plan.c('x')], plan.c(3)],
        [[plan.c('e')], plan.c(4)],
      ],
    } as const;
    expect(notes(plan, s.with(1, change, note()))).toEqual([[{ a: { b: 1, c: 2 } }, { d: { x: 3 }, e: 4 }], OUTSIDE]);
  });

  test('a path may have keys that are computed', () => {
    const plan = new HandPlan();
    const change = { data: [[[plan.c('u'), INPUT], INPUT]] } as const;
    expect(notes(plan, s.with(1, change, note()))).toEqual([['i', { d: 1, u: { i: 'i' } }], OUTSIDE]);
  });

  test('values are of the state outside', () => {
    const plan = new HandPlan();
    const change = { input: [[[], DATA]], data: [[[plan.c('was')], INPUT]] } as const;
    expect(notes(plan, s.with(1, change, note()))).toEqual([[{ d: 1 }, { d: 1, was: 'i' }], OUTSIDE]);
  });

  test('is undefined when its block is left early, and when a value is undefined', () => {
    const plan = new HandPlan();
    const input = [[[], plan.c('n')]] as const;
    const result = notes(
      plan,
      s.block([s.with(1, { input }, [s.test('isdefined', l(9))]), ...note()]),
      s.block([s.with(2, { input: [[[], l(9)]] }, note()), ...note()]),
      s.block([s.with(3, { input }, [s.break(0)]), ...note()]),
    );
    expect(result).toEqual([OUTSIDE]);
  });

  test('functions see the state of their caller', () => {
    const plan = new HandPlan();
    plan.func([
      [
        s.make('array', 0),
        s.with(1, { input: [[[], plan.c('n')]] }, [s.call(1 as FuncIndex, [], 1), s.append(0, l(1))]),
        s.call(1 as FuncIndex, [], 2),
        s.append(0, l(2)),
        s.return(0),
      ],
    ]);
    plan.func([[s.assign(INPUT, 0), s.return(0)]]);
    expect(plan.run('i')).toEqual(['n', 'i']);
  });
});

describe('leaving', () => {
  const changes = (plan: HandPlan): Record<'a' | 'b', { input?: [[[], Operand]]; data?: [[[], Operand]] }> => ({
    a: { input: [[[], plan.c('A')]] },
    b: { input: [[[], plan.c('B')]], data: [[[], plan.c('D')]] },
  });

  test('break across with puts back the state of the block it ends in', () => {
    const plan = new HandPlan();
    const { a, b } = changes(plan);
    const result = notes(
      plan,
      s.block([s.with(1, a, [s.block([s.with(2, b, [...note(), s.break(1)])]), ...note(), s.break(1)])]),
      s.block([s.with(3, a, [s.with(4, b, [s.break(2)])]), ...note()]),
      ...note(),
    );
    expect(result).toEqual([['B', 'D'], ['A', { d: 1 }], OUTSIDE, OUTSIDE]);
  });

  test('break out of a scan inside with', () => {
    const plan = new HandPlan();
    const { a } = changes(plan);
    const result = notes(
      plan,
      s.with(1, a, [s.scan(plan.c([1, 2, 3]), undefined, 1, [...note(), s.equal(l(1), plan.c(2)), s.break(0)])]),
    );
    expect(result).toEqual([['A', { d: 1 }], ['A', { d: 1 }], OUTSIDE]);
  });

  test('an undefined statement in a with inside a scan ends the round only', () => {
    const plan = new HandPlan();
    const { b } = changes(plan);
    const result = notes(
      plan,
      s.scan(plan.c([1, 2]), undefined, 1, [s.with(1, b, [s.equal(l(1), plan.c(2)), ...note()])]),
    );
    expect(result).toEqual([['B', 'D'], OUTSIDE]);
  });

  test('returning from inside with', () => {
    const plan = new HandPlan();
    const { b } = changes(plan);
    plan.func([[s.make('array', 0), s.call(1 as FuncIndex, [], 1), s.append(0, l(1)), ...note(), s.return(0)]]);
    plan.func([[s.with(1, b, [s.scan(plan.c([1]), undefined, 0, [s.return(0)])])]]);
    expect(plan.run('i', { d: 1 })).toEqual([1, OUTSIDE]);
  });

  test('an aborted evaluation leaves nothing behind', () => {
    const plan = new HandPlan();
    const { b } = changes(plan);
    plan.slots = 1;
    plan.memoSlots = 1;
    plan.func([
      [
        s.block([
          s.equal(INPUT, plan.c('abort')),
          s.with(1, { ...b, slots: [[0, 5]] }, [s.raise('eval_conflict_error', 'stop')]),
        ]),
      ],
      [s.make('array', 0), ...note(), s.slotIs(0, 0), s.return(0)],
    ]);
    const policy = loadSync(generate(plan.plan(), { strictBuiltinErrors: false }));
    for (let i = 0; i < 3; i++) {
      expect(() => policy.evaluate('t/p', 'abort')).toThrow('stop');
      expect(policy.evaluate('t/p', 'i')).toEqual([['i', {}]]);
    }
  });
});

describe('without', () => {
  test('steps back to the state outside of the with it names', () => {
    const plan = new HandPlan();
    const a = { input: [[[], plan.c('A')]] } as const;
    const b = { data: [[[], plan.c('B')]] } as const;
    const result = notes(
      plan,
      s.with(1, a, [
        s.with(2, b, [s.without(2, note()), s.without(1, note()), ...note()]),
        ...note(),
        s.without(1, [s.with(3, b, [...note(), s.without(3, note())]), ...note()]),
      ]),
    );
    const d = { d: 1 };
    expect(result).toEqual([['A', d], ['i', d], ['A', 'B'], ['A', d], ['i', 'B'], ['i', d], ['i', d], OUTSIDE]);
  });

  test('is undefined when left early; breaks across it and its with restore the state', () => {
    const plan = new HandPlan();
    const a = { input: [[[], plan.c('A')]] } as const;
    const b = { input: [[[], plan.c('B')]] } as const;
    const result = notes(
      plan,
      s.block([s.with(1, a, [s.without(1, [s.test('isdefined', l(9))]), ...note()]), ...note()]),
      s.block([s.with(2, a, [s.block([s.without(2, [s.with(3, b, [s.break(2)])])]), ...note()])]),
      s.block([s.with(4, a, [s.without(4, [s.with(5, b, [s.without(5, [s.break(4)])])]), ...note()])]),
    );
    expect(result).toEqual([['A', { d: 1 }], OUTSIDE]);
  });
});

describe('slots', () => {
  test('numbers and values, 0 and undefined outside', () => {
    const plan = new HandPlan();
    plan.slots = 3;
    const see = [
      s.block([s.slotIs(1, 2), s.append(0, plan.c('two'))]),
      s.block([s.slotIs(1, 0), s.append(0, plan.c('zero'))]),
      s.block([s.slotLoad(2, 1), s.append(0, l(1))]),
    ];
    plan.func([
      [
        s.make('array', 0),
        ...see,
        s.with(
          1,
          {
            slots: [
              [1, 2],
              [2, INPUT],
            ],
          },
          [...see, s.without(1, see)],
        ),
        ...see,
        s.return(0),
      ],
    ]);
    expect(plan.run('i')).toEqual(['zero', 'two', 'i', 'zero', 'zero']);
  });
});

describe('memo', () => {
  /** Runs a plan whose built-in `test.tick` counts its calls. */
  function ticks(plan: HandPlan, input?: unknown): [unknown, number] {
    let count = 0;
    const policy = loadSync(generate(plan.plan(), { strictBuiltinErrors: false }), {
      builtins: { 'test.tick': () => ++count },
    });
    return [policy.evaluate('t/p', input), count];
  }

  /** Function 1: counts, and is its input. */
  function counted(plan: HandPlan): void {
    plan.func([[s.builtin('test.tick', [], 0), s.assign(INPUT, 1), s.return(1)]], { memo: plan.memoSlots - 1 });
  }

  const call = s.call(1 as FuncIndex, [], 1);
  const use = [s.block([call, s.append(0, l(1))])];

  test.each([
    ['defined', 'i'],
    ['undefined', undefined],
  ])('a %s result is kept', (_, input) => {
    const plan = new HandPlan();
    plan.memoSlots = 3;
    plan.func([[s.make('array', 0), ...use, ...use, ...use, s.return(0)]]);
    counted(plan);
    expect(ticks(plan, input)).toEqual([input === undefined ? [] : [input, input, input], 1]);
  });

  test('a with has results of its own, and those outside stay', () => {
    const plan = new HandPlan();
    plan.memoSlots = 1;
    const inside = (id: number): Stmt =>
      s.with(id, { input: [[[], plan.c('n')]] }, [...use, ...use, s.without(id, use)]);
    plan.func([[s.make('array', 0), ...use, inside(1), inside(2), ...use, s.return(0)]]);
    counted(plan);
    expect(ticks(plan, 'i')).toEqual([['i', 'n', 'n', 'i', 'n', 'n', 'i', 'i'], 3]);
  });

  test('a frame used again is empty, also after breaks', () => {
    const plan = new HandPlan();
    plan.memoSlots = 40;
    const round = [
      s.block([s.with(1, { input: [[[], l(2)]] }, [...use, s.with(2, { input: [[[], l(1)]] }, use), s.break(1)])]),
      s.with(3, { input: [[[], l(2)]] }, use),
    ];
    plan.func([[s.make('array', 0), s.scan(INPUT, undefined, 2, round), s.return(0)]]);
    counted(plan);
    expect(ticks(plan, [1, 2])).toEqual([[1, 1, 1, 2, 2, 2], 6]);
  });

  test('a new evaluation starts empty', () => {
    const plan = new HandPlan();
    plan.memoSlots = 1;
    plan.func([[s.make('array', 0), ...use, s.return(0)]]);
    counted(plan);
    const policy = loadSync(generate(plan.plan(), { strictBuiltinErrors: false }), {
      builtins: { 'test.tick': () => 1 },
    });
    expect([1, 2, 3].map((input) => policy.evaluate('t/p', input))).toEqual([[1], [2], [3]]);
  });
});
