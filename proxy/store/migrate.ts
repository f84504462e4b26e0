// Brings a database to this version's schema, once for all gates that start on it: all missing steps run in one transaction, under a
// lock, so a crash leaves either the old schema or the new one. What does not fit is refused before anything is changed.
import { createHash } from 'node:crypto';
import { MIGRATIONS, type Migration } from './migrations/migrations.ts';
import { type Query, StoreRefused } from './store.ts';

/** Names the lock among the advisory locks of the database: "regate" in ASCII. */
const LOCK = 0x726567617465;

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  readonly is_finished: boolean;
  readonly [column: string]: unknown;
}

/**
 * Runs the missing migrations. `query` is of an open transaction. Returns how many were run. Throws StoreRefused for the schema of a
 * newer version, and for one that no version has made.
 */
export async function migrate(query: Query, migrations: readonly Migration[] = MIGRATIONS): Promise<number> {
  await query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const applied = await readApplied(query);
  check(applied, migrations);
  if (applied.length === 0) {
    await query('CREATE SCHEMA IF NOT EXISTS regate');
    await query(`CREATE TABLE IF NOT EXISTS regate.migration (
      number integer PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz
    )`);
  }
  for (const [i, { name, sql }] of migrations.entries()) {
    if (i < applied.length) continue;
    for (const statement of statementsOf(sql)) await query(statement);
    await query('INSERT INTO regate.migration (number, name, checksum, finished_at) VALUES ($1, $2, $3, now())', [
      i + 1,
      name,
      checksumOf(sql),
    ]);
  }
  return migrations.length - applied.length;
}

/** Statements end in a semicolon at the end of a line; drivers with parameters take one at a time. */
function statementsOf(sql: string): readonly string[] {
  return sql
    .split(/;[ \t]*\n/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

async function readApplied(query: Query): Promise<readonly Applied[]> {
  const [found] = await query<{ readonly has: boolean; readonly tables: number }>(
    `SELECT to_regclass('regate.migration') IS NOT NULL AS has,
            (SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'regate') AS tables`,
  );
  if (found!.has) {
    return query<Applied>(
      'SELECT number, name, checksum, finished_at IS NOT NULL AS is_finished FROM regate.migration ORDER BY number',
    );
  }
  if (found!.tables > 0)
    throw new StoreRefused(
      'the schema "regate" has tables but no record of migrations: a migration was half done by other means; restore a backup, or drop the schema to begin anew',
    );
  return [];
}

function check(applied: readonly Applied[], migrations: readonly Migration[]): void {
  applied.forEach(({ number, name, checksum, is_finished }, i) => {
    if (number !== i + 1)
      throw new StoreRefused(
        `migration ${i + 1} is missing though ${number} was run: the schema is half done; restore a backup`,
      );
    if (!is_finished)
      throw new StoreRefused(
        `migration ${number} (${name}) was begun and not finished: the schema is half done; restore a backup`,
      );
    const known = migrations[i];
    if (known === undefined)
      throw new StoreRefused(
        `the data is of a newer version: it has migration ${applied.at(-1)!.number}, this version knows ${migrations.length}; use the newer version`,
      );
    if (checksum !== checksumOf(known.sql))
      throw new StoreRefused(
        `migration ${number} (${name}) is not the one of this version (${known.name}): the schema was made by something else`,
      );
  });
}
