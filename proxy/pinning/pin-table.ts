// Pins in the store: shared by all gates on it, which tell each other of changes.
import type { Store } from '../store/store.ts';
import type { ToolDefinition } from './tool-digest.ts';

/** On which gates notify each other that pins have changed. */
export const CHANNEL = 'regate_tools';

/** A pinned tool. */
export interface Pin {
  readonly connection: string;
  readonly name: string;
  readonly digest: string;
  readonly definition: string;
  readonly seen_at: Date;
  readonly accepted_at: Date | null;
  readonly accepted_by: string | null;
  /** What the tool is now, when that is something else. */
  readonly pending_digest: string | null;
  readonly pending_definition: string | null;
  readonly pending_at: Date | null;
  readonly [column: string]: unknown;
}

/** Pins, of one connection or of all. Throws StoreUnavailable. */
export async function readPins(store: Store, connection: string | undefined): Promise<readonly Pin[]> {
  return store.query<Pin>(
    `SELECT connection, name, digest, definition, seen_at, accepted_at, accepted_by, pending_digest, pending_definition, pending_at
     FROM regate.tool_pin WHERE $1::text IS NULL OR connection = $1 ORDER BY connection, name`,
    [connection ?? null],
  );
}

/** Pins tools that are seen for the first time; who came first counts. */
export async function addPins(store: Store, connection: string, tools: readonly ToolDefinition[]): Promise<void> {
  await store.query(
    `INSERT INTO regate.tool_pin (connection, name, digest, definition)
     SELECT $1, name, digest, definition FROM json_to_recordset($2::json) AS t(name text, digest text, definition text)
     ON CONFLICT (connection, name) DO NOTHING`,
    [connection, JSON.stringify(tools)],
  );
  await notify(store, connection);
}

/** Notes that a tool is another now, or its old self again; whether that was news. */
export async function notePending(store: Store, connection: string, tool: ToolDefinition): Promise<boolean> {
  const rows = await store.query(
    `UPDATE regate.tool_pin SET
       pending_digest = CASE WHEN digest = $3 THEN NULL ELSE $3 END,
       pending_definition = CASE WHEN digest = $3 THEN NULL ELSE $4 END,
       pending_at = CASE WHEN digest = $3 THEN NULL ELSE now() END
     WHERE connection = $1 AND name = $2 AND pending_digest IS DISTINCT FROM CASE WHEN digest = $3 THEN NULL ELSE $3 END
     RETURNING name`,
    [connection, tool.name, tool.digest, tool.definition],
  );
  if (rows.length > 0) await notify(store, connection);
  return rows.length > 0;
}

/**
 * Accepts what a tool is now, which has to be what who accepts it has seen. The pin after that; undefined when the tool is not, or no
 * more, waiting with that digest.
 */
export async function acceptPending(
  store: Store,
  { connection, name, digest, by }: { connection: string; name: string; digest: string; by: string },
): Promise<Pin | undefined> {
  const [pin] = await store.query<Pin>(
    `UPDATE regate.tool_pin SET digest = pending_digest, definition = pending_definition, accepted_at = now(), accepted_by = $4,
       pending_digest = NULL, pending_definition = NULL, pending_at = NULL
     WHERE connection = $1 AND name = $2 AND pending_digest = $3
     RETURNING connection, name, digest, definition, seen_at, accepted_at, accepted_by, pending_digest, pending_definition, pending_at`,
    [connection, name, digest, by],
  );
  if (pin !== undefined) await notify(store, connection);
  return pin;
}

async function notify(store: Store, connection: string): Promise<void> {
  await store.query(`SELECT pg_notify('${CHANNEL}', $1)`, [connection]);
}
