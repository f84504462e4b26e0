// MCP session ids bound to issuer and subject: clients get the upstream's id sealed for them, with what they have declared of themselves, so
// that no gate has to remember it.
import { UnknownSession } from '../errors.ts';
import type { Identity, Session } from '../exchange.ts';
import { seal, unseal } from './seal.ts';

/** No header's value begins with a space, and so no upstream's id. */
const OPENS_URLS = ' url ';

/** The id that the client gets. */
export function sealSession(secret: Buffer, session: Session, connection: string, identity: Identity): string {
  const text = `${session.opensUrls ? OPENS_URLS : ''}${session.id ?? ''}`;
  return seal(secret, 'session', text, connection, identity);
}

/** What stands behind the client's id. Throws UnknownSession for any that was not given to this caller here. */
export function openSession(secret: Buffer, sealed: string, connection: string, identity: Identity): Session {
  const text = unseal(secret, 'session', sealed, connection, identity);
  if (text === undefined) throw new UnknownSession();
  if (!text.startsWith(OPENS_URLS)) return { id: text, opensUrls: false };
  return { id: text.slice(OPENS_URLS.length) || null, opensUrls: true };
}
