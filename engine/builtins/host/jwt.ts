// io.jwt.*: JSON Web Tokens decoded, verified and signed (RFC 7519, RFC 7515), with OPA's order of checks.
// Left to others: keys and signatures (jose/). Encrypted tokens are refused, and the algorithm `none` never verifies.
import { bytesOf } from '../../host/bytes.ts';
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltin, HostBuiltins } from '../../host/builtin.ts';
import { compareValues } from '../../value/compare.ts';
import { getKey } from '../../value/construct.ts';
import { parseJson, printJson } from '../../value/json.ts';
import { parseNumber, toDouble } from '../../value/number.ts';
import { ValueSyntaxError } from '../../value/scanner.ts';
import { RegoNumber, RegoObject } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { decodeBase64Url } from './base64.ts';
import { unmarshalJson } from './go-json.ts';
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from './jose/algorithms.ts';
import { headerString } from './jose/header.ts';
import { parseJwks } from './jose/jwk.ts';
import { ALGORITHMS, parseVerificationKeys } from './jose/key.ts';
import type { VerificationKey } from './jose/key.ts';
import { signData, verifyHmac, verifyLoosely, verifyStrictly } from './jose/signature.ts';
import { objectOperand, stringOperand } from './operands.ts';

/** The three parts of a token in compact serialization, still encoded. */
interface Token {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

function splitToken(operand: Value): Token {
  const text = stringOperand(operand, 1);
  if (!text.includes('.')) throw new BuiltinError('encoded JWT had no period separators');
  const parts = text.split('.');
  if (parts.length !== 3) throw new BuiltinError(`encoded JWT must have 3 sections, found ${parts.length}`);
  const [header, payload, signature] = parts as [string, string, string];
  return { header, payload, signature };
}

function wrap<T>(context: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    throw new BuiltinError(`${context}: ${error.message}`);
  }
}

function decodeText(part: string, name: string): string {
  const bytes = wrap(`JWT ${name} had invalid encoding`, () => decodeBase64Url(part));
  return Buffer.from(bytes).toString('utf8');
}

function decodeObject(text: string): RegoObject {
  const value = wrap('invalid JSON', () => unmarshalJson(text));
  if (!(value instanceof RegoObject)) throw new BuiltinError('decoded JSON type was not an Object');
  return value;
}

function decodeHeader(token: Token): RegoObject {
  const text = decodeText(token.header, 'header');
  const header = wrap('bad JWT header', () => decodeObject(text));
  if (getKey(header, 'enc') !== undefined) throw new BuiltinError('JWT is a JWE object, which is not supported');
  return header;
}

function decode(operand: Value): Value {
  const token = splitToken(operand);
  const header = decodeHeader(token);
  const text = decodeText(token.payload, 'payload');
  // A nested token (RFC 7519, section 5.2); some encoders put it in quotes.
  if (getKey(header, 'cty') === 'JWT') return decode(text.replace(/^["']+|["']+$/g, ''));
  const payload = decodeObject(text);
  const signature = wrap('JWT signature had invalid encoding', () => decodeBase64Url(token.signature));
  return [header, payload, Buffer.from(signature).toString('hex')];
}

/** The header members that decide how a token is verified. */
interface TokenHeader {
  readonly alg: string;
  readonly kid: string;
  readonly cty: string;
  /** No member is critical that is not understood (RFC 7515, section 4.1.11). */
  readonly isValid: boolean;
}

const HEADER_STRINGS = ['alg', 'kid', 'typ', 'cty'] as const;

function readHeader(header: RegoObject): TokenHeader {
  const strings: Record<string, string> = Object.create(null) as Record<string, string>;
  const unknown: Value[] = [];
  let critical: readonly Value[] = [];
  for (const [name, value] of header.entries) {
    if ((HEADER_STRINGS as readonly Value[]).includes(name)) {
      if (typeof value !== 'string') throw new BuiltinError(`${name as string}: must be a string`);
      strings[name as string] = value;
    } else if (name === 'crit') {
      if (!Array.isArray(value)) throw new BuiltinError('crit: must be a list');
      critical = (value as readonly Value[]).filter((item) => typeof item === 'string');
      if (critical.length === 0) throw new BuiltinError('crit: must be a nonempty list');
    } else {
      unknown.push(name);
    }
  }
  const alg = strings['alg'] ?? '';
  const isValid = alg !== '' && !unknown.some((name) => critical.includes(name));
  return { alg, kid: strings['kid'] ?? '', cty: strings['cty'] ?? '', isValid };
}

/** Whether one of the keys made the signature: the key with the token's `kid` if there is one, else any key whose `alg` is not another. */
function verifyWithKeys(
  header: TokenHeader,
  keys: readonly VerificationKey[],
  verify: (key: VerificationKey) => boolean,
): boolean {
  const named = header.kid === '' ? undefined : keys.find(({ kid }) => kid === header.kid);
  if (named !== undefined) return verify(named);
  return keys.some((key) => (key.alg === '' || key.alg === header.alg) && verify(key));
}

function verifyAsymmetric(alg: string): HostBuiltin {
  return (_context, operand, keyOperand) => {
    const token = splitToken(operand!);
    const keys = parseVerificationKeys(stringOperand(keyOperand!, 2));
    const signature = decodeBase64Url(token.signature);
    const header = readHeader(decodeHeader(token));
    const data = `${token.header}.${token.payload}`;
    return verifyWithKeys(header, keys, ({ key }) => verifyLoosely(alg, data, signature, key));
  };
}

function verifySymmetric(alg: string): HostBuiltin {
  return (_context, operand, secretOperand) => {
    stringOperand(operand!, 1);
    const secret = stringOperand(secretOperand!, 2);
    const token = splitToken(operand!);
    const signature = decodeBase64Url(token.signature);
    return verifyHmac(alg, `${token.header}.${token.payload}`, signature, secret);
  };
}

/** What a token must meet to be valid. */
interface Constraints {
  readonly keys?: readonly VerificationKey[];
  readonly secret: string;
  readonly alg: string;
  readonly iss: string;
  readonly aud: string;
  /** Nanoseconds since the epoch, as a double. */
  readonly time: number;
}

function readConstraints(object: RegoObject, nowNs: bigint): Constraints {
  let constraints: Constraints = { secret: '', alg: '', iss: '', aud: '', time: Number(nowNs) };
  for (const [name, value] of object.entries)
    constraints = { ...constraints, ...readConstraint(typeof name === 'string' ? name : printJson(name), value) };
  const { keys, secret } = constraints;
  if (keys !== undefined && secret !== '') throw new BuiltinError('duplicate key constraints');
  if (keys === undefined && secret === '') throw new BuiltinError('no key constraint');
  return constraints;
}

function readConstraint(name: string, value: Value): Partial<Constraints> {
  switch (name) {
    case 'cert':
      if (typeof value !== 'string') throw new BuiltinError('cert constraint: must be a string');
      return { keys: parseVerificationKeys(value) };
    case 'secret':
    case 'alg':
    case 'iss':
    case 'aud':
      if (typeof value !== 'string') throw new BuiltinError(`${name} constraint: must be a string`);
      return { [name]: value };
    case 'time':
      return { time: readTime(value) };
    default:
      throw new BuiltinError(`unknown token validation constraint: ${name}`);
  }
}

function readTime(value: Value): number {
  if (typeof value !== 'number' && !(value instanceof RegoNumber))
    throw new BuiltinError('token time constraint: must be a number');
  const time = toDouble(value);
  if (!Number.isFinite(time)) throw new BuiltinError('token time constraint: unvalid float64');
  if (time < 0) throw new BuiltinError('token time constraint: must not be negative');
  return time;
}

const UNVERIFIED: Value = [false, new RegoObject([]), new RegoObject([])];

function decodeVerify(operand: Value, constraintsOperand: Value, nowNs: bigint): Value {
  const constraints = readConstraints(objectOperand(constraintsOperand, 2), nowNs);
  for (let current = operand; ;) {
    const token = splitToken(current);
    const headerObject = decodeHeader(token);
    const header = readHeader(headerObject);
    if (!header.isValid) return UNVERIFIED;
    if (constraints.alg !== '' && constraints.alg !== header.alg) return UNVERIFIED;
    const signature = decodeBase64Url(token.signature);
    if (!isSigned(constraints, header, `${token.header}.${token.payload}`, signature)) return UNVERIFIED;
    const text = decodeText(token.payload, 'payload');
    // RFC 7519, section 7.2, step 8: go round again with the nested token.
    if (header.cty.toLowerCase() === 'jwt') {
      current = text;
      continue;
    }
    const payload = decodeObject(text);
    return meetsClaims(constraints, payload) ? [true, headerObject, payload] : UNVERIFIED;
  }
}

function isSigned({ keys, secret }: Constraints, header: TokenHeader, data: string, signature: Uint8Array): boolean {
  if (!ALGORITHMS.has(header.alg)) return false;
  if (keys === undefined) return header.alg.startsWith('HS') && verifyHmac(header.alg, data, signature, secret);
  return verifyWithKeys(header, keys, ({ key }) => verifyStrictly(header.alg, data, signature, key));
}

/** The registered claims (RFC 7519, section 4.1): iss, aud, exp, nbf. */
function meetsClaims(constraints: Constraints, payload: RegoObject): boolean {
  if (constraints.iss !== '' && getKey(payload, 'iss') !== constraints.iss) return false;
  const audience = getKey(payload, 'aud') ?? '';
  const audiences = Array.isArray(audience) ? (audience as readonly Value[]) : [audience];
  if (!audiences.includes(constraints.aud)) return false;
  const seconds = parseNumber(String(constraints.time / 1e9))!;
  const expiry = getKey(payload, 'exp');
  if (expiry !== undefined && compareValues(seconds, numericDate('exp', expiry)) >= 0) return false;
  const notBefore = getKey(payload, 'nbf');
  return notBefore === undefined || compareValues(seconds, numericDate('nbf', notBefore)) >= 0;
}

function numericDate(name: string, value: Value): Value {
  if (typeof value !== 'number' && !(value instanceof RegoNumber))
    throw new BuiltinError(`${name} value must be a number`);
  return value;
}

function encodeSign(headerText: string, payloadText: string, keyText: string): Value {
  const jwk = parseJwks(keyText)[0];
  if (jwk === undefined) throw new BuiltinError('no keys found in JWK set');
  const alg = wrap("missing or invalid 'alg' header", () => headerString(headerText, 'alg'));
  if (!ALGORITHMS.has(alg)) throw new BuiltinError(`unknown JWS algorithm: ${alg}`);
  if (isJwt(headerText) && !isJson(payloadText)) throw new BuiltinError('type is JWT but payload is not JSON');
  const data = `${base64Url(headerText)}.${base64Url(payloadText)}`;
  return `${data}.${Buffer.from(signData(alg, data, jwk)).toString('base64url')}`;
}

/** A header without a type is one of a JWT. */
function isJwt(headerText: string): boolean {
  try {
    return headerString(headerText, 'typ') === 'JWT';
  } catch (error) {
    if (error instanceof BuiltinError) return true;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch (error) {
    if (error instanceof ValueSyntaxError) return false;
    throw error;
  }
}

function base64Url(text: string): string {
  return bytesOf(text).toString('base64url');
}

/** The built-ins for tokens. */
export const JWT_BUILTINS: HostBuiltins = {
  'io.jwt.decode': (_context, token) => decode(token!),
  'io.jwt.decode_verify': (context, token, constraints) => decodeVerify(token!, constraints!, context.nowNs),
  'io.jwt.encode_sign': (_context, ...parts) => {
    const [header, payload, key] = parts.map((part) => printJson(part, { escapeHtml: true }));
    return encodeSign(header!, payload!, key!);
  },
  'io.jwt.encode_sign_raw': (_context, header, payload, key) => {
    const keyText = stringOperand(key!, 3);
    const headerText = stringOperand(header!, 1);
    return encodeSign(headerText, stringOperand(payload!, 2), keyText);
  },
  ...Object.fromEntries(
    ASYMMETRIC_ALGORITHMS.map((alg) => [`io.jwt.verify_${alg.toLowerCase()}`, verifyAsymmetric(alg)]),
  ),
  ...Object.fromEntries(
    SYMMETRIC_ALGORITHMS.map((alg) => [`io.jwt.verify_${alg.toLowerCase()}`, verifySymmetric(alg)]),
  ),
};
