// X.509 certificates and certification requests: from DER to the fields Go's crypto/x509 has, with its checks in its order.
// Left to others: their JSON (print.ts) and chains (verify.ts).
import { BuiltinError } from '../../../host/builtin.ts';
import type { BitString } from './der.ts';
import { contextTag, DerReader, TAG } from './der.ts';
import { parseExtension, readExtensions } from './extensions.ts';
import type { Extension, ExtensionFields } from './extensions.ts';
import { parseName } from './names.ts';
import type { NameAttribute } from './names.ts';
import { parseAlgorithm, parsePublicKeyInfo } from './public-key.ts';
import type { Algorithm, PublicKeyInfo } from './public-key.ts';

export interface Certificate extends ExtensionFields {
  readonly raw: Uint8Array;
  readonly rawTbs: Uint8Array;
  readonly version: number;
  readonly serialNumber: bigint;
  readonly signatureAlgorithm: Algorithm;
  readonly rawIssuer: Uint8Array;
  readonly issuer: readonly NameAttribute[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly rawSubject: Uint8Array;
  readonly subject: readonly NameAttribute[];
  readonly publicKey: PublicKeyInfo;
  readonly extensions: readonly Extension[];
  readonly signature: Uint8Array;
}

/** More certificates than this in one text are refused. */
const MAX_CERTIFICATES = 1000;

/** The certificates in concatenated DER. Throws BuiltinError with Go's text. */
export function parseCertificates(der: Uint8Array): readonly Certificate[] {
  const certificates: Certificate[] = [];
  for (let rest = der; rest.length > 0; rest = rest.subarray(certificates.at(-1)!.raw.length)) {
    if (certificates.length === MAX_CERTIFICATES) throw new BuiltinError('x509: too many certificates');
    certificates.push(parseOne(rest));
  }
  return certificates;
}

/** The one certificate in DER. Throws BuiltinError with Go's text. */
export function parseCertificate(der: Uint8Array): Certificate {
  const certificate = parseOne(der);
  if (certificate.raw.length !== der.length) throw new BuiltinError('x509: trailing data');
  return certificate;
}

function required<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new BuiltinError(`x509: ${message}`);
  return value;
}

function parseOne(bytes: Uint8Array): Certificate {
  const outer = required(new DerReader(bytes).element(TAG.sequence), 'malformed certificate');
  const certificate = new DerReader(outer.content);
  const tbsElement = required(certificate.element(TAG.sequence), 'malformed tbs certificate');
  const tbs = new DerReader(tbsElement.content);
  const version = parseVersion(tbs);
  const serialNumber = required(tbs.integer(), 'malformed serial number');
  if (serialNumber < 0n) throw new BuiltinError('x509: negative serial number');
  const inner = required(tbs.element(TAG.sequence), 'malformed signature algorithm identifier').content;
  const repeated = required(certificate.element(TAG.sequence), 'malformed algorithm identifier').content;
  if (Buffer.compare(inner, repeated) !== 0)
    throw new BuiltinError("x509: inner and outer signature algorithm identifiers don't match");
  const signatureAlgorithm = parseAlgorithm(new DerReader(inner));
  const rawIssuer = required(tbs.element(TAG.sequence), 'malformed issuer').full;
  const issuer = parseName(rawIssuer);
  const [notBefore, notAfter] = parseValidity(required(tbs.inside(TAG.sequence), 'malformed validity'));
  // The text is Go's.
  const rawSubject = required(tbs.element(TAG.sequence), 'malformed issuer').full;
  const subject = parseName(rawSubject);
  const publicKey = parsePublicKeyInfo(required(tbs.element(TAG.sequence), 'malformed spki').full);
  const extensions = version > 1 ? parseExtensions(tbs, version) : [];
  const fields = readExtensions(extensions);
  const signature = rightAligned(required(certificate.bitString(), 'malformed signature'));
  return {
    ...fields,
    raw: outer.full,
    rawTbs: tbsElement.full,
    version,
    serialNumber,
    signatureAlgorithm,
    rawIssuer,
    issuer,
    notBefore,
    notAfter,
    rawSubject,
    subject,
    publicKey,
    extensions,
    signature,
  };
}

function parseVersion(tbs: DerReader): number {
  let version = 0n;
  if (tbs.hasTag(contextTag(0, true))) {
    const reader = required(tbs.inside(contextTag(0, true)), 'malformed version');
    version = required(reader.integer(), 'malformed version');
    if (!reader.isEmpty || version < 0n) throw new BuiltinError('x509: malformed version');
  }
  if (version > 2n) throw new BuiltinError('x509: invalid version');
  return Number(version) + 1;
}

function parseValidity(der: DerReader): [number, number] {
  const time = (): number => {
    const message = der.hasTag(TAG.utcTime)
      ? 'malformed UTCTime'
      : der.hasTag(TAG.generalizedTime)
        ? 'malformed GeneralizedTime'
        : 'unsupported time format';
    return required(der.time(), message);
  };
  const notBefore = time();
  return [notBefore, time()];
}

function parseExtensions(tbs: DerReader, version: number): readonly Extension[] {
  for (const [number, name] of [
    [1, 'issuerUniqueID'],
    [2, 'subjectUniqueID'],
  ] as const) {
    if (tbs.hasTag(contextTag(number))) required(tbs.any(), `malformed ${name}`);
  }
  if (version < 3 || !tbs.hasTag(contextTag(3, true))) return [];
  const list = tbs.inside(contextTag(3, true))?.inside(TAG.sequence);
  const reader = required(list, 'malformed extensions');
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!reader.isEmpty) {
    const extension = parseExtension(required(reader.inside(TAG.sequence), 'malformed extension'));
    if (seen.has(extension.oid))
      throw new BuiltinError(`x509: certificate contains duplicate extension with OID "${extension.oid}"`);
    seen.add(extension.oid);
    extensions.push(extension);
  }
  return extensions;
}

/** The bits with the unused ones at the front. */
export function rightAligned({ bytes, unused }: BitString): Uint8Array {
  if (unused === 0) return bytes;
  return bytes.map((byte, i) => (byte >> unused) | ((i === 0 ? 0 : bytes[i - 1]!) << (8 - unused)));
}
