// JSON Web Keys (RFC 7517) with the checks and error texts of the library that OPA reads them with.
// Left to others: verifying and signing (signature.ts).
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { BuiltinError } from '../../../host/builtin.ts';
import { kindName } from '../../../value/compare.ts';
import { getKey } from '../../../value/construct.ts';
import { quoteGo } from '../../../value/rego-text.ts';
import { RegoObject } from '../../../value/value.ts';
import type { Value } from '../../../value/value.ts';
import { decodeBase64, decodeBase64Url } from '../base64.ts';
import { decodeJson } from '../go-json.ts';
import { base64UrlUint, inverse } from '../integers.ts';
import { bytesToBigInt } from '../x509/der.ts';
import { okpPublicKey } from '../x509/private-key.ts';
import type { Key } from './key.ts';

/** A key of a set, with the members that decide when it is used. */
export interface JsonWebKey {
  /** The library's type, which its messages name: `rsaPublicKey`, …. */
  readonly type: string;
  readonly alg: string;
  readonly kid: string;
  /** What the key is for signatures. Throws BuiltinError where the library finds out only now that it is none. */
  readonly key: () => Key;
}

/** The keys of a JWK or a JWK set. Throws BuiltinError, `jwk.Parse: …`. */
export function parseJwks(text: string): readonly JsonWebKey[] {
  const set = firstValue(text);
  const keys = set instanceof RegoObject ? getKey(set, 'keys') : undefined;
  if (keys === undefined)
    return [within('jwk.Parse: failed to parse sole key: jwk.ParseKey', () => parseJwk(set, text))];
  return within('jwk.Parse: failed to unmarshal JWK set', () => {
    if (!Array.isArray(keys)) throw new BuiltinError(`failed to decode "keys": expected '[' but got ${token(keys)}`);
    return (keys as readonly Value[]).map((key, i) =>
      within(`failed to decode key #${i} in "keys": jwk.ParseKey`, () => parseJwk(key, undefined)),
    );
  });
}

/** The value if the whole text is one JSON value; undefined otherwise. */
function firstValue(text: string): Value | undefined {
  try {
    const { value, rest } = decodeJson(text);
    return rest === '' ? value : undefined;
  } catch (error) {
    if (error instanceof BuiltinError) return undefined;
    throw error;
  }
}

function token(value: Value): string {
  if (value === null) return '<nil>';
  return value instanceof RegoObject ? '{' : String(value);
}

function within<T>(context: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    throw new BuiltinError(`${context}: ${error.message}`);
  }
}

/** What Go calls the JSON value in messages on types. */
function goKind(value: Value): string {
  const kind = kindName(value);
  return kind === 'boolean' ? 'bool' : kind;
}

function parseJwk(parsed: Value | undefined, text: string | undefined): JsonWebKey {
  const probe = (): RegoObject => {
    const value = parsed === undefined ? decodeJson(text ?? '').value : parsed;
    if (value === null) return new RegoObject([]);
    if (!(value instanceof RegoObject))
      throw new BuiltinError(`json: cannot unmarshal ${goKind(value)} into Go value of type ${PROBE}`);
    const kty = getKey(value, 'kty');
    if (kty !== undefined && kty !== null && typeof kty !== 'string')
      throw new BuiltinError(`json: cannot unmarshal ${goKind(kty)} into Go struct field .kty of type string`);
    return value;
  };
  const object = within('jwk.Parse: failed to probe data: probe: failed to unmarshal data', probe);
  const kty = getKey(object, 'kty') ?? '';
  const hasSecret = getKey(object, 'd') !== undefined;
  switch (kty) {
    case 'RSA':
      return hasSecret ? rsaPrivate(object) : rsaPublic(object);
    case 'EC':
      return hasSecret ? ecPrivate(object) : ecPublic(object);
    case 'OKP':
      return hasSecret ? okpPrivate(object) : okpPublic(object);
    case 'oct':
      return symmetric(object);
    default:
      throw new BuiltinError(`invalid key type from JSON (${kty as string})`);
  }
}

const PROBE = 'struct { Kty string "json:\\"kty\\""; D json.RawMessage "json:\\"d,omitempty\\"" }';

/** Members that every kind of key may have and that must be strings. */
const STRINGS = ['kid', 'use', 'x5t', 'x5t#S256', 'x5u'] as const;

/** `alg` values that the library knows, for signatures, keys and content. */
const ALGORITHMS = new Set(
  (
    'none ES256 ES256K ES384 ES512 EdDSA Ed25519 HS256 HS384 HS512 PS256 PS384 PS512 RS256 RS384 RS512 dir ' +
    'A128KW A192KW A256KW A128GCMKW A192GCMKW A256GCMKW ECDH-ES ECDH-ES+A128KW ECDH-ES+A192KW ECDH-ES+A256KW ' +
    'PBES2-HS256+A128KW PBES2-HS384+A192KW PBES2-HS512+A256KW RSA1_5 RSA-OAEP RSA-OAEP-256 RSA-OAEP-384 RSA-OAEP-512 ' +
    'A128GCM A192GCM A256GCM A128CBC-HS256 A192CBC-HS384 A256CBC-HS512'
  ).split(' '),
);

/** The members of a key, read in alphabetical order as the library's printer would have them. */
class Members {
  readonly type: string;
  alg = '';
  kid = '';
  crv = '';
  readonly #object: RegoObject;
  readonly #bytes = new Map<string, Uint8Array>();

  constructor(type: string, object: RegoObject, bytes: readonly string[], required: readonly string[]) {
    this.type = type;
    this.#object = object;
    const fail = (text: string): BuiltinError =>
      new BuiltinError(
        `failed to unmarshal JSON into key (*jwk.${type}): failed to unmarshal JSON into key (*jwk.${type}): ${text}`,
      );
    for (const [name, value] of object.entries as readonly (readonly [string, Value])[]) {
      const read = (): void => {
        if (name === 'alg') this.alg = readAlgorithm(value);
        else if (name === 'crv' && type !== 'symmetricKey' && !type.startsWith('rsa')) this.crv = readCurve(value);
        else if (name === 'key_ops') readOperations(value);
        else if (name === 'x5c') readChain(value);
        else if ((STRINGS as readonly string[]).includes(name)) {
          const string = readString(value);
          if (name === 'kid') this.kid = string;
        } else if (bytes.includes(name)) this.#bytes.set(name, readBytes(value));
      };
      try {
        read();
      } catch (error) {
        if (!(error instanceof BuiltinError)) throw error;
        throw fail(`failed to decode value for key ${name}: ${error.message}`);
      }
    }
    for (const name of required)
      if (getKey(object, name) === undefined) throw fail(`required field ${name} is missing`);
  }

  bytes(name: string): Uint8Array {
    return this.#bytes.get(name) ?? new Uint8Array();
  }

  /** The member as it stands in the key. */
  text(name: string): string {
    return Buffer.from(this.bytes(name)).toString('base64url');
  }

  has(name: string): boolean {
    return getKey(this.#object, name) !== undefined;
  }

  invalid(text: string): BuiltinError {
    const name = this.type
      .replace('ecdsa', 'ECDSA')
      .replace('rsa', 'RSA')
      .replace('okp', 'OKP')
      .replace('symmetric', 'Symmetric');
    return new BuiltinError(`jwk.Parse: key validation failed: key validation failed: jwk.${name}: ${text}`);
  }

  toKey(key: () => Key): JsonWebKey {
    return { type: this.type, alg: this.alg, kid: this.kid, key };
  }
}

function readString(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string')
    throw new BuiltinError(
      `error reading next value: json: cannot unmarshal ${goKind(value)} into Go value of type string`,
    );
  return value;
}

function readAlgorithm(value: Value): string {
  if (value !== null && typeof value !== 'string')
    throw new BuiltinError(`json: cannot unmarshal ${goKind(value)} into Go value of type string`);
  if (value === null || !ALGORITHMS.has(value))
    throw new BuiltinError(`invalid key value: ${quoteGo(value ?? '')}: invalid key algorithm`);
  return value;
}

const CURVE_NAMES = ['P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448', 'X25519', 'X448'];

function readCurve(value: Value): string {
  if (value !== null && typeof value !== 'string')
    throw new BuiltinError(
      `failed to unmarshal EllipticCurveAlgorithm: json: cannot unmarshal ${goKind(value)} into Go value of type string`,
    );
  if (value === null || !CURVE_NAMES.includes(value))
    throw new BuiltinError(`unknown EllipticCurveAlgorithm: ${quoteGo(value ?? '')}`);
  return value;
}

function readOperations(value: Value): void {
  if (value !== null && !Array.isArray(value))
    throw new BuiltinError(`json: cannot unmarshal ${goKind(value)} into Go value of type jwk.KeyOperationList`);
}

function readChain(value: Value): void {
  if (value !== null && typeof value !== 'string' && !Array.isArray(value))
    throw new BuiltinError(`json: cannot unmarshal ${goKind(value)} into Go value of type []string`);
  for (const [i, item] of (Array.isArray(value) ? (value as readonly Value[]) : []).entries()) {
    const context = `failed to decode certificate at index ${i}: failed to base64 decode the certificate`;
    within(context, () => decodeBase64(typeof item === 'string' ? item : ''));
  }
}

/** Base64, URL-safe or not, padded or not. */
function readBytes(value: Value): Uint8Array {
  const text = readString(value);
  try {
    return decodeBase64Url(text.replaceAll('+', '-').replaceAll('/', '_'));
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    throw new BuiltinError('expected base64 encoded []byte (string)');
  }
}

/** A key object, or undefined when OpenSSL does not take the key: nothing is verified with it then. */
function attempt(make: () => KeyObject): KeyObject | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function checkRsa(members: Members): void {
  if (members.bytes('n').length === 0) throw members.invalid('missing "n" value');
  if (members.bytes('e').length === 0) throw members.invalid('missing "e" value');
  const e = bytesToBigInt(members.bytes('e'));
  const bits = e.toString(2).length;
  if (bits > 63) throw members.invalid(`rsa public exponent too large for this platform: ${bits} bits (max 63)`);
  if (e % 2n === 0n) throw members.invalid('invalid rsa public exponent: must be a positive odd integer');
}

function rsaPublicObject(members: Members): KeyObject | undefined {
  const jwk = { kty: 'RSA', n: members.text('n'), e: members.text('e') };
  return attempt(() => createPublicKey({ key: jwk, format: 'jwk' }));
}

function rsaPublic(object: RegoObject): JsonWebKey {
  const members = new Members('rsaPublicKey', object, ['n', 'e'], ['e', 'n']);
  checkRsa(members);
  const n = bytesToBigInt(members.bytes('n'));
  return members.toKey(() => ({ kind: 'rsa', isPrivate: false, n, object: rsaPublicObject(members) }));
}

function rsaPrivate(object: RegoObject): JsonWebKey {
  const names = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];
  const members = new Members('rsaPrivateKey', object, names, ['e', 'n']);
  checkRsa(members);
  if (members.bytes('d').length === 0) throw members.invalid('missing "d" value');
  const n = bytesToBigInt(members.bytes('n'));
  return members.toKey(() => {
    for (const name of ['q', 'p']) {
      if (members.bytes(name).length === 0)
        throw new BuiltinError(`jwk.Export: failed to export jwk.Key to raw format: missing "${name}" value`);
    }
    return { kind: 'rsa', isPrivate: true, n, object: rsaPublicObject(members), secret: rsaSecret(members) };
  });
}

function rsaSecret(members: Members): KeyObject | undefined {
  const [d, p, q] = ['d', 'p', 'q'].map((name) => bytesToBigInt(members.bytes(name))) as [bigint, bigint, bigint];
  if (p <= 1n || q <= 1n) return undefined;
  const jwk = {
    kty: 'RSA',
    ...Object.fromEntries(['n', 'e', 'd', 'p', 'q'].map((name) => [name, members.text(name)])),
    dp: members.has('dp') ? members.text('dp') : base64UrlUint(d % (p - 1n)),
    dq: members.has('dq') ? members.text('dq') : base64UrlUint(d % (q - 1n)),
    qi: members.has('qi') ? members.text('qi') : base64UrlUint(inverse(q, p)),
  };
  return attempt(() => createPrivateKey({ key: jwk, format: 'jwk' }));
}

const COORDINATE_SIZES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

function checkEc(members: Members, names: readonly string[]): KeyObject | undefined {
  const { crv } = members;
  const size = COORDINATE_SIZES[crv];
  if (size === undefined) throw members.invalid(`invalid curve algorithm ${quoteGo(crv)}`);
  for (const name of names) {
    const { length } = members.bytes(name);
    if (length !== size) throw members.invalid(`invalid "${name}" length (${length}) for curve "${crv}"`);
  }
  if ([...members.bytes('x'), ...members.bytes('y')].every((byte) => byte === 0))
    throw members.invalid('invalid ECDSA public key: identity point is not a valid public key');
  const jwk = { kty: 'EC', crv, x: members.text('x'), y: members.text('y') };
  const object = attempt(() => createPublicKey({ key: jwk, format: 'jwk' }));
  if (object === undefined)
    throw members.invalid(`invalid ECDSA public key: ${crv.replace('-', '')} point not on curve`);
  return object;
}

function ecPublic(object: RegoObject): JsonWebKey {
  const members = new Members('ecdsaPublicKey', object, ['x', 'y'], ['crv', 'x', 'y']);
  const publicKey = checkEc(members, ['x', 'y']);
  const size = COORDINATE_SIZES[members.crv]!;
  return members.toKey(() => ({ kind: 'ec', isPrivate: false, size, object: publicKey }));
}

function ecPrivate(object: RegoObject): JsonWebKey {
  const members = new Members('ecdsaPrivateKey', object, ['x', 'y', 'd'], ['crv', 'x', 'y']);
  const publicKey = checkEc(members, ['x', 'y', 'd']);
  const size = COORDINATE_SIZES[members.crv]!;
  const jwk = { kty: 'EC', crv: members.crv, x: members.text('x'), y: members.text('y'), d: members.text('d') };
  const secret = attempt(() => createPrivateKey({ key: jwk, format: 'jwk' }));
  return members.toKey(() => ({ kind: 'ec', isPrivate: true, size, object: publicKey, secret }));
}

/** Lengths are checked for the curves that signatures and key agreement are made on. */
function checkOkp(members: Members, name: 'x' | 'd', what: string): void {
  const curve = members.crv.toLowerCase();
  if ((curve === 'ed25519' || curve === 'x25519') && members.bytes(name).length !== 32)
    throw members.invalid(`${curve}: wrong ${what} key size`);
}

function okpPublic(object: RegoObject): JsonWebKey {
  const members = new Members('okpPublicKey', object, ['x'], ['crv', 'x']);
  checkOkp(members, 'x', 'public');
  return members.toKey(() => okpKey(members, 'public', false));
}

function okpPrivate(object: RegoObject): JsonWebKey {
  const members = new Members('okpPrivateKey', object, ['x', 'd'], ['crv', 'x']);
  checkOkp(members, 'x', 'public');
  checkOkp(members, 'd', 'private');
  return members.toKey(() => {
    const key = okpKey(members, 'private', true);
    const curve = members.crv === 'Ed25519' ? 'ed25519' : 'x25519';
    if (Buffer.compare(okpPublicKey(curve, members.bytes('d')), members.bytes('x')) !== 0)
      throw new BuiltinError(
        `jwk.Export: failed to export jwk.Key to raw format: jwk.OKPPrivateKey: failed to build private key: ${curve}: invalid x value given d value`,
      );
    return key;
  });
}

function okpKey(members: Members, what: 'public' | 'private', isPrivate: boolean): Key {
  const { crv } = members;
  if (crv !== 'Ed25519' && crv !== 'X25519')
    throw new BuiltinError(
      `jwk.Export: failed to export jwk.Key to raw format: jwk.${isPrivate ? 'OKPPrivateKey' : 'OKPPublicKey'}: failed to build ${what} key: invalid curve algorithm ${crv}`,
    );
  const jwk = { kty: 'OKP', crv, x: members.text('x') };
  const object = attempt(() => createPublicKey({ key: jwk, format: 'jwk' }));
  const secret = isPrivate
    ? attempt(() => createPrivateKey({ key: { ...jwk, d: members.text('d') }, format: 'jwk' }))
    : undefined;
  return { kind: crv === 'Ed25519' ? 'ed25519' : 'x25519', isPrivate, object, secret };
}

function symmetric(object: RegoObject): JsonWebKey {
  const members = new Members('symmetricKey', object, ['k'], ['k']);
  const bytes = members.bytes('k');
  if (bytes.length === 0) throw members.invalid('missing "k" field');
  return members.toKey(() => ({ kind: 'oct', isPrivate: true, bytes }));
}
