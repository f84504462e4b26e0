// IP addresses and CIDR networks: reading, printing and comparing as Go's net package does.
// Left to others: the built-ins (net.ts). IPv4 addresses and IPv4-mapped IPv6 addresses are the same thing here.
import { quoteGo } from '../../value/rego-text.ts';

/** An address. Its value has 32 bits (IPv4, also when it was written as `::ffff:a.b.c.d`) or 128. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** A network: its first address and the length of its prefix. */
export interface IpNetwork extends IpAddress {
  readonly prefix: number;
}

const MAPPED = 0xffffn;

/** The address in 128 bits. */
export function to128({ bits, value }: IpAddress): bigint {
  return bits === 32 ? (MAPPED << 32n) | value : value;
}

/** The address that 128 bits stand for. */
export function from128(value: bigint): IpAddress {
  return value >> 32n === MAPPED ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

/** Why a text is no address; the message is Go's. */
export class AddressError extends Error {
  constructor(text: string, problem: string, at = '') {
    super(`ParseAddr(${quoteGo(text)}): ${problem}${at === '' ? '' : ` (at ${quoteGo(at)})`}`);
  }
}

/** Four numbers from `start` to `end` in a text. */
function readIpv4(text: string, start: number, end: number): bigint {
  let value = 0n;
  let octet = 0;
  let digits = 0;
  let fields = 0;
  for (let i = start; i < end; i++) {
    const character = text[i]!;
    if (/[0-9]/.test(character)) {
      if (digits === 1 && octet === 0) throw new AddressError(text, 'IPv4 field has octet with leading zero');
      octet = octet * 10 + Number(character);
      digits++;
      if (octet > 255) throw new AddressError(text, 'IPv4 field has value >255');
    } else if (character === '.') {
      if (i === start || i === end - 1 || text[i - 1] === '.') {
        throw new AddressError(text, 'IPv4 field must have at least one digit', text.slice(i, end));
      }
      if (fields === 3) throw new AddressError(text, 'IPv4 address too long');
      fields++;
      value = (value << 8n) | BigInt(octet);
      octet = 0;
      digits = 0;
    } else {
      throw new AddressError(text, 'unexpected character', text.slice(i, end));
    }
  }
  if (fields < 3) throw new AddressError(text, 'IPv4 address too short');
  return (value << 8n) | BigInt(octet);
}

/** An IPv6 address of groups of hexadecimal digits, at most one `::`, and maybe an IPv4 address at the end. */
function readIpv6(text: string): { value: bigint; zone: string } {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') throw new AddressError(text, 'zone must be a non-empty string');
  const end = percent < 0 ? text.length : percent;
  const fail = (problem: string, at: number): never => {
    throw new AddressError(text, problem, text.slice(at, end));
  };
  const groups: bigint[] = [];
  let ellipsis = -1;
  let i = 0;
  if (text.startsWith('::')) {
    ellipsis = 0;
    i = 2;
  }
  while (i < end || (i === end && groups.length === 0 && ellipsis < 0)) {
    if (groups.length === 8) fail('trailing garbage after address', i);
    let stop = i;
    while (stop < end && /[0-9a-fA-F]/.test(text[stop]!)) {
      if (++stop - i > 4) fail('each group must have 4 or less digits', i);
    }
    if (stop === i) fail('each colon-separated field must have at least one digit', i);
    if (text[stop] === '.' && stop < end) {
      if (ellipsis < 0 && groups.length !== 6) {
        fail('embedded IPv4 address must replace the final 2 fields of the address', i);
      }
      if (groups.length > 6) fail('too many hex fields to fit an embedded IPv4 at the end of the address', i);
      const ipv4 = readIpv4(text, i, end);
      groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
      break;
    }
    groups.push(BigInt(`0x${text.slice(i, stop)}`));
    i = stop;
    if (i === end) break;
    if (text[i] !== ':') fail('unexpected character, want colon', i);
    if (i + 1 === end) fail('colon must be followed by more characters', i);
    i++;
    if (text[i] !== ':') continue;
    if (ellipsis >= 0) fail('multiple :: in address', i);
    ellipsis = groups.length;
    i++;
    // Behind the eighth group, what follows the `::` is left over.
    if (groups.length === 8 && i < end) fail('trailing garbage after address', i);
  }
  const missing = 8 - groups.length;
  if (missing > 0 && ellipsis < 0) throw new AddressError(text, 'address string too short');
  if (missing === 0 && ellipsis >= 0) throw new AddressError(text, 'the :: must expand to at least one field of zeros');
  if (ellipsis >= 0) groups.splice(ellipsis, 0, ...Array<bigint>(missing).fill(0n));
  return { value: groups.reduce((value, group) => (value << 16n) | group, 0n), zone };
}

/** The address in a text as Go's netip reads it, with the zone of an IPv6 address. Throws AddressError. */
export function readAddress(text: string): { readonly written: 4 | 6; readonly value: bigint; readonly zone: string } {
  switch (/[.:%]/.exec(text)?.[0]) {
    case '.':
      return { written: 4, value: readIpv4(text, 0, text.length), zone: '' };
    case ':':
      return { written: 6, ...readIpv6(text) };
    case '%':
      throw new AddressError(text, 'missing IPv6 address');
    default:
      throw new AddressError(text, 'unable to parse IP');
  }
}

/** The address, or undefined. Zones (`fe80::1%eth0`) are not taken. */
export function parseAddress(text: string): IpAddress | undefined {
  try {
    const { written, value, zone } = readAddress(text);
    if (zone !== '') return undefined;
    return written === 4 ? { bits: 32, value } : from128(value);
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** The network of `ADDRESS/PREFIX`, or undefined. Bits behind the prefix are cleared. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const slash = text.indexOf('/');
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^0*\d{1,3}$/.test(length)) return undefined;
  const written = text.slice(0, slash);
  const address = parseAddress(written);
  if (address === undefined) return undefined;
  const prefix = Number(length);
  if (!written.includes(':')) return prefix > 32 ? undefined : masked({ ...address, prefix });
  if (prefix > 128) return undefined;
  const value = clearHost(to128(address), 128, prefix);
  const first = from128(value);
  return { ...first, prefix: first.bits === 32 ? prefix - 96 : prefix };
}

function clearHost(value: bigint, bits: number, prefix: number): bigint {
  const host = BigInt(bits - prefix);
  return (value >> host) << host;
}

function masked(network: IpNetwork): IpNetwork {
  return { ...network, value: clearHost(network.value, network.bits, network.prefix) };
}

/** The last address of a network; in 128 bits it may turn out to be an IPv4 address. */
export function lastAddress({ bits, value, prefix }: IpNetwork): IpAddress {
  const last = clearHost(value, bits, prefix) | ((1n << BigInt(bits - prefix)) - 1n);
  return bits === 32 ? { bits, value: last } : from128(last);
}

/** Whether the network has the address; one of the other family it never has. */
export function contains({ bits, value, prefix }: IpNetwork, address: IpAddress): boolean {
  if (bits !== address.bits) return false;
  const host = BigInt(bits - prefix);
  return value >> host === address.value >> host;
}

/** RFC 5952 text; IPv4 as four numbers. */
export function printAddress({ bits, value }: IpAddress): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  let longest = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > longest.length) longest = { start, length };
  }
  if (longest.length === 1) return groups.join(':');
  const head = groups.slice(0, longest.start).join(':');
  return `${head}::${groups.slice(longest.start + longest.length).join(':')}`;
}

/** `ADDRESS/PREFIX`. */
export function printNetwork(network: IpNetwork): string {
  return `${printAddress(network)}/${network.prefix}`;
}
