// `npm run bench:records`: listing recorded exchanges by principal and time among many, as a ratio to an indexed look-up of one row; and
// verifying the chain. Flags: --rows N (1,000,000), --store URL (a PostgreSQL; default: an embedded store in a temporary folder).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findExchanges, findSessions } from '../proxy/record/find.ts';
import { openStore } from '../proxy/store/open-store.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    store: { type: 'string' },
    rounds: { type: 'string', default: '50' },
  },
});
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const directory = mkdtempSync(join(tmpdir(), 'regate-bench-records-'));
const store = await openStore(
  values.store === undefined
    ? { kind: 'embedded', directory }
    : { kind: 'postgres', url: values.store, connections: 2 },
  console.error,
);
try {
  await fill();
  const one = await time(() =>
    store.query('SELECT seq FROM regate.record WHERE seq = $1', [Math.floor(Math.random() * rows) + 1]),
  );
  console.log(`${rows} records, ${store.kind}; one row by its number: ${one.toFixed(2)} ms`);
  const subject = 'subject 17';
  const until = new Date(Date.UTC(2026, 0, 1) + rows * 500);
  await show('a page of 100 by principal', () =>
    findExchanges(store.query, { subject, issuer: 'https://idp.example', limit: 100 }),
  );
  await show('the same before a time', () =>
    findExchanges(store.query, { subject, issuer: 'https://idp.example', until, limit: 100 }),
  );
  await show('a page of 100 by connection', () => findExchanges(store.query, { connection: 'c3', until, limit: 100 }));
  await show('the newest 100', () => findExchanges(store.query, { limit: 100 }));
  await show('a page of 100 sessions by principal', () => findSessions(store.query, { subject, limit: 100 }));

  async function show(what: string, run: () => Promise<unknown>): Promise<void> {
    const ms = await time(run);
    console.log(`${what.padEnd(40)} ${ms.toFixed(2).padStart(8)} ms  ${(ms / one).toFixed(1).padStart(6)}x`);
  }
} finally {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}

/** Rows as they are written, made by the database itself; a thousand subjects, a row every second. */
async function fill(): Promise<void> {
  const chunk = 50_000;
  for (let from = 1; from <= rows; from += chunk) {
    await store.query(
      `INSERT INTO regate.record
         (seq, id, kind, at, session, connection, issuer, subject, client, method, name, action, code, status, duration_ms, body, hash)
       SELECT i, 'id ' || i, 'exchange', timestamptz '2026-01-01 00:00:00Z' + i * interval '1 second', md5((i / 50)::text), 'c' || i % 10,
         'https://idp.example', 'subject ' || i % 1000, 'client', 'tools/call', 'tool ' || i % 40, 'allow', '', 200, 1.5,
         repeat('x', 600), decode(md5(i::text) || md5(i::text), 'hex')
       FROM generate_series($1::bigint, $2::bigint) AS i`,
      [from, Math.min(rows, from + chunk - 1)],
    );
  }
  await store.query(
    `INSERT INTO regate.session SELECT session, min(connection), min(issuer), min(subject), min(client), min(at), max(at), count(*), 0
     FROM regate.record GROUP BY session`,
  );
  await store.query('ANALYZE regate.record');
  await store.query('ANALYZE regate.session');
}

/** The median of the rounds, in milliseconds. */
async function time(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
