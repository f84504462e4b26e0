// The extensions of a certificate (RFC 5280, section 4.2), read into the fields Go's x509.Certificate has for them.
// Left to others: what the fields mean for a chain (verify.ts).
import { BuiltinError } from '../../../host/builtin.ts';
import { quoteGo } from '../../../value/rego-text.ts';
import { GoUrlError, parseGoUrl } from '../go-url.ts';
import type { GoUrl } from '../go-url.ts';
import { contextTag, DerReader, TAG } from './der.ts';
import { isAscii } from './names.ts';
import { parseNameConstraints } from './name-constraints.ts';
import type { NameConstraints } from './name-constraints.ts';
import { isValidDomain } from './domains.ts';

export interface Extension {
  readonly oid: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

/** Names of subjectAltName. A list that got no name stays undefined, as Go's nil. */
export interface AlternativeNames {
  dnsNames?: string[];
  emailAddresses?: string[];
  /** Four or sixteen bytes each. */
  ipAddresses?: Uint8Array[];
  uris?: GoUrl[];
}

/** What the known extensions say. */
export interface ExtensionFields extends AlternativeNames {
  keyUsage: number;
  basicConstraintsValid: boolean;
  isCa: boolean;
  /** -1: none. */
  maxPathLen: number;
  nameConstraints?: NameConstraints;
  crlDistributionPoints?: string[];
  authorityKeyId?: Uint8Array;
  subjectKeyId?: Uint8Array;
  extKeyUsage?: number[];
  unknownExtKeyUsage?: string[];
  policies?: string[];
  policyMappings?: { readonly issuer: string; readonly subject: string }[];
  requireExplicitPolicy?: number;
  inhibitPolicyMapping?: number;
  inhibitAnyPolicy?: number;
  ocspServers?: string[];
  issuingCertificateUrls?: string[];
  unhandledCriticalExtensions?: string[];
}

/** Numbers of Go's x509.ExtKeyUsage. */
const EXT_KEY_USAGES: ReadonlyMap<string, number> = new Map([
  ['2.5.29.37.0', 0],
  ['1.3.6.1.5.5.7.3.1', 1],
  ['1.3.6.1.5.5.7.3.2', 2],
  ['1.3.6.1.5.5.7.3.3', 3],
  ['1.3.6.1.5.5.7.3.4', 4],
  ['1.3.6.1.5.5.7.3.5', 5],
  ['1.3.6.1.5.5.7.3.6', 6],
  ['1.3.6.1.5.5.7.3.7', 7],
  ['1.3.6.1.5.5.7.3.8', 8],
  ['1.3.6.1.5.5.7.3.9', 9],
  ['1.3.6.1.4.1.311.10.3.3', 10],
  ['2.16.840.1.113730.4.1', 11],
  ['1.3.6.1.4.1.311.2.1.22', 12],
  ['1.3.6.1.4.1.311.61.1.1', 13],
]);

/** RFC 5280, section 4.2.1.6. */
export const SUBJECT_ALT_NAME = '2.5.29.17';
const AUTHORITY_INFO_ACCESS = '1.3.6.1.5.5.7.1.1';
const OCSP = '1.3.6.1.5.5.7.48.1';
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';

/** Reads one Extension. Throws BuiltinError with Go's text. */
export function parseExtension(der: DerReader): Extension {
  const oid = der.oid();
  if (oid === undefined) throw new BuiltinError('x509: malformed extension OID field');
  const isCritical = der.hasTag(TAG.boolean) ? der.boolean() : false;
  if (isCritical === undefined) throw new BuiltinError('x509: malformed extension critical field');
  const value = der.octetString();
  if (value === undefined) throw new BuiltinError('x509: malformed extension value field');
  return { oid, isCritical, value };
}

/** Reads what the extensions say. Throws BuiltinError with Go's text. */
export function readExtensions(extensions: readonly Extension[]): ExtensionFields {
  const fields: ExtensionFields = { keyUsage: 0, basicConstraintsValid: false, isCa: false, maxPathLen: 0 };
  for (const extension of extensions) {
    const isHandled = READERS.get(extension.oid)?.(fields, extension) ?? false;
    if (extension.isCritical && !isHandled) (fields.unhandledCriticalExtensions ??= []).push(extension.oid);
  }
  return fields;
}

/** Fills in what an extension says and tells whether all of it was understood. */
type Reader = (fields: ExtensionFields, extension: Extension) => boolean;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['2.5.29.15', readKeyUsage],
  ['2.5.29.19', readBasicConstraints],
  [SUBJECT_ALT_NAME, (fields, { value }) => readAlternativeNames(fields, value)],
  ['2.5.29.30', readNameConstraints],
  ['2.5.29.31', readDistributionPoints],
  ['2.5.29.35', readAuthorityKeyId],
  ['2.5.29.36', readPolicyConstraints],
  ['2.5.29.37', readExtKeyUsage],
  ['2.5.29.14', readSubjectKeyId],
  ['2.5.29.32', readPolicies],
  ['2.5.29.33', readPolicyMappings],
  ['2.5.29.54', readInhibitAnyPolicy],
  [AUTHORITY_INFO_ACCESS, readInfoAccess],
]);

function required<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new BuiltinError(message);
  return value;
}

function sequence(value: Uint8Array, message: string): DerReader {
  return required(new DerReader(value).inside(TAG.sequence), message);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** A number in an extension: what does not fit Go's int is malformed, what is negative is let pass. */
function count(value: bigint | undefined, message: string): number {
  const number = required(value, message);
  if (BigInt.asIntN(53, number) !== number) throw new BuiltinError(message);
  return Number(number);
}

function readKeyUsage(fields: ExtensionFields, { value }: Extension): boolean {
  const { bytes } = required(new DerReader(value).bitString(), 'x509: invalid key usage');
  for (let i = 0; i < 9; i++) if (((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) fields.keyUsage |= 1 << i;
  return true;
}

function readBasicConstraints(fields: ExtensionFields, { value }: Extension): boolean {
  const message = 'x509: invalid basic constraints';
  const der = sequence(value, message);
  fields.isCa = der.hasTag(TAG.boolean) ? required(der.boolean(), message) : false;
  const hasLength = der.hasTag(TAG.integer);
  fields.maxPathLen = hasLength ? count(der.integer(), message) : -1;
  if (hasLength && fields.maxPathLen < 0) throw new BuiltinError(message);
  fields.basicConstraintsValid = true;
  return true;
}

/** The names of a subjectAltName; whether there is one that Go knows. */
export function readAlternativeNames(names: AlternativeNames, value: Uint8Array): boolean {
  const der = sequence(value, 'x509: invalid subject alternative names');
  while (!der.isEmpty) {
    const { tag, content } = required(der.any(), 'x509: invalid subject alternative name');
    switch (tag) {
      case contextTag(1):
        (names.emailAddresses ??= []).push(ascii(content, 'x509: SAN rfc822Name is malformed'));
        break;
      case contextTag(2):
        (names.dnsNames ??= []).push(ascii(content, 'x509: SAN dNSName is malformed'));
        break;
      case contextTag(6):
        (names.uris ??= []).push(parseUri(ascii(content, 'x509: SAN uniformResourceIdentifier is malformed')));
        break;
      case contextTag(7):
        if (content.length !== 4 && content.length !== 16)
          throw new BuiltinError(`x509: cannot parse IP address of length ${content.length}`);
        (names.ipAddresses ??= []).push(content);
        break;
      default:
        break;
    }
  }
  return [names.dnsNames, names.emailAddresses, names.ipAddresses, names.uris].some((list) => list !== undefined);
}

function ascii(content: Uint8Array, message: string): string {
  if (!isAscii(content)) throw new BuiltinError(message);
  return text(content);
}

function parseUri(uri: string): GoUrl {
  try {
    const url = parseGoUrl(uri);
    if (url.host !== '' && !isValidDomain(url.host, false)) throw new GoUrlError('invalid domain');
    return url;
  } catch (error) {
    if (error instanceof GoUrlError) throw new BuiltinError(`x509: cannot parse URI ${quoteGo(uri)}: ${error.message}`);
    throw error;
  }
}

function readNameConstraints(fields: ExtensionFields, { value, isCritical }: Extension): boolean {
  const { constraints, isHandled } = parseNameConstraints(value, isCritical);
  fields.nameConstraints = constraints;
  return isHandled;
}

function readDistributionPoints(fields: ExtensionFields, { value }: Extension): boolean {
  const message = 'x509: invalid CRL distribution point';
  const points = sequence(value, `${message}s`);
  while (!points.isEmpty) {
    const point = required(points.inside(TAG.sequence), message);
    if (!point.hasTag(contextTag(0, true))) continue;
    const name = required(point.inside(contextTag(0, true)), message);
    const uris = required(name.inside(contextTag(0, true)), message);
    while (uris.hasTag(contextTag(6)))
      (fields.crlDistributionPoints ??= []).push(text(required(uris.octetString(contextTag(6)), message)));
  }
  return true;
}

function readAuthorityKeyId(fields: ExtensionFields, { value, isCritical }: Extension): boolean {
  if (isCritical) throw new BuiltinError('x509: authority key identifier incorrectly marked critical');
  const message = 'x509: invalid authority key identifier';
  const der = sequence(value, message);
  if (der.hasTag(contextTag(0))) fields.authorityKeyId = required(der.octetString(contextTag(0)), message);
  return true;
}

function readSubjectKeyId(fields: ExtensionFields, { value, isCritical }: Extension): boolean {
  if (isCritical) throw new BuiltinError('x509: subject key identifier incorrectly marked critical');
  fields.subjectKeyId = required(new DerReader(value).octetString(), 'x509: invalid subject key identifier');
  return true;
}

function readPolicyConstraints(fields: ExtensionFields, { value }: Extension): boolean {
  const message = 'x509: invalid policy constraints extension';
  const der = sequence(value, message);
  if (der.hasTag(contextTag(0))) fields.requireExplicitPolicy = count(der.integer(contextTag(0)), message);
  if (der.hasTag(contextTag(1))) fields.inhibitPolicyMapping = count(der.integer(contextTag(1)), message);
  return true;
}

function readExtKeyUsage(fields: ExtensionFields, { value }: Extension): boolean {
  const message = 'x509: invalid extended key usages';
  const der = sequence(value, message);
  while (!der.isEmpty) {
    const oid = required(der.oid(), message);
    const usage = EXT_KEY_USAGES.get(oid);
    if (usage === undefined) (fields.unknownExtKeyUsage ??= []).push(oid);
    else (fields.extKeyUsage ??= []).push(usage);
  }
  return true;
}

function readPolicies(fields: ExtensionFields, { value }: Extension): boolean {
  const message = 'x509: invalid certificate policies';
  const der = sequence(value, message);
  const seen = new Set<string>();
  while (!der.isEmpty) {
    const oid = required(required(der.inside(TAG.sequence), message).oid(), message);
    if (seen.has(oid)) throw new BuiltinError(message);
    seen.add(oid);
    (fields.policies ??= []).push(oid);
  }
  return true;
}

function readPolicyMappings(fields: ExtensionFields, { value }: Extension): boolean {
  const message = 'x509: invalid policy mappings extension';
  const der = sequence(value, message);
  while (!der.isEmpty) {
    const mapping = required(der.inside(TAG.sequence), message);
    const issuer = required(mapping.oid(), message);
    (fields.policyMappings ??= []).push({ issuer, subject: required(mapping.oid(), message) });
  }
  return true;
}

function readInhibitAnyPolicy(fields: ExtensionFields, { value }: Extension): boolean {
  fields.inhibitAnyPolicy = count(new DerReader(value).integer(), 'x509: invalid inhibit any policy extension');
  return true;
}

function readInfoAccess(fields: ExtensionFields, { value, isCritical }: Extension): boolean {
  if (isCritical) throw new BuiltinError('x509: authority info access incorrectly marked critical');
  const message = 'x509: invalid authority info access';
  const der = sequence(value, message);
  while (!der.isEmpty) {
    const description = required(der.inside(TAG.sequence), message);
    const method = required(description.oid(), message);
    if (!description.hasTag(contextTag(6))) continue;
    const uri = text(required(description.octetString(contextTag(6)), message));
    if (method === OCSP) (fields.ocspServers ??= []).push(uri);
    else if (method === CA_ISSUERS) (fields.issuingCertificateUrls ??= []).push(uri);
  }
  return true;
}
