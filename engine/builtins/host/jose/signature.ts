// JSON Web Signatures (RFC 7518, section 3) on node:crypto: built-ins are synchronous, and jose's functions are not.
// Left to others: which key and algorithm may be used for a token (jwt.ts).
import { constants, createHmac, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { bytesOf } from '../../../host/bytes.ts';
import { BuiltinError } from '../../../host/builtin.ts';
import { constantTimeEqual } from '../crypto.ts';
import { isLargeEnough } from '../x509/signature-algorithms.ts';
import type { JsonWebKey } from './jwk.ts';
import type { Key } from './key.ts';

function hashOf(alg: string): string {
  return `sha${alg.slice(-3)}`;
}

/** Whether the HMAC of `data` with the secret is `signature`; compared in constant time. */
export function verifyHmac(alg: string, data: string, signature: Uint8Array, secret: Uint8Array | string): boolean {
  const key = typeof secret === 'string' ? bytesOf(secret) : secret;
  return constantTimeEqual(createHmac(hashOf(alg), key).update(data).digest(), signature);
}

/** Whether the signature is the key's, by the rules of io.jwt.verify_*: public keys only, a PSS salt and ECDSA numbers of any length. */
export function verifyLoosely(alg: string, data: string, signature: Uint8Array, key: Key): boolean {
  if (key.isPrivate || key.kind === 'other') return false;
  return verifyWith(alg, data, signature, key, {
    saltLength: constants.RSA_PSS_SALTLEN_AUTO,
    ecSignature: () => ecdsaDer(signature),
  });
}

/** Whether the signature is the key's, by the rules of io.jwt.decode_verify: lengths as RFC 7518 has them. A private key stands for its public one. */
export function verifyStrictly(alg: string, data: string, signature: Uint8Array, key: Key): boolean {
  if (key.kind === 'oct') return alg.startsWith('HS') && verifyHmac(alg, data, signature, key.bytes);
  if (key.kind === 'other') return false;
  return verifyWith(alg, data, signature, key, {
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    ecSignature: (size) => (signature.length === 2 * size ? ecdsaDer(signature) : undefined),
  });
}

interface Rules {
  readonly saltLength: number;
  /** The signature in DER; undefined when it cannot be one. */
  readonly ecSignature: (size: number) => Uint8Array | undefined;
}

/** The kind of key that goes with an algorithm: a key is never used for another one. */
const KIND_BY_PREFIX: Readonly<Record<string, Key['kind']>> = {
  RS: 'rsa',
  PS: 'rsa',
  ES: 'ec',
  Ed: 'ed25519',
  HS: 'oct',
};

function verifyWith(
  alg: string,
  data: string,
  signature: Uint8Array,
  key: Exclude<Key, { kind: 'oct' | 'other' }>,
  rules: Rules,
): boolean {
  if (key.object === undefined || KIND_BY_PREFIX[alg.slice(0, 2)] !== key.kind) return false;
  try {
    switch (key.kind) {
      case 'rsa': {
        if (!isLargeEnough(key.n)) return false;
        const options = alg.startsWith('PS')
          ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: rules.saltLength }
          : { padding: constants.RSA_PKCS1_PADDING };
        return verify(hashOf(alg), Buffer.from(data), { key: key.object, ...options }, signature);
      }
      case 'ec': {
        const der = rules.ecSignature(key.size);
        return (
          der !== undefined && verify(hashOf(alg), Buffer.from(data), { key: key.object, dsaEncoding: 'der' }, der)
        );
      }
      case 'ed25519':
        return verify(null, Buffer.from(data), key.object, signature);
      case 'x25519':
        return false;
    }
  } catch {
    return false;
  }
}

/** An ECDSA signature of two numbers of equal length as DER (RFC 3279, section 2.2.3). */
function ecdsaDer(signature: Uint8Array): Uint8Array | undefined {
  const half = signature.length >> 1;
  const numbers = [signature.subarray(0, half), signature.subarray(half)].map((bytes) => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start++;
    const digits = bytes.subarray(start);
    return digits.length === 0 || digits[0]! >= 0x80 ? Buffer.from([0, ...digits]) : Buffer.from(digits);
  });
  if (numbers.some((bytes) => bytes.length > 80)) return undefined;
  const body = Buffer.concat(numbers.flatMap((bytes) => [Buffer.from([2, bytes.length]), bytes]));
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

/** What the library requires for an algorithm, as its messages have it. */
const REQUIRED: Readonly<
  Record<string, { readonly type: string; readonly prefix: string; readonly argument: string }>
> = {
  HS: { type: '[]byte', prefix: 'keyconv: failed to produce []byte', argument: '*[]uint8' },
  RS: { type: '*rsa.PrivateKey', prefix: 'failed to produce rsa.PrivateKey', argument: '*rsa.PrivateKey' },
  PS: { type: '*rsa.PrivateKey', prefix: 'failed to produce rsa.PrivateKey', argument: '*rsa.PrivateKey' },
  ES: {
    type: '*ecdsa.PrivateKey',
    prefix: 'keyconv: failed to produce ecdsa.PrivateKey',
    argument: '*ecdsa.PrivateKey',
  },
  Ed: { type: 'ed25519.PrivateKey', prefix: 'failed to produce ed25519.PrivateKey', argument: '*ed25519.PrivateKey' },
};

/** The signature of `data`. Throws BuiltinError with the library's text when the key is not one for the algorithm. */
export function signData(alg: string, data: string, jwk: JsonWebKey): Uint8Array {
  const required = REQUIRED[alg.slice(0, 2)]!;
  const refuse = (why: string): BuiltinError =>
    new BuiltinError(
      `jwsbb.Sign: invalid key type *jwk.${jwk.type}. ${required.type} is required: ${required.prefix} from *jwk.${jwk.type}: ${why}`,
    );
  const kind = KIND_BY_PREFIX[alg.slice(0, 2)]!;
  if (!jwk.type.startsWith('okp') && !jwk.type.startsWith(TYPE_PREFIXES[kind] ?? ''))
    throw refuse(mismatch(jwk.type, undefined, required.argument));
  const key = exportKey(jwk, refuse);
  if (key.kind === 'oct' && kind === 'oct') return createHmac(hashOf(alg), key.bytes).update(data).digest();
  if (key.kind === 'oct' || key.kind === 'other' || key.kind !== kind || !key.isPrivate)
    throw refuse(mismatch(jwk.type, key, required.argument));
  const { secret } = key;
  if (secret === undefined) throw new BuiltinError('jwsbb.Sign: the key is not valid');
  return signWith(alg, data, key, secret);
}

function exportKey(jwk: JsonWebKey, refuse: (why: string) => BuiltinError): Key {
  try {
    return jwk.key();
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    throw refuse(error.message);
  }
}

/** How the library's names of key types begin. */
const TYPE_PREFIXES: Readonly<Record<string, string>> = { oct: 'symmetric', rsa: 'rsa', ec: 'ecdsa', ed25519: 'okp' };

function mismatch(type: string, key: Key | undefined, argument: string): string {
  if (key?.kind !== 'ed25519' && key?.kind !== 'x25519')
    return `jwk.Export: no suitable exporter found for key type '*jwk.${type}'`;
  const half = key.isPrivate ? 'PrivateKey' : 'PublicKey';
  const own = key.kind === 'ed25519' ? `ed25519.${half}` : `*ecdh.${half}`;
  return `jwk.Export: failed to assign key: argument to AssignIfCompatible() must be compatible with ${own} (was ${argument})`;
}

function signWith(alg: string, data: string, key: Key, secret: KeyObject): Uint8Array {
  if (key.kind === 'rsa' && !isLargeEnough(key.n)) {
    const bits = key.n.toString(2).length;
    throw new BuiltinError(
      `crypto/rsa: ${bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`,
    );
  }
  const bytes = Buffer.from(data);
  try {
    if (key.kind === 'ed25519') return sign(null, bytes, secret);
    if (key.kind === 'ec') return sign(hashOf(alg), bytes, { key: secret, dsaEncoding: 'ieee-p1363' });
    const options = alg.startsWith('PS')
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING };
    return sign(hashOf(alg), bytes, { key: secret, ...options });
  } catch {
    throw new BuiltinError('crypto/rsa: message too long for RSA key size');
  }
}
