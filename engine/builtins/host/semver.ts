// Built-ins of the family `semver` (semver.org, version 2, with the reference's leniencies).
// Left to others: nothing.
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { compareStrings } from '../../value/compare.ts';
import type { Value } from '../../value/value.ts';
import { stringOperand } from './operands.ts';

interface Version {
  readonly numbers: readonly bigint[];
  readonly preRelease: string;
}

const IDENTIFIERS = /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/;

/** Three numbers of 64 bits with an optional `v` before them; they may have a sign and leading zeros. */
function parseVersion(text: string): Version | undefined {
  const [release = '', metadata] = cut(text.startsWith('v') ? text.slice(1) : text, '+');
  if (metadata !== '' && !IDENTIFIERS.test(metadata)) return undefined;
  const [core, preRelease] = cut(release, '-');
  if (preRelease !== '' && !IDENTIFIERS.test(preRelease)) return undefined;
  const parts = core.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[+-]?\d+$/.test(part))) return undefined;
  // Long digits are cut before they are read: what does not fit 64 bits is no version.
  const numbers = parts.map((part) => integerOf(part));
  return numbers.includes(undefined) ? undefined : { numbers: numbers as bigint[], preRelease };
}

function integerOf(text: string): bigint | undefined {
  const digits = text.replace(/^[+-]?0*/, '');
  if (digits.length > 19) return undefined;
  const integer = BigInt(digits || '0') * (text.startsWith('-') ? -1n : 1n);
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

function cut(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function compareVersions(a: Version, b: Version): -1 | 0 | 1 {
  for (const [i, number] of a.numbers.entries()) {
    if (number !== b.numbers[i]) return number > b.numbers[i]! ? 1 : -1;
  }
  if (a.preRelease === b.preRelease) return 0;
  if (a.preRelease === '') return 1;
  if (b.preRelease === '') return -1;
  const ours = a.preRelease.split('.');
  const theirs = b.preRelease.split('.');
  for (const [i, identifier] of ours.entries()) {
    const other = theirs[i];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return ours.length < theirs.length ? -1 : 0;
}

/** Numeric identifiers come first; what does not fit 64 bits counts as the largest that does. */
function compareIdentifiers(a: string, b: string): -1 | 0 | 1 {
  const numericA = /^\d+$/.test(a);
  const numericB = /^\d+$/.test(b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  if (!numericA) return compareStrings(a, b);
  const [x, y] = [clamp(a), clamp(b)];
  return x === y ? 0 : x > y ? 1 : -1;
}

function clamp(digits: string): bigint {
  return integerOf(digits) ?? (1n << 63n) - 1n;
}

function versionOperand(value: string, position: number): Version {
  const version = parseVersion(value);
  if (version === undefined)
    throw new BuiltinError(`operand ${position}: string ${JSON.stringify(value)} is not a valid SemVer`);
  return version;
}

/** `semver.*`. */
export const SEMVER_BUILTINS: HostBuiltins = {
  'semver.compare': (_, a, b) => {
    const left = stringOperand(a!, 1);
    const right = stringOperand(b!, 2);
    return compareVersions(versionOperand(left, 1), versionOperand(right, 2));
  },
  'semver.is_valid': (_, text: Value | undefined) => typeof text === 'string' && parseVersion(text) !== undefined,
};
