// Distinguished names and the character strings of X.509 certificates.
// Left to others: names in subjectAltName (extensions.ts).
import { BuiltinError } from '../../../host/builtin.ts';
import { DerReader, TAG } from './der.ts';

/** One attribute of a name. */
export interface NameAttribute {
  readonly oid: string;
  readonly value: string;
}

/** The attributes of a Name (RFC 5280, section 4.1.2.4), in order. Throws BuiltinError with Go's text. */
export function parseName(der: Uint8Array): readonly NameAttribute[] {
  const fail = (more = ''): BuiltinError => new BuiltinError(`x509: invalid RDNSequence${more}`);
  const attributes: NameAttribute[] = [];
  const sequence = new DerReader(der).inside(TAG.sequence);
  if (sequence === undefined) throw fail();
  while (!sequence.isEmpty) {
    const set = sequence.inside(TAG.set);
    if (set === undefined) throw fail();
    while (!set.isEmpty) {
      const attribute = set.inside(TAG.sequence);
      if (attribute === undefined) throw fail(': invalid attribute');
      const oid = attribute.oid();
      if (oid === undefined) throw fail(': invalid attribute type');
      const value = attribute.any();
      if (value === undefined) throw fail(': invalid attribute value');
      attributes.push({ oid, value: parseString(value.tag, value.content) });
    }
  }
  return attributes;
}

function parseString(tag: number, content: Uint8Array): string {
  const fail = (what: string): BuiltinError =>
    new BuiltinError(`x509: invalid RDNSequence: invalid attribute value: ${what}`);
  const latin = Buffer.from(content).toString('latin1');
  switch (tag) {
    case TAG.t61String:
      return latin;
    case TAG.printableString:
      if (!/^[A-Za-z0-9 '()+,\-./:=?*&]*$/.test(latin)) throw fail('invalid PrintableString');
      return latin;
    case TAG.utf8String:
      if (!isUtf8(content)) throw fail('invalid UTF-8 string');
      return Buffer.from(content).toString('utf8');
    case TAG.bmpString:
      return parseBmpString(content, fail);
    case TAG.ia5String:
      if (!isAscii(content)) throw fail('invalid IA5String');
      return latin;
    case TAG.numericString:
      if (!/^[0-9 ]*$/.test(latin)) throw fail('invalid NumericString');
      return latin;
    default:
      throw fail(`unsupported string type: ${tag}`);
  }
}

function parseBmpString(content: Uint8Array, fail: (what: string) => BuiltinError): string {
  if (content.length % 2 !== 0) throw fail('invalid BMPString');
  let text = '';
  for (let i = 0; i < content.length; i += 2) text += String.fromCharCode((content[i]! << 8) | content[i + 1]!);
  if (!text.isWellFormed()) throw fail('invalid BMPString');
  return text.endsWith('\0') ? text.slice(0, -1) : text;
}

/** Whether every byte is ASCII. */
export function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
