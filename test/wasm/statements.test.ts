// Every kind of statement, in plans written by hand, through `loadSync` and the bare SDK.
import { describe, expect, test } from '@jest/globals';
import type { Stmt } from '../../engine/plan/ir.ts';
import { makeObject, makeSet } from '../../engine/value/construct.ts';
import { DATA, HandPlan, INPUT, l, s } from './hand-plan.ts';

/** The value of a function with these statements; `plan` may have been prepared with constants and functions after 0. */
function value(plan: HandPlan, stmts: readonly Stmt[], input?: unknown, data?: unknown): unknown {
  plan.func([stmts]);
  return plan.run(input, data);
}

describe('values', () => {
  test('constants of every kind', () => {
    const plan = new HandPlan();
    const constant = makeObject([
      ['null', null],
      ['t', [true, false]],
      ['n', [0, -1, 1.5, 1e21, 123456789]],
      ['s', ['', 'a', 'zoë', '😀']],
      ['set', makeSet([3, 1, 2])],
      ['empty', [[], makeObject([])]],
    ]);
    expect(value(plan, [s.assign(plan.c(constant), 0), s.return(0)])).toEqual({
      null: null,
      t: [true, false],
      n: [0, -1, 1.5, 1e21, 123456789],
      s: ['', 'a', 'zoë', '😀'],
      set: [1, 2, 3],
      empty: [[], {}],
    });
  });

  test.each([[0], [false], [null], [''], [[1, { a: 'b' }]], ['x']])('input %j comes through', (input) => {
    expect(value(new HandPlan(), [s.assign(INPUT, 0), s.return(0)], input)).toEqual(input);
  });

  test('no input is undefined', () => {
    expect(value(new HandPlan(), [s.assign(INPUT, 0), s.return(0)])).toBeUndefined();
  });

  test('data', () => {
    expect(value(new HandPlan(), [s.assign(DATA, 0), s.return(0)])).toEqual({});
    expect(value(new HandPlan(), [s.assign(DATA, 0), s.return(0)], undefined, { a: [1] })).toEqual({ a: [1] });
  });

  test('dot finds by string, number and element, and is undefined elsewhere', () => {
    const get = (key: null | string | number, input?: unknown): unknown => {
      const plan = new HandPlan();
      return value(plan, [s.dot(INPUT, plan.c(key), 0), s.return(0)], input);
    };
    expect(get('a', { a: 1, b: 2 })).toBe(1);
    expect(get('c', { a: 1, b: 2 })).toBeUndefined();
    expect(get('a')).toBeUndefined();
    expect(get('a', 'a')).toBeUndefined();
    expect(get('a', ['a'])).toBeUndefined();
    expect(get(1, ['a', 'b'])).toBe('b');
    expect(get(2, ['a', 'b'])).toBeUndefined();
    expect(get(-1, ['a', 'b'])).toBeUndefined();
    expect(get(0.5, ['a', 'b'])).toBeUndefined();
    expect(get(null, { null: 1 })).toBeUndefined();
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]));
    expect(get('k42', many)).toBe(42);
  });

  test('dot with a key from the input', () => {
    const plan = new HandPlan();
    plan.func([[s.dot(INPUT, plan.c('key'), 0), s.dot(INPUT, plan.c('map'), 1), s.dot(l(1), l(0), 2), s.return(2)]]);
    expect(plan.run({ key: 'b', map: { a: 1, b: 2 } })).toBe(2);
    expect(plan.run({ key: 'zz', map: { a: 1, b: 2 } })).toBeUndefined();
  });

  test('dot on a set gives the element', () => {
    const plan = new HandPlan();
    const set = plan.c(makeSet(['a', 'b']));
    expect(value(plan, [s.dot(set, plan.c('a'), 0), s.return(0)])).toBe('a');
  });

  test.each([
    ['equal', 1, 1.0, true],
    ['equal', 'a', 'a', true],
    ['equal', 'a', 'b', false],
    ['equal', [1, 'x'], [1, 'x'], true],
    ['equal', null, false, false],
    ['notequal', 1, 2, true],
    ['notequal', 'a', 'a', false],
    ['notequal', { a: [1] }, { a: [1] }, false],
  ] as const)('%s %j %j', (kind, a, b, want) => {
    for (const constant of [false, true]) {
      const plan = new HandPlan();
      const right = constant && (typeof b !== 'object' || b === null) ? plan.c(b) : l(1);
      const test = kind === 'equal' ? s.equal(l(0), right) : s.notEqual(l(0), right);
      const stmts = [
        s.dot(INPUT, plan.c('a'), 0),
        s.dot(INPUT, plan.c('b'), 1),
        test,
        s.assign(plan.c(true), 2),
        s.return(2),
      ];
      expect(value(plan, stmts, { a, b })).toBe(want ? true : undefined);
    }
  });

  test('comparing with what is undefined is undefined', () => {
    for (const make of [s.equal, s.notEqual]) {
      for (const constant of [false, true]) {
        const plan = new HandPlan();
        plan.func([[make(l(0), constant ? plan.c('x') : l(1)), s.assign(plan.c(1), 2), s.return(2)]]);
        expect(plan.run()).toBeUndefined();
      }
    }
  });

  test.each([
    ['isarray', [[]], [{}, 'a', 1, null]],
    ['isobject', [{}], [[], 'a', 1, null]],
    ['isset', [], [[], {}, 'a']],
    ['isdefined', [null, false, 0], []],
    ['istrue', [null, 0, '', true, []], [false]],
  ] as const)('%s', (kind, yes, no) => {
    const plan = new HandPlan();
    plan.func([[s.test(kind, INPUT), s.assign(plan.c('yes'), 0), s.return(0)]]);
    for (const input of yes) expect(plan.run(input)).toBe('yes');
    for (const input of [...no, undefined]) expect(plan.run(input)).toBeUndefined();
  });

  test('isset holds for a set', () => {
    const plan = new HandPlan();
    expect(value(plan, [s.test('isset', plan.c(makeSet([]))), s.assign(plan.c(1), 0), s.return(0)])).toBe(1);
  });

  test('isundefined, resetlocal', () => {
    const plan = new HandPlan();
    const stmts = [
      s.assign(plan.c(1), 0),
      s.reset(0),
      s.test('isundefined', l(0)),
      s.assign(plan.c(2), 1),
      s.return(1),
    ];
    expect(value(plan, stmts)).toBe(2);
    const other = new HandPlan();
    expect(value(other, [s.assign(other.c(1), 0), s.test('isundefined', l(0)), s.return(0)])).toBeUndefined();
  });

  test('len and haslength', () => {
    const plan = new HandPlan();
    plan.func([[s.hasLength(INPUT, 2), s.len(INPUT, 0), s.return(0)]]);
    expect(plan.run([1, 2])).toBe(2);
    expect(plan.run({ a: 1, b: 2 })).toBe(2);
    for (const input of [[1], 'ab', undefined, {}]) expect(plan.run(input)).toBeUndefined();
    const text = new HandPlan();
    expect(value(text, [s.len(INPUT, 0), s.return(0)], 'ab')).toBeUndefined();
  });

  test('collections under construction', () => {
    const plan = new HandPlan();
    plan.func([
      [
        s.make('array', 0, 1),
        s.make('object', 1),
        s.make('set', 2),
        s.scan(INPUT, 3, 4, [s.append(0, l(4)), s.insert(1, l(4), l(3)), s.add(2, l(4))]),
        s.make('array', 5, 3),
        s.append(5, l(0)),
        s.append(5, l(1)),
        s.append(5, l(2)),
        s.return(5),
      ],
    ]);
    expect(plan.run(['b', 'a', 'b'])).toEqual([['b', 'a', 'b'], { a: 1, b: 2 }, ['a', 'b']]);
    const many = Array.from({ length: 1000 }, (_, i) => `k${(i * 7919) % 500}`);
    const [list, object, set] = plan.run(many) as [string[], Record<string, number>, string[]];
    expect(list).toEqual(many);
    expect(set).toEqual([...new Set(many)].sort());
    expect(object['k0']).toBe(500);
  });

  test('objectmerge: deep, the second wins, either may be undefined', () => {
    const plan = new HandPlan();
    plan.func([
      [s.block([s.dot(INPUT, plan.c('a'), 0)], [s.dot(INPUT, plan.c('b'), 1)]), s.merge(l(0), l(1), 2), s.return(2)],
    ]);
    expect(plan.run({ a: { x: { p: 1, q: 1 }, y: 1 }, b: { x: { q: 2 }, y: { z: 1 } } })).toEqual({
      x: { p: 1, q: 2 },
      y: { z: 1 },
    });
    expect(plan.run({ a: { x: 1 } })).toEqual({ x: 1 });
    expect(plan.run({ b: { x: 1 } })).toEqual({ x: 1 });
    expect(plan.run({})).toBeUndefined();
  });
});

describe('control', () => {
  /** Appends `mark` to local 0. */
  const mark = (plan: HandPlan, text: string): Stmt => s.append(0, plan.c(text));

  test('an undefined statement leaves its block only', () => {
    const plan = new HandPlan();
    const stmts = [
      s.make('array', 0),
      s.block(
        [mark(plan, 'a'), s.dot(INPUT, plan.c('none'), 1), mark(plan, 'never')],
        [mark(plan, 'b'), s.block([s.test('isdefined', INPUT), mark(plan, 'never')]), mark(plan, 'c')],
      ),
      s.return(0),
    ];
    expect(value(plan, stmts)).toEqual(['a', 'b', 'c']);
  });

  test('break leaves the blocks it counts', () => {
    const plan = new HandPlan();
    const stmts = [
      s.make('array', 0),
      s.block(
        [
          s.block(
            [s.block([mark(plan, 'a'), s.break(1), mark(plan, 'never')]), mark(plan, 'never')],
            [mark(plan, 'b'), s.block([s.block([s.break(3)])])],
            [mark(plan, 'never')],
          ),
          mark(plan, 'never'),
        ],
        [mark(plan, 'c'), s.break(0)],
      ),
      s.return(0),
    ];
    expect(value(plan, stmts)).toEqual(['a', 'b', 'c']);
  });

  test('the blocks of a function run in turn, each up to where it is undefined', () => {
    const plan = new HandPlan();
    plan.func([
      [s.make('array', 0), s.test('isdefined', l(5)), s.return(5)],
      [mark(plan, 'x'), s.break(0)],
      [mark(plan, 'y'), s.return(0)],
      [s.reset(0), s.return(0)],
    ]);
    expect(plan.run()).toEqual(['x', 'y']);
  });

  test('scan: order, rounds, leaving', () => {
    const plan = new HandPlan();
    plan.func([
      [
        s.make('array', 0),
        s.scan(INPUT, 1, 2, [
          s.notEqual(l(2), plan.c('skip')),
          s.append(0, l(1)),
          s.block([s.equal(l(2), plan.c('stop')), s.break(1)]),
        ]),
        s.return(0),
      ],
    ]);
    expect(plan.run(['a', 'skip', 'b'])).toEqual([0, 2]);
    expect(plan.run({ z: 1, a: 'skip', m: 2 })).toEqual(['m', 'z']);
    expect(plan.run(['a', 'stop', 'b'])).toEqual([0, 1]);
    expect(plan.run([])).toEqual([]);
    for (const input of ['text', 5, null, undefined]) expect(plan.run(input)).toBeUndefined();
  });

  test('a nested scan of one collection', () => {
    const plan = new HandPlan();
    const pair = [s.make('array', 3, 2), s.append(3, l(1)), s.append(3, l(2)), s.append(0, l(3))];
    plan.func([[s.make('array', 0), s.scan(INPUT, 1, undefined, [s.scan(INPUT, 2, undefined, pair)]), s.return(0)]]);
    expect(plan.run({ b: 0, a: 0 })).toEqual([
      ['a', 'a'],
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'b'],
    ]);
  });

  test('a local that was defined in one round is not taken for defined in the next', () => {
    const plan = new HandPlan();
    plan.func([
      [
        s.make('array', 0),
        s.scan(INPUT, undefined, 1, [
          s.block([s.dot(l(1), plan.c('x'), 2)]),
          s.block([s.equal(l(2), l(2)), s.append(0, l(2))]),
        ]),
        s.return(0),
      ],
    ]);
    expect(plan.run([{ x: 1 }, {}, { x: 3 }])).toEqual([1, 3]);
  });

  test('not', () => {
    const plan = new HandPlan();
    plan.func([[s.not(s.dot(INPUT, plan.c('a'), 0), s.test('istrue', l(0))), s.assign(plan.c('ok'), 1), s.return(1)]]);
    expect(plan.run({ a: false })).toBe('ok');
    expect(plan.run({})).toBe('ok');
    expect(plan.run()).toBe('ok');
    expect(plan.run({ a: 1 })).toBeUndefined();
  });

  test('break 0 leaves a not early, which then holds', () => {
    const plan = new HandPlan();
    expect(value(plan, [s.not(s.break(0)), s.assign(plan.c(1), 0), s.return(0)])).toBe(1);
  });

  test.each([['few strings'], ['many'], ['mixed kinds']])('switch: %s', (shape) => {
    const plan = new HandPlan();
    const count = shape === 'many' ? 50 : 2;
    const cases = Array.from({ length: count }, (_, i) => ({
      values: shape === 'mixed kinds' ? [plan.index(i), plan.index([i])] : [plan.index(`k${i}`), plan.index(`K${i}`)],
      stmts: [s.assign(plan.c(i), 0), s.test('isdefined', l(9)), s.assign(plan.c('never'), 0)],
    }));
    plan.func([[s.switch(INPUT, cases, [s.assign(plan.c('otherwise'), 0)]), s.return(0)]]);
    const key = (i: number): unknown => (shape === 'mixed kinds' ? i : `k${i}`);
    for (const i of [0, 1, count - 1]) expect(plan.run(key(i))).toBe(i);
    expect(plan.run(shape === 'mixed kinds' ? [1] : 'K1')).toBe(1);
    for (const other of [key(count), null, undefined, { a: 1 }]) expect(plan.run(other)).toBe('otherwise');
  });

  test('switch without a case goes on, and break counts the case', () => {
    const plan = new HandPlan();
    const stmts = [
      s.assign(plan.c('start'), 0),
      s.block([
        s.switch(INPUT, [{ values: [plan.index('leave')], stmts: [s.break(1)] }]),
        s.assign(plan.c('went on'), 0),
      ]),
      s.return(0),
    ];
    plan.func([stmts]);
    expect(plan.run('leave')).toBe('start');
    expect(plan.run('other')).toBe('went on');
  });

  test('returnlocal leaves from deep inside', () => {
    const plan = new HandPlan();
    const stmts = [s.scan(INPUT, 0, 1, [s.block([s.equal(l(1), plan.c(2)), s.return(0)])]), s.return(1)];
    plan.func([stmts]);
    expect(plan.run([1, 2, 3])).toBe(1);
    expect(plan.run([1, 3])).toBe(3);
  });
});

describe('calls', () => {
  test('arguments and results', () => {
    const plan = new HandPlan();
    const get = 1 as never;
    plan.func([[s.call(get, [INPUT, plan.c('b')], 0), s.return(0)]]);
    plan.func([[s.dot(l(0), l(1), 2), s.return(2)]], { params: 2, locals: 3 });
    expect(plan.run({ a: 1, b: 2 })).toBe(2);
    expect(plan.run({ a: 1 })).toBeUndefined();
    expect(plan.run()).toBeUndefined();
  });

  test('an undefined result leaves the block', () => {
    const plan = new HandPlan();
    plan.func([[s.assign(plan.c(1), 1), s.block([s.call(1 as never, [], 0), s.assign(plan.c(2), 1)]), s.return(1)]]);
    plan.func([[s.test('isdefined', INPUT), s.assign(INPUT, 0), s.return(0)]]);
    expect(plan.run()).toBe(1);
    expect(plan.run(null)).toBe(2);
  });

  test('callswitch', () => {
    const plan = new HandPlan();
    const count = 300;
    const cases = Array.from({ length: count }, (_, i) => ({ values: [plan.index(`k${i}`)], func: (i + 1) as never }));
    plan.func([[s.callswitch(INPUT, cases, 0), s.return(0)]]);
    for (let i = 0; i < count; i++) {
      if (i === 7) plan.func([[s.test('isdefined', l(0)), s.return(0)]]);
      else plan.func([[s.assign(plan.c(i), 0), s.return(0)]]);
    }
    for (const i of [0, 1, 150, 299]) expect(plan.run(`k${i}`)).toBe(i);
    for (const input of ['k7', 'k300', 5, undefined]) expect(plan.run(input)).toBeUndefined();
  });

  test('native built-ins', () => {
    const plan = new HandPlan();
    plan.func([[s.builtin('plus', [INPUT, plan.c(1)], 0), s.builtin('count', [plan.c([1, 2])], 1), s.return(0)]]);
    expect(plan.run(41)).toBe(42);
    expect(plan.run('x')).toBeUndefined();
  });

  test('host built-ins', () => {
    const plan = new HandPlan();
    plan.func([[s.builtin('units.parse_bytes', [INPUT], 0), s.return(0)]]);
    expect(plan.run('1KiB')).toBe(1024);
    expect(plan.run('x')).toBeUndefined();
  });

  test('a built-in called for its effect never leaves the block', () => {
    const plan = new HandPlan();
    plan.func([[s.builtin('units.parse_bytes', [INPUT]), s.assign(plan.c(1), 0), s.return(0)]]);
    expect(plan.run('x')).toBe(1);
  });
});

describe('assignvaronce', () => {
  const CONFLICT = 'complete rules must not produce multiple outputs';

  test('in a loop: equal values pass, others are a conflict', () => {
    const plan = new HandPlan();
    plan.func([[s.scan(INPUT, undefined, 1, [s.assignOnce(l(1), 0)])], [s.return(0)]]);
    expect(plan.run([2, 2])).toBe(2);
    expect(plan.run([])).toBeUndefined();
    expect(() => plan.run([2, 3])).toThrow(CONFLICT);
  });

  test('returned at once: the first one counts', () => {
    const plan = new HandPlan();
    plan.func([
      [s.scan(INPUT, undefined, 1, [s.assignOnce(l(1), 0), s.return(0)])],
      [s.assignOnce(plan.c('second'), 0), s.return(0)],
    ]);
    expect(plan.run([2, 3])).toBe(2);
    expect(plan.run([])).toBe('second');
  });

  test('after one that is not returned', () => {
    const plan = new HandPlan();
    plan.func([
      [s.test('isdefined', INPUT), s.assignOnce(INPUT, 0)],
      [s.assignOnce(plan.c(1), 0), s.return(0)],
    ]);
    expect(plan.run(1)).toBe(1);
    expect(plan.run()).toBe(1);
    expect(() => plan.run(2)).toThrow(CONFLICT);
  });

  test('in a loop, before one that is not returned', () => {
    const plan = new HandPlan();
    plan.func([
      [
        s.scan(INPUT, 2, 1, [
          s.block(
            [s.equal(l(2), plan.c(1)), s.assignOnce(plan.c('x'), 0), s.return(0)],
            [s.equal(l(2), plan.c(0)), s.assignOnce(l(1), 0)],
          ),
        ]),
      ],
      [s.return(0)],
    ]);
    expect(plan.run(['x', 'y'])).toBe('x');
    expect(() => plan.run(['y', 'y'])).toThrow(CONFLICT);
  });

  test('a key of a scan that is returned after it', () => {
    const plan = new HandPlan();
    plan.func([[s.scan(INPUT, 0, undefined, [s.assignOnce(plan.c('never'), 0)]), s.return(0)]]);
    expect(() => plan.run(['a'])).toThrow(CONFLICT);
  });
});
