// Runs tests in threads, so that one that never ends costs its own time only: shares tests out, starts more threads when it takes long.
// A thread is test-thread.ts's; what a test does is test-evaluate.ts's.
import type { TestCase } from './test-cases.ts';
import type { Evaluated } from './test-evaluate.ts';
import { TestThread, type TestWorkerData } from './test-thread.ts';

export interface TestResult extends Omit<Evaluated, 'outcome' | 'covered'> {
  readonly test: TestCase;
  readonly outcome: Evaluated['outcome'] | 'skip';
}

export interface RunTestsOptions {
  readonly timeoutMs: number;
  readonly parallel: number;
  readonly count: number;
  /** A thread that was started ahead. */
  readonly thread?: TestThread;
  /** It is left running for other tests, unless one of these did not end. */
  readonly keepThread?: boolean;
}

export interface TestRun {
  /** In the order of the tests, all of them once and then again for `count`. */
  readonly results: readonly TestResult[];
  /** Places that any test reached; empty without coverage. */
  readonly covered: Uint8Array;
}

/** Tests that a thread gets at once: at first, and as long as they are quick. */
const FIRST_SHARE = 16;
const LARGEST_SHARE = 512;
/** A share that took less than this is followed by a larger one, one that took more by a smaller one. */
const SHARE_MS = 50;
/** Starting another thread is worth it when tests have taken this long and some are left. */
const MORE_THREADS_AFTER_MS = 100;

/** Runs the tests against a module that has their rules as entry points. Throws CliError when a thread does not start. */
export async function runTests(
  tests: readonly TestCase[],
  data: TestWorkerData,
  options: RunTestsOptions,
): Promise<TestRun> {
  const covered = new Uint8Array(data.coverPlaces);
  const all = Array.from({ length: options.count }, () => tests).flat();
  const results = new Array<TestResult>(all.length);
  const open: number[] = [];
  all.forEach((test, i) => {
    if (test.skip || test.isFunction) results[i] = withoutRun(test);
    else open.push(i);
  });
  open.reverse();
  const take = (index: number, evaluated: Evaluated): void => {
    const { covered: places, ...rest } = evaluated;
    places?.forEach((reached, i) => (covered[i] = covered[i]! | reached));
    results[index] = { test: all[index]!, ...rest };
  };
  const work = async (started: TestThread | undefined): Promise<void> => {
    let thread = started;
    let isLoaded = false;
    let size = FIRST_SHARE;
    while (open.length > 0) {
      thread ??= new TestThread();
      if (!isLoaded) await thread.load(data);
      isLoaded = true;
      const share = open.splice(-size).reverse();
      const startMs = performance.now();
      const requests = share.map((index) => ({ entrypoint: all[index]!.entrypoint, isTable: all[index]!.isTable }));
      const { overdue } = await thread.run(requests, options.timeoutMs, (i, evaluated) => take(share[i]!, evaluated));
      size = performance.now() - startMs < SHARE_MS ? Math.min(size * 2, LARGEST_SHARE) : Math.max(size >> 1, 1);
      if (overdue === undefined) continue;
      thread = undefined;
      isLoaded = false;
      const late = share[overdue]!;
      results[late] = overdueResult(all[late]!, options.timeoutMs);
      // What came before it may not have been sent, what comes after it has not run.
      open.push(...share.filter((index) => results[index] === undefined).reverse());
    }
    if (thread !== options.thread || options.keepThread !== true) await thread?.stop();
  };
  const threads = [work(options.thread)];
  const timer = setTimeout(() => {
    const count = Math.min(options.parallel - 1, open.length);
    for (let i = 0; i < count; i++) {
      const other = work(undefined);
      // Its fault is thrown below.
      other.catch(() => {});
      threads.push(other);
    }
  }, MORE_THREADS_AFTER_MS);
  // While the first thread has work, the timer may add others; each has taken its share before the first one ends.
  await threads[0]!.finally(() => clearTimeout(timer));
  await Promise.all(threads);
  return { results, covered };
}

function withoutRun(test: TestCase): TestResult {
  if (test.skip) return { test, outcome: 'skip', durationNs: 0, output: '' };
  const path = `${test.package}.${test.name}`;
  const error = { code: 'rego_type_error', text: `function ${path} used as reference, not called` };
  return { test, outcome: 'error', durationNs: 0, output: '', error };
}

function overdueResult(test: TestCase, timeoutMs: number): TestResult {
  const error = { code: 'eval_cancel_error', text: 'context deadline exceeded' };
  return { test, outcome: 'error', durationNs: timeoutMs * 1e6, output: '', error };
}
