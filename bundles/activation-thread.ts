// The calling thread's side of the thread that reads, verifies, compiles and tries bundles. One request is under way at a time;
// one that takes too long, or kills the thread, costs the thread, which is started again for the next.
import { Worker } from 'node:worker_threads';
import type {
  ActivationReply,
  ActivationRequest,
  ComposeReply,
  ComposeRequest,
  PackReply,
  ReadReply,
  ReadRequest,
} from './activation-protocol.ts';
import { BundleError } from './bundle-error.ts';

interface Job {
  readonly request: ActivationRequest;
  readonly resolve: (reply: ActivationReply) => void;
  readonly reject: (error: BundleError) => void;
}

/** What the thread's heap may hold, in MiB: compiling 10,000 rules takes about a quarter of it. */
const MAX_HEAP_MIB = 2048;

/** Sends requests to the thread one at a time; each is answered, or fails with BundleError. */
export class ActivationThread {
  readonly #timeoutMs: number;
  readonly #queue: Job[] = [];
  #worker: Worker | undefined;
  #isReady = false;
  #running: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #lastId = 0;
  /** Ids of bundles that the thread holds. */
  readonly #held = new Set<number>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  newId(): number {
    return ++this.#lastId;
  }

  /** Whether the thread has the bundle; it may have lost it with its life. */
  holds(id: number): boolean {
    return this.#held.has(id);
  }

  /** Rejects with BundleError. */
  async read(request: Omit<ReadRequest, 'kind'>): Promise<ReadReply> {
    const reply = await this.#ask({ kind: 'read', ...request });
    this.#held.add(request.id);
    return reply as ReadReply;
  }

  /** Rejects with BundleError. */
  async compose(request: Omit<ComposeRequest, 'kind'>): Promise<ComposeReply> {
    return (await this.#ask({ kind: 'compose', ...request })) as ComposeReply;
  }

  /** The archive of a directory. Rejects with BundleError. */
  async pack(id: number): Promise<Uint8Array> {
    return ((await this.#ask({ kind: 'pack', id })) as PackReply).bytes;
  }

  /** Lets go of all bundles but these. */
  keepOnly(ids: ReadonlySet<number>): void {
    const forgotten = [...this.#held].filter((id) => !ids.has(id));
    if (forgotten.length === 0) return;
    for (const id of forgotten) this.#held.delete(id);
    void this.#ask({ kind: 'forget', ids: forgotten }).catch(() => {});
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#drop();
    for (const job of this.#queue.splice(0)) job.reject(closed());
    await worker?.terminate();
  }

  #ask(request: ActivationRequest): Promise<ActivationReply> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(closed());
      this.#queue.push({ request, resolve, reject });
      this.#next();
      return undefined;
    });
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const job = this.#queue.shift();
    if (job === undefined) {
      this.#worker?.unref();
      return;
    }
    this.#running = job;
    this.#worker ??= this.#launch();
    this.#worker.ref();
    if (this.#isReady) this.#send(job);
  }

  #send(job: Job): void {
    this.#worker!.postMessage(job.request);
    const expire = (): void => this.#lose(`it took more than ${this.#timeoutMs} ms`);
    this.#timer = setTimeout(expire, this.#timeoutMs);
  }

  #launch(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./activation-worker.${extension}`, import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
      stdin: false,
    });
    this.#isReady = false;
    // A thread that was given up may still have sent something.
    const isCurrent = (): boolean => this.#worker === worker;
    worker.on('error', (error) => {
      if (isCurrent()) this.#lose(`the thread that activates bundles has died: ${error.message}`);
    });
    worker.on('exit', () => {
      if (isCurrent()) this.#lose('the thread that activates bundles has ended');
    });
    worker.on('message', (reply: ActivationReply) => {
      if (!isCurrent()) return;
      if (reply.kind === 'ready') {
        this.#isReady = true;
        if (this.#running !== undefined) this.#send(this.#running);
      } else this.#answer(reply);
    });
    return worker;
  }

  #answer(reply: ActivationReply): void {
    clearTimeout(this.#timer);
    const job = this.#running;
    this.#running = undefined;
    if (reply.kind === 'failed')
      job?.reject(new BundleError(reply.code, reply.message, { diagnostics: reply.diagnostics }));
    else job?.resolve(reply);
    this.#next();
  }

  /** Gives the thread up, and the request under way with it. */
  #lose(reason: string): void {
    const worker = this.#worker;
    this.#drop(new BundleError('activation_limit', reason));
    void worker?.terminate();
    this.#next();
  }

  #drop(error = closed()): void {
    clearTimeout(this.#timer);
    this.#worker = undefined;
    this.#isReady = false;
    this.#held.clear();
    const job = this.#running;
    this.#running = undefined;
    job?.reject(error);
  }
}

function closed(): BundleError {
  return new BundleError('not_available', 'the policy source is closed');
}
