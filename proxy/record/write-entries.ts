// Puts entries into the chain, in order, in one transaction: the rows, the chain's end, and the sums of their sessions. Writing the same
// entries again changes nothing, so that a queue may be read twice.
import type { Query, Store } from '../store/store.ts';
import { Chain, NO_HASH, type ChainEnd } from './chain.ts';
import { columnsOf, type Columns } from './columns.ts';
import type { Entry } from './entry.ts';

/** The chain's ends do not fit their seal: rows at an end were removed or put there, or the key is another. */
export class ChainBroken extends Error {
  override readonly name = 'ChainBroken';
  constructor() {
    super(
      'the ends of the chain of records do not fit their seal: somebody has changed the store, or recording.key is another one; `regate sessions verify` says more',
    );
  }
}

interface Ends {
  readonly base: ChainEnd;
  readonly head: ChainEnd;
}

/** Writes lines of the queue. Throws StoreUnavailable or ChainBroken: then none is written. */
export async function writeEntries(store: Store, chain: Chain, lines: readonly string[]): Promise<void> {
  const entries = lines.map((body) => ({ body, columns: columnsOf(JSON.parse(body) as Entry) }));
  await store.transaction(async (query) => {
    const { base, head } = await lockEnds(query, chain);
    const known = await query<{ readonly id: string; readonly kind: string }>(
      'SELECT id, kind FROM regate.record WHERE id = ANY($1)',
      [entries.map(({ columns }) => columns.id)],
    );
    const seen = new Set(known.map(({ id, kind }) => `${kind} ${id}`));
    let { seq } = head;
    let hash = head.hash;
    const rows: (Columns & { seq: number; body: string; hash: string })[] = [];
    for (const { body, columns } of entries) {
      const key = `${columns.kind} ${columns.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      hash = chain.next(hash, ++seq, body);
      rows.push({ ...printable(columns), seq, body, hash: Buffer.from(hash).toString('hex') });
    }
    if (rows.length === 0) return;
    await query(INSERT_RECORDS, [JSON.stringify(rows)]);
    await query(UPSERT_SESSIONS, [JSON.stringify(sessionsOf(rows))]);
    await query('UPDATE regate.record_chain SET seq = $1, hash = $2, seal = $3', [
      seq,
      hash,
      chain.seal(base, { seq, hash }),
    ]);
  });
}

/**
 * Deletes the records from before `until` at the chain's beginning, up to `most` of them, and the sessions that ended before.
 * Returns how many rows went. Throws StoreUnavailable or ChainBroken.
 */
export async function deleteBefore(store: Store, chain: Chain, until: Date, most: number): Promise<number> {
  return store.transaction(async (query) => {
    const { base, head } = await lockEnds(query, chain);
    // Rows stand in the order of the ends of their exchanges: the first that is young enough ends it.
    const [last] = await query<{ readonly seq: number; readonly hash: Uint8Array }>(
      `SELECT seq, hash FROM regate.record
       WHERE seq <= $2 AND seq < COALESCE((SELECT min(seq) FROM regate.record WHERE at >= $1), 9007199254740991)
       ORDER BY seq DESC LIMIT 1`,
      [until, base.seq + most],
    );
    if (last === undefined) return 0;
    await query('DELETE FROM regate.record WHERE seq <= $1', [last.seq]);
    await query('DELETE FROM regate.session WHERE last_at < $1', [until]);
    await query('UPDATE regate.record_chain SET base_seq = $1, base_hash = $2, seal = $3', [
      last.seq,
      last.hash,
      chain.seal(last, head),
    ]);
    return last.seq - base.seq;
  });
}

/** The chain's ends, locked for this transaction. */
async function lockEnds(query: Query, chain: Chain): Promise<Ends> {
  const start = { seq: 0, hash: NO_HASH };
  await query(
    `INSERT INTO regate.record_chain (base_seq, base_hash, seq, hash, seal) VALUES (0, $1, 0, $1, $2)
     ON CONFLICT (one) DO NOTHING`,
    [NO_HASH, chain.seal(start, start)],
  );
  const [row] = await query<EndsRow>(`${SELECT_ENDS} FOR UPDATE`);
  const ends = endsOf(row!);
  if (!chain.seal(ends.base, ends.head).equals(row!.seal)) throw new ChainBroken();
  return ends;
}

/** The row of regate.record_chain. */
export interface EndsRow {
  readonly base_seq: number;
  readonly base_hash: Uint8Array;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly seal: Uint8Array;
  readonly [column: string]: unknown;
}

export const SELECT_ENDS = 'SELECT base_seq, base_hash, seq, hash, seal FROM regate.record_chain';

export function endsOf({ base_seq, base_hash, seq, hash }: EndsRow): Ends {
  return { base: { seq: base_seq, hash: base_hash }, head: { seq, hash } };
}

/** Columns as PostgreSQL takes texts: no NUL, no halves of surrogate pairs. */
export function printable(columns: Columns): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value,
    ]),
  ) as object as Columns;
}

const INSERT_RECORDS = `
INSERT INTO regate.record
  (seq, id, kind, at, session, connection, issuer, subject, client, method, name, action, code, status, duration_ms, body, hash)
SELECT seq, id, kind, at, session, connection, issuer, subject, client, method, name, action, code, status, duration_ms, body, decode(hash, 'hex')
FROM json_to_recordset($1::json) AS r(
  seq bigint, id text, kind text, at timestamptz, session text, connection text, issuer text, subject text, client text,
  method text, name text, action text, code text, status integer, duration_ms double precision, body text, hash text)`;

const UPSERT_SESSIONS = `
INSERT INTO regate.session AS s (id, connection, issuer, subject, client, started_at, last_at, exchanges, refused)
SELECT id, connection, issuer, subject, client, started_at, last_at, exchanges, refused
FROM json_to_recordset($1::json) AS r(
  id text, connection text, issuer text, subject text, client text, started_at timestamptz, last_at timestamptz,
  exchanges bigint, refused bigint)
ON CONFLICT (id) DO UPDATE SET
  started_at = least(s.started_at, excluded.started_at),
  last_at = greatest(s.last_at, excluded.last_at),
  exchanges = s.exchanges + excluded.exchanges,
  refused = s.refused + excluded.refused`;

function sessionsOf(rows: readonly Columns[]): readonly object[] {
  const sessions = new Map<string, ReturnType<typeof open>>();
  const open = ({ session, connection, issuer, subject, client, at }: Columns) => ({
    id: session,
    connection,
    issuer,
    subject,
    client,
    started_at: at,
    last_at: at,
    exchanges: 0,
    refused: 0,
  });
  for (const row of rows) {
    if (row.kind === 'end') continue;
    const session = sessions.get(row.session) ?? open(row);
    if (row.at < session.started_at) session.started_at = row.at;
    if (row.at > session.last_at) session.last_at = row.at;
    session.exchanges++;
    if (row.code !== '') session.refused++;
    sessions.set(row.session, session);
  }
  return [...sessions.values()];
}
