// Domain names as certificates use them: validity, labels from the right, and the name a certificate is checked for (RFC 6125).
// Left to others: constraints on names (name-constraints.ts).
import { isIPv4, isIPv6 } from 'node:net';
import type { AlternativeNames } from './extensions.ts';

/** Whether a name in a certificate (or, with `isConstraint`, a constraint, which may begin with a dot) is a domain name. */
export function isValidDomain(domain: string, isConstraint: boolean): boolean {
  if (domain === '') return isConstraint;
  if (!isConstraint && domain.startsWith('.')) return false;
  const name = isConstraint && domain.startsWith('.') ? domain.slice(1) : domain;
  return name !== '' && labelsOf(name) !== undefined;
}

/** The labels from the right (`example.com` is com, example), lower case; undefined when it is no domain name. */
export function labelsOf(domain: string): readonly string[] | undefined {
  if (domain === '') return [];
  const labels = domain.toLowerCase().split('.').reverse();
  return labels.every((label) => /^[!-~]+$/.test(label)) ? labels : undefined;
}

/** The bytes of an IP address in text; undefined when it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain =
    dotted === null
      ? text
      : text.slice(0, dotted.index) +
        [dotted.slice(1, 3), dotted.slice(3, 5)]
          .map(([high, low]) => (Number(high) * 256 + Number(low)).toString(16))
          .join(':');
  const [head, tail] = plain.split('::') as [string, string | undefined];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [
    ...left,
    ...Array<string>(tail === undefined ? 0 : 8 - left.length - right.length).fill('0'),
    ...right,
  ];
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

/** An address of four bytes as sixteen (RFC 4291, section 2.5.5.2), so that both forms compare. */
function mapped(bytes: Uint8Array): Uint8Array {
  return bytes.length === 16 ? bytes : Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...bytes]);
}

/** Whether a certificate with these names is one for the host: an IP address (also in brackets) or a domain name. */
export function matchesHost(names: AlternativeNames, host: string): boolean {
  const bare = host.length >= 3 && host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const address = addressBytes(bare);
  if (address !== undefined)
    return (names.ipAddresses ?? []).some((ip) => Buffer.compare(mapped(ip), mapped(address)) === 0);
  const candidate = asciiLowerCase(host);
  const isValid = isValidHostname(candidate.replace(/\.$/, ''), false);
  return (names.dnsNames ?? []).some((pattern) =>
    isValid && isValidHostname(pattern, true) ? matchesPattern(pattern, candidate) : matchesExactly(pattern, candidate),
  );
}

function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isValidHostname(host: string, isPattern: boolean): boolean {
  if (host === '' || host === '*') return false;
  return host
    .split('.')
    .every((label, i) => (isPattern && i === 0 && label === '*') || /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(label));
}

/** A wildcard stands for exactly one label, the first. */
function matchesPattern(pattern: string, host: string): boolean {
  const patterns = asciiLowerCase(pattern).split('.');
  const labels = host.replace(/\.$/, '').split('.');
  return (
    patterns.length === labels.length && patterns.every((label, i) => (i === 0 && label === '*') || label === labels[i])
  );
}

function matchesExactly(a: string, b: string): boolean {
  return a !== '' && a !== '.' && b !== '' && b !== '.' && asciiLowerCase(a) === asciiLowerCase(b);
}
