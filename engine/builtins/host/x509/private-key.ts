// Private keys: PKCS #1, PKCS #8 and SEC 1, with the checks and texts of Go's crypto/x509 and crypto/rsa.
// Left to others: signing (node:crypto), JSON (print.ts, jwk.ts).
import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import { BuiltinError } from '../../../host/builtin.ts';
import { decodeBase64 } from '../base64.ts';
import { Asn1Struct } from './asn1-struct.ts';
import { bytesToBigInt, contextTag, DerReader, readOid, TAG } from './der.ts';
import { pemBlocks } from './pem.ts';
import { CURVES, OID } from './public-key.ts';

export interface RsaPrivateKey {
  readonly kind: 'rsa';
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly primes: readonly bigint[];
  readonly dp: bigint;
  readonly dq: bigint;
  readonly qinv: bigint;
}

export interface EcPrivateKey {
  readonly kind: 'ec';
  /** `P-256`, …. */
  readonly curve: string;
  /** Bytes of a coordinate. */
  readonly size: number;
  readonly d: bigint;
  readonly x: bigint;
  readonly y: bigint;
}

/** Ed25519 and X25519. */
export interface OkpPrivateKey {
  readonly kind: 'ed25519' | 'x25519';
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

export type PrivateKey = RsaPrivateKey | EcPrivateKey | OkpPrivateKey;

/** RSA keys beyond this take too long to check. */
const MAX_RSA_BYTES = 2048;

/** The keys of every PEM block that is one; the text may be base64 of PEM. Throws BuiltinError with Go's text. */
export function parsePrivateKeys(text: string): readonly PrivateKey[] {
  const keys: PrivateKey[] = [];
  for (const { type, bytes } of pemBlocks(unwrapBase64(text))) {
    if (type === 'RSA PRIVATE KEY') keys.push(parsePkcs1(bytes));
    else if (type === 'PRIVATE KEY') keys.push(parsePkcs8(bytes));
    else if (type === 'EC PRIVATE KEY') keys.push(parseSec1(bytes));
  }
  return keys;
}

function unwrapBase64(text: string): string {
  try {
    return Buffer.from(decodeBase64(text)).toString('utf8');
  } catch (error) {
    if (error instanceof BuiltinError) return text;
    throw error;
  }
}

/** Go tells a key in another wrapping than the expected one. */
function withHint(
  parse: () => PrivateKey,
  hints: readonly (readonly [string, (bytes: Uint8Array) => unknown])[],
  bytes: Uint8Array,
): PrivateKey {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof BuiltinError) || !error.message.startsWith('asn1: ')) throw error;
    for (const [name, attempt] of hints) {
      if (succeeds(() => attempt(bytes)))
        throw new BuiltinError(`x509: failed to parse private key (use ${name} instead for this key format)`);
    }
    throw error;
  }
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) return false;
    throw error;
  }
}

/** RSAPrivateKey (RFC 8017, appendix A.1.2). Throws BuiltinError with Go's text. */
export function parsePkcs1(bytes: Uint8Array): PrivateKey {
  const hints = [
    ['ParseECPrivateKey', readSec1],
    ['ParsePKCS8PrivateKey', readPkcs8],
  ] as const;
  return withHint(() => readPkcs1(bytes), hints, bytes);
}

/** PrivateKeyInfo (RFC 5208). Throws BuiltinError with Go's text. */
export function parsePkcs8(bytes: Uint8Array): PrivateKey {
  const hints = [
    ['ParseECPrivateKey', readSec1],
    ['ParsePKCS1PrivateKey', readPkcs1],
  ] as const;
  return withHint(() => readPkcs8(bytes), hints, bytes);
}

/** ECPrivateKey (RFC 5915). Throws BuiltinError with Go's text. */
export function parseSec1(bytes: Uint8Array): PrivateKey {
  try {
    return readSec1(bytes);
  } catch (error) {
    if (!(error instanceof BuiltinError) || !error.message.startsWith('asn1: ')) throw error;
    const hints = [
      ['ParsePKCS8PrivateKey', readPkcs8],
      ['ParsePKCS1PrivateKey', readPkcs1],
    ] as const;
    const fail = (): PrivateKey => {
      throw error;
    };
    try {
      return withHint(fail, hints, bytes);
    } catch (hinted) {
      if (hinted !== error) throw hinted;
      throw new BuiltinError(`x509: failed to parse EC private key: ${error.message}`);
    }
  }
}

function readPkcs1(bytes: Uint8Array): RsaPrivateKey {
  const struct = Asn1Struct.parse(bytes, 'pkcs1PrivateKey');
  const version = struct.integer('int');
  const n = struct.integer();
  const e = struct.integer('int');
  const d = struct.integer();
  const [p, q, dp, dq, qinv] = [
    struct.integer(),
    struct.integer(),
    struct.integer(),
    struct.integer(),
    struct.integer(),
  ];
  if (version > 1n) throw new BuiltinError('x509: unsupported private key version');
  if ([n, d, p, q, dp, dq, qinv].some((value) => value <= 0n))
    throw new BuiltinError('x509: private key contains zero or negative value');
  if (bytes.length > MAX_RSA_BYTES * 8) throw new BuiltinError('x509: private key is too large');
  const primes = [p, q];
  if (!struct.isEmpty) {
    const more = struct.struct('');
    while (!more.isEmpty) primes.push(more.struct('pkcs1AdditionalRSAPrime').integer());
    if (primes.some((prime) => prime <= 0n))
      throw new BuiltinError('x509: private key contains zero or negative prime');
  }
  const key: RsaPrivateKey = { kind: 'rsa', n, e, d, primes, dp, dq, qinv };
  // Go checks the parts against one another for two primes only.
  if (primes.length === 2) checkRsa(key);
  return key;
}

/** The checks of crypto/rsa that need no primality test. */
function checkRsa({ n, e, d, primes, dp, dq, qinv }: RsaPrivateKey): void {
  const [p, q] = primes as [bigint, bigint];
  const fail = (text: string): never => {
    throw new BuiltinError(text);
  };
  if (primes.includes(1n) || n === 1n) fail('modulus must be > 1');
  if (n % 2n === 0n) fail('crypto/rsa: public modulus is even');
  if (e <= 1n) fail('crypto/rsa: public exponent too small or negative');
  if (e % 2n === 0n) fail('crypto/rsa: public exponent is even');
  if (e > 0x7fff_ffffn) fail('crypto/rsa: public exponent too large');
  if (d >= n) fail('input overflows the modulus size');
  if (primes.reduce((product, prime) => product * prime) !== n) fail('crypto/rsa: p * q != n');
  if ((dp * e) % (p - 1n) !== 1n || (dq * e) % (q - 1n) !== 1n) fail('crypto/rsa: invalid CRT exponent');
  if ((qinv * q) % p !== 1n) fail('crypto/rsa: invalid CRT coefficient');
  if (d.toString(2).length * 2 <= n.toString(2).length) fail('crypto/rsa: d too small');
  if (d % (p - 1n) !== dp) fail('crypto/rsa: d does not match dP');
  if (d % (q - 1n) !== dq) fail('crypto/rsa: d does not match dQ');
}

function readSec1(bytes: Uint8Array): EcPrivateKey {
  return readEc(bytes, undefined);
}

function readEc(bytes: Uint8Array, curveOid: string | undefined): EcPrivateKey {
  const struct = Asn1Struct.parse(bytes, 'ecPrivateKey');
  const version = struct.integer('int');
  const secret = struct.element(TAG.octetString).content;
  const parameters = struct.hasTag(contextTag(0, true)) ? struct.element(contextTag(0, true)).content : undefined;
  if (version !== 1n) throw new BuiltinError(`x509: unknown EC private key version ${version}`);
  const named = parameters === undefined ? undefined : new DerReader(parameters).oid();
  const oid = curveOid ?? named ?? '';
  const curve = CURVES.get(oid);
  if (curve === undefined) throw new BuiltinError('x509: unknown elliptic curve');
  const d = bytesToBigInt(secret);
  const wrong = new BuiltinError('x509: invalid elliptic curve private key value');
  if (d === 0n || d >> BigInt(curve.size * 8) > 0n) throw wrong;
  const ecdh = createECDH(curve.openssl);
  try {
    ecdh.setPrivateKey(d.toString(16).padStart(curve.size * 2, '0'), 'hex');
  } catch {
    throw wrong;
  }
  const point = ecdh.getPublicKey();
  const x = bytesToBigInt(point.subarray(1, 1 + curve.size));
  const y = bytesToBigInt(point.subarray(1 + curve.size));
  return { kind: 'ec', curve: curve.name, size: curve.size, d, x, y };
}

function readPkcs8(bytes: Uint8Array): PrivateKey {
  const struct = Asn1Struct.parse(bytes, 'pkcs8');
  struct.integer('int');
  const algorithm = struct.struct('AlgorithmIdentifier');
  const oid = readOid(algorithm.element(TAG.oid, 'ObjectIdentifier').content) ?? '';
  const parameters = algorithm.isEmpty ? undefined : algorithm;
  const content = struct.element(TAG.octetString).content;
  switch (oid) {
    case OID.rsa:
      return embedded('RSA', () => readPkcs1(content));
    case OID.ec: {
      const curve = parameters?.hasTag(TAG.oid) === true ? readOid(parameters.element(TAG.oid).content) : undefined;
      return embedded('EC', () => readEc(content, curve));
    }
    case OID.ed25519:
    case OID.x25519:
      return readOkp(oid === OID.ed25519 ? 'Ed25519' : 'X25519', content, parameters !== undefined);
    default:
      throw new BuiltinError(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${oid}`);
  }
}

function embedded(kind: string, parse: () => PrivateKey): PrivateKey {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    throw new BuiltinError(`x509: failed to parse ${kind} private key embedded in PKCS#8: ${error.message}`);
  }
}

function readOkp(name: 'Ed25519' | 'X25519', content: Uint8Array, hasParameters: boolean): OkpPrivateKey {
  if (hasParameters) throw new BuiltinError(`x509: invalid ${name} private key parameters`);
  const seed = new DerReader(content).octetString();
  if (seed === undefined)
    throw new BuiltinError(`x509: invalid ${name} private key: asn1: structure error: tags don't match`);
  if (seed.length !== 32) throw new BuiltinError(`x509: invalid ${name} private key length: ${seed.length}`);
  const kind = name === 'Ed25519' ? 'ed25519' : 'x25519';
  return { kind, seed, publicKey: okpPublicKey(kind, seed) };
}

const OKP_PREFIX = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420',
} as const;

/** The public key of an Ed25519 or X25519 seed. */
export function okpPublicKey(kind: 'ed25519' | 'x25519', seed: Uint8Array): Uint8Array {
  const pkcs8 = Buffer.concat([Buffer.from(OKP_PREFIX[kind], 'hex'), seed]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}
