// A policy in a thread of its own, where an evaluation can be ended by the clock: WebAssembly cannot be interrupted in
// the thread that runs it. The thread's side is policy-worker.ts.
import { Worker } from 'node:worker_threads';
import { EvaluationError } from './evaluation-error.ts';
import type { EvaluationErrorCode, EvaluationLocation } from './evaluation-error.ts';
import { PolicyLoadError } from './instantiate.ts';

export interface WorkerPolicyOptions {
  /** Longest time for one evaluation, in milliseconds. Beyond, it ends in an EvaluationError of code `eval_cancel_error`. */
  readonly timeLimitMs: number;
  readonly maxMemoryPages?: number;
  readonly runtime?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly httpHosts?: readonly string[];
}

/** What the thread is started with. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly options: Omit<WorkerPolicyOptions, 'timeLimitMs'>;
}

export type WorkerRequest =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | { readonly kind: 'evaluate'; readonly entrypoint: string; readonly input: Uint8Array | undefined };

export type WorkerReply =
  | { readonly kind: 'ready'; readonly entrypoints: readonly string[] }
  | { readonly kind: 'refused'; readonly code: PolicyLoadError['code']; readonly message: string }
  | { readonly kind: 'done'; readonly result?: Uint8Array }
  | {
      readonly kind: 'failed';
      readonly code: EvaluationErrorCode;
      readonly text: string;
      readonly location?: EvaluationLocation;
    };

interface Job {
  readonly request: WorkerRequest;
  readonly resolve: (result: Uint8Array | undefined) => void;
  readonly reject: (error: EvaluationError) => void;
}

/** Evaluations run one after the other; one that exceeds its time costs the thread, which is started again with the same data. */
export class WorkerPolicy {
  readonly #start: WorkerStart;
  readonly #timeLimitMs: number;
  readonly #queue: Job[] = [];
  #running: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #worker: Worker | undefined;
  #data: Uint8Array | undefined;
  #closed = false;
  #entrypoints: readonly string[] = [];

  private constructor(start: WorkerStart, timeLimitMs: number) {
    this.#start = start;
    this.#timeLimitMs = timeLimitMs;
  }

  /** Starts the thread. Throws PolicyLoadError, also for a policy that does not load within the time limit. */
  static async start(wasm: Uint8Array | WebAssembly.Module, options: WorkerPolicyOptions): Promise<WorkerPolicy> {
    const { timeLimitMs, ...rest } = options;
    const module = wasm instanceof WebAssembly.Module ? wasm : await compile(wasm);
    const policy = new WorkerPolicy({ module, options: rest }, timeLimitMs);
    await policy.#launch();
    return policy;
  }

  get entrypoints(): readonly string[] {
    return this.#entrypoints;
  }

  /** Replaces the base documents by JSON text. Rejects with EvaluationError. */
  async setData(data: Uint8Array): Promise<void> {
    const copy = Uint8Array.from(data);
    await this.#ask({ kind: 'data', data: copy });
    this.#data = copy;
  }

  /** The rule's value as JSON text, or undefined. Rejects with EvaluationError. */
  evaluateJson(entrypoint: string, input?: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#ask({ kind: 'evaluate', entrypoint, input });
  }

  /** Ends the thread; evaluations not done yet are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#rejectAll(new EvaluationError('eval_cancel_error', 'the policy was closed'));
  }

  #ask(request: WorkerRequest): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new EvaluationError('eval_cancel_error', 'the policy was closed'));
      this.#queue.push({ request, resolve, reject });
      this.#next();
      return undefined;
    });
  }

  #next(): void {
    if (this.#running !== undefined || this.#worker === undefined) return;
    const job = this.#queue.shift();
    if (job === undefined) {
      this.#worker.unref();
      return;
    }
    this.#running = job;
    this.#worker.ref();
    this.#worker.postMessage(job.request);
    if (job.request.kind === 'evaluate') this.#timer = setTimeout(() => void this.#expire(), this.#timeLimitMs);
  }

  async #expire(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#finish()?.reject(new EvaluationError('eval_cancel_error', `time limit of ${this.#timeLimitMs} ms exceeded`));
    await worker?.terminate();
    await this.#relaunch();
  }

  async #relaunch(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#launch();
    } catch (error) {
      this.#closed = true;
      this.#rejectAll(
        new EvaluationError('eval_internal_error', 'the policy cannot be started again', undefined, error),
      );
    }
  }

  /** Resolves when the thread has loaded the policy and its data. */
  #launch(): Promise<void> {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./policy-worker.${extension}`, import.meta.url), {
      workerData: this.#start,
      execArgv: [],
      stdin: false,
    });
    return new Promise((resolve, reject) => {
      // A thread that was given up may still have sent something.
      const isCurrent = (): boolean => this.#worker === worker;
      worker.on('error', (error) => {
        if (isCurrent()) this.#crash(error);
        else reject(new PolicyLoadError('invalid_module', error.message, error));
      });
      worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'ready') {
          this.#take(worker, reply.entrypoints);
          resolve();
        } else if (reply.kind === 'refused') {
          void worker.terminate();
          reject(new PolicyLoadError(reply.code, reply.message));
        } else if (isCurrent()) this.#answer(reply);
      });
    });
  }

  /** Goes on with a thread that has loaded the policy. */
  #take(worker: Worker, entrypoints: readonly string[]): void {
    if (this.#closed) {
      void worker.terminate();
      return;
    }
    this.#entrypoints = entrypoints;
    this.#worker = worker;
    if (this.#data !== undefined)
      this.#queue.unshift({ request: { kind: 'data', data: this.#data }, resolve: () => {}, reject: () => {} });
    this.#next();
  }

  #answer(reply: WorkerReply): void {
    const job = this.#finish();
    if (reply.kind === 'done') job?.resolve(reply.result);
    else if (reply.kind === 'failed') job?.reject(new EvaluationError(reply.code, reply.text, reply.location));
    this.#next();
  }

  /** The thread has died under an evaluation, of memory for one. */
  #crash(error: Error): void {
    this.#worker = undefined;
    this.#finish()?.reject(new EvaluationError('eval_internal_error', error.message, undefined, error));
    void this.#relaunch();
  }

  #finish(): Job | undefined {
    clearTimeout(this.#timer);
    const job = this.#running;
    this.#running = undefined;
    return job;
  }

  #rejectAll(error: EvaluationError): void {
    this.#finish()?.reject(error);
    for (const job of this.#queue.splice(0)) job.reject(error);
  }
}

async function compile(wasm: Uint8Array): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(wasm);
  } catch (error) {
    throw new PolicyLoadError('invalid_module', `not a WebAssembly module: ${String(error)}`, error);
  }
}
