// The stores that every contract of the store's is tested on: the embedded one always, PostgreSQL where a server can be had.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import { openEmbedded } from '../../../proxy/store/embedded.ts';
import { MIGRATIONS } from '../../../proxy/store/migrations/migrations.ts';
import { openPostgres } from '../../../proxy/store/postgres.ts';
import type { Store } from '../../../proxy/store/store.ts';
import { type PostgresServer, startPostgres } from '../postgres-server.ts';

/** One database; several stores may be opened on it where the kind allows that. */
export interface Place {
  readonly reports: string[];
  /** Of a server's database. */
  readonly url?: string;
  open(): Promise<Store>;
  /** Rows of queries, past the store, which has to be closed. */
  look(queries: readonly string[]): Promise<readonly unknown[]>;
  remove(): Promise<void>;
}

export interface StoreKind {
  readonly name: 'embedded' | 'postgres';
  readonly isShared: boolean;
  makePlace(): Promise<Place>;
}

let embeddedTemplate: Promise<string> | undefined;
let server: Promise<PostgresServer | string> | undefined;

/**
 * A fresh store's folder. PGlite takes seconds to make its files: they are made once on a machine for each schema, and copied. (The
 * time a first start takes is tested elsewhere.)
 */
export function copyEmbedded(): Promise<string> {
  embeddedTemplate ??= makeTemplate();
  return embeddedTemplate.then((template) => {
    const directory = mkdtempSync(join(tmpdir(), 'regate-store-'));
    cpSync(template, directory, { recursive: true });
    return directory;
  });
}

async function makeTemplate(): Promise<string> {
  const hash = createHash('sha256')
    .update(JSON.stringify([MIGRATIONS, process.getuid?.() ?? null]))
    .digest('hex');
  const template = join(tmpdir(), `regate-store-template-${hash.slice(0, 16)}`);
  if (existsSync(template)) return template;
  const directory = mkdtempSync(join(tmpdir(), 'regate-store-'));
  await (await openEmbedded(directory)).close();
  try {
    renameSync(directory, template);
  } catch {
    // Another test file was faster.
    rmSync(directory, { recursive: true, force: true });
  }
  return template;
}

export const embedded: StoreKind = {
  name: 'embedded',
  isShared: false,
  async makePlace() {
    const directory = await copyEmbedded();
    return {
      reports: [],
      open: () => openEmbedded(directory),
      async look(queries) {
        const database = await PGlite.create(join(directory, 'postgres'));
        try {
          return await Promise.all(queries.map(async (sql) => (await database.query(sql)).rows));
        } finally {
          await database.close();
        }
      },
      remove: () => Promise.resolve(rmSync(directory, { recursive: true, force: true })),
    };
  },
};

/** The server, started once for a test file; or why there is none. */
export function postgresServer(): Promise<PostgresServer | string> {
  server ??= startPostgres();
  return server;
}

export const postgres: StoreKind = {
  name: 'postgres',
  isShared: true,
  async makePlace() {
    const found = await postgresServer();
    if (typeof found === 'string') throw new Error(found);
    const url = await found.createDatabase();
    const reports: string[] = [];
    return {
      reports,
      url,
      open: () => openPostgres({ url, connections: 5, report: (text) => reports.push(text) }),
      async look(queries) {
        const client = new Client({ connectionString: url });
        await client.connect();
        try {
          const rows: unknown[] = [];
          for (const sql of queries) rows.push((await client.query(sql)).rows);
          return rows;
        } finally {
          await client.end();
        }
      },
      remove: () => Promise.resolve(),
    };
  },
};

/** For `afterAll`. */
export async function stopServers(): Promise<void> {
  const running = await server;
  if (typeof running === 'object') await running.destroy();
}
