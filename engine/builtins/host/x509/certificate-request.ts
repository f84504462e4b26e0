// PKCS #10 certification requests (RFC 2986), as Go's x509.ParseCertificateRequest reads them.
// Left to others: their JSON (print.ts). The signature is not checked, as it is not by Go either.
import { BuiltinError } from '../../../host/builtin.ts';
import { Asn1Struct } from './asn1-struct.ts';
import { rightAligned } from './certificate.ts';
import { contextTag, DerReader, readBitString, TAG } from './der.ts';
import { parseExtension, readAlternativeNames, SUBJECT_ALT_NAME } from './extensions.ts';
import type { AlternativeNames, Extension } from './extensions.ts';
import { parseName } from './names.ts';
import type { NameAttribute } from './names.ts';
import { parseAlgorithm, parsePublicKeyInfo } from './public-key.ts';
import type { Algorithm, PublicKeyInfo } from './public-key.ts';

/** An attribute whose values are lists of typed elements; the `value` of each is the element after the type. */
export interface RequestAttribute {
  readonly oid: string;
  readonly values: readonly (readonly { readonly oid: string; readonly tag: number; readonly content: Uint8Array }[])[];
}

export interface CertificateRequest extends AlternativeNames {
  readonly raw: Uint8Array;
  readonly rawTbs: Uint8Array;
  readonly version: number;
  readonly rawSubject: Uint8Array;
  readonly subject: readonly NameAttribute[];
  readonly publicKey: PublicKeyInfo;
  readonly attributes: readonly RequestAttribute[];
  readonly extensions: readonly Extension[];
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Uint8Array;
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** The certification request in DER. Throws BuiltinError. */
export function parseCertificateRequest(der: Uint8Array): CertificateRequest {
  const request = Asn1Struct.parse(der, 'certificateRequest');
  const tbsElement = request.element(TAG.sequence, 'tbsCertificateRequest');
  const tbs = Asn1Struct.parse(tbsElement.full, 'tbsCertificateRequest');
  const version = tbs.integer('int');
  const rawSubject = tbs.element(TAG.sequence, 'RawValue').full;
  const rawPublicKey = tbs.element(TAG.sequence, 'publicKeyInfo').full;
  const attributes = new DerReader(tbs.element(contextTag(0, true)).content);
  const rawAttributes: { oid: string; set: Uint8Array }[] = [];
  while (!attributes.isEmpty) {
    const attribute = attributes.inside(TAG.sequence);
    const oid = attribute?.oid();
    const set = attribute?.element(TAG.set)?.content;
    if (oid !== undefined && set !== undefined) rawAttributes.push({ oid, set });
    else if (attribute === undefined) throw new BuiltinError('asn1: syntax error: data truncated');
  }
  const algorithm = request.element(TAG.sequence, 'AlgorithmIdentifier').content;
  const signatureAlgorithm = parseAlgorithm(new DerReader(algorithm));
  const bits = readBitString(request.element(TAG.bitString, 'BitString').content);
  if (bits === undefined) throw new BuiltinError('asn1: syntax error: invalid padding bits in BIT STRING');
  const signature = rightAligned(bits);
  const extensions = rawAttributes.flatMap(({ oid, set }) => (oid === EXTENSION_REQUEST ? requested(set) : []));
  if (new Set(extensions.map(({ oid }) => oid)).size !== extensions.length)
    throw new BuiltinError('x509: certificate request contains duplicate requested extensions');
  const names: AlternativeNames = {};
  for (const { oid, value } of extensions) if (oid === SUBJECT_ALT_NAME) readAlternativeNames(names, value);
  return {
    ...names,
    raw: der,
    rawTbs: tbsElement.full,
    version: Number(version),
    rawSubject,
    subject: parseName(rawSubject),
    publicKey: parsePublicKeyInfo(rawPublicKey),
    attributes: rawAttributes.flatMap(({ oid, set }) => {
      const values = typedValues(set);
      return values === undefined ? [] : [{ oid, values }];
    }),
    extensions,
    signatureAlgorithm,
    signature,
  };
}

/** The extensions of an extensionRequest; attributes that hold something else are let pass. */
function requested(set: Uint8Array): Extension[] {
  const list = new DerReader(set).inside(TAG.sequence);
  const extensions: Extension[] = [];
  while (list !== undefined && !list.isEmpty) {
    const extension = list.inside(TAG.sequence);
    if (extension === undefined) break;
    extensions.push(parseExtension(extension));
  }
  return extensions;
}

/** Sets of sequences of (OID, value): Go leaves out attributes of another shape (challengePassword). */
function typedValues(set: Uint8Array): RequestAttribute['values'] | undefined {
  const values: { oid: string; tag: number; content: Uint8Array }[][] = [];
  const outer = new DerReader(set);
  while (!outer.isEmpty) {
    const list = outer.inside(TAG.sequence);
    if (list === undefined) return undefined;
    const items: { oid: string; tag: number; content: Uint8Array }[] = [];
    while (!list.isEmpty) {
      const item = list.inside(TAG.sequence);
      const oid = item?.oid();
      const value = item?.any();
      if (oid === undefined || value === undefined) return undefined;
      items.push({ oid, tag: value.tag, content: value.content });
    }
    values.push(items);
  }
  return values;
}
