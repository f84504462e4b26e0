// From a request's headers to an identity: RFC 6750 and RFC 9449 schemes, verified tokens remembered by their hash. What has to hold on every
// request is asked on every request: the deny list, the issuer's word where it is wanted, the proof, the scopes.
import { hash } from 'node:crypto';
import { InsufficientScope, InvalidDpopProof, InvalidToken, MissingToken, TokenRevoked } from '../errors.ts';
import type { IntrospectionConfig } from '../config/issuers.ts';
import type { Identity } from '../exchange.ts';
import type { Claims } from './claims.ts';
import type { DpopVerifier } from './dpop.ts';
import type { Introspection } from './introspection.ts';
import type { Issuer } from './issuer.ts';
import type { Revocations } from './revocations.ts';
import { isJwt, verifyIntrospected, verifyJwt, type VerifiedToken } from './verify-token.ts';

const TOKEN_LENGTH_LIMIT = 16_384;
const CACHE_SIZE = 10_000;
const SCHEME = /^(?:Bearer|DPoP) +/i;
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** What a caller shows. */
export interface Presented {
  readonly authorization: string | undefined;
  /** The `DPoP` header. */
  readonly dpop: string | undefined;
  readonly method: string;
  /** The request's URL as the caller knows it, without query. */
  readonly url: string;
}

/** What is asked of him. */
export interface Required {
  /** The audiences of which one has to be the token's; empty: whatever the issuer's configuration accepts. */
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
  /** Whether tokens have to be bound to a key, and proofs to hold a nonce of ours. */
  readonly dpop: 'optional' | 'required' | 'nonce';
}

export interface Authenticated {
  readonly identity: Identity;
  /** As it came; for token exchange, and for nothing else. */
  readonly token: string;
  readonly issuedAt: number | undefined;
  /** In ms since the epoch. */
  readonly expiresAt: number;
  /** Undefined where the issuer is not asked about the token. */
  readonly issuersWord: IssuersWord | undefined;
}

/** What an issuer says of a token while it is used. */
export interface IssuersWord {
  readonly tokenHash: string;
  readonly config: IntrospectionConfig;
  /** Asks now, whatever was said before. Throws InvalidToken, or IssuerUnavailable without an answer. */
  ask(): Promise<void>;
}

/** Verifies tokens, and remembers those it has verified by their hash. */
export class Authenticator {
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #opaqueIssuer: Issuer | undefined;
  readonly #revocations: Revocations;
  readonly #dpop: DpopVerifier;
  readonly #verified = new Map<string, VerifiedToken>();

  constructor(issuers: readonly Issuer[], revocations: Revocations, dpop: DpopVerifier) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.config.issuer, issuer]));
    this.#opaqueIssuer = issuers.find(({ introspection }) => introspection !== undefined);
    this.#revocations = revocations;
    this.#dpop = dpop;
  }

  /**
   * The caller; `noteOwner` hears whose token it is, once that is certain, though the token may be refused after all. Throws MissingToken, InvalidToken, TokenRevoked, InvalidDpopProof, DpopNonceNeeded, InsufficientScope or
   * IssuerUnavailable.
   */
  async authenticate(
    presented: Presented,
    required: Required,
    noteOwner: (identity: Identity) => void = () => {},
  ): Promise<Authenticated> {
    const { authorization } = presented;
    if (authorization === undefined) throw new MissingToken();
    const scheme = SCHEME.exec(authorization)?.[0];
    if (scheme === undefined || authorization.length > TOKEN_LENGTH_LIMIT)
      throw new InvalidToken('no token of a known scheme');
    const token = authorization.slice(scheme.length);
    const key = hash('sha256', token, 'base64');
    const verified = this.#remembered(key) ?? (await this.#verifyAnew(token, key));
    const isDpop = scheme[0] === 'D' || scheme[0] === 'd';
    if (verified.jkt !== undefined || isDpop || required.dpop !== 'optional')
      await this.#checkProof(verified, isDpop, token, presented, required.dpop);
    const { identity, issuedAt, expiresAt } = verified;
    noteOwner(identity);
    const { introspection } = verified.issuer;
    const isAsked = introspection !== undefined && (introspection.config.tokens === 'all' || !isJwt(token));
    // An opaque token has been asked about already.
    if (isAsked && isJwt(token)) requireSame(identity, await introspection.ask(token, key));
    if (required.audience.length > 0) {
      const audience = [identity.claims.aud].flat();
      if (!required.audience.some((each) => audience.includes(each))) throw new InvalidToken('for another connection');
    }
    this.rejectRevoked(identity, issuedAt);
    if (!required.scopes.every((scope) => identity.scopes.includes(scope)))
      throw new InsufficientScope(required.scopes);
    const issuersWord = isAsked ? wordOf(verified, introspection, token, key) : undefined;
    return { identity, token, issuedAt, expiresAt, issuersWord };
  }

  /** Throws TokenRevoked when the deny list refuses a token of this identity, issued at this time. */
  rejectRevoked(identity: Identity, issuedAt: number | undefined): void {
    const revocation = this.#revocations.find(identity, issuedAt);
    if (revocation !== undefined) throw new TokenRevoked(revocation.id);
  }

  /** The token's end, and keys that the issuer may have withdrawn, make void what was verified. */
  #remembered(key: string): VerifiedToken | undefined {
    const verified = this.#verified.get(key);
    if (verified === undefined) return undefined;
    if (verified.expiresAt > Date.now() && verified.issuer.keys.isCurrent(verified.generation)) return verified;
    this.#verified.delete(key);
    return undefined;
  }

  async #verifyAnew(token: string, key: string): Promise<VerifiedToken> {
    if (!TOKEN.test(token)) throw new InvalidToken('no token');
    // What its issuer says of an opaque token is remembered there, or not at all.
    if (!isJwt(token)) return this.#introspectOpaque(token, key);
    const verified = await verifyJwt(token, this.#issuers);
    if (this.#verified.size >= CACHE_SIZE) this.#verified.delete(this.#verified.keys().next().value!);
    this.#verified.set(key, verified);
    return verified;
  }

  async #introspectOpaque(token: string, key: string): Promise<VerifiedToken> {
    const issuer = this.#opaqueIssuer;
    if (issuer === undefined) throw new InvalidToken('not a JWT');
    return verifyIntrospected(await issuer.introspection!.ask(token, key), issuer);
  }

  async #checkProof(
    { jkt }: VerifiedToken,
    isDpop: boolean,
    token: string,
    { dpop: proof, method, url }: Presented,
    required: Required['dpop'],
  ): Promise<void> {
    if (jkt === undefined) throw new InvalidDpopProof('the token is not bound to a key');
    // RFC 9449 section 7.2: a bound token in the Bearer scheme would be a downgrade.
    if (!isDpop) throw new InvalidDpopProof('a bound token in the Bearer scheme');
    await this.#dpop.verify(proof, { method, url, token, jkt }, required === 'nonce');
  }
}

function wordOf(
  { identity, issuer }: VerifiedToken,
  introspection: Introspection,
  token: string,
  tokenHash: string,
): IssuersWord {
  return {
    tokenHash,
    config: introspection.config,
    async ask() {
      const claims = await introspection.askAnew(token, tokenHash);
      if (isJwt(token)) requireSame(identity, claims);
      else if (verifyIntrospected(claims, issuer).identity.subject !== identity.subject) throw anotherSubject();
    },
  };
}

/** The issuer speaks of `sub`, whatever claim the gate takes the subject from. */
function requireSame({ claims, subject }: Identity, said: Claims): void {
  if (said.sub !== undefined && said.sub !== (claims.sub ?? subject)) throw anotherSubject();
}

function anotherSubject(): InvalidToken {
  return new InvalidToken('introspected: another subject');
}
