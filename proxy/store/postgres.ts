// The shared store: PostgreSQL through a pool of connections. It may be away when the gate starts and at any time later: then what
// needs it fails with StoreUnavailable, and the next call tries again.
import { Pool, type PoolClient, types } from 'pg';
import { StoreUnavailable } from '../errors.ts';
import { describe, isRetryable, toStoreError } from './database-errors.ts';
import { migrate } from './migrate.ts';
import { PostgresListener } from './postgres-listener.ts';
import { type Query, type Row, type SqlValue, type Store, StoreRefused } from './store.ts';
import type { Report } from '../operate/logger.ts';

const ATTEMPTS = 3;
const CONNECT_TIMEOUT_MS = 3_000;
/** The server gives up first; the client's own limit is for servers that have gone silent. */
const STATEMENT_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 12_000;
const INT8 = 20;
/** After the database was found away, further calls fail at once for this long: they must not queue up for a timeout each. */
const AWAY_MS = 250;

export interface PostgresOptions {
  readonly url: string;
  /** The most connections of this gate's, besides the one that listens. */
  readonly connections: number;
  /** Says what operators should know. */
  readonly report: Report;
}

/** Opens the store, migrated. When the database is away, that is made up for later. Throws StoreRefused. */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const store = new PostgresStore(options);
  try {
    await store.prepare();
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) {
      await store.close();
      throw error instanceof StoreRefused ? error : new StoreRefused(`the database cannot be used: ${describe(error)}`);
    }
    options.report(`the store is away: ${error.detail ?? error.message}`, 'error');
  }
  return store;
}

const typeParsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? readInt8 : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint that is no safe integer');
  return value;
}

class PostgresStore implements Store {
  readonly kind = 'postgres';
  readonly #pool: Pool;
  readonly #listener: PostgresListener;
  readonly #report: Report;
  #isAvailable = true;
  #awayUntilMs = 0;
  #isClosed = false;
  #prepared: Promise<void> | undefined;

  constructor({ url, connections, report }: PostgresOptions) {
    const common = {
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'regate',
    };
    this.#report = report;
    this.#pool = new Pool({
      ...common,
      max: connections,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      idle_in_transaction_session_timeout: QUERY_TIMEOUT_MS,
      types: typeParsers,
    });
    // An idle connection that is cut is no fault of a call's.
    this.#pool.on('error', () => {});
    // One that is cut in the middle of a query says so twice: to the query, and to whoever listens; unheard, that ends the process.
    this.#pool.on('connect', (client) => client.on('error', () => {}));
    this.#listener = new PostgresListener(common);
  }

  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  /** Migrates once; a failure is tried again by the next call. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#run((client) => inTransaction(client, async (query) => void (await migrate(query)))).catch(
      (error: unknown) => {
        this.#prepared = undefined;
        throw error;
      },
    );
    return this.#prepared;
  }

  readonly query: Query = async <T extends Row>(sql: string, values?: readonly SqlValue[]) => {
    await this.#requirePrepared();
    return this.#run((client) => queryOf(client)<T>(sql, values));
  };

  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    await this.#requirePrepared();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#run((client) => inTransaction(client, work));
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
      }
    }
  }

  subscribe(channel: string, listener: (payload: string) => void): () => void {
    return this.#listener.subscribe(channel, listener);
  }

  onGap(listener: () => void): () => void {
    return this.#listener.onGap(listener);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([this.#listener.close(), this.#pool.end()]);
  }

  /** A schema that must not be used stays out of use, though it was found after the start only. */
  async #requirePrepared(): Promise<void> {
    try {
      await this.prepare();
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      this.#report(`the store cannot be used: ${describe(error)}`, 'error');
      throw new StoreUnavailable(describe(error));
    }
  }

  async #run<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new StoreUnavailable('the store is closed');
    if (performance.now() < this.#awayUntilMs) throw new StoreUnavailable('the store was away just now');
    let client: PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      const result = await work(client);
      client.release();
      if (!this.#isAvailable) this.#report('the store is back');
      this.#isAvailable = true;
      return result;
    } catch (thrown) {
      const error = toStoreError(thrown);
      const isAway = error instanceof StoreUnavailable;
      // A connection that failed is not given to the next call.
      client?.release(isAway);
      if (isAway) {
        // One connection that broke says little; a new one that cannot be had says the database is away.
        if (client === undefined) this.#awayUntilMs = performance.now() + AWAY_MS;
        if (this.#isAvailable && !this.#isClosed)
          this.#report(`the store is away: ${error.detail ?? error.message}`, 'error');
        this.#isAvailable = false;
      }
      throw error;
    }
  }
}

function queryOf(client: PoolClient): Query {
  return async <T extends Row>(sql: string, values: readonly SqlValue[] = []) =>
    (await client.query<T>(sql, [...values])).rows;
}

async function inTransaction<T>(client: PoolClient, work: (query: Query) => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work(queryOf(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // When even that fails the connection is broken, and the server rolls back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
