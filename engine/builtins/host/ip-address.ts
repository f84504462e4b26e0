// IP addresses and CIDR networks: reading, printing and comparing as Go's net package does.
// Left to others: the built-ins (net.ts). IPv4 addresses and IPv4-mapped IPv6 addresses are the same thing here.

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

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1)!;
  const tail = last.at(-1) ?? '';
  if (tail.includes('.')) {
    const ipv4 = parseIpv4(tail);
    if (ipv4 === undefined) return undefined;
    last.splice(-1, 1, (ipv4 >> 16n).toString(16), (ipv4 & 0xffffn).toString(16));
  }
  const [head = [], rest] = groups;
  const missing = 8 - head.length - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = rest === undefined ? head : [...head, ...Array<string>(missing).fill('0'), ...rest];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** The address, or undefined. Zones (`fe80::1%eth0`) are not taken. */
export function parseAddress(text: string): IpAddress | undefined {
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const value = parseIpv6(text);
  return value === undefined ? undefined : from128(value);
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
