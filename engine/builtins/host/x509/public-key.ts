// Algorithms and public keys of X.509: what an AlgorithmIdentifier and a SubjectPublicKeyInfo say.
// Left to others: using the keys (node:crypto).
import { BuiltinError } from '../../../host/builtin.ts';
import { createPublicKey, ECDH } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { bytesToBigInt, DerReader, TAG } from './der.ts';

/** An AlgorithmIdentifier. */
export interface Algorithm {
  readonly oid: string;
  /** The parameters with tag and length; empty when there are none. */
  readonly parameters: Uint8Array;
}

/** Reads an AlgorithmIdentifier's content. Throws BuiltinError with Go's text. */
export function parseAlgorithm(der: DerReader): Algorithm {
  const oid = der.oid();
  if (oid === undefined) throw new BuiltinError('x509: malformed OID');
  if (der.isEmpty) return { oid, parameters: new Uint8Array() };
  const parameters = der.any();
  if (parameters === undefined) throw new BuiltinError('x509: malformed parameters');
  return { oid, parameters: parameters.full };
}

/** Curves by OID: JOSE's and OpenSSL's name, bytes of a coordinate. */
export const CURVES: ReadonlyMap<string, { readonly name: string; readonly openssl: string; readonly size: number }> =
  new Map([
    ['1.3.132.0.33', { name: 'P-224', openssl: 'secp224r1', size: 28 }],
    ['1.2.840.10045.3.1.7', { name: 'P-256', openssl: 'prime256v1', size: 32 }],
    ['1.3.132.0.34', { name: 'P-384', openssl: 'secp384r1', size: 48 }],
    ['1.3.132.0.35', { name: 'P-521', openssl: 'secp521r1', size: 66 }],
  ]);

export type PublicKey =
  | { readonly kind: 'rsa'; readonly n: bigint; readonly e: bigint }
  | { readonly kind: 'ec'; readonly curve: string; readonly x: bigint; readonly y: bigint }
  | { readonly kind: 'ed25519'; readonly bytes: Uint8Array }
  | { readonly kind: 'x25519'; readonly bytes: Uint8Array }
  | { readonly kind: 'dsa'; readonly p: bigint; readonly q: bigint; readonly g: bigint; readonly y: bigint };

/** Algorithms of public keys, by their object identifiers. */
export const OID = {
  rsa: '1.2.840.113549.1.1.1',
  dsa: '1.2.840.10040.4.1',
  ec: '1.2.840.10045.2.1',
  x25519: '1.3.101.110',
  ed25519: '1.3.101.112',
  pss: '1.2.840.113549.1.1.10',
} as const;

/** Numbers of Go's x509.PublicKeyAlgorithm; 0 is unknown. Go does not count X25519 among them. */
export const PUBLIC_KEY_ALGORITHMS: Readonly<Record<string, number>> = {
  [OID.rsa]: 1,
  [OID.dsa]: 2,
  [OID.ec]: 3,
  [OID.ed25519]: 4,
};

/** A SubjectPublicKeyInfo: the algorithm, and the key unless the algorithm is unknown. */
export interface PublicKeyInfo {
  readonly algorithm: Algorithm;
  readonly key: PublicKey | undefined;
  /** The whole structure, for node:crypto. */
  readonly der: Uint8Array;
}

/** Reads a SubjectPublicKeyInfo. Throws BuiltinError with Go's text. */
export function parsePublicKeyInfo(der: Uint8Array): PublicKeyInfo {
  const info = new DerReader(der).inside(TAG.sequence);
  if (info === undefined) throw new BuiltinError('x509: malformed spki');
  const identifier = info.inside(TAG.sequence);
  if (identifier === undefined) throw new BuiltinError('x509: malformed public key algorithm identifier');
  const algorithm = parseAlgorithm(identifier);
  const bits = info.bitString();
  if (bits === undefined) throw new BuiltinError('x509: malformed subjectPublicKey');
  return { algorithm, key: parsePublicKey(algorithm, bits.bytes), der };
}

function parsePublicKey(algorithm: Algorithm, bytes: Uint8Array): PublicKey | undefined {
  switch (algorithm.oid) {
    case OID.rsa:
      return parseRsa(algorithm, bytes);
    case OID.ec:
      return parseEc(algorithm, bytes);
    case OID.ed25519:
      if (algorithm.parameters.length > 0) throw new BuiltinError('x509: Ed25519 key encoded with illegal parameters');
      if (bytes.length !== 32) throw new BuiltinError('x509: wrong Ed25519 public key size');
      return { kind: 'ed25519', bytes };
    case OID.x25519:
      if (algorithm.parameters.length > 0) throw new BuiltinError('x509: X25519 key encoded with illegal parameters');
      if (bytes.length !== 32) throw new BuiltinError('crypto/ecdh: invalid public key');
      return { kind: 'x25519', bytes };
    case OID.dsa:
      return parseDsa(algorithm, bytes);
    default:
      return undefined;
  }
}

function parseRsa(algorithm: Algorithm, bytes: Uint8Array): PublicKey {
  if (Buffer.compare(algorithm.parameters, Buffer.from([TAG.null, 0])) !== 0)
    throw new BuiltinError('x509: RSA key missing NULL parameters');
  const sequence = new DerReader(bytes).inside(TAG.sequence);
  if (sequence === undefined) throw new BuiltinError('x509: invalid RSA public key');
  const n = sequence.integer();
  if (n === undefined) throw new BuiltinError('x509: invalid RSA modulus');
  const e = sequence.integer();
  if (e === undefined || BigInt.asIntN(64, e) !== e) throw new BuiltinError('x509: invalid RSA public exponent');
  if (n <= 0n) throw new BuiltinError('x509: RSA modulus is not a positive number');
  if (e <= 0n) throw new BuiltinError('x509: RSA public exponent is not a positive number');
  return { kind: 'rsa', n, e };
}

function parseEc(algorithm: Algorithm, bytes: Uint8Array): PublicKey {
  const oid = new DerReader(algorithm.parameters).oid();
  if (oid === undefined) throw new BuiltinError('x509: invalid ECDSA parameters');
  const curve = CURVES.get(oid);
  if (curve === undefined) throw new BuiltinError('x509: unsupported elliptic curve');
  const name = curve.name.replace('-', '');
  if (bytes[0] !== 4) throw new BuiltinError('ecdsa: invalid uncompressed public key');
  if (bytes.length !== 1 + 2 * curve.size) throw new BuiltinError(`invalid ${name} point encoding`);
  if (!isOnCurve(bytes, curve.openssl)) throw new BuiltinError(`${name} point not on curve`);
  const x = bytesToBigInt(bytes.subarray(1, 1 + curve.size));
  return { kind: 'ec', curve: curve.name, x, y: bytesToBigInt(bytes.subarray(1 + curve.size)) };
}

function isOnCurve(point: Uint8Array, curve: string): boolean {
  try {
    ECDH.convertKey(point, curve, undefined, undefined, 'uncompressed');
    return true;
  } catch {
    return false;
  }
}

function parseDsa(algorithm: Algorithm, bytes: Uint8Array): PublicKey {
  const y = new DerReader(bytes).integer();
  if (y === undefined) throw new BuiltinError('x509: invalid DSA public key');
  const parameters = new DerReader(algorithm.parameters).inside(TAG.sequence);
  const [p, q, g] = [parameters?.integer(), parameters?.integer(), parameters?.integer()];
  if (p === undefined || q === undefined || g === undefined) throw new BuiltinError('x509: invalid DSA parameters');
  if (y <= 0n || p <= 0n || q <= 0n || g <= 0n) throw new BuiltinError('x509: zero or negative DSA parameter');
  return { kind: 'dsa', p, q, g, y };
}

/** The key for node:crypto; undefined when OpenSSL does not take it. */
export function keyObject(info: PublicKeyInfo): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(info.der), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
