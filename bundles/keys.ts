// Keys that sign and verify bundles: PEM, JWK, JWKS, or an HMAC secret, each bound to one algorithm.
// Which key a signature asks for is verify.ts's business.
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from '../engine/builtins/host/jose/algorithms.ts';
import { BundleError } from './bundle-error.ts';

/** JWS algorithms that may sign a bundle. */
export const SIGNATURE_ALGORITHMS = [...SYMMETRIC_ALGORITHMS, ...ASYMMETRIC_ALGORITHMS] as const;

export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** A key that may verify bundles, for one algorithm: the token never chooses how its own signature is checked. */
export interface VerificationKey {
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly key: KeyObject;
  /** What the payload's `scope` must be; undefined: it must have none. */
  readonly scope?: string;
}

/** The algorithm of that name. Throws BundleError (`key_invalid`), for `none` too. */
export function signatureAlgorithm(name: string): SignatureAlgorithm {
  const found = SIGNATURE_ALGORITHMS.find((algorithm) => algorithm === name);
  if (found === undefined) throw new BundleError('key_invalid', `unknown signature algorithm: ${name}`);
  return found;
}

/**
 * Keys from a text: PEM (public key, certificate), a JWK, a JWKS, or the secret itself for HMAC. Keys of a JWKS keep their
 * `kid` and `alg`; others have the id and algorithm given. Throws BundleError (`key_invalid`).
 */
export function verificationKeys(
  text: string,
  defaults: { readonly id: string; readonly algorithm: string; readonly scope?: string },
): VerificationKey[] {
  const algorithm = signatureAlgorithm(defaults.algorithm);
  const scope = defaults.scope === undefined ? {} : { scope: defaults.scope };
  const json = asJson(text);
  if (json === undefined) return [{ id: defaults.id, algorithm, key: keyOf(text, algorithm, 'public'), ...scope }];
  const list = Array.isArray(json['keys']) ? (json['keys'] as readonly Record<string, unknown>[]) : [json];
  const keys = list
    .filter((jwk) => jwk['use'] === undefined || jwk['use'] === 'sig')
    .map((jwk): VerificationKey => {
      const own = typeof jwk['alg'] === 'string' ? signatureAlgorithm(jwk['alg']) : algorithm;
      const id = typeof jwk['kid'] === 'string' ? jwk['kid'] : defaults.id;
      return { id, algorithm: own, key: jwkKey(jwk, own, 'public'), ...scope };
    });
  if (keys.length === 0) throw new BundleError('key_invalid', 'the key set has no key for signatures');
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw new BundleError('key_invalid', 'the key set has two keys with one id');
  return keys;
}

/** The private key (PEM or JWK) or the HMAC secret. Throws BundleError (`key_invalid`). */
export function signingKey(text: string, algorithm: SignatureAlgorithm): KeyObject {
  const json = asJson(text);
  return json === undefined ? keyOf(text, algorithm, 'private') : jwkKey(json, algorithm, 'private');
}

function asJson(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return Array.isArray(value['keys']) || typeof value['kty'] === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(text: string, algorithm: SignatureAlgorithm, kind: 'public' | 'private'): KeyObject {
  if (algorithm.startsWith('HS')) {
    // A public key taken for a secret would let anybody sign.
    if (text.includes('-----BEGIN '))
      throw new BundleError('key_invalid', `${algorithm} needs a secret, not a PEM key`);
    if (text === '') throw new BundleError('key_invalid', 'the secret is empty');
    return createSecretKey(Buffer.from(text));
  }
  if (!text.includes('-----BEGIN '))
    throw new BundleError('key_invalid', 'failed to parse PEM block containing the key');
  if (kind === 'private') refuseAsSigningKey(text);
  return checked(algorithm, () => (kind === 'public' ? createPublicKey(text) : createPrivateKey(text)));
}

/** What the cryptography library would refuse in words of its own. */
function refuseAsSigningKey(pem: string): void {
  if (/-----BEGIN ENCRYPTED |^Proc-Type: .*ENCRYPTED/m.test(pem))
    throw new BundleError(
      'key_invalid',
      'the key is encrypted: give one without a passphrase (openssl pkey -in KEY -out PLAIN)',
    );
  if (!pem.includes('PRIVATE KEY-----'))
    throw new BundleError('key_invalid', 'signing needs a private key; this is a public one or a certificate');
}

function jwkKey(jwk: Record<string, unknown>, algorithm: SignatureAlgorithm, kind: 'public' | 'private'): KeyObject {
  if (jwk['kty'] === 'oct') {
    if (typeof jwk['k'] !== 'string' || jwk['k'] === '') throw new BundleError('key_invalid', 'the key is empty');
    const secret = createSecretKey(Buffer.from(jwk['k'], 'base64url'));
    return checked(algorithm, () => secret);
  }
  const input = { key: jwk, format: 'jwk' } as const;
  return checked(algorithm, () => (kind === 'public' ? createPublicKey(input) : createPrivateKey(input)));
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

/** The key, if it fits the algorithm. */
function checked(algorithm: SignatureAlgorithm, make: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = make();
  } catch (error) {
    throw new BundleError('key_invalid', `the key cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const type = key.type === 'secret' ? 'oct' : key.asymmetricKeyType;
  const details = key.asymmetricKeyDetails;
  const fits = algorithm.startsWith('HS')
    ? type === 'oct'
    : algorithm.startsWith('ES')
      ? type === 'ec' && details?.namedCurve === CURVES[algorithm]
      : algorithm === 'EdDSA'
        ? type === 'ed25519'
        : type === 'rsa' && (details?.modulusLength ?? 0) >= 2048;
  if (!fits) throw new BundleError('key_invalid', `the key (${type ?? 'unknown'}) is not one for ${algorithm}`);
  return key;
}
