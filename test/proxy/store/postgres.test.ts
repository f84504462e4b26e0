// PostgreSQL alone: away, back, started on by many at once.
import { afterAll, describe, expect, test } from '@jest/globals';
import { openPostgres } from '../../../proxy/store/postgres.ts';
import { MIGRATIONS } from '../../../proxy/store/migrations/migrations.ts';
import { type PostgresServer } from '../postgres-server.ts';
import { postgres, postgresServer, stopServers } from './stores.ts';

const found = await postgresServer();
if (typeof found === 'string') console.warn(`skipped: ${found}`);
const server = found as PostgresServer;
afterAll(stopServers);

(typeof found === 'string' ? describe.skip : describe)('PostgreSQL', () => {
  test('many gates that start at once migrate once', async () => {
    const place = await postgres.makePlace();
    const stores = await Promise.all(Array.from({ length: 6 }, () => place.open()));
    expect(await stores[0]!.query('SELECT count(*) AS n FROM regate.migration')).toEqual([{ n: MIGRATIONS.length }]);
    await Promise.all(stores.map((store) => store.close()));
    expect(place.reports).toEqual([]);
  });

  test('stopped and started: calls fail clearly meanwhile, and work again after, notifications too', async () => {
    const place = await postgres.makePlace();
    const store = await place.open();
    const heard: string[] = [];
    let gaps = 0;
    store.onGap(() => gaps++);
    store.subscribe('regate_test', (payload) => heard.push(payload));
    await until(() => gaps === 1);
    await store.query('CREATE TABLE kept (a text)');
    for (const how of ['fast', 'immediate'] as const) {
      const underWay = [1, 2, 3].map(() =>
        expect(store.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: 'store_unavailable' }),
      );
      await server.stop(how);
      await Promise.all(underWay);
      for (let i = 0; i < 5; i++)
        await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(store.transaction((query) => query('SELECT 1'))).rejects.toMatchObject({
        code: 'store_unavailable',
      });
      expect(store.isAvailable).toBe(false);
      const before = gaps;
      await server.start();
      await until(() => works(store.query("INSERT INTO kept VALUES ('x')")));
      expect(store.isAvailable).toBe(true);
      await until(() => gaps > before);
      await store.query("SELECT pg_notify('regate_test', $1)", [how]);
      await until(() => heard.includes(how));
    }
    expect(heard).toEqual(['fast', 'immediate']);
    expect(place.reports.map((text) => text.replace(/:.*/, ''))).toEqual([
      'the store is away',
      'the store is back',
      'the store is away',
      'the store is back',
    ]);
    await store.close();
  }, 60_000);

  test('a gate starts while the database is away, and migrates when it comes', async () => {
    const url = await server.createDatabase();
    await server.stop();
    const reports: string[] = [];
    const store = await openPostgres({ url, connections: 2, report: (text) => reports.push(text) });
    expect(reports.join()).toContain('the store is away');
    await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store_unavailable' });
    await server.start();
    await until(() => works(store.query('SELECT 1')));
    expect(await store.query('SELECT count(*) AS n FROM regate.migration')).toEqual([{ n: MIGRATIONS.length }]);
    await store.close();
  }, 60_000);

  test('a newer schema that appears only later stays out of use', async () => {
    const place = await postgres.makePlace();
    const first = await place.open();
    await first.query("INSERT INTO regate.migration VALUES (1000, 'newer', 'x', now(), now())");
    await first.query('UPDATE regate.migration SET number = $1 WHERE number = 1000', [MIGRATIONS.length + 1]);
    await first.close();
    await server.stop();
    const store = await place.open();
    await server.start();
    await until(
      async () =>
        !(await works(store.query('SELECT 1'))) && place.reports.some((text) => text.includes('newer version')),
    );
    await expect(store.query('SELECT 1')).rejects.toMatchObject({
      code: 'store_unavailable',
      detail: expect.stringContaining('newer version'),
    });
    await store.close();
  }, 60_000);

  test('a pool that is used up makes callers wait, not fail', async () => {
    const place = await postgres.makePlace();
    const store = await place.open();
    const rows = await Promise.all(Array.from({ length: 40 }, () => store.query('SELECT pg_sleep(0.02), 1 AS one')));
    expect(rows).toHaveLength(40);
    await store.close();
  });

  test('a wrong password or address is said at the start, without the password', async () => {
    const reports: string[] = [];
    const store = await openPostgres({
      url: 'postgres://regate:hunter2@127.0.0.1:1/none',
      connections: 1,
      report: (text) => reports.push(text),
    });
    expect(reports.join()).toContain('the store is away');
    expect(reports.join()).not.toContain('hunter2');
    await store.close();
  });
});

async function works(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await isTrue()) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error('it did not happen in time');
}
