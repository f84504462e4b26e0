// Finds records and sessions. Lists come newest first, a page at a time: what a page ends with is where the next begins.
import type { Query, SqlValue } from '../store/store.ts';
import type { Columns } from './columns.ts';
import type { Entry, RecordedAnswer, RecordedEvent } from './entry.ts';
import type { ChainRow } from './verify.ts';

/** What is looked for; undefined is anything. */
export interface Filter {
  readonly session?: string | undefined;
  readonly connection?: string | undefined;
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly client?: string | undefined;
  readonly method?: string | undefined;
  readonly name?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** The `next` of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null when this was the last. */
  readonly next: string | null;
}

/** A line of a list of exchanges. */
export interface ExchangeLine extends Omit<Columns, 'kind' | 'code'> {
  readonly seq: number;
  readonly error: string | null;
}

export interface SessionLine {
  readonly id: string;
  readonly connection: string;
  readonly issuer: string;
  readonly subject: string;
  readonly client: string;
  readonly started_at: string;
  readonly last_at: string;
  readonly exchanges: number;
  readonly refused: number;
}

/** An exchange, put together from its one or two records. */
export interface RecordedExchange {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly session: string;
  readonly upstream_status: number | null;
  readonly duration_ms: number;
  /** Null: the answer had not ended, or its end was not recorded. */
  readonly answer: RecordedAnswer | null;
  readonly event: RecordedEvent;
}

/** Where a filter's texts stand. */
const COLUMNS = ['session', 'connection', 'issuer', 'subject', 'client', 'method', 'name', 'action'] as const;

/** Conditions with the values of their parameters. */
class Conditions {
  readonly #texts: string[];
  readonly values: SqlValue[] = [];

  constructor(...texts: readonly string[]) {
    this.#texts = [...texts];
  }

  add(condition: (parameter: string) => string, value: SqlValue | undefined): void {
    if (value === undefined) return;
    this.#texts.push(condition(this.value(value)));
  }

  value(value: SqlValue): string {
    return `$${this.values.push(value)}`;
  }

  toString(): string {
    return this.#texts.length === 0 ? 'true' : this.#texts.join(' AND ');
  }
}

/** Exchanges, newest first. Throws StoreUnavailable. */
export async function findExchanges(query: Query, filter: Filter): Promise<Page<ExchangeLine>> {
  const where = new Conditions("kind <> 'end'");
  for (const column of COLUMNS) where.add((value) => `${column} = ${value}`, filter[column]);
  addTimes(where, filter, 'at', 'seq');
  const rows = await query<Omit<Columns, 'kind'> & { readonly seq: number; readonly [column: string]: unknown }>(
    `SELECT id, seq, at, session, connection, issuer, subject, client, method, name, action, code, status, duration_ms
     FROM regate.record WHERE ${where.toString()} ORDER BY at DESC, seq DESC LIMIT ${where.value(filter.limit + 1)}`,
    where.values,
  );
  return pageOf(
    rows.map(({ code, ...row }) => ({ ...row, at: isoOf(row.at), error: code === '' ? null : code })),
    filter.limit,
    ({ at, seq }) => `${at} ${seq}`,
  );
}

/** Sessions, the one that was active last first. Throws StoreUnavailable. */
export async function findSessions(query: Query, filter: Filter): Promise<Page<SessionLine>> {
  const where = new Conditions();
  for (const column of ['connection', 'issuer', 'subject', 'client'] as const)
    where.add((value) => `${column} = ${value}`, filter[column]);
  where.add((value) => `id = ${value}`, filter.session);
  addTimes(where, filter, 'last_at', 'id');
  const rows = await query<SessionLine & { readonly [column: string]: unknown }>(
    `SELECT id, connection, issuer, subject, client, started_at, last_at, exchanges, refused FROM regate.session
     WHERE ${where.toString()} ORDER BY last_at DESC, id DESC LIMIT ${where.value(filter.limit + 1)}`,
    where.values,
  );
  return pageOf(
    rows.map((row) => ({ ...row, started_at: isoOf(row.started_at), last_at: isoOf(row.last_at) })),
    filter.limit,
    ({ last_at, id }) => `${last_at} ${id}`,
  );
}

function addTimes(where: Conditions, { since, until, before }: Filter, time: string, order: string): void {
  where.add((value) => `${time} >= ${value}`, since);
  where.add((value) => `${time} < ${value}`, until);
  if (before === undefined) return;
  const [at = '', last = ''] = before.split(' ');
  where.add((value) => `(${time}, ${order}) < (${value}, ${where.value(order === 'seq' ? Number(last) : last)})`, at);
}

function pageOf<T>(items: readonly T[], limit: number, cursor: (item: T) => string): Page<T> {
  const page = items.slice(0, limit);
  return { items: page, next: items.length > limit ? cursor(page.at(-1)!) : null };
}

/** Whether a text is the `next` of a page. */
export function isCursor(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f]{1,32}$/.test(text);
}

/** One exchange; undefined when there is none by that id. Throws StoreUnavailable. */
export async function readExchange(query: Query, id: string): Promise<RecordedExchange | undefined> {
  const rows = await query<ChainRow>('SELECT seq, kind, body FROM regate.record WHERE id = $1', [id]);
  return joinEntries(rows)[0];
}

/** The exchanges of a session, oldest first, from number `after` on. Throws StoreUnavailable. */
export async function readSession(
  query: Query,
  session: string,
  after: number,
  limit: number,
): Promise<readonly RecordedExchange[]> {
  const rows = await query<ChainRow>(
    `SELECT r.seq, r.kind, r.body, r.id FROM regate.record r
     JOIN (SELECT id FROM regate.record WHERE session = $1 AND kind <> 'end' AND seq > $2 ORDER BY seq LIMIT $3) s ON r.id = s.id
     ORDER BY r.seq`,
    [session, after, limit],
  );
  return joinEntries(rows);
}

/** Rows of the chain for export, oldest first. Throws StoreUnavailable. */
export async function* exportRows(query: Query, filter: Filter): AsyncIterable<string> {
  for (let after = 0; ;) {
    const where = new Conditions();
    for (const column of ['session', 'connection', 'issuer', 'subject'] as const)
      where.add((value) => `${column} = ${value}`, filter[column]);
    where.add((value) => `at >= ${value}`, filter.since);
    where.add((value) => `at < ${value}`, filter.until);
    where.add((value) => `seq > ${value}`, after);
    const rows = await query<ChainRow>(
      `SELECT seq, body, hash FROM regate.record WHERE ${where.toString()} ORDER BY seq LIMIT 500`,
      where.values,
    );
    let text = '';
    for (const { seq, body, hash } of rows) {
      text += `{"seq":${seq},"hash":"${Buffer.from(hash).toString('hex')}","body":${JSON.stringify(body)}}\n`;
      after = seq;
    }
    if (text !== '') yield text;
    if (rows.length < 500) return;
  }
}

function joinEntries(rows: readonly Pick<ChainRow, 'seq' | 'kind' | 'body'>[]): readonly RecordedExchange[] {
  const exchanges = new Map<string, RecordedExchange>();
  const entries = rows
    .map(({ seq, body }) => ({ seq, entry: JSON.parse(body) as Entry }))
    .sort((a, b) => a.seq - b.seq);
  for (const { seq, entry } of entries) {
    const { id, at, session, upstream_status, duration_ms, answer, event } = entry;
    const begun = exchanges.get(id);
    if (begun !== undefined) exchanges.set(id, { ...begun, duration_ms, answer });
    else if (event !== undefined) {
      exchanges.set(id, { id, seq, at, session, upstream_status, duration_ms, answer, event });
    }
  }
  return [...exchanges.values()];
}

function isoOf(value: string | Date): string {
  return new Date(value).toISOString();
}
