// Runs tests in threads, so that one that never ends costs its own time only; what a test does is test-evaluate.ts's.
import { Worker } from 'node:worker_threads';
import { CliError } from './errors.ts';
import type { TestCase } from './test-cases.ts';
import type { Evaluated } from './test-evaluate.ts';

/** What a thread is started with. */
export interface TestWorkerData {
  readonly module: WebAssembly.Module;
  readonly data: Uint8Array;
  readonly builtinsModule: string | undefined;
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly coverPlaces: number;
}

export interface TestWorkerRequest {
  readonly entrypoint: string;
  readonly isTable: boolean;
}

export interface TestResult extends Omit<Evaluated, 'outcome' | 'covered'> {
  readonly test: TestCase;
  readonly outcome: Evaluated['outcome'] | 'skip';
}

export interface RunTestsOptions {
  readonly timeoutMs: number;
  readonly parallel: number;
  readonly count: number;
}

export interface TestRun {
  /** In the order of the tests, all of them once and then again for `count`. */
  readonly results: readonly TestResult[];
  /** Places that any test reached; empty without coverage. */
  readonly covered: Uint8Array;
}

/** Fewer tests than this are not worth another thread. */
const TESTS_PER_THREAD = 50;

/** Runs the tests against a module that has their rules as entry points. Throws CliError when a thread does not start. */
export async function runTests(
  tests: readonly TestCase[],
  start: TestWorkerData,
  options: RunTestsOptions,
): Promise<TestRun> {
  const covered = new Uint8Array(start.coverPlaces);
  const all = Array.from({ length: options.count }, () => tests).flat();
  const results = new Array<TestResult>(all.length);
  let next = 0;
  const work = async (): Promise<void> => {
    let thread: Thread | undefined;
    while (next < all.length) {
      const index = next++;
      const test = all[index]!;
      if (test.skip || test.isFunction) {
        results[index] = withoutRun(test);
        continue;
      }
      thread ??= await Thread.start(start);
      const evaluated = await thread.run(test, options.timeoutMs);
      if (evaluated === undefined) {
        thread = undefined;
        const error = { code: 'eval_cancel_error', text: 'caller cancelled query execution' };
        results[index] = { test, outcome: 'error', durationNs: options.timeoutMs * 1e6, output: '', error };
        continue;
      }
      const { covered: places, ...rest } = evaluated;
      places?.forEach((reached, i) => (covered[i] = covered[i]! | reached));
      results[index] = { test, ...rest };
    }
    await thread?.stop();
  };
  const threads = Math.max(1, Math.min(options.parallel, Math.ceil(all.length / TESTS_PER_THREAD)));
  await Promise.all(Array.from({ length: threads }, work));
  return { results, covered };
}

function withoutRun(test: TestCase): TestResult {
  if (test.skip) return { test, outcome: 'skip', durationNs: 0, output: '' };
  const path = `${test.package}.${test.name}`;
  const error = { code: 'rego_type_error', text: `function ${path} used as reference, not called` };
  return { test, outcome: 'error', durationNs: 0, output: '', error };
}

class Thread {
  readonly #worker: Worker;
  #resolve: ((evaluated: Evaluated | undefined) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (evaluated: Evaluated) => this.#resolve?.(evaluated));
    worker.on('error', (error) => this.#reject?.(new CliError(error.message)));
  }

  static start(data: TestWorkerData): Promise<Thread> {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./test-worker.${extension}`, import.meta.url), {
      workerData: data,
      execArgv: [],
      stdin: false,
    });
    return new Promise((resolve, reject) => {
      worker.once('error', (error) => reject(new CliError(error.message)));
      worker.once('message', () => resolve(new Thread(worker)));
    });
  }

  /** Undefined when the time was up: the thread has ended then. */
  async run({ entrypoint, isTable }: TestCase, timeoutMs: number): Promise<Evaluated | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const evaluated = await new Promise<Evaluated | undefined>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      timer = setTimeout(() => resolve(undefined), Math.min(timeoutMs, 2 ** 31 - 1));
      this.#worker.postMessage({ entrypoint, isTable } satisfies TestWorkerRequest);
    });
    clearTimeout(timer);
    if (evaluated === undefined) await this.stop();
    return evaluated;
  }

  async stop(): Promise<void> {
    this.#resolve = undefined;
    this.#reject = undefined;
    await this.#worker.terminate();
  }
}
