// Built-ins of the family `uuid` (RFC 9562, RFC 4122) and `rand.intn`: what is random but stable within an evaluation.
// Left to others: the source of randomness, which the evaluation gives.
import type { BuiltinContext, HostBuiltins } from '../../host/builtin.ts';
import { objectOf } from '../../value/construct.ts';
import { fromBigInt } from '../../value/number.ts';
import { dumpRego } from '../../value/rego-text.ts';
import type { Value } from '../../value/value.ts';
import { integerOperand, stringOperand } from './operands.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The same for the same key in one evaluation; keys may be of any type. */
function rfc4122(context: BuiltinContext, key: Value): Value {
  const name = `uuid.rfc4122 ${dumpRego(key)}`;
  const known = context.cache.get(name) as string | undefined;
  if (known !== undefined) return known;
  const bytes = context.randomBytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const text = hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  context.cache.set(name, text);
  return text;
}

const DASHED = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** The 16 bytes of a UUID: plain, `urn:uuid:…`, in braces (any two characters will do), or 32 digits. */
function uuidBytes(text: string): Uint8Array | undefined {
  let body = text;
  if (Buffer.byteLength(text) === 45 && /^urn:uuid:/i.test(text)) body = text.slice(9);
  else if (Buffer.byteLength(text) === 38) body = Buffer.from(text).toString('latin1').slice(1, 37);
  else if (/^[0-9a-fA-F]{32}$/.test(text)) return Buffer.from(text, 'hex');
  return DASHED.test(body) ? Buffer.from(body.replaceAll('-', ''), 'hex') : undefined;
}

function variantOf(byte: number): string {
  if ((byte & 0xc0) === 0x80) return 'RFC4122';
  if ((byte & 0xe0) === 0xc0) return 'Microsoft';
  return (byte & 0xe0) === 0xe0 ? 'Future' : 'Reserved';
}

const DOMAINS = ['Person', 'Group', 'Org'];

/** 100-nanosecond ticks between 1582-10-15 and 1970-01-01. */
const GREGORIAN_TICKS = 122_192_928_000_000_000n;

function parse(text: Value): Value | undefined {
  const bytes = uuidBytes(stringOperand(text, 1));
  if (bytes === undefined) return undefined;
  const version = bytes[6]! >> 4;
  const common = { version, variant: variantOf(bytes[8]!) };
  if (version !== 1 && version !== 2) return objectOf(common);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const high = BigInt(view.getUint16(6) & 0x0fff);
  const ticks = (high << 48n) | (BigInt(view.getUint16(4)) << 32n) | BigInt(view.getUint32(0));
  const cast = (bytes[10]! & 1) === 1 ? 'multicast' : 'unicast';
  const timed = {
    ...common,
    time: fromBigInt(BigInt.asIntN(64, (ticks - GREGORIAN_TICKS) * 100n)),
    nodeid: [...bytes.subarray(10)].map((byte) => byte.toString(16).padStart(2, '0')).join('-'),
    macvariables: `${(bytes[10]! & 2) === 2 ? 'local' : 'global'}:${cast}`,
    clocksequence: view.getUint16(8) & 0x3fff,
  };
  if (version === 1) return objectOf(timed);
  return objectOf({ ...timed, id: view.getUint32(0), domain: DOMAINS[bytes[9]!] ?? `Domain${bytes[9]!}` });
}

/** 0 ≤ result < |n|, the same for the same arguments in one evaluation. */
function intn(context: BuiltinContext, key: Value, bound: Value): Value {
  const seed = stringOperand(key, 1);
  const integer = integerOperand(bound, 2);
  const limit = integer < 0n ? -integer : integer;
  if (limit === 0n) return 0;
  const name = `rand.intn ${dumpRego([seed, fromBigInt(limit)])}`;
  const known = context.cache.get(name) as Value | undefined;
  if (known !== undefined) return known;
  // Sixteen bytes for at most 63 bits: what the remainder favours is beyond notice.
  const result = fromBigInt(BigInt(`0x${hex(context.randomBytes(16))}`) % limit);
  context.cache.set(name, result);
  return result;
}

/** `uuid.*` and `rand.intn`. */
export const UUID_BUILTINS: HostBuiltins = {
  'uuid.rfc4122': (context, key) => rfc4122(context, key!),
  'uuid.parse': (_, text) => parse(text!),
  'rand.intn': (context, key, bound) => intn(context, key!, bound!),
};
