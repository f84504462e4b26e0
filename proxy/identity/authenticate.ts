// From the Authorization header to an identity: RFC 6750 bearer tokens, RFC 9068 and plain JWTs of configured issuers.
// Keys and discovery are issuer.ts; which scopes a connection asks for is checked here, what they permit is the policy's.
import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors as jose, jwtVerify, type JWTPayload } from 'jose';
import type { IssuerConfig } from '../config/issuers.ts';
import { InsufficientScope, InvalidToken, IssuerUnavailable, MissingToken } from '../errors.ts';
import type { Identity } from '../exchange.ts';
import type { Issuer } from './issuer.ts';

/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 5;
const TOKEN_LENGTH_LIMIT = 16_384;
/** A verified token is believed without its signature for this long at the most: keys may be withdrawn. */
const CACHE_LIFE_MS = 5 * 60_000;
const CACHE_SIZE = 10_000;
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

interface Verified {
  readonly identity: Identity;
  readonly until: number;
}

/** Verifies tokens, and remembers those it has verified by their hash. */
export class Authenticator {
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #verified = new Map<string, Verified>();

  constructor(issuers: readonly Issuer[]) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.config.issuer, issuer]));
  }

  /** The caller. Throws MissingToken, InvalidToken, InsufficientScope or IssuerUnavailable. */
  async authenticate(authorization: string | undefined, requiredScopes: readonly string[]): Promise<Identity> {
    if (authorization === undefined) throw new MissingToken();
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined || token.length > TOKEN_LENGTH_LIMIT) throw new InvalidToken('no bearer token');
    const identity = this.#remembered(token) ?? (await this.#verify(token));
    if (!requiredScopes.every((scope) => identity.scopes.includes(scope))) throw new InsufficientScope(requiredScopes);
    return identity;
  }

  #remembered(token: string): Identity | undefined {
    const key = digest(token);
    const found = this.#verified.get(key);
    if (found === undefined) return undefined;
    if (found.until > Date.now()) return found.identity;
    this.#verified.delete(key);
    return undefined;
  }

  async #verify(token: string): Promise<Identity> {
    const issuer = this.#issuers.get(claimedIssuer(token));
    if (issuer === undefined) throw new InvalidToken('the issuer is not configured');
    const { config } = issuer;
    const keys = await issuer.keys();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer: config.issuer,
        audience: [...config.audience],
        algorithms: [...config.algorithms],
        requiredClaims: ['exp', 'sub', 'aud', 'iss'],
        clockTolerance: CLOCK_TOLERANCE,
        ...(config.typ === null ? {} : { typ: config.typ }),
      }));
    } catch (error) {
      if (error instanceof IssuerUnavailable) throw error;
      throw new InvalidToken(error instanceof jose.JOSEError ? error.code : String(error));
    }
    // A token bound to a key (RFC 9449, RFC 8705) is worth nothing without the proof, which this gate does not check.
    if (payload.cnf !== undefined) throw new InvalidToken('a key-bound token without its proof');
    const identity = toIdentity(payload, config);
    this.#remember(token, identity, payload.exp! * 1000);
    return identity;
  }

  #remember(token: string, identity: Identity, expiresAt: number): void {
    if (this.#verified.size >= CACHE_SIZE) {
      const [oldest] = this.#verified.keys();
      this.#verified.delete(oldest!);
    }
    this.#verified.set(digest(token), { identity, until: Math.min(expiresAt, Date.now() + CACHE_LIFE_MS) });
  }
}

/** The `iss` the token says, to choose keys by; it is checked again with the signature. */
function claimedIssuer(token: string): string {
  try {
    if (decodeProtectedHeader(token).alg === 'none') throw new InvalidToken('alg none');
    return decodeJwt(token).iss ?? '';
  } catch (error) {
    throw error instanceof InvalidToken ? error : new InvalidToken('not a JWT');
  }
}

function toIdentity(claims: JWTPayload, config: IssuerConfig): Identity {
  if (typeof claims.sub !== 'string' || claims.sub === '') throw new InvalidToken('the subject is not a text');
  return {
    issuer: config.issuer,
    subject: claims.sub,
    client_id: firstText(claims.client_id, claims.azp, claims.cid),
    scopes: words(claims.scope) ?? words(claims.scp) ?? texts(claims.scp),
    groups: texts(claims[config.groupsClaim]),
    claims,
    token_id: typeof claims.jti === 'string' ? claims.jti : null,
  };
}

function firstText(...values: readonly unknown[]): string | null {
  return values.find((value): value is string => typeof value === 'string') ?? null;
}

/** Scopes are separated by spaces, RFC 6749 section 3.3. */
function words(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' ? value.split(' ').filter(Boolean) : undefined;
}

/** A list of texts, or one: a group's name may hold spaces. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
