// A secret that all gates on one store share without anyone configuring it: the first to ask makes it.
import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/** 32 bytes, the same for everyone who asks this store with this purpose. Throws StoreUnavailable. */
export async function readSharedSecret(store: Store, purpose: string): Promise<Buffer> {
  await store.query(
    'INSERT INTO regate.shared_secret (purpose, secret) VALUES ($1, $2) ON CONFLICT (purpose) DO NOTHING',
    [purpose, randomBytes(32)],
  );
  const [row] = await store.query<{ readonly secret: Uint8Array }>(
    'SELECT secret FROM regate.shared_secret WHERE purpose = $1',
    [purpose],
  );
  return Buffer.from(row!.secret);
}
