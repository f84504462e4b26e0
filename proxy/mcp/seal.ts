// Texts that the gate hands to clients and gets back: signed for one connection and one caller, so that nobody can use another's or make his
// own, a refreshed token keeps its caller's, and no replica has to remember anything.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Identity } from '../exchange.ts';

/** What a seal is for: one kind's is worth nothing as another's. */
export type SealKind = 'session' | 'event' | 'hold';

const LENGTH_LIMIT = 16_384;

/** The text, readable to who knows base64url, with its seal. */
export function seal(secret: Buffer, kind: SealKind, text: string, connection: string, identity: Identity): string {
  return `${Buffer.from(text).toString('base64url')}.${sign(secret, kind, text, connection, identity).toString('base64url')}`;
}

/** The text of a seal that was given to this caller here; undefined for any other. */
export function unseal(
  secret: Buffer,
  kind: SealKind,
  sealed: string,
  connection: string,
  identity: Identity,
): string | undefined {
  const match = sealed.length > LENGTH_LIMIT ? null : /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/.exec(sealed);
  if (match === null) return undefined;
  const text = Buffer.from(match[1]!, 'base64url').toString('utf8');
  const isOurs = timingSafeEqual(Buffer.from(match[2]!, 'base64url'), sign(secret, kind, text, connection, identity));
  return isOurs ? text : undefined;
}

function sign(secret: Buffer, kind: SealKind, text: string, connection: string, identity: Identity): Buffer {
  const { issuer, subject } = identity;
  return createHmac('sha256', secret)
    .update(JSON.stringify([kind, text, connection, issuer, subject]))
    .digest();
}
