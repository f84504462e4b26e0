// The thread in which the embedded database runs: WebAssembly that computes and writes files without pause would hold up the gate's requests.
// It does what embedded-thread.ts asks, one statement after the other.
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { describe } from './database-errors.ts';
import type { SqlValue } from './store.ts';

/** What the thread is asked. Each gets an answer by its number. */
export type EmbeddedRequest = { readonly id: number } & (
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'listen'; readonly channel: string }
  | { readonly kind: 'query'; readonly sql: string; readonly values: readonly SqlValue[] }
);

/** What it says: answers, and notifications. */
export type EmbeddedMessage =
  | { readonly id: number; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly id: number; readonly fault: string; readonly code: string | undefined; readonly isRefused: boolean }
  | { readonly channel: string; readonly payload: string };

const INT8 = 20;
/** Of the PostgreSQL inside; a folder of another cannot be read. */
const POSTGRES_VERSION = '18';
const OPTIONS = {
  parsers: {
    [INT8]: (text: string): number => {
      const value = Number(text);
      if (!Number.isSafeInteger(value)) throw new RangeError('a bigint that is no safe integer');
      return value;
    },
  },
};

/** A folder that must not be used. */
class Refused extends Error {}

const { directory } = workerData as { readonly directory: string };
const port = parentPort!;
const say = (message: EmbeddedMessage): void => port.postMessage(message);
let database: PGlite | undefined;
let last: Promise<void> = Promise.resolve();

port.on('message', (request: EmbeddedRequest) => {
  // In the order in which they came: a transaction is a series of them.
  last = last.then(() => answer(request));
});

async function answer(request: EmbeddedRequest): Promise<void> {
  const { id } = request;
  try {
    say({ id, rows: await run(request) });
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    say({
      id,
      fault: describe(error),
      code: typeof code === 'string' ? code : undefined,
      isRefused: error instanceof Refused,
    });
  }
  if (request.kind === 'close') port.close();
}

async function run(request: EmbeddedRequest): Promise<readonly Readonly<Record<string, unknown>>[]> {
  switch (request.kind) {
    case 'open':
      database = await open();
      return [];
    case 'close':
      await database?.close();
      return [];
    case 'listen': {
      const { channel } = request;
      await database!.listen(channel, (payload) => say({ channel, payload }));
      return [];
    }
    case 'query':
      return (await database!.query<Record<string, unknown>>(request.sql, [...request.values])).rows;
  }
}

async function open(): Promise<PGlite> {
  const folder = join(directory, 'postgres');
  if (existsSync(folder)) {
    const version = readVersion(folder);
    if (version !== POSTGRES_VERSION)
      throw new Refused(
        `the data folder is of PostgreSQL ${version}, this version reads ${POSTGRES_VERSION}; use the version that wrote it`,
      );
    return PGlite.create({ dataDir: folder, ...OPTIONS });
  }
  // Made beside its place and moved there when it is whole: a crash meanwhile leaves nothing that looks like data.
  const fresh = join(directory, 'postgres.new');
  rmSync(fresh, { recursive: true, force: true });
  await (await PGlite.create({ dataDir: fresh, ...OPTIONS })).close();
  renameSync(fresh, folder);
  return PGlite.create({ dataDir: folder, ...OPTIONS });
}

function readVersion(folder: string): string {
  try {
    return readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return 'no known version';
  }
}
