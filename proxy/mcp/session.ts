// MCP session ids bound to issuer and subject: clients get the upstream's id sealed for them.
import { UnknownSession } from '../errors.ts';
import type { Identity } from '../exchange.ts';
import { seal, unseal } from './seal.ts';

/** The id that the client gets for the upstream's. */
export function sealSession(secret: Buffer, id: string, connection: string, identity: Identity): string {
  return seal(secret, 'session', id, connection, identity);
}

/** The upstream's id behind the client's. Throws UnknownSession for any that was not given to this caller here. */
export function openSession(secret: Buffer, sealed: string, connection: string, identity: Identity): string {
  const id = unseal(secret, 'session', sealed, connection, identity);
  if (id === undefined) throw new UnknownSession();
  return id;
}
