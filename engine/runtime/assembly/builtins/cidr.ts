// `net.cidr_contains` and `net.cidr_intersects`: addresses and networks of IP versions 4 and 6 as Go's package net reads them.
// Leaves the other net.* built-ins to the host.
import { StringValue, stringBytes } from '../string';
import { Value, booleanValue } from '../value';
import { failWithString, stringOperand } from './operand';

// The address or network read last. A version 4 address is held as the version 6 address ::ffff:a.b.c.d.
let high: u64 = 0;
let low: u64 = 0;
/** Bits of the prefix, 0 to 128, for the 128-bit form. */
let prefix: u32 = 0;

/** What an address is compared with. */
let networkHigh: u64 = 0;
let networkLow: u64 = 0;
let networkPrefix: u32 = 0;

export function builtin_net_cidr_contains(cidr: Value, cidrOrIp: Value): Value | null {
  const network = stringOperand(cidr, 1);
  if (network === null || !readNetwork(network)) return null;
  holdNetwork();
  // OPA calls both operands the first.
  const other = stringOperand(cidrOrIp, 1);
  if (other === null) return null;
  const bytes = stringBytes(other);
  if (parseAddress(bytes, bytes + other.length)) return booleanValue(holds(high, low));
  if (!parseNetwork(other)) {
    return failWithString('not a valid textual representation of an IP address or CIDR: ', other);
  }
  // A network lies within another when its first and its last address do.
  const lastHigh = high | hostMask(prefix);
  const lastLow = low | hostMask(prefix > 64 ? prefix - 64 : 0);
  return booleanValue(holds(high, low) && holds(lastHigh, lastLow));
}

export function builtin_net_cidr_intersects(a: Value, b: Value): Value | null {
  const one = stringOperand(a, 1);
  if (one === null || !readNetwork(one)) return null;
  holdNetwork();
  const other = stringOperand(b, 1);
  if (other === null || !readNetwork(other)) return null;
  if (holds(high, low)) return booleanValue(true);
  const firstHigh = networkHigh;
  const firstLow = networkLow;
  holdNetwork();
  return booleanValue(holds(firstHigh, firstLow));
}

function holdNetwork(): void {
  networkHigh = high;
  networkLow = low;
  networkPrefix = prefix;
}

/** True when the network held contains the address; versions never mix. */
function holds(addressHigh: u64, addressLow: u64): bool {
  if (isVersion4(addressHigh, addressLow) != isVersion4(networkHigh, networkLow)) return false;
  if ((addressHigh ^ networkHigh) & ~hostMask(networkPrefix)) return false;
  return networkPrefix <= 64 || ((addressLow ^ networkLow) & ~hostMask(networkPrefix - 64)) == 0;
}

function isVersion4(addressHigh: u64, addressLow: u64): bool {
  return addressHigh == 0 && addressLow >> 32 == 0xffff;
}

/** The bits of a 64-bit word behind its first `bits`. */
function hostMask(bits: u32): u64 {
  return bits >= 64 ? 0 : (<u64>-1) >> bits;
}

/** Reads `address/bits` or leaves OPA's error. */
function readNetwork(text: StringValue): bool {
  if (parseNetwork(text)) return true;
  failWithString('invalid CIDR address: ', text);
  return false;
}

/** Reads `address/bits`, masked. */
function parseNetwork(text: StringValue): bool {
  const start = stringBytes(text);
  const end = start + text.length;
  let slash = start;
  while (slash < end && load<u8>(slash) != 0x2f) slash++;
  if (slash + 1 >= end || !parseAddress(start, slash)) return false;
  // What was written with a colon has 128 bits even when it stands for a version 4 address.
  let width: u32 = 32;
  for (let at = start; at < slash; at++) if (load<u8>(at) == 0x3a) width = 128;
  let bits: u32 = 0;
  for (let at = slash + 1; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) return false;
    bits = bits * 10 + digit;
    if (bits > width) return false;
  }
  prefix = bits + 128 - width;
  high &= ~hostMask(prefix);
  low &= prefix <= 64 ? 0 : ~hostMask(prefix - 64);
  return true;
}

function parseAddress(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2e) return parseVersion4(start, end);
    if (byte == 0x3a) return parseVersion6(start, end);
  }
  return false;
}

/** `a.b.c.d` in decimal without leading zeros. */
function parseVersion4(start: usize, end: usize): bool {
  let address: u64 = 0;
  let fields = 0;
  let value: u32 = 0;
  let digits = 0;
  for (let at = start; at <= end; at++) {
    const byte = at == end ? 0x2e : <u32>load<u8>(at);
    if (byte == 0x2e) {
      if (digits == 0 || ++fields > 4) return false;
      address = (address << 8) | value;
      value = 0;
      digits = 0;
      continue;
    }
    if (byte - 0x30 > 9 || (digits > 0 && value == 0)) return false;
    value = value * 10 + (byte - 0x30);
    digits++;
    if (value > 255) return false;
  }
  if (fields != 4) return false;
  high = 0;
  low = 0x0000ffff00000000 | address;
  return true;
}

/** Fields of up to four hex digits, `::` once for at least one field of zeros, version 4 form for the last two; no zone. */
function parseVersion6(start: usize, end: usize): bool {
  let at = start;
  let fields = 0;
  let gap = -1;
  let before: u64 = 0;
  let after: u64 = 0;
  if (end - at >= 2 && load<u16>(at) == 0x3a3a) {
    gap = 0;
    at += 2;
  }
  while (at < end && fields < 8) {
    const fieldStart = at;
    let value: u64 = 0;
    while (at < end) {
      const digit = hexDigit(load<u8>(at));
      if (digit < 0) break;
      if (at - fieldStart == 4) return false;
      value = (value << 4) | digit;
      at++;
    }
    if (at == fieldStart) return false;
    if (at < end && load<u8>(at) == 0x2e) {
      if (fields > 6 || (gap < 0 && fields != 6) || !parseVersion4(fieldStart, end)) return false;
      const address = low & 0xffffffff;
      before = (before << 16) | (after >> 48);
      after = (after << 16) | (address >> 16);
      before = (before << 16) | (after >> 48);
      after = (after << 16) | (address & 0xffff);
      fields += 2;
      at = end;
      break;
    }
    before = (before << 16) | (after >> 48);
    after = (after << 16) | value;
    fields++;
    if (at == end) break;
    if (load<u8>(at) != 0x3a || at + 1 == end) return false;
    at++;
    if (load<u8>(at) == 0x3a) {
      if (gap >= 0) return false;
      gap = fields;
      at++;
    }
  }
  if (at < end) return false;
  if (fields == 8) {
    if (gap >= 0) return false;
  } else {
    if (gap < 0) return false;
    // Fields behind the gap stay at the end, the others move up.
    const behind = (<u32>(fields - gap)) << 4;
    const keepHigh = before & hostMask(behind > 64 ? 128 - behind : 64);
    const keepLow = after & hostMask(behind > 64 ? 0 : 64 - behind);
    const frontHigh = before ^ keepHigh;
    const frontLow = after ^ keepLow;
    const shift = (<u32>(8 - fields)) << 4;
    before = keepHigh | shiftedHigh(frontHigh, frontLow, shift);
    after = keepLow | (shift >= 64 ? 0 : frontLow << shift);
  }
  high = before;
  low = after;
  return true;
}

/** The upper word of a 128-bit word shifted left by up to 127. */
function shiftedHigh(upper: u64, lower: u64, shift: u32): u64 {
  if (shift == 0) return upper;
  if (shift >= 64) return lower << (shift - 64);
  return (upper << shift) | (lower >> (64 - shift));
}

function hexDigit(byte: u32): i32 {
  if (byte - 0x30 <= 9) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter <= 5 ? <i32>letter + 10 : -1;
}
