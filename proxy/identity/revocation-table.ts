// Revocations in the store, shared by all gates on it: what one adds, the others learn at once by a notification, or by asking now and then.
import type { Query, Store } from '../store/store.ts';
import type { Revocation, RevocationStore } from './revocations.ts';

const CHANNEL = 'regate_revocation';
const POLL_MS = 5_000;

/** A store in the gate's database. */
export function tableRevocations(store: Store, pollMs = POLL_MS): RevocationStore {
  const list = async (): Promise<readonly Revocation[]> => {
    const rows = await store.query<{ readonly revocation: string }>(
      'SELECT revocation FROM regate.revocation WHERE expires_at IS NULL OR expires_at > now() ORDER BY id',
    );
    return rows.map(({ revocation }) => JSON.parse(revocation) as Revocation);
  };
  const tell = (query: Query): Promise<unknown> => query('SELECT pg_notify($1, $2)', [CHANNEL, '']);
  return {
    list,
    async add(revocation) {
      const { id, expires_at: end } = revocation;
      await store.transaction(async (query) => {
        await query('DELETE FROM regate.revocation WHERE expires_at <= now()');
        await query('INSERT INTO regate.revocation (id, expires_at, revocation) VALUES ($1, $2, $3)', [
          id,
          end === null ? null : new Date(end),
          JSON.stringify(revocation),
        ]);
        await tell(query);
      });
    },
    remove: (id) =>
      store.transaction(async (query) => {
        const rows = await query('DELETE FROM regate.revocation WHERE id = $1 RETURNING id', [id]);
        await tell(query);
        return rows.length > 0;
      }),
    watch(changed) {
      const refresh = (): void => {
        const askedAt = performance.now();
        // Without an answer the list grows old, and one that is too old refuses everybody: revocations.ts.
        list().then(
          (revocations) => changed(revocations, askedAt),
          () => {},
        );
      };
      const timer = setInterval(refresh, pollMs).unref();
      const endings = [store.subscribe(CHANNEL, refresh), store.onGap(refresh)];
      return () => {
        clearInterval(timer);
        for (const end of endings) end();
      };
    },
  };
}
