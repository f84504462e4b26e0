// The chain of records on every kind of store: what is written is found, written twice it is there once, and whoever changes, removes or
// adds a row is found out, by name.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Chain } from '../../../proxy/record/chain.ts';
import { exportRows, findExchanges, findSessions, readExchange, readSession } from '../../../proxy/record/find.ts';
import { verifyChain, type ChainFault } from '../../../proxy/record/verify.ts';
import { ChainBroken, deleteBefore, writeEntries } from '../../../proxy/record/write-entries.ts';
import type { Store } from '../../../proxy/store/store.ts';
import { embedded, type Place, postgres, postgresServer, stopServers } from '../store/stores.ts';

const server = await postgresServer();
if (typeof server === 'string') console.warn(`skipped on PostgreSQL: ${server}`);
const kinds = typeof server === 'string' ? [embedded] : [embedded, postgres];
afterAll(stopServers);

const chain = new Chain('key');

interface Given {
  readonly kind?: string;
  readonly at?: string;
  readonly session?: string;
  readonly subject?: string;
  readonly tool?: string;
  readonly answer?: unknown;
  readonly error?: { readonly code: string };
}

function entry(id: string, given: Given = {}): string {
  const { kind = 'exchange', at = '2026-01-31T12:00:00.000Z', session = 'a'.repeat(32), subject = 'ada' } = given;
  const event = {
    decision_id: id,
    timestamp: at,
    input: {
      identity: { issuer: 'https://idp.example', subject, client_id: null },
      connection: 'tools',
      request: { method: 'POST', path: '/mcp/tools' },
      mcp: { method: 'tools/call', tool: given.tool ?? 'read' },
    },
    result: { action: 'allow' },
    ...(given.error === undefined ? {} : { error: given.error }),
  };
  return JSON.stringify({
    v: 1,
    kind,
    id,
    at,
    session,
    upstream_status: 200,
    duration_ms: 1.5,
    answer: given.answer ?? { status: 200, type: 'application/json', bytes: 2, body: {} },
    ...(kind === 'end' ? {} : { event }),
  });
}

const faultsOf = (faults: readonly ChainFault[]): string[] =>
  faults.map(({ seq, id, fault }) => `${seq} ${id} ${fault}`);

describe.each(kinds.map((kind) => [kind.name, kind] as const))('records, %s', (_name, kind) => {
  let place: Place;
  let store: Store;

  beforeAll(async () => {
    place = await kind.makePlace();
    store = await place.open();
    await writeEntries(store, chain, [entry('one'), entry('two', { at: '2026-01-31T12:00:01.000Z', tool: 'write' })]);
    await writeEntries(store, chain, [
      entry('two'),
      entry('three', { kind: 'begin', session: 'b'.repeat(32), subject: 'gr\0ace\ud800' }),
    ]);
    await writeEntries(store, chain, [
      entry('three', {
        kind: 'end',
        session: 'b'.repeat(32),
        answer: { status: 200, type: null, bytes: 3, body: 'end' },
      }),
      entry('four', { at: '2026-02-01T00:00:00.000Z', error: { code: 'policy_denied' } }),
    ]);
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  const verify = async (): Promise<readonly ChainFault[]> => (await verifyChain(store.query, chain)).faults;
  /** Changes something, and puts it back whatever happens. */
  async function meanwhile(change: string, back: string, look: () => Promise<void>): Promise<void> {
    await store.query(change);
    try {
      await look();
    } finally {
      await store.query(back);
    }
  }

  test('what is written twice is there once, and the chain holds', async () => {
    expect(await verifyChain(store.query, chain)).toMatchObject({ records: 5, first: 1, last: 5, faults: [] });
    expect((await verifyChain(store.query, new Chain('another'))).faults.length).toBeGreaterThan(0);
    await expect(writeEntries(store, new Chain(undefined), [entry('five')])).rejects.toThrow(ChainBroken);
  });

  test('exchanges are found, newest first, page by page', async () => {
    const all = await findExchanges(store.query, { limit: 10 });
    expect(all.items.map(({ id }) => id)).toEqual(['four', 'two', 'three', 'one']);
    expect(all.items[0]).toMatchObject({ error: 'policy_denied', action: 'allow', method: 'tools/call', name: 'read' });
    const first = await findExchanges(store.query, { limit: 3 });
    const second = await findExchanges(store.query, { limit: 3, before: first.next! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['four', 'two', 'three', 'one']);
    expect(second.next).toBeNull();
    expect((await findExchanges(store.query, { name: 'write', limit: 9 })).items.map(({ id }) => id)).toEqual(['two']);
    const since = new Date('2026-01-31T12:00:01Z');
    expect((await findExchanges(store.query, { since, limit: 9 })).items.map(({ id }) => id)).toEqual(['four', 'two']);
  });

  test('sessions are sums, and hold their exchanges, streams put together', async () => {
    const { items } = await findSessions(store.query, { limit: 10 });
    expect(items.map(({ id, subject, exchanges, refused }) => [id[0], subject, exchanges, refused])).toEqual([
      ['a', 'ada', 3, 1],
      ['b', 'gr\ufffdace\ufffd', 1, 0],
    ]);
    const [three] = await readSession(store.query, 'b'.repeat(32), 0, 10);
    expect(three).toMatchObject({ id: 'three', answer: { body: 'end' }, event: { input: { connection: 'tools' } } });
    expect(await readExchange(store.query, 'three')).toEqual(three);
    expect(await readExchange(store.query, 'none')).toBeUndefined();
    const lines: string[] = [];
    for await (const text of exportRows(store.query, { limit: 1 })) lines.push(...text.trim().split('\n'));
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a row that was changed is named', async () => {
    await meanwhile(
      `UPDATE regate.record SET body = replace(body, '"write"', '"read"') WHERE seq = 2`,
      `UPDATE regate.record SET body = replace(body, '"tool":"read"', '"tool":"write"') WHERE seq = 2`,
      async () => expect(faultsOf(await verify())).toEqual(['2 two changed']),
    );
    await meanwhile(
      `UPDATE regate.record SET subject = 'eve' WHERE seq = 2`,
      `UPDATE regate.record SET subject = 'ada' WHERE seq = 2`,
      async () => expect(faultsOf(await verify())).toEqual(['2 two column']),
    );
    expect(await verify()).toEqual([]);
  });

  test('rows that were removed are named, also at the ends', async () => {
    for (const [seq, id] of [
      [1, 'one'],
      [3, 'three'],
      [5, 'four'],
    ] as const) {
      await store.query('CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM regate.record LIMIT 0');
      await store.query('INSERT INTO kept SELECT * FROM regate.record WHERE seq = $1', [seq]);
      await meanwhile(
        `DELETE FROM regate.record WHERE seq = ${seq}`,
        `INSERT INTO regate.record SELECT * FROM kept WHERE seq = ${seq}`,
        async () => expect(faultsOf(await verify())).toEqual([`${seq} null missing`]),
      );
      expect((await readExchange(store.query, id))?.id).toBe(id);
    }
    await store.query('DROP TABLE kept');
    expect(await verify()).toEqual([]);
  });

  test('ends that were moved do not fit their seal: nothing is written after that', async () => {
    await meanwhile(
      'UPDATE regate.record_chain SET seq = 4, hash = (SELECT hash FROM regate.record WHERE seq = 4)',
      'UPDATE regate.record_chain SET seq = 5, hash = (SELECT hash FROM regate.record WHERE seq = 5)',
      async () => {
        expect(faultsOf(await verify())).toEqual(['4 null ends']);
        await expect(writeEntries(store, chain, [entry('six')])).rejects.toThrow(ChainBroken);
      },
    );
  });

  test('retention takes the beginning away, and the chain still holds', async () => {
    expect(await deleteBefore(store, chain, new Date('2026-01-31T13:00:00Z'), 2)).toBe(2);
    expect(await deleteBefore(store, chain, new Date('2026-01-31T13:00:00Z'), 100)).toBe(2);
    expect(await deleteBefore(store, chain, new Date('2026-01-31T13:00:00Z'), 100)).toBe(0);
    expect(await verifyChain(store.query, chain)).toMatchObject({ records: 1, first: 5, last: 5, faults: [] });
    expect((await findSessions(store.query, { limit: 10 })).items.map(({ id }) => id[0])).toEqual(['a']);
    await writeEntries(store, chain, [entry('seven')]);
    expect(await verify()).toEqual([]);
  });

  test('writers side by side make one chain', async () => {
    const stores = kind.isShared ? [store, await place.open()] : [store];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        writeEntries(stores[i % stores.length]!, chain, [entry(`x${i}`), entry(`y${i}`)]),
      ),
    );
    for (const other of stores.slice(1)) await other.close();
    expect(await verifyChain(store.query, chain)).toMatchObject({ records: 42, faults: [] });
  });
});
