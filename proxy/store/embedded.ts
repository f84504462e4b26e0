// The embedded store: PGlite, PostgreSQL compiled to WebAssembly, in a folder and a thread of its own. One process at a time, which the
// kernel sees to. Committed means written: it survives kill -9.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../errors.ts';
import { describe, isRetryable, toStoreError } from './database-errors.ts';
import { EmbeddedThread } from './embedded-thread.ts';
import { migrate } from './migrate.ts';
import { type Query, type Row, type SqlValue, type Store, StoreRefused } from './store.ts';

const ATTEMPTS = 3;

/** Opens the store in a folder, which is made when it is missing. Throws StoreRefused. */
export async function openEmbedded(directory: string): Promise<Store> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // What is stored is for the gate's user alone; the database inside writes its files for all.
  chmodSync(directory, 0o700);
  const unlock = lock(directory);
  const thread = new EmbeddedThread(directory);
  try {
    await thread.open();
    const store = new EmbeddedStore(thread, unlock);
    await store.transaction(migrate);
    return store;
  } catch (error) {
    await thread.close();
    unlock();
    if (error instanceof StoreRefused) throw new StoreRefused(`${directory}: ${error.message}`);
    throw new StoreRefused(`${directory}: the data cannot be opened: ${describe(error)}`);
  }
}

/**
 * Takes the folder for this process. A lock on a file of SQLite's is a lock of the kernel's: it goes with the process, however
 * that ends, and holds between containers that share the folder, where process ids mean nothing.
 */
function lock(directory: string): () => void {
  let holder: DatabaseSync | undefined;
  try {
    holder = new (sqlite().DatabaseSync)(join(directory, 'lock'));
    holder.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    holder?.close();
    const isTaken = (error as { readonly errcode?: number }).errcode === 5;
    throw new StoreRefused(
      isTaken
        ? `${directory}: another process uses this data folder; an embedded store serves one gate, several need PostgreSQL`
        : `${directory}: the data folder cannot be locked: ${describe(error)}`,
    );
  }
  return () => holder.close();
}

class EmbeddedStore implements Store {
  readonly kind = 'embedded';
  readonly #thread: EmbeddedThread;
  readonly #unlock: () => void;
  #isOpen = true;
  /** The transaction under way: there is one connection, and others' statements must not get into it. */
  #transaction: Promise<void> | undefined;

  constructor(thread: EmbeddedThread, unlock: () => void) {
    this.#thread = thread;
    this.#unlock = unlock;
  }

  get isAvailable(): boolean {
    return this.#isOpen && this.#thread.isRunning;
  }

  readonly query: Query = async <T extends Row>(sql: string, values: readonly SqlValue[] = []) => {
    while (this.#transaction !== undefined) await this.#transaction;
    this.#requireOpen();
    return this.#run<T>(sql, values);
  };

  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      while (this.#transaction !== undefined) await this.#transaction;
      this.#requireOpen();
      let end!: () => void;
      this.#transaction = new Promise((resolve) => (end = resolve));
      try {
        return await this.#inTransaction(work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
      } finally {
        this.#transaction = undefined;
        end();
      }
    }
  }

  subscribe(channel: string, listener: (payload: string) => void): () => void {
    return this.#thread.listen(channel, listener);
  }

  /** There is no connection that could be lost. */
  onGap(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      await this.#thread.close();
    } finally {
      this.#unlock();
    }
  }

  async #inTransaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    let isOver = false;
    await this.#run('BEGIN', []);
    try {
      const result = await work(async <R extends Row>(sql: string, values: readonly SqlValue[] = []) => {
        // A statement that nobody waited for would run in the next transaction.
        if (isOver) throw new Error('the transaction is over');
        return this.#run<R>(sql, values);
      });
      await this.#run('COMMIT', []);
      return result;
    } catch (error) {
      await this.#run('ROLLBACK', []).catch(() => undefined);
      throw error;
    } finally {
      isOver = true;
    }
  }

  async #run<T extends Row>(sql: string, values: readonly SqlValue[]): Promise<readonly T[]> {
    try {
      return await this.#thread.query<T>(sql, values);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new StoreUnavailable('the store is closed');
  }
}

/** Node 22 says of it that it is experimental, among lines for operators that are all JSON. */
function sqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
