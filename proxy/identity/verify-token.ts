// Verifies an access token: JWTs by their issuer's keys (RFC 7519, RFC 9068), others by their issuer's word (RFC 7662). The outcome holds for
// a while; what has to be asked on every request (deny list, proofs, scopes) is authenticate.ts.
import { decodeJwt, errors as jose, jwtVerify, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose';
import type { IssuerConfig } from '../config/issuers.ts';
import { InvalidToken, IssuerUnavailable } from '../errors.ts';
import type { Identity } from '../exchange.ts';
import { checkClaims, type Claims, toIdentity } from './claims.ts';
import type { Issuer } from './issuer.ts';
import { told, tokenFault } from './token-faults.ts';

/** A token that has been verified. */
export interface VerifiedToken {
  readonly identity: Identity;
  readonly issuer: Issuer;
  /** When it ends, in ms since the epoch, by the issuer's clock tolerance. */
  readonly expiresAt: number;
  /** When it was issued, in seconds since the epoch; undefined when it does not say. */
  readonly issuedAt: number | undefined;
  /** RFC 9449 section 6: the thumbprint of the key it is bound to. */
  readonly jkt: string | undefined;
  /** The state of the issuer's keys that it was verified with. */
  readonly generation: number;
}

const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;
const KEYLESS_LIMIT = 8;

/** Whether a token is to be read as a JWT. */
export function isJwt(token: string): boolean {
  return JWT.test(token);
}

/** Verifies a JWT. Throws InvalidToken or IssuerUnavailable. */
export async function verifyJwt(token: string, issuers: ReadonlyMap<string, Issuer>): Promise<VerifiedToken> {
  const claimed = claimedIssuer(token);
  const issuer = issuers.get(claimed);
  if (issuer === undefined) throw new InvalidToken(`the issuer ${told(claimed)} is not configured`);
  const { config } = issuer;
  const { payload, protectedHeader, generation } = await verifySignature(token, issuer);
  checkType(protectedHeader.typ, config);
  return verified(payload, issuer, payload.exp!, generation);
}

/** What an introspection said of an active token, as a verified token. Throws InvalidToken. */
export function verifyIntrospected(claims: Claims, issuer: Issuer): VerifiedToken {
  const { config } = issuer;
  const now = Date.now() / 1000;
  if (claims.iss !== undefined && claims.iss !== config.issuer) throw new InvalidToken('introspected: another issuer');
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audience.some((each) => typeof each === 'string' && config.audience.includes(each)))
    throw new InvalidToken('introspected: another audience');
  if (typeof claims.exp !== 'number' || claims.exp + config.clockToleranceSeconds <= now)
    throw new InvalidToken('introspected: no expiry, or expired');
  if (typeof claims.nbf === 'number' && claims.nbf - config.clockToleranceSeconds > now)
    throw new InvalidToken('introspected: not valid yet');
  return verified(claims, issuer, claims.exp, issuer.keys.generation);
}

function verified(claims: Claims, issuer: Issuer, exp: number, generation: number): VerifiedToken {
  const { config } = issuer;
  const identity = toIdentity(claims, config.issuer, config.claims);
  checkClaims(claims, identity, config);
  return {
    identity,
    issuer,
    expiresAt: (exp + config.clockToleranceSeconds) * 1000,
    issuedAt: typeof claims.iat === 'number' ? claims.iat : undefined,
    jkt: boundKey(claims.cnf),
    generation,
  };
}

/** A token bound in a way that is not understood here is worth nothing. */
function boundKey(confirmation: unknown): string | undefined {
  if (confirmation === undefined) return undefined;
  if (typeof confirmation === 'object' && confirmation !== null) {
    const { jkt, ...others } = confirmation as Record<string, unknown>;
    if (typeof jkt === 'string' && Object.keys(others).length === 0) return jkt;
  }
  throw new InvalidToken('bound to a key in a way that cannot be checked');
}

async function verifySignature(
  token: string,
  issuer: Issuer,
): Promise<JWTVerifyResult & { readonly generation: number }> {
  const { config, keys } = issuer;
  let generation = keys.generation;
  const options = {
    issuer: config.issuer,
    audience: [...config.audience],
    algorithms: [...config.algorithms],
    requiredClaims: ['exp', 'aud', 'iss'],
    clockTolerance: config.clockToleranceSeconds,
  };
  try {
    const keyOf: JWTVerifyGetKey = async (header, flattened) => {
      const key = await keys.key(header, flattened);
      generation = keys.generation;
      return key;
    };
    const result = await jwtVerify(token, keyOf, options);
    return { ...result, generation };
  } catch (error) {
    if (error instanceof jose.JWKSMultipleMatchingKeys)
      return { ...(await verifyByEach(token, error, options)), generation };
    throw toError(error);
  }
}

/** A token without `kid` of an issuer with several keys of its kind. */
async function verifyByEach(
  token: string,
  candidates: jose.JWKSMultipleMatchingKeys,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTVerifyResult> {
  let tried = 0;
  for await (const key of candidates) {
    if (++tried > KEYLESS_LIMIT) break;
    try {
      return await jwtVerify(token, key, options);
    } catch (error) {
      if (!(error instanceof jose.JWSSignatureVerificationFailed)) throw toError(error);
    }
  }
  throw new InvalidToken(tokenFault(new jose.JWSSignatureVerificationFailed()));
}

function toError(error: unknown): InvalidToken | IssuerUnavailable {
  return error instanceof IssuerUnavailable ? error : new InvalidToken(tokenFault(error));
}

/** RFC 9068 section 4; the type's `application/` may be left out (RFC 7515 section 4.1.9). */
function checkType(typ: unknown, { typ: accepted }: IssuerConfig): void {
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : null;
  if (!accepted.some((each) => (each?.toLowerCase() ?? null) === type))
    throw new InvalidToken(`the typ is ${told(type)}, not ${accepted.map(told).join(' or ')}`);
}

/** The `iss` the token says, to choose keys by; it is checked again with the signature. */
function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw new InvalidToken('not a JWT');
  }
}
