// Proofs of possession (RFC 9449): that whoever sends a bound token holds its key. Nonces need no memory: each is a time, signed.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  EmbeddedJWK,
  errors as jose,
  jwtVerify,
  type JWTPayload,
} from 'jose';
import { DpopNonceNeeded, InvalidDpopProof } from '../errors.ts';

/** What proofs may be signed with; announced in challenges and metadata. */
export const DPOP_ALGORITHMS: readonly string[] = ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA', 'Ed25519'];
const PROOF_LENGTH_LIMIT = 8_192;
/** How old a proof may be, and how far in the future by a clock that goes ahead. */
const PROOF_LIFE_SECONDS = 60;
const CLOCK_AHEAD_SECONDS = 5;
const JTI_LENGTH_LIMIT = 256;
/** Proofs that are remembered; more within a minute are refused, for one that is forgotten could be replayed. */
const REPLAY_LIMIT = 200_000;
const NONCE_LIFE_MS = 5 * 60_000;

/** What a proof has to be about. */
export interface ProofTarget {
  readonly method: string;
  /** The request's URL as the caller knows it, without query. */
  readonly url: string;
  readonly token: string;
  /** The thumbprint that the token is bound to. */
  readonly jkt: string;
}

/** Verifies proofs, each once. */
export class DpopVerifier {
  readonly #nonceSecret: Buffer;
  /** Proofs that have been seen, in two halves by their time: the older is dropped whole. */
  #seen = new Set<string>();
  #seenBefore = new Set<string>();
  #turnedAt = Date.now();

  /** `secret` signs nonces: the same for all replicas. */
  constructor(secret: Buffer) {
    this.#nonceSecret = createHmac('sha256', secret).update('dpop nonce').digest();
  }

  /** Throws InvalidDpopProof, or DpopNonceNeeded when `needsNonce` and the proof has none that is good. */
  async verify(proof: string | undefined, target: ProofTarget, needsNonce: boolean): Promise<void> {
    if (proof === undefined) throw new InvalidDpopProof('no proof');
    if (proof.length > PROOF_LENGTH_LIMIT) throw new InvalidDpopProof('too long');
    const claims = await verifySignature(proof, target.jkt);
    if (claims.htm !== target.method) throw new InvalidDpopProof('htm');
    if (typeof claims.htu !== 'string' || !isSameUrl(claims.htu, target.url)) throw new InvalidDpopProof('htu');
    if (typeof claims.ath !== 'string' || claims.ath !== hash('sha256', target.token, 'base64url'))
      throw new InvalidDpopProof('ath');
    const age = Date.now() / 1000 - (claims.iat ?? -Infinity);
    if (!(age <= PROOF_LIFE_SECONDS && age >= -CLOCK_AHEAD_SECONDS)) throw new InvalidDpopProof('iat');
    const { jti } = claims;
    if (typeof jti !== 'string' || jti === '' || jti.length > JTI_LENGTH_LIMIT) throw new InvalidDpopProof('jti');
    if (needsNonce && !(typeof claims.nonce === 'string' && this.#isGoodNonce(claims.nonce)))
      throw new DpopNonceNeeded(this.nonce());
    this.#noteUse(hash('sha256', `${target.jkt} ${jti}`, 'base64'));
  }

  /** A nonce that is good from now on for a while. */
  nonce(now = Date.now()): string {
    const time = now.toString(36);
    return `${time}.${this.#sign(time).toString('base64url')}`;
  }

  #isGoodNonce(nonce: string): boolean {
    const [time, signature, more] = nonce.split('.');
    if (time === undefined || signature === undefined || more !== undefined) return false;
    const given = Buffer.from(signature, 'base64url');
    const expected = this.#sign(time);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    return Date.now() - parseInt(time, 36) < NONCE_LIFE_MS;
  }

  #sign(time: string): Buffer {
    return createHmac('sha256', this.#nonceSecret).update(time).digest().subarray(0, 16);
  }

  #noteUse(use: string): void {
    const now = Date.now();
    const halfMs = (PROOF_LIFE_SECONDS + CLOCK_AHEAD_SECONDS) * 1000;
    if (now - this.#turnedAt >= halfMs) {
      // What is in the older half is too old to be accepted again.
      this.#seenBefore = now - this.#turnedAt >= 2 * halfMs ? new Set() : this.#seen;
      this.#seen = new Set();
      this.#turnedAt = now;
    }
    if (this.#seen.has(use) || this.#seenBefore.has(use)) throw new InvalidDpopProof('used before');
    if (this.#seen.size >= REPLAY_LIMIT) throw new InvalidDpopProof('too many proofs to remember');
    this.#seen.add(use);
  }
}

async function verifySignature(proof: string, jkt: string): Promise<JWTPayload> {
  try {
    const { jwk } = decodeProtectedHeader(proof);
    // Section 4.2: the key is a public one, and section 4.3 step 7; EmbeddedJWK refuses others.
    if (jwk === undefined || (await calculateJwkThumbprint(jwk, 'sha256')) !== jkt) throw new InvalidDpopProof('jwk');
    const { payload } = await jwtVerify(proof, EmbeddedJWK, { algorithms: [...DPOP_ALGORITHMS], typ: 'dpop+jwt' });
    return payload;
  } catch (error) {
    if (error instanceof InvalidDpopProof) throw error;
    throw new InvalidDpopProof(error instanceof jose.JOSEError ? error.code : 'no JWT');
  }
}

/** RFC 9449 section 4.3: compared after normalisation (RFC 3986 section 6.2), without query and fragment. */
function isSameUrl(claimed: string, actual: string): boolean {
  if (!URL.canParse(claimed)) return false;
  const [a, b] = [new URL(claimed), new URL(actual)];
  return a.username === '' && a.password === '' && a.origin === b.origin && unescaped(a) === unescaped(b);
}

/** A path with its unreserved characters written plainly and its escapes in capitals. */
function unescaped({ pathname }: URL): string {
  return pathname.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escape.toUpperCase();
  });
}
