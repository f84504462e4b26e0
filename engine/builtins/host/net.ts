// Built-ins of the family `net`.
// Left to others: addresses and networks (ip-address.ts); looking names up, which the evaluation's host may allow.
import { BuiltinError } from '../../host/builtin.ts';
import type { BuiltinContext, HostBuiltins } from '../../host/builtin.ts';
import { kindName } from '../../value/compare.ts';
import { makeSet } from '../../value/construct.ts';
import { RegoObject, RegoSet } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import {
  contains,
  from128,
  lastAddress,
  parseAddress,
  parseNetwork,
  printAddress,
  printNetwork,
  to128,
} from './ip-address.ts';
import type { IpNetwork } from './ip-address.ts';
import { isArray, stringOperand } from './operands.ts';

/** The most addresses that `net.cidr_expand` gives (an IPv4 `/14`); the reference goes on until it is stopped. */
const MAX_EXPANDED = 1n << 18n;

/** The network at an operand; whichever it is, it is reported as operand 1, as in the reference. */
function networkOperand(value: Value): IpNetwork {
  const text = stringOperand(value, 1);
  const network = parseNetwork(text);
  if (network === undefined) throw new BuiltinError(`invalid CIDR address: ${text}`);
  return network;
}

function cidrContains(cidr: Value, other: Value): boolean {
  const network = networkOperand(cidr);
  const text = stringOperand(other, 1);
  const address = parseAddress(text);
  if (address !== undefined) return contains(network, address);
  const inner = parseNetwork(text);
  if (inner === undefined) {
    throw new BuiltinError(`not a valid textual representation of an IP address or CIDR: ${text}`);
  }
  return contains(network, inner) && contains(network, lastAddress(inner));
}

function cidrIntersects(a: Value, b: Value): boolean {
  const left = networkOperand(a);
  const right = networkOperand(b);
  return contains(left, right) || contains(right, left);
}

/** Networks of an operand, one after the other as faults are found, with the index by which a match is reported: the text itself, or where in the collection it is. */
function* indexed(position: number, operand: Value): Generator<readonly [cidr: Value, index: Value]> {
  if (typeof operand === 'string') yield [operand, operand];
  else if (isArray(operand)) for (const [i, item] of operand.entries()) yield [cidrOf(position, item), i];
  else if (operand instanceof RegoSet) for (const item of operand.items) yield [cidrOf(position, item), item];
  else if (operand instanceof RegoObject)
    for (const [key, item] of operand.entries) yield [cidrOf(position, item), key];
}

/** An element is a text, or an array that begins with one. */
function cidrOf(position: number, item: Value): Value {
  if (typeof item === 'string') return item;
  if (isArray(item) && item.length > 0) return item[0]!;
  throw new BuiltinError(`operand ${position}: element must be string or non-empty array`);
}

function cidrContainsMatches(cidrs: Value, others: Value): Value {
  const matches: Value[] = [];
  for (const [cidr, index] of indexed(1, cidrs)) {
    for (const [other, otherIndex] of indexed(2, others)) {
      if (cidrContains(cidr, other)) matches.push([index, otherIndex]);
    }
  }
  return makeSet(matches);
}

function cidrExpand(cidr: Value): Value {
  const network = networkOperand(cidr);
  const count = 1n << BigInt(network.bits - network.prefix);
  if (count > MAX_EXPANDED) {
    throw new BuiltinError('timed out before generating all IP addresses', 'eval_builtin_error', true);
  }
  const addresses: string[] = [];
  for (let i = 0n; i < count; i++) {
    const address = network.bits === 32 ? { ...network, value: network.value + i } : from128(network.value + i);
    // An IPv4 address within an IPv6 network ends the walk in the reference.
    if (!contains(network, address)) break;
    addresses.push(printAddress(address));
  }
  return makeSet(addresses);
}

/** A range of addresses in 128 bits; `network` is what it was written as, until it is merged with another. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
  readonly network: IpNetwork | undefined;
}

/** A lone IPv4 address stands for the network of its class (A, B, C). */
function rangeOf(item: Value): Range {
  if (typeof item !== 'string') throw new BuiltinError('element must be string');
  const address = parseAddress(item);
  if (address !== undefined && address.bits === 128) throw new BuiltinError('IPv6 invalid: needs prefix length');
  let network: IpNetwork;
  if (address === undefined) network = networkOperand(item);
  else {
    const top = address.value >> 24n;
    network = { ...address, prefix: top < 0x80n ? 8 : top < 0xc0n ? 16 : 24 };
  }
  const host = BigInt(network.bits - network.prefix);
  const first = to128({ ...network, value: (network.value >> host) << host });
  return { first, last: first | ((1n << host) - 1n), network };
}

/** The address before, which stays in its family. */
function previous(value: bigint): bigint {
  return value === 0n || value === 0xffffn << 32n ? value : value - 1n;
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function cidrMerge(list: Value): Value {
  if (!isArray(list) && kindName(list) !== 'set') throw new BuiltinError('operand must be an array');
  const items = isArray(list) ? list : (list as RegoSet).items;
  const ranges = items.map(rangeOf).sort((a, b) => order(a.last, b.last) || order(a.first, b.first));
  const merged: Range[] = [];
  for (let current = ranges.pop(); current !== undefined;) {
    const before = ranges.pop();
    if (before !== undefined && previous(current.first) <= before.last) {
      const first = before.first < current.first ? before.first : current.first;
      current = { first, last: current.last, network: undefined };
    } else {
      merged.push(current);
      current = before;
    }
  }
  return makeSet(
    merged.flatMap((range) => (range.network === undefined ? cover(range) : [printNetwork(range.network)])),
  );
}

/** The fewest networks that make up a range. */
function cover({ first, last }: Range): string[] {
  const networks: string[] = [];
  for (let start = first; start <= last;) {
    let host = 0n;
    while (host < 128n && (start >> host) % 2n === 0n && start + (2n << host) - 1n <= last) host++;
    const address = from128(start);
    networks.push(printNetwork({ ...address, prefix: address.bits - Number(host) }));
    start += 1n << host;
  }
  return networks;
}

function lookup(context: BuiltinContext, name: string): Value {
  const address = parseAddress(name);
  if (address !== undefined) return makeSet([printAddress(address)]);
  // RFC 6761: names under localhost are never looked up.
  if (/(?:^|\.)localhost\.?$/i.test(name)) return makeSet(['127.0.0.1', '::1']);
  const key = `net.lookup_ip_addr ${name}`;
  const known = context.cache.get(key) as Value | undefined;
  if (known !== undefined) return known;
  if (context.lookup === undefined) throw new BuiltinError(`lookup ${name}: looking up names is not allowed`);
  const result = makeSet(context.lookup(name));
  context.cache.set(key, result);
  return result;
}

/** `net.*`. */
export const NET_BUILTINS: HostBuiltins = {
  'net.cidr_contains': (_, cidr, other) => cidrContains(cidr!, other!),
  'net.cidr_overlap': (_, cidr, other) => cidrContains(cidr!, other!),
  'net.cidr_intersects': (_, a, b) => cidrIntersects(a!, b!),
  'net.cidr_contains_matches': (_, cidrs, others) => cidrContainsMatches(cidrs!, others!),
  'net.cidr_expand': (_, cidr) => cidrExpand(cidr!),
  'net.cidr_is_valid': (_, cidr) => typeof cidr === 'string' && parseNetwork(cidr) !== undefined,
  'net.cidr_merge': (_, list) => cidrMerge(list!),
  'net.lookup_ip_addr': (context, name) => lookup(context, stringOperand(name!, 1)),
};
