// Name constraints (RFC 5280, section 4.2.1.10): reading them and checking the names of the certificates below.
// Left to others: which certificates are below (verify.ts).
import { BuiltinError } from '../../../host/builtin.ts';
import { quoteGo } from '../../../value/rego-text.ts';
import { fromBytes, quoteBytes } from '../go-url.ts';
import { contextTag, DerReader, TAG } from './der.ts';
import { addressBytes, isValidDomain, labelsOf } from './domains.ts';
import type { AlternativeNames } from './extensions.ts';
import { isAscii } from './names.ts';

/** A range of addresses: both of four or both of sixteen bytes. */
export interface IpRange {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
}

export interface Subtrees {
  dnsDomains?: string[];
  ipRanges?: IpRange[];
  emailAddresses?: string[];
  uriDomains?: string[];
}

export interface NameConstraints {
  readonly permitted: Subtrees;
  readonly excluded: Subtrees;
  readonly isCritical: boolean;
}

const PERMITTED = contextTag(0, true);
const EXCLUDED = contextTag(1, true);

/** Reads the extension; `isHandled` is false when it constrains names of other kinds too. Throws BuiltinError with Go's text. */
export function parseNameConstraints(
  value: Uint8Array,
  isCritical: boolean,
): { readonly constraints: NameConstraints; readonly isHandled: boolean } {
  const malformed = (): BuiltinError => new BuiltinError('x509: invalid NameConstraints extension');
  const outer = new DerReader(value);
  const der = outer.inside(TAG.sequence);
  if (der === undefined || !outer.isEmpty) throw malformed();
  const parts = [PERMITTED, EXCLUDED].map((tag) => (der.hasTag(tag) ? (der.inside(tag) ?? 'bad') : undefined));
  if (parts.includes('bad') || !der.isEmpty) throw malformed();
  const [permitted, excluded] = parts as [DerReader | undefined, DerReader | undefined];
  if ((permitted?.isEmpty ?? true) && (excluded?.isEmpty ?? true))
    throw new BuiltinError('x509: empty name constraints extension');
  const first = parseSubtrees(permitted);
  const second = parseSubtrees(excluded);
  return {
    constraints: { permitted: first.subtrees, excluded: second.subtrees, isCritical },
    isHandled: first.isHandled && second.isHandled,
  };
}

function parseSubtrees(der: DerReader | undefined): { readonly subtrees: Subtrees; readonly isHandled: boolean } {
  const subtrees: Subtrees = {};
  let isHandled = true;
  while (der !== undefined && !der.isEmpty) {
    const base = der.inside(TAG.sequence)?.any();
    if (base === undefined) throw new BuiltinError('x509: invalid NameConstraints extension');
    isHandled = addSubtree(subtrees, base.tag, base.content) && isHandled;
  }
  return { subtrees, isHandled };
}

function addSubtree(subtrees: Subtrees, tag: number, content: Uint8Array): boolean {
  switch (tag) {
    case contextTag(1):
      (subtrees.emailAddresses ??= []).push(parseEmail(constraintText(content)));
      return true;
    case contextTag(2): {
      const domain = constraintText(content);
      if (!isValidDomain(domain, true))
        throw new BuiltinError(`x509: failed to parse dnsName constraint ${quoteGo(domain)}`);
      (subtrees.dnsDomains ??= []).push(domain);
      return true;
    }
    case contextTag(6):
      (subtrees.uriDomains ??= []).push(parseUriDomain(constraintText(content)));
      return true;
    case contextTag(7):
      (subtrees.ipRanges ??= []).push(parseRange(content));
      return true;
    default:
      return false;
  }
}

function constraintText(content: Uint8Array): string {
  const bytes = Buffer.from(content).toString('latin1');
  if (!isAscii(content))
    throw new BuiltinError(
      `x509: invalid constraint value: x509: ${quoteBytes(bytes)} cannot be encoded as an IA5String`,
    );
  return bytes;
}

function parseEmail(text: string): string {
  const isValid = text.includes('@') ? parseMailbox(text) !== undefined : isValidDomain(text, true);
  if (!isValid) throw new BuiltinError(`x509: failed to parse rfc822Name constraint ${quoteGo(text)}`);
  return text;
}

function parseUriDomain(text: string): string {
  if (addressBytes(text) !== undefined)
    throw new BuiltinError(`x509: failed to parse URI constraint ${quoteGo(text)}: cannot be IP address`);
  if (!isValidDomain(text, true)) throw new BuiltinError(`x509: failed to parse URI constraint ${quoteGo(text)}`);
  return text;
}

function parseRange(content: Uint8Array): IpRange {
  if (content.length !== 8 && content.length !== 32)
    throw new BuiltinError(`x509: IP constraint contained value of length ${content.length}`);
  const half = content.length / 2;
  const mask = content.subarray(half);
  if (!/^1*0*$/.test([...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('')))
    throw new BuiltinError(`x509: IP constraint contained invalid mask ${Buffer.from(mask).toString('hex')}`);
  return { address: content.subarray(0, half), mask };
}

/** Local part and domain of a mailbox (RFC 2821, section 4.1.2); undefined when it is none. */
function parseMailbox(text: string): { readonly local: string; readonly domain: string } | undefined {
  const quoted =
    /^"((?:[\x01-\x08\x0b\x0c\x0e-\x1f\x20\x21\x23-\x5b\x5d-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*)"@/.exec(text);
  const plain = /^([A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*)@/.exec(text);
  const match = quoted ?? plain;
  if (match === null) return undefined;
  const domain = text.slice(match[0].length);
  const local = quoted === null ? match[1]! : match[1]!.replace(/\\(.)/g, '$1');
  return domain !== '' && labelsOf(domain) !== undefined ? { local, domain } : undefined;
}

/** Whether the names are ones that a certificate below may have. A name that cannot be understood is not. */
export function allowsNames({ permitted, excluded }: NameConstraints, names: AlternativeNames): boolean {
  const allows = <N, C>(
    list: readonly N[] | undefined,
    permit: readonly C[] | undefined,
    exclude: readonly C[] | undefined,
    matches: (name: N, constraint: C, isExcluded: boolean) => boolean | undefined,
  ): boolean =>
    (list ?? []).every(
      (name) =>
        (exclude ?? []).every((constraint) => matches(name, constraint, true) === false) &&
        (permit === undefined || permit.some((constraint) => matches(name, constraint, false) === true)),
    );
  return (
    allows(names.emailAddresses, permitted.emailAddresses, excluded.emailAddresses, matchesEmail) &&
    allows(names.dnsNames, permitted.dnsDomains, excluded.dnsDomains, matchesDns) &&
    allows(names.ipAddresses, permitted.ipRanges, excluded.ipRanges, matchesRange) &&
    allows(
      names.uris?.map((uri) => fromBytes(uri.host)),
      permitted.uriDomains,
      excluded.uriDomains,
      matchesUriHost,
    )
  );
}

/** A constraint covers itself and what is below; one with a leading dot only what is below. Undefined: a domain is malformed. */
function matchesDomain(domain: string, constraint: string): boolean | undefined {
  if (constraint === '') return true;
  const labels = labelsOf(domain);
  const limit = labelsOf(constraint.replace(/^\./, ''));
  if (labels === undefined || limit === undefined) return undefined;
  const least = constraint.startsWith('.') ? limit.length + 1 : limit.length;
  return labels.length >= least && limit.every((label, i) => label === labels[i]);
}

/** A wildcard name also falls under an excluded domain that is one of those it stands for. */
function matchesDns(name: string, constraint: string, isExcluded: boolean): boolean | undefined {
  const matches = matchesDomain(name, constraint);
  if (matches !== false || !isExcluded || !name.startsWith('*.')) return matches;
  const parent = constraint.replace(/^\.?[^.]*\.?/, '').toLowerCase();
  return parent !== '' && name.slice(2).toLowerCase() === parent;
}

function matchesEmail(address: string, constraint: string): boolean | undefined {
  const mailbox = parseMailbox(address);
  if (mailbox === undefined) return undefined;
  if (!constraint.includes('@')) return matchesDomain(mailbox.domain, constraint);
  const limit = parseMailbox(constraint);
  return (
    limit !== undefined && mailbox.local === limit.local && mailbox.domain.toLowerCase() === limit.domain.toLowerCase()
  );
}

function matchesUriHost(authority: string, constraint: string): boolean | undefined {
  const host = authority.includes(':') && !authority.endsWith(']') ? authority.replace(/:[^:]*$/, '') : authority;
  if (host === '' || host.startsWith('[') || addressBytes(host) !== undefined) return undefined;
  return matchesDomain(host, constraint);
}

function matchesRange(ip: Uint8Array, { address, mask }: IpRange): boolean {
  return ip.length === address.length && ip.every((byte, i) => (byte & mask[i]!) === (address[i]! & mask[i]!));
}
