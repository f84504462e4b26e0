// What the gate asks of a database, whatever stands behind it: SQL of PostgreSQL, transactions, notifications. The tables are
// migrations/; the two kinds are embedded.ts and postgres.ts. What is stored belongs to the parts that store it.

/** What may be given for a parameter. JSON goes as its text. */
export type SqlValue = string | number | boolean | null | Date | Uint8Array | readonly string[];

/** Columns by name: texts, numbers (`bigint` too), booleans, dates for `timestamptz`, bytes for `bytea`, lists for `text[]`. */
export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement. Throws StoreUnavailable when the database is away. */
export type Query = <T extends Row = Row>(sql: string, values?: readonly SqlValue[]) => Promise<readonly T[]>;

export interface Store {
  readonly kind: 'embedded' | 'postgres';
  /** Whether the last attempt to reach the database succeeded. */
  readonly isAvailable: boolean;
  readonly query: Query;
  /**
   * Runs `work` in a transaction that commits when it returns and rolls back when it throws. It may be run again after a
   * deadlock, so it must not have effects outside the database.
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /**
   * Calls `listener` with the payload of each `pg_notify(channel, …)` that commits, in any process on this database; returns how
   * to stop. Notifications can be lost: whoever waits for one also polls.
   */
  subscribe(channel: string, listener: (payload: string) => void): () => void;
  /** Calls `listener` when notifications may have been missed: the connection for them was away and is back. */
  onGap(listener: () => void): () => void;
  close(): Promise<void>;
}

/** A store that must not be used as it is. Nothing in it has been changed. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
}
