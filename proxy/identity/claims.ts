// From verified claims to an identity, by the names that the issuer's configuration gives. Nothing here judges a token.
import type { ClaimNames, IssuerConfig } from '../config/issuers.ts';
import { InvalidToken } from '../errors.ts';
import type { Identity } from '../exchange.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Who the claims speak of. Throws InvalidToken when there is no subject. */
export function toIdentity(claims: Claims, issuer: string, names: ClaimNames): Identity {
  const subject = firstText(claims, names.subject);
  if (subject === null) throw new InvalidToken('the subject is not a text');
  return {
    issuer,
    subject,
    client_id: firstText(claims, names.clientId),
    scopes: firstList(claims, names.scopes, (text) => text.split(' ').filter(Boolean)),
    groups: firstList(claims, names.groups, (text) => [text]),
    token_id: firstText(claims, names.tokenId),
    claims,
  };
}

/** Throws InvalidToken unless each required claim has one of its values, and the client is one of the allowed. */
export function checkClaims(claims: Claims, identity: Identity, config: IssuerConfig): void {
  for (const [name, accepted] of Object.entries(config.requiredClaims)) {
    const value = claimAt(claims, name);
    const values = Array.isArray(value) ? value : [value];
    if (!values.some((each) => accepted.some((pattern) => matches(each, pattern))))
      throw new InvalidToken(`the claim ${name} has no accepted value`);
  }
  if (config.clients.length > 0 && (identity.client_id === null || !config.clients.includes(identity.client_id)))
    throw new InvalidToken('the client is not one of those configured');
}

/** A value, or with `*` at its end a beginning. */
function matches(value: unknown, pattern: string): boolean {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return false;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** A claim by its name, or by a JSON pointer (RFC 6901) to one inside. */
function claimAt(claims: Claims, name: string): unknown {
  if (!name.startsWith('/')) return Object.hasOwn(claims, name) ? claims[name] : undefined;
  let value: unknown = claims;
  for (const part of name.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function firstText(claims: Claims, names: readonly string[]): string | null {
  for (const name of names) {
    const value = claimAt(claims, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** The first claim that is there; a text is taken apart by `split`: scopes at spaces (RFC 6749 section 3.3), groups nowhere. */
function firstList(
  claims: Claims,
  names: readonly string[],
  split: (text: string) => readonly string[],
): readonly string[] {
  for (const name of names) {
    const value = claimAt(claims, name);
    if (typeof value === 'string') return split(value);
    if (Array.isArray(value)) return value.filter((each): each is string => typeof each === 'string');
  }
  return [];
}
