// Signature algorithms of X.509: their numbers in Go's x509.SignatureAlgorithm, and how to verify with them.
// Left to others: which certificate may sign which (verify.ts).
import { constants, verify } from 'node:crypto';
import { DerReader, TAG, contextTag } from './der.ts';
import { keyObject, OID } from './public-key.ts';
import type { Algorithm, PublicKey, PublicKeyInfo } from './public-key.ts';

interface SignatureAlgorithm {
  /** Go's number. */
  readonly number: number;
  readonly kind?: PublicKey['kind'];
  readonly hash?: string;
  readonly isPss?: boolean;
}

const BY_OID: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  // MD5 and SHA-1 have numbers, but nothing is verified with them.
  ['1.2.840.113549.1.1.4', { number: 2 }],
  ['1.2.840.113549.1.1.5', { number: 3 }],
  ['1.3.14.3.2.29', { number: 3 }],
  ['1.2.840.113549.1.1.11', { number: 4, kind: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { number: 5, kind: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { number: 6, kind: 'rsa', hash: 'sha512' }],
  ['1.2.840.10040.4.3', { number: 7 }],
  ['2.16.840.1.101.3.4.3.2', { number: 8 }],
  ['1.2.840.10045.4.1', { number: 9 }],
  ['1.2.840.10045.4.3.2', { number: 10, kind: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { number: 11, kind: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { number: 12, kind: 'ec', hash: 'sha512' }],
  [OID.ed25519, { number: 16, kind: 'ed25519' }],
]);

const PSS_HASHES: ReadonlyMap<string, { readonly hash: string; readonly number: number; readonly salt: bigint }> =
  new Map([
    ['2.16.840.1.101.3.4.2.1', { hash: 'sha256', number: 13, salt: 32n }],
    ['2.16.840.1.101.3.4.2.2', { hash: 'sha384', number: 14, salt: 48n }],
    ['2.16.840.1.101.3.4.2.3', { hash: 'sha512', number: 15, salt: 64n }],
  ]);

const MGF1 = '1.2.840.113549.1.1.8';
const UNKNOWN: SignatureAlgorithm = { number: 0 };

/** The algorithm of an identifier; number 0 when it is unknown. */
export function signatureAlgorithm(algorithm: Algorithm): SignatureAlgorithm {
  if (algorithm.oid === OID.ed25519) return algorithm.parameters.length === 0 ? BY_OID.get(OID.ed25519)! : UNKNOWN;
  return algorithm.oid === OID.pss ? pssAlgorithm(algorithm.parameters) : (BY_OID.get(algorithm.oid) ?? UNKNOWN);
}

/** RSASSA-PSS-params (RFC 4055, section 3.1): only one hash throughout, MGF1, a salt as long as the hash. */
function pssAlgorithm(parameters: Uint8Array): SignatureAlgorithm {
  const params = new DerReader(parameters).inside(TAG.sequence);
  const hash = hashOid(params?.inside(contextTag(0, true)));
  const mask = params?.inside(contextTag(1, true))?.inside(TAG.sequence);
  const maskOid = mask?.oid();
  const maskHash = hashOid(mask);
  const salt = params?.inside(contextTag(2, true))?.integer();
  const known = PSS_HASHES.get(hash ?? '');
  if (known === undefined || maskOid !== MGF1 || maskHash !== hash || salt !== known.salt) return UNKNOWN;
  return { number: known.number, kind: 'rsa', hash: known.hash, isPss: true };
}

function hashOid(reader: DerReader | undefined): string | undefined {
  return reader?.inside(TAG.sequence)?.oid();
}

/** Smallest RSA modulus that Go verifies with. */
const MIN_RSA_BITS = 1024;

/** Whether an RSA key has the size that Go demands. */
export function isLargeEnough(modulus: bigint): boolean {
  return modulus >> BigInt(MIN_RSA_BITS - 1) > 0n;
}

/** Whether the signature of `data` was made with the key. Weak and unknown algorithms never verify. */
export function verifySignature(
  algorithm: Algorithm,
  data: Uint8Array,
  signature: Uint8Array,
  signer: PublicKeyInfo,
): boolean {
  const { kind, hash, isPss } = signatureAlgorithm(algorithm);
  const { key } = signer;
  if (kind === undefined || key?.kind !== kind) return false;
  if (key.kind === 'rsa' && !isLargeEnough(key.n)) return false;
  const publicKey = keyObject(signer);
  if (publicKey === undefined) return false;
  const padding =
    key.kind !== 'rsa'
      ? {}
      : { padding: isPss === true ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING };
  const salt = isPss === true ? { saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
  try {
    return verify(hash ?? null, data, { key: publicKey, ...padding, ...salt }, signature);
  } catch {
    return false;
  }
}
