// The gate's side of the embedded database's thread: statements go there, rows and notifications come back. What the thread does is
// embedded-worker.ts.
import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../errors.ts';
import type { EmbeddedMessage, EmbeddedRequest } from './embedded-worker.ts';
import { type Row, type SqlValue, StoreRefused } from './store.ts';

/** An error of PostgreSQL's, with its SQLSTATE. */
class DatabaseError extends Error {
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

interface Pending {
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (error: Error) => void;
}

type Work = EmbeddedRequest extends infer T ? (T extends { readonly id: number } ? Omit<T, 'id'> : never) : never;

/** The thread of one embedded database; a statement that is under way when it ends fails. */
export class EmbeddedThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  #count = 0;
  #isEnded = false;

  constructor(directory: string) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./embedded-worker.${extension}`, import.meta.url), {
      workerData: { directory },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdin: false,
    });
    this.#worker.on('message', (message: EmbeddedMessage) => this.#hear(message));
    this.#worker.on('error', (error) => this.#end(error.message));
    this.#worker.on('exit', () => this.#end('the database has ended'));
    // It keeps the process alive while something is asked of it, as a connection would.
    this.#worker.unref();
  }

  /** Whether the thread is there to be asked. */
  get isRunning(): boolean {
    return !this.#isEnded;
  }

  async open(): Promise<void> {
    await this.#ask({ kind: 'open' });
  }

  /** Rows of one statement. Throws StoreUnavailable when the thread has ended. */
  async query<T extends Row>(sql: string, values: readonly SqlValue[]): Promise<readonly T[]> {
    return (await this.#ask({ kind: 'query', sql, values })) as readonly T[];
  }

  listen(channel: string, listener: (payload: string) => void): () => void {
    const known = this.#listeners.get(channel);
    const set = known ?? new Set();
    set.add(listener);
    if (known === undefined) {
      this.#listeners.set(channel, set);
      this.#ask({ kind: 'listen', channel }).catch(() => undefined);
    }
    return () => set.delete(listener);
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      if (this.#isEnded) resolve();
      else this.#worker.once('exit', () => resolve());
    });
    await this.#ask({ kind: 'close' }).catch(() => this.#worker.terminate());
    this.#worker.ref();
    await ended;
  }

  #ask(work: Work): Promise<readonly Row[]> {
    if (this.#isEnded) return Promise.reject(new StoreUnavailable('the database has ended'));
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ ...work, id });
    });
  }

  #hear(message: EmbeddedMessage): void {
    if ('channel' in message) {
      for (const listener of this.#listeners.get(message.channel) ?? []) listener(message.payload);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (!('fault' in message)) pending?.resolve(message.rows);
    else
      pending?.reject(
        message.isRefused ? new StoreRefused(message.fault) : new DatabaseError(message.fault, message.code),
      );
  }

  #end(reason: string): void {
    this.#isEnded = true;
    for (const { reject } of this.#pending.values()) reject(new StoreUnavailable(reason));
    this.#pending.clear();
  }
}
