// MCP session ids bound to issuer and subject: clients get the upstream's id signed for them, so that nobody can use
// another's session, a refreshed token keeps its own, and no replica has to remember anything.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { UnknownSession } from '../errors.ts';
import type { Identity } from '../exchange.ts';

/** The id that the client gets for the upstream's. */
export function sealSession(secret: Buffer, id: string, connection: string, identity: Identity): string {
  return `${Buffer.from(id).toString('base64url')}.${sign(secret, id, connection, identity).toString('base64url')}`;
}

/** The upstream's id behind the client's. Throws UnknownSession for any that was not given to this caller here. */
export function openSession(secret: Buffer, sealed: string, connection: string, identity: Identity): string {
  const match = /^([A-Za-z0-9_-]{1,1024})\.([A-Za-z0-9_-]{43})$/.exec(sealed);
  if (match === null) throw new UnknownSession();
  const id = Buffer.from(match[1]!, 'base64url').toString('utf8');
  const expected = sign(secret, id, connection, identity);
  if (!timingSafeEqual(Buffer.from(match[2]!, 'base64url'), expected)) throw new UnknownSession();
  return id;
}

function sign(secret: Buffer, id: string, connection: string, { issuer, subject }: Identity): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify([id, connection, issuer, subject]))
    .digest();
}
