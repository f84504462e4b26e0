// Certificates, requests and keys as values: the JSON that Go's encoding makes of crypto/x509's structures, field by field.
// Left to others: parsing. What Go has as a nil slice is null here.
import { objectOf } from '../../../value/construct.ts';
import { fromBigInt } from '../../../value/number.ts';
import type { RegoObject, Value } from '../../../value/value.ts';
import { fromBytes, printGoUrl } from '../go-url.ts';
import type { GoUrl } from '../go-url.ts';
import { inverse } from '../integers.ts';
import type { CertificateRequest } from './certificate-request.ts';
import type { Certificate } from './certificate.ts';
import { readBitString, readInteger, readOid, TAG } from './der.ts';
import type { Extension } from './extensions.ts';
import type { IpRange } from './name-constraints.ts';
import type { NameAttribute } from './names.ts';
import type { PrivateKey, RsaPrivateKey } from './private-key.ts';
import { PUBLIC_KEY_ALGORITHMS } from './public-key.ts';
import type { PublicKey, PublicKeyInfo } from './public-key.ts';
import { signatureAlgorithm } from './signature-algorithms.ts';

/** A certificate; `URIStrings` is what OPA adds to Go's fields, in most of its built-ins. */
export function printCertificate(certificate: Certificate, withUriStrings: boolean): RegoObject {
  const { nameConstraints, policies } = certificate;
  const { permitted, excluded } = nameConstraints ?? { permitted: {}, excluded: {} };
  return objectOf({
    Raw: bytes(certificate.raw),
    RawTBSCertificate: bytes(certificate.rawTbs),
    RawSubjectPublicKeyInfo: bytes(certificate.publicKey.der),
    RawSubject: bytes(certificate.rawSubject),
    RawIssuer: bytes(certificate.rawIssuer),
    Signature: bytes(certificate.signature),
    SignatureAlgorithm: signatureAlgorithm(certificate.signatureAlgorithm).number,
    ...printPublicKeyFields(certificate.publicKey),
    Version: certificate.version,
    SerialNumber: fromBigInt(certificate.serialNumber),
    Issuer: printName(certificate.issuer),
    Subject: printName(certificate.subject),
    NotBefore: printTime(certificate.notBefore),
    NotAfter: printTime(certificate.notAfter),
    KeyUsage: certificate.keyUsage,
    Extensions: list(certificate.extensions, printExtension, certificate.extensions.length === 0),
    ExtraExtensions: null,
    UnhandledCriticalExtensions: list(certificate.unhandledCriticalExtensions, printOid),
    ExtKeyUsage: list(certificate.extKeyUsage, same),
    UnknownExtKeyUsage: list(certificate.unknownExtKeyUsage, printOid),
    BasicConstraintsValid: certificate.basicConstraintsValid,
    IsCA: certificate.isCa,
    MaxPathLen: certificate.maxPathLen,
    MaxPathLenZero: certificate.basicConstraintsValid && certificate.maxPathLen === 0,
    SubjectKeyId: optionalBytes(certificate.subjectKeyId),
    AuthorityKeyId: optionalBytes(certificate.authorityKeyId),
    OCSPServer: list(certificate.ocspServers, same),
    IssuingCertificateURL: list(certificate.issuingCertificateUrls, same),
    ...printAlternativeNames(certificate),
    ...(withUriStrings ? { URIStrings: list(certificate.uris, printGoUrl) } : {}),
    PermittedDNSDomainsCritical: nameConstraints?.isCritical ?? false,
    PermittedDNSDomains: list(permitted.dnsDomains, same),
    ExcludedDNSDomains: list(excluded.dnsDomains, same),
    PermittedIPRanges: list(permitted.ipRanges, printRange),
    ExcludedIPRanges: list(excluded.ipRanges, printRange),
    PermittedEmailAddresses: list(permitted.emailAddresses, same),
    ExcludedEmailAddresses: list(excluded.emailAddresses, same),
    PermittedURIDomains: list(permitted.uriDomains, same),
    ExcludedURIDomains: list(excluded.uriDomains, same),
    CRLDistributionPoints: list(certificate.crlDistributionPoints, same),
    PolicyIdentifiers: list(policies, printOid),
    Policies: list(policies, same),
    PolicyMappings: list(certificate.policyMappings, ({ issuer, subject }) =>
      objectOf({ IssuerDomainPolicy: issuer, SubjectDomainPolicy: subject }),
    ),
    ...printCount('InhibitAnyPolicy', certificate.inhibitAnyPolicy),
    ...printCount('InhibitPolicyMapping', certificate.inhibitPolicyMapping),
    ...printCount('RequireExplicitPolicy', certificate.requireExplicitPolicy),
  });
}

/** A certification request. */
export function printCertificateRequest(request: CertificateRequest): RegoObject {
  return objectOf({
    Raw: bytes(request.raw),
    RawTBSCertificateRequest: bytes(request.rawTbs),
    RawSubjectPublicKeyInfo: bytes(request.publicKey.der),
    RawSubject: bytes(request.rawSubject),
    Version: request.version,
    Signature: bytes(request.signature),
    SignatureAlgorithm: signatureAlgorithm(request.signatureAlgorithm).number,
    ...printPublicKeyFields(request.publicKey),
    Subject: printName(request.subject),
    Attributes: list(request.attributes, printAttribute, request.attributes.length === 0),
    Extensions: list(request.extensions, printExtension, request.extensions.length === 0),
    ExtraExtensions: null,
    ...printAlternativeNames(request),
  });
}

function printAttribute({ oid, values }: CertificateRequest['attributes'][number]): Value {
  const printed = values.map((items) =>
    items.map((item) => objectOf({ Type: printOid(item.oid), Value: printAny(item.tag, item.content) })),
  );
  return objectOf({ Type: printOid(oid), Value: printed });
}

/** What encoding/asn1 makes of an element of any type. */
function printAny(tag: number, content: Uint8Array): Value {
  switch (tag) {
    case TAG.boolean:
      return content[0] !== 0;
    case TAG.integer: {
      const integer = readInteger(content);
      return integer === undefined ? null : fromBigInt(integer);
    }
    case TAG.octetString:
      return bytes(content);
    case TAG.bitString: {
      const bits = readBitString(content);
      if (bits === undefined) return null;
      return objectOf({ Bytes: bytes(bits.bytes), BitLength: bits.bytes.length * 8 - bits.unused });
    }
    case TAG.oid:
      return printOid(readOid(content) ?? '');
    case TAG.utf8String:
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.numericString:
      return Buffer.from(content).toString('utf8');
    case TAG.t61String:
      return Buffer.from(content).toString('latin1');
    default:
      return null;
  }
}

function printPublicKeyFields(info: PublicKeyInfo): Record<string, Value> {
  const number = PUBLIC_KEY_ALGORITHMS[info.algorithm.oid] ?? 0;
  return {
    PublicKeyAlgorithm: number,
    PublicKey: number === 0 || info.key === undefined ? null : printPublicKey(info.key),
  };
}

function printPublicKey(key: PublicKey): Value {
  switch (key.kind) {
    case 'rsa':
      return objectOf({ N: fromBigInt(key.n), E: fromBigInt(key.e) });
    case 'ec':
      return objectOf({ Curve: objectOf({}), X: fromBigInt(key.x), Y: fromBigInt(key.y) });
    case 'dsa':
      return objectOf({ P: fromBigInt(key.p), Q: fromBigInt(key.q), G: fromBigInt(key.g), Y: fromBigInt(key.y) });
    case 'ed25519':
      return bytes(key.bytes);
    case 'x25519':
      return objectOf({});
  }
}

/** A private key as crypto.parse_private_keys gives it. */
export function printPrivateKey(key: PrivateKey): Value {
  switch (key.kind) {
    case 'rsa':
      return printRsaPrivateKey(key);
    case 'ec':
      return objectOf({ Curve: objectOf({}), D: fromBigInt(key.d), X: fromBigInt(key.x), Y: fromBigInt(key.y) });
    case 'ed25519':
      return bytes(Buffer.concat([key.seed, key.publicKey]));
    case 'x25519':
      return objectOf({});
  }
}

function printRsaPrivateKey(key: RsaPrivateKey): Value {
  let product = key.primes[0]! * key.primes[1]!;
  const crtValues = key.primes.slice(2).map((prime) => {
    const value = objectOf({
      Exp: fromBigInt(key.d % (prime - 1n)),
      Coeff: fromBigInt(inverse(product, prime)),
      R: fromBigInt(product),
    });
    product *= prime;
    return value;
  });
  return objectOf({
    N: fromBigInt(key.n),
    E: fromBigInt(key.e),
    D: fromBigInt(key.d),
    Primes: key.primes.map(fromBigInt),
    Precomputed: objectOf({
      Dp: fromBigInt(key.dp),
      Dq: fromBigInt(key.dq),
      Qinv: fromBigInt(key.qinv),
      CRTValues: crtValues,
    }),
  });
}

function bytes(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}

function optionalBytes(value: Uint8Array | undefined): Value {
  return value === undefined ? null : bytes(value);
}

function same<T extends Value>(value: T): T {
  return value;
}

function list<T>(items: readonly T[] | undefined, print: (item: T) => Value, isNil = items === undefined): Value {
  return isNil || items === undefined ? null : items.map(print);
}

function printOid(oid: string): Value {
  return oid === '' ? [] : oid.split('.').map((part) => fromBigInt(BigInt(part)));
}

function printExtension({ oid, isCritical, value }: Extension): Value {
  return objectOf({ Id: printOid(oid), Critical: isCritical, Value: bytes(value) });
}

function printRange({ address, mask }: IpRange): Value {
  return objectOf({ IP: printAddress(address), Mask: bytes(mask) });
}

function printCount(name: string, count: number | undefined): Record<string, Value> {
  return { [name]: count ?? 0, [`${name}Zero`]: count === 0 };
}

/** RFC 3339, in UTC. */
function printTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}

/** The attributes that Go's pkix.Name has fields for; of the first two only the last value counts. */
const NAME_FIELDS: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CommonName'],
  ['2.5.4.5', 'SerialNumber'],
  ['2.5.4.6', 'Country'],
  ['2.5.4.7', 'Locality'],
  ['2.5.4.8', 'Province'],
  ['2.5.4.9', 'StreetAddress'],
  ['2.5.4.10', 'Organization'],
  ['2.5.4.11', 'OrganizationalUnit'],
  ['2.5.4.17', 'PostalCode'],
]);

function printName(attributes: readonly NameAttribute[]): Value {
  const names = attributes.map(({ oid, value }) => objectOf({ Type: printOid(oid), Value: value }));
  const fields: Record<string, Value> = { Names: names.length === 0 ? null : names, ExtraNames: null };
  for (const [oid, field] of NAME_FIELDS) {
    const values = attributes.filter((attribute) => attribute.oid === oid).map(({ value }) => value);
    const isSingle = field === 'CommonName' || field === 'SerialNumber';
    fields[field] = isSingle ? (values.at(-1) ?? '') : values.length === 0 ? null : values;
  }
  return objectOf(fields);
}

function printAlternativeNames(names: Certificate | CertificateRequest): Record<string, Value> {
  return {
    DNSNames: list(names.dnsNames, same),
    EmailAddresses: list(names.emailAddresses, same),
    IPAddresses: list(names.ipAddresses, printAddress),
    URIs: list(names.uris, printUrl),
  };
}

function printUrl(url: GoUrl): Value {
  return objectOf({
    Scheme: url.scheme,
    Opaque: fromBytes(url.opaque),
    User: url.user === undefined ? null : objectOf({}),
    Host: fromBytes(url.host),
    Path: fromBytes(url.path),
    Fragment: fromBytes(url.fragment),
    RawQuery: fromBytes(url.rawQuery),
    RawPath: fromBytes(url.rawPath),
    RawFragment: fromBytes(url.rawFragment),
    ForceQuery: url.forceQuery,
    OmitHost: url.omitHost,
  });
}

/** An address as Go's net.IP prints it: IPv4 also when it is mapped, IPv6 in its short form (RFC 5952). */
function printAddress(address: Uint8Array): string {
  const isMapped =
    address.length === 16 &&
    address.subarray(0, 10).every((byte) => byte === 0) &&
    address[10] === 0xff &&
    address[11] === 0xff;
  if (address.length === 4 || isMapped) return address.subarray(-4).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (address[2 * i]! << 8) | address[2 * i + 1]!);
  let start = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > longest) [start, longest] = [i, end - i];
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return start < 0 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + longest))}`;
}
