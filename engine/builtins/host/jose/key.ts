// Keys for JSON Web Signatures, from JWKs, certificates or PEM.
// Left to others: reading JWKs (jwk.ts), using the keys (signature.ts).
import type { KeyObject } from 'node:crypto';
import { BuiltinError } from '../../../host/builtin.ts';
import { Asn1Struct } from '../x509/asn1-struct.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { decodePem } from '../x509/pem.ts';
import { CURVES, keyObject, PUBLIC_KEY_ALGORITHMS, parsePublicKeyInfo } from '../x509/public-key.ts';
import type { PublicKeyInfo } from '../x509/public-key.ts';
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from './algorithms.ts';
import { parseJwks } from './jwk.ts';

/** A key. `object` verifies and `secret` signs; either is undefined where OpenSSL does not take the key. */
export type Key =
  | { readonly kind: 'oct'; readonly isPrivate: true; readonly bytes: Uint8Array }
  | {
      readonly kind: 'rsa';
      readonly isPrivate: boolean;
      readonly n: bigint;
      readonly object?: KeyObject;
      readonly secret?: KeyObject;
    }
  | {
      readonly kind: 'ec';
      readonly isPrivate: boolean;
      /** Bytes of a coordinate. */
      readonly size: number;
      readonly object?: KeyObject;
      readonly secret?: KeyObject;
    }
  | {
      readonly kind: 'ed25519' | 'x25519';
      readonly isPrivate: boolean;
      readonly object?: KeyObject;
      readonly secret?: KeyObject;
    }
  /** DSA and algorithms that are not known: nothing is verified with them. */
  | { readonly kind: 'other'; readonly isPrivate: false };

/** A key that may verify a token. */
export interface VerificationKey {
  readonly key: Key;
  /** Empty when the key does not say. */
  readonly alg: string;
  readonly kid: string;
}

/** Algorithms of JSON Web Signatures that OPA knows. */
export const ALGORITHMS: ReadonlySet<string> = new Set([...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS]);

/** The keys in a PEM certificate, a PEM public key, a JWK or a JWK set. Throws BuiltinError with OPA's text. */
export function parseVerificationKeys(text: string): readonly VerificationKey[] {
  const { block, rest } = decodePem(text);
  if (block === undefined) return parseJwkSet(text);
  if (rest !== '') throw new BuiltinError('extra data after a PEM certificate block');
  if (block.type === 'CERTIFICATE') {
    const certificate = wrap('failed to parse a PEM certificate', () => parseCertificate(block.bytes));
    const { publicKey } = certificate;
    const isKnown = PUBLIC_KEY_ALGORITHMS[publicKey.algorithm.oid] !== undefined;
    return [{ key: isKnown ? keyOf(publicKey) : { kind: 'other', isPrivate: false }, alg: '', kid: '' }];
  }
  if (block.type === 'PUBLIC KEY') {
    const info = wrap('failed to parse a PEM public key', () => parsePublicKey(block.bytes));
    return [{ key: keyOf(info), alg: '', kid: '' }];
  }
  throw new BuiltinError('failed to extract a Key from the PEM certificate');
}

function wrap<T>(context: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    throw new BuiltinError(`${context}: ${error.message}`);
  }
}

function parsePublicKey(der: Uint8Array): PublicKeyInfo {
  Asn1Struct.parse(der, 'publicKeyInfo');
  const info = parsePublicKeyInfo(der);
  if (info.key === undefined) throw new BuiltinError('x509: unknown public key algorithm');
  return info;
}

function keyOf(info: PublicKeyInfo): Key {
  const { key } = info;
  const object = keyObject(info);
  switch (key?.kind) {
    case 'rsa':
      return { kind: 'rsa', isPrivate: false, n: key.n, object };
    case 'ec':
      return {
        kind: 'ec',
        isPrivate: false,
        size: [...CURVES.values()].find(({ name }) => name === key.curve)!.size,
        object,
      };
    case 'ed25519':
    case 'x25519':
      return { kind: key.kind, isPrivate: false, object };
    default:
      return { kind: 'other', isPrivate: false };
  }
}

/** Keys for algorithms that OPA does not know are left out. */
function parseJwkSet(text: string): readonly VerificationKey[] {
  const jwks = wrap('failed to parse a JWK key (set): jwk.ParseString: failed to parse string', () => parseJwks(text));
  const keys = jwks.map(({ alg, kid, key }) => ({ alg, kid, key: key() }));
  return keys.filter(({ alg }) => alg === '' || ALGORITHMS.has(alg));
}
