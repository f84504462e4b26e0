// A thread that runs tests in runs of many, watched from here: what it is at stands in shared memory, so that a test that does not
// end is known without a message for each. Which tests go where is test-run.ts's; the thread's side is test-worker.ts.
import { Worker } from 'node:worker_threads';
import { CliError } from './errors.ts';
import type { Evaluated } from './test-evaluate.ts';

/** What a thread is given to run tests of. */
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

/** Where a thread says what it is at: the index of the test, and the milliseconds since the epoch when it began; never while there is none. */
export interface Progress {
  readonly index: Int32Array;
  readonly startedMs: Float64Array;
}

export type ToTestWorker =
  | { readonly kind: 'load'; readonly data: TestWorkerData; readonly progress: Progress }
  | { readonly kind: 'run'; readonly tests: readonly TestWorkerRequest[] };

export type FromTestWorker =
  | { readonly kind: 'loaded' }
  /** Results of the tests from `first` on. */
  | { readonly kind: 'results'; readonly first: number; readonly results: readonly Evaluated[] }
  | { readonly kind: 'done' };

/** What became of a run of tests. */
export interface RunOutcome {
  /** The test whose time was up, by its index; the thread has ended then. */
  readonly overdue?: number;
}

/** Runs tests one after the other; one that does not end costs the thread, which the caller replaces. */
export class TestThread {
  readonly #worker: Worker;
  readonly #progress: Progress = {
    index: new Int32Array(new SharedArrayBuffer(4)),
    startedMs: new Float64Array(new SharedArrayBuffer(8)),
  };
  #receive: ((message: FromTestWorker) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;
  /** Faults before anyone waits for the thread. */
  #fault: Error | undefined;

  /** Starts a thread; it loads its code while the caller goes on. It does not keep the process alive until it is given work. */
  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./test-worker.${extension}`, import.meta.url), { execArgv: [], stdin: false });
    worker.on('message', (message: FromTestWorker) => this.#receive?.(message));
    worker.on('error', (error) => {
      this.#fault = new CliError(error.message);
      this.#fail?.(this.#fault);
    });
    worker.unref();
    this.#worker = worker;
  }

  /** Gives the thread its module. Throws CliError. */
  async load(data: TestWorkerData): Promise<void> {
    this.#worker.ref();
    await this.#ask({ kind: 'load', data, progress: this.#progress }, (message) => message.kind === 'loaded');
  }

  /** Runs tests; `take` gets each result as it comes. Throws CliError. */
  async run(
    tests: readonly TestWorkerRequest[],
    timeoutMs: number,
    take: (index: number, evaluated: Evaluated) => void,
  ): Promise<RunOutcome> {
    const { index, startedMs } = this.#progress;
    startedMs[0] = Infinity;
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<number>((resolve) => {
      const watch = (): void => {
        const at = Atomics.load(index, 0);
        const leftMs = startedMs[0]! + timeoutMs - Date.now();
        if (leftMs <= 0 && at === Atomics.load(index, 0)) resolve(at);
        else timer = setTimeout(watch, Math.min(Math.max(leftMs, 1), timeoutMs, 2 ** 31 - 1));
      };
      timer = setTimeout(watch, Math.min(timeoutMs, 2 ** 31 - 1));
    });
    const done = this.#ask({ kind: 'run', tests }, (message) => {
      if (message.kind === 'results') message.results.forEach((result, i) => take(message.first + i, result));
      return message.kind === 'done';
    });
    try {
      const late = await Promise.race([overdue, done]);
      if (late === undefined) return {};
      await this.stop();
      return { overdue: late };
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    this.#receive = undefined;
    this.#fail = undefined;
    await this.#worker.terminate();
  }

  #ask(message: ToTestWorker, isAnswer: (message: FromTestWorker) => boolean): Promise<undefined> {
    return new Promise((resolve, reject) => {
      if (this.#fault !== undefined) return reject(this.#fault);
      this.#receive = (each) => {
        if (isAnswer(each)) resolve(undefined);
      };
      this.#fail = reject;
      this.#worker.postMessage(message);
      return undefined;
    });
  }
}
