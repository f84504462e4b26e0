// Records: sessions and exchanges to look at, the chain to export and to verify.
import { InvalidAdminRequest, NotFound, StoreUnavailable } from '../../errors.ts';
import {
  exportRows,
  type Filter,
  findExchanges,
  findSessions,
  isCursor,
  readExchange,
  readSession,
} from '../../record/find.ts';
import type { Recorder } from '../../record/recorder.ts';
import { verifyChain } from '../../record/verify.ts';
import type { Query } from '../../store/store.ts';
import type { AdminRequest, Route } from '../route.ts';

const LIMIT = 100;
const MOST = 1_000;
const TEXT_LIMIT = 1_024;

/** Recorded sessions and exchanges, their chain, and back-tests. */
export const recordRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/sessions',
    access: 'admin',
    handle: async (request) => {
      const page = await findSessions(queryOf(request), readFilter(request.query));
      return { status: 200, json: { sessions: page.items, next: page.next } };
    },
  },
  {
    method: 'GET',
    path: '/v1/sessions/:id',
    access: 'admin',
    handle: async (request) => {
      const query = queryOf(request);
      const id = request.params.id!;
      const { items } = await findSessions(query, { session: id, limit: 1 });
      if (items[0] === undefined) throw new NotFound();
      const after = readNumber(request.query, 'after', 0, Number.MAX_SAFE_INTEGER);
      const exchanges = await readSession(query, id, after, readNumber(request.query, 'limit', LIMIT, MOST));
      return { status: 200, json: { session: items[0], exchanges } };
    },
  },
  {
    method: 'GET',
    path: '/v1/exchanges',
    access: 'admin',
    handle: async (request) => {
      const page = await findExchanges(queryOf(request), readFilter(request.query));
      return { status: 200, json: { exchanges: page.items, next: page.next } };
    },
  },
  {
    method: 'GET',
    path: '/v1/exchanges/:id',
    access: 'admin',
    handle: async (request) => {
      const exchange = await readExchange(queryOf(request), request.params.id!);
      if (exchange === undefined) throw new NotFound();
      return { status: 200, json: { exchange } };
    },
  },
  {
    method: 'GET',
    path: '/v1/records/export',
    access: 'admin',
    handle: async (request) => ({
      status: 200,
      contentType: 'application/x-ndjson',
      body: bytesOf(exportRows(queryOf(request), readFilter(request.query))),
    }),
  },
  {
    method: 'POST',
    path: '/v1/records/verify',
    access: 'admin',
    handle: async (request) => {
      const recorder = recorderOf(request);
      return {
        status: 200,
        json: {
          verification: await verifyChain(queryOf(request), recorder.chain, request.signal),
          recorder: recorder.state,
        },
      };
    },
  },
];

function recorderOf({ gate }: AdminRequest): Recorder {
  if (gate.recorder === undefined) throw new InvalidAdminRequest('This gate records nothing.');
  return gate.recorder;
}

function queryOf({ gate }: AdminRequest): Query {
  if (gate.store === undefined) throw new StoreUnavailable('no store is configured');
  return gate.store.query;
}

async function* bytesOf(texts: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}

const TEXTS = ['session', 'connection', 'issuer', 'subject', 'client', 'method', 'name', 'action'] as const;
const KNOWN: ReadonlySet<string> = new Set([...TEXTS, 'since', 'until', 'before', 'limit']);

/** Throws InvalidAdminRequest. */
function readFilter(query: URLSearchParams): Filter {
  const unknown = [...query.keys()].find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw new InvalidAdminRequest(`${unknown} is nothing that records are found by.`);
  const filter: Record<string, string> = {};
  for (const key of TEXTS) {
    const value = query.get(key);
    if (value === null) continue;
    if (value.length > TEXT_LIMIT || value.includes('\0'))
      throw new InvalidAdminRequest(`${key} is too long, or no text.`);
    filter[key] = value;
  }
  const before = query.get('before') ?? undefined;
  if (before !== undefined && !isCursor(before)) throw new InvalidAdminRequest('before is not the next of a page.');
  return {
    ...filter,
    since: readTime(query, 'since'),
    until: readTime(query, 'until'),
    before,
    limit: readNumber(query, 'limit', LIMIT, MOST),
  };
}

function readTime(query: URLSearchParams, key: string): Date | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidAdminRequest(`${key} is no time like 2026-01-31T12:00:00Z.`);
  return time;
}

function readNumber(query: URLSearchParams, key: string, fallback: number, most: number): number {
  const text = query.get(key);
  if (text === null) return fallback;
  if (!/^\d{1,15}$/.test(text) || Number(text) > most)
    throw new InvalidAdminRequest(`${key} is no number up to ${most}.`);
  return Number(text);
}
