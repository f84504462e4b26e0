// A policy in a thread: results, data, errors, and what the time limit does.
import { afterEach, describe, expect, test } from '@jest/globals';
import { WorkerPolicy } from '../../engine/host/worker-policy.ts';
import type { Stmt } from '../../engine/plan/ir.ts';
import { generate } from '../../engine/wasm/generate.ts';
import { at, DATA, HandPlan, INPUT, l, s } from '../wasm/hand-plan.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const parse = (text: Uint8Array | undefined): unknown =>
  text === undefined ? undefined : JSON.parse(Buffer.from(text).toString());

/** `"slow"` takes practically for ever, `"fail"` is a conflict; else the data, or undefined for null. */
function wasm(): Uint8Array {
  const plan = new HandPlan();
  const digits = plan.c([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  let loop: Stmt = s.block([s.equal(l(1), l(0))]);
  for (let i = 0; i < 12; i++) loop = s.scan(digits, undefined, i + 2, [loop]);
  plan.func([
    [s.equal(INPUT, plan.c('slow')), loop],
    [s.equal(INPUT, plan.c('fail')), s.raise('eval_conflict_error', 'text', at(3))],
    [s.notEqual(INPUT, plan.c(null)), s.assign(DATA, 0), s.return(0)],
  ]);
  return generate(plan.plan(), { strictBuiltinErrors: false });
}

describe('a policy in a thread', () => {
  let policy: WorkerPolicy | undefined;
  afterEach(() => policy?.close());

  test('evaluates, and throws what an evaluation throws', async () => {
    policy = await WorkerPolicy.start(wasm(), { timeLimitMs: 10_000 });
    expect(policy.entrypoints).toEqual(['t/p']);
    await policy.setData(bytes({ d: 1 }));
    const results = await Promise.all(['a', null, 'b'].map((input) => policy!.evaluateJson('t/p', bytes(input))));
    expect(results.map(parse)).toEqual([{ d: 1 }, undefined, { d: 1 }]);
    await expect(policy.evaluateJson('t/p', bytes('fail'))).rejects.toMatchObject({
      code: 'eval_conflict_error',
      message: 't.rego:3: eval_conflict_error: text',
      location: { file: 't.rego', row: 3 },
    });
    await expect(policy.setData(new Uint8Array([1]))).rejects.toMatchObject({ code: 'eval_data_error' });
    await policy.setData(bytes(2));
    expect(parse(await policy.evaluateJson('t/p', bytes(1)))).toBe(2);
  });

  test('an evaluation that takes too long is ended; those after it and the data are not lost', async () => {
    policy = await WorkerPolicy.start(wasm(), { timeLimitMs: 300 });
    await policy.setData(bytes('data'));
    const slow = policy.evaluateJson('t/p', bytes('slow'));
    const next = policy.evaluateJson('t/p', bytes('next'));
    await expect(slow).rejects.toMatchObject({ code: 'eval_cancel_error', kind: 'limit' });
    expect(parse(await next)).toBe('data');
    expect(parse(await policy.evaluateJson('t/p', bytes('more')))).toBe('data');
  });

  test('faulty modules are refused, and a closed policy gives no decision', async () => {
    await expect(WorkerPolicy.start(Uint8Array.of(1), { timeLimitMs: 1000 })).rejects.toMatchObject({
      code: 'invalid_module',
    });
    policy = await WorkerPolicy.start(wasm(), { timeLimitMs: 1000 });
    const open = policy.evaluateJson('t/p', bytes('slow'));
    await policy.close();
    await expect(open).rejects.toMatchObject({ code: 'eval_cancel_error' });
    await expect(policy.evaluateJson('t/p', bytes(1))).rejects.toMatchObject({ code: 'eval_cancel_error' });
  });
});
