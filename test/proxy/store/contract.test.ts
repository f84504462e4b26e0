// What every store does, on each kind of store.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { migrate } from '../../../proxy/store/migrate.ts';
import { MIGRATIONS } from '../../../proxy/store/migrations/migrations.ts';
import { readSharedSecret } from '../../../proxy/store/shared-secret.ts';
import type { Store } from '../../../proxy/store/store.ts';
import { embedded, type Place, postgres, postgresServer, stopServers } from './stores.ts';

const server = await postgresServer();
if (typeof server === 'string') console.warn(`skipped on PostgreSQL: ${server}`);
const kinds = typeof server === 'string' ? [embedded] : [embedded, postgres];
const NEWER = [...MIGRATIONS, { name: 'newer', sql: 'CREATE TABLE regate.newer (a text);\n' }];

afterAll(stopServers);

describe.each(kinds.map((kind) => [kind.name, kind] as const))('a store, %s', (_name, kind) => {
  let place: Place;
  let store: Store;
  const openNew = async (): Promise<void> => {
    place = await kind.makePlace();
    store = await place.open();
  };
  const closeIt = async (): Promise<void> => {
    await store.close();
    await place.remove();
  };

  describe('in one place,', () => {
    beforeAll(openNew);
    afterAll(closeIt);

    test('gives values back as they were given', async () => {
      const at = new Date('2026-02-03T04:05:06.789Z');
      const bytes = new Uint8Array([0, 1, 255]);
      const [row] = await store.query(
        `SELECT $1::text AS t, $2::bigint AS n, $3::boolean AS b, $4::timestamptz AS d, $5::bytea AS y, $6::text[] AS l,
              $7::text AS z, $8::integer AS i, $9::double precision AS f`,
        ['ä\n"\u{1f600}', Number.MAX_SAFE_INTEGER, true, at, bytes, ['a', 'b,"c'], null, -7, 1.5],
      );
      expect({ ...row, y: [...(row!.y as Uint8Array)] }).toEqual({
        t: 'ä\n"\u{1f600}',
        n: Number.MAX_SAFE_INTEGER,
        b: true,
        d: at,
        y: [0, 1, 255],
        l: ['a', 'b,"c'],
        z: null,
        i: -7,
        f: 1.5,
      });
    });

    test('refuses a number that JavaScript cannot hold', async () => {
      await expect(store.query('SELECT 9007199254740993::bigint AS n')).rejects.toThrow('no safe integer');
    });

    test('keeps a transaction that returns and nothing of one that throws', async () => {
      await store.query('CREATE TABLE kept (a text)');
      const answer = await store.transaction(async (query) => {
        await query("INSERT INTO kept VALUES ('yes')");
        return 'done';
      });
      expect(answer).toBe('done');
      const broken = store.transaction(async (query) => {
        await query("INSERT INTO kept VALUES ('no')");
        throw new Error('changed my mind');
      });
      await expect(broken).rejects.toThrow('changed my mind');
      await expect(store.transaction((query) => query('SELECT * FROM nowhere'))).rejects.toThrow('nowhere');
      expect(await store.query('SELECT a FROM kept')).toEqual([{ a: 'yes' }]);
    });

    test('gives one of many that race for a row the row', async () => {
      await store.query('CREATE TABLE raced (id integer PRIMARY KEY, owner text)');
      await store.query('INSERT INTO raced VALUES (1, NULL)');
      const winners = await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          store.query('UPDATE raced SET owner = $1 WHERE id = 1 AND owner IS NULL RETURNING owner', [`racer ${i}`]),
        ),
      );
      expect(winners.flat()).toHaveLength(1);
      expect(await store.query('SELECT owner FROM raced')).toEqual(winners.flat());
    });

    test('runs transactions that race one after the other', async () => {
      await store.query('CREATE TABLE counted (n integer)');
      await store.query('INSERT INTO counted VALUES (0)');
      await Promise.all(
        Array.from({ length: 20 }, () =>
          store.transaction(async (query) => {
            const [row] = await query<{ readonly n: number }>('SELECT n FROM counted FOR UPDATE');
            await query('UPDATE counted SET n = $1', [row!.n + 1]);
          }),
        ),
      );
      expect(await store.query('SELECT n FROM counted')).toEqual([{ n: 20 }]);
    });

    test('passes on notifications of transactions that commit', async () => {
      const heard: string[] = [];
      const hasStarted = new Promise<void>((resolve) => {
        store.onGap(resolve);
        if (!kind.isShared) resolve();
      });
      const stop = store.subscribe('regate_test', (payload) => heard.push(payload));
      await hasStarted;
      await store.transaction((query) => query("SELECT pg_notify('regate_test', 'one')"));
      await store
        .transaction(async (query) => {
          await query("SELECT pg_notify('regate_test', 'never')");
          throw new Error('rolled back');
        })
        .catch(() => undefined);
      await store.query("SELECT pg_notify('regate_other', 'elsewhere')");
      await store.query("SELECT pg_notify('regate_test', 'two')");
      await until(() => heard.length >= 2);
      stop();
      await store.query("SELECT pg_notify('regate_test', 'after')");
      await new Promise((wake) => setTimeout(wake, 50));
      expect(heard).toEqual(['one', 'two']);
    });

    test('shares a secret between all that ask', async () => {
      const secrets = await Promise.all(Array.from({ length: 5 }, () => readSharedSecret(store, 'test')));
      expect(secrets[0]).toHaveLength(32);
      for (const secret of secrets) expect(secret).toEqual(secrets[0]);
      expect(await readSharedSecret(store, 'other')).not.toEqual(secrets[0]);
      await store.close();
      store = await place.open();
      expect(await readSharedSecret(store, 'test')).toEqual(secrets[0]);
    });

    test('knows which of its migrations have run', async () => {
      expect(await store.query('SELECT number, name FROM regate.migration ORDER BY number')).toEqual(
        MIGRATIONS.map(({ name }, i) => ({ number: i + 1, name })),
      );
      expect(await store.transaction((query) => migrate(query))).toBe(0);
    });

    test('leaves nothing of a migration that fails', async () => {
      const failing = [...MIGRATIONS, { name: 'bad', sql: 'CREATE TABLE regate.bad (a text);\nSELECT nonsense;\n' }];
      await expect(store.transaction((query) => migrate(query, failing))).rejects.toThrow('nonsense');
      expect(await store.query("SELECT to_regclass('regate.bad') AS found")).toEqual([{ found: null }]);
      expect(await store.transaction((query) => migrate(query))).toBe(0);
    });

    test('is refused use after it is closed', async () => {
      await store.close();
      await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(store.transaction(() => Promise.resolve())).rejects.toMatchObject({ code: 'store_unavailable' });
    });
  });

  describe('refuses, changing nothing,', () => {
    beforeEach(openNew);
    afterEach(closeIt);
    const QUERIES = [
      'SELECT number, name, checksum, finished_at FROM regate.migration ORDER BY number',
      "SELECT tablename FROM pg_tables WHERE schemaname = 'regate' ORDER BY tablename",
    ];
    const expectRefusal = async (text: string): Promise<void> => {
      const before = await Promise.all(QUERIES.map((sql) => store.query(sql)));
      await store.close();
      for (const _attempt of [1, 2])
        await expect(place.open()).rejects.toMatchObject({
          name: 'StoreRefused',
          message: expect.stringContaining(text),
        });
      expect(await place.look(QUERIES)).toEqual(before);
    };

    test('data of a newer version', async () => {
      await store.transaction((query) => migrate(query, NEWER));
      await expectRefusal('of a newer version');
    });
    test('a migration that was begun and not finished', async () => {
      await store.query('UPDATE regate.migration SET finished_at = NULL WHERE number = 1');
      await expectRefusal('begun and not finished');
    });
    test('a migration that is missing', async () => {
      await store.query('UPDATE regate.migration SET number = number + 1000');
      await expectRefusal('half done');
    });
    test('a migration that is another', async () => {
      await store.query("UPDATE regate.migration SET checksum = 'other' WHERE number = 1");
      await expectRefusal('not the one of this version');
    });
    test('refuses tables that no migration has made', async () => {
      await store.query('DROP TABLE regate.migration');
      await store.close();
      await expect(place.open()).rejects.toThrow('half done');
      await expect(place.open()).rejects.toThrow('half done');
    });
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isTrue(); i++) await new Promise((wake) => setTimeout(wake, 10));
}
