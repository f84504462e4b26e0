// The embedded store: PGlite, PostgreSQL compiled to WebAssembly, in a folder of its own. One process at a time, which the kernel sees
// to. Committed means written: it survives kill -9.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PGlite, type PGliteInterface, type Transaction } from '@electric-sql/pglite';
import { StoreUnavailable } from '../errors.ts';
import { describe, isRetryable, toStoreError } from './database-errors.ts';
import { migrate } from './migrate.ts';
import { type Query, type Row, type SqlValue, type Store, StoreRefused } from './store.ts';

const ATTEMPTS = 3;
const INT8 = 20;
/** Of the PostgreSQL inside; a folder of another cannot be read. */
const POSTGRES_VERSION = '18';

/** Opens the store in a folder, which is made when it is missing. Throws StoreRefused. */
export async function openEmbedded(directory: string): Promise<Store> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // What is stored is for the gate's user alone; the database inside writes its files for all.
  chmodSync(directory, 0o700);
  const unlock = lock(directory);
  let database: PGlite | undefined;
  try {
    database = await openDatabase(directory);
    await database.transaction((transaction) => migrate(queryOf(transaction)));
    return new EmbeddedStore(database, unlock);
  } catch (error) {
    await database?.close().catch(() => undefined);
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
    holder = new DatabaseSync(join(directory, 'lock'));
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

async function openDatabase(directory: string): Promise<PGlite> {
  const folder = join(directory, 'postgres');
  const options = {
    parsers: {
      [INT8]: (text: string): number => {
        const value = Number(text);
        if (!Number.isSafeInteger(value)) throw new RangeError('a bigint that is no safe integer');
        return value;
      },
    },
  };
  if (existsSync(folder)) {
    const version = readVersion(folder);
    if (version !== POSTGRES_VERSION)
      throw new StoreRefused(
        `the data folder is of PostgreSQL ${version}, this version reads ${POSTGRES_VERSION}; use the version that wrote it`,
      );
    return PGlite.create({ dataDir: folder, ...options });
  }
  // Made beside its place and moved there when it is whole: a crash meanwhile leaves nothing that looks like data.
  const fresh = join(directory, 'postgres.new');
  rmSync(fresh, { recursive: true, force: true });
  await (await PGlite.create({ dataDir: fresh, ...options })).close();
  renameSync(fresh, folder);
  return PGlite.create({ dataDir: folder, ...options });
}

function readVersion(folder: string): string {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return 'no known version';
  }
}

function queryOf(target: Transaction | PGliteInterface): Query {
  return async <T extends Row>(sql: string, values: readonly SqlValue[] = []) =>
    (await target.query<T>(sql, [...values])).rows;
}

class EmbeddedStore implements Store {
  readonly kind = 'embedded';
  readonly #database: PGlite;
  readonly #unlock: () => void;
  #isOpen = true;

  constructor(database: PGlite, unlock: () => void) {
    this.#database = database;
    this.#unlock = unlock;
  }

  get isAvailable(): boolean {
    return this.#isOpen;
  }

  readonly query: Query = async <T extends Row>(sql: string, values?: readonly SqlValue[]) => {
    this.#requireOpen();
    try {
      return await queryOf(this.#database)<T>(sql, values);
    } catch (error) {
      throw this.#isOpen ? toStoreError(error) : new StoreUnavailable('the store is closed');
    }
  };

  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      this.#requireOpen();
      try {
        return await this.#database.transaction((transaction) => work(queryOf(transaction)));
      } catch (error) {
        if (attempt < ATTEMPTS && isRetryable(error)) continue;
        throw toStoreError(error);
      }
    }
  }

  subscribe(channel: string, listener: (payload: string) => void): () => void {
    let isWanted = true;
    const stop = this.#database
      .listen(channel, (payload) => {
        if (isWanted) listener(payload);
      })
      .catch(() => undefined);
    return () => {
      isWanted = false;
      void stop.then((end) => (this.#isOpen ? end?.() : undefined)).catch(() => undefined);
    };
  }

  /** There is no connection that could be lost. */
  onGap(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      await this.#database.close();
    } finally {
      this.#unlock();
    }
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new StoreUnavailable('the store is closed');
  }
}
