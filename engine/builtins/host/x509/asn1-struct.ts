// Fields of a SEQUENCE one after the other, failing with the texts of Go's encoding/asn1.
// Left to others: structures whose faults crypto/x509 names itself (certificate.ts).
import { BuiltinError } from '../../../host/builtin.ts';
import { DerReader, TAG } from './der.ts';
import type { Element } from './der.ts';

/** Reads the fields of one structure. */
export class Asn1Struct {
  readonly #bytes: Uint8Array;
  readonly #reader: DerReader;

  private constructor(content: Uint8Array) {
    this.#bytes = content;
    this.#reader = new DerReader(content);
  }

  /** The structure that `bytes` are, to the last byte; `name` is what Go calls it. Throws BuiltinError. */
  static parse(bytes: Uint8Array, name: string): Asn1Struct {
    const reader = new DerReader(bytes);
    const sequence = expect(reader, bytes, TAG.sequence, name);
    if (!reader.isEmpty) throw new BuiltinError('asn1: syntax error: trailing data');
    return new Asn1Struct(sequence.content);
  }

  get isEmpty(): boolean {
    return this.#reader.isEmpty;
  }

  hasTag(tag: number): boolean {
    return this.#reader.hasTag(tag);
  }

  /** The next element, which must have the tag; `name` is the Go name of its type. */
  element(tag: number, name = ''): Element {
    return expect(this.#reader, this.#bytes, tag, name);
  }

  integer(name = ''): bigint {
    const start = this.#bytes.length - this.#reader.rest.length;
    const content = this.element(TAG.integer, name).content;
    const integer = new DerReader(this.#bytes.subarray(start)).integer();
    if (integer !== undefined) return integer;
    throw new BuiltinError(
      `asn1: structure error: ${content.length === 0 ? 'empty integer' : 'integer not minimally-encoded'}`,
    );
  }

  struct(name: string): Asn1Struct {
    return new Asn1Struct(this.element(TAG.sequence, name).content);
  }
}

function expect(reader: DerReader, bytes: Uint8Array, tag: number, name: string): Element {
  const rest = reader.rest;
  if (rest.length === 0) throw new BuiltinError('asn1: syntax error: sequence truncated');
  const element = reader.any();
  if (element === undefined) throw new BuiltinError(`asn1: ${headerFault(rest)}`);
  if (element.tag === tag) return element;
  const { tag: found, content } = element;
  const given = `{class:${found >> 6} tag:${found & 0x1f} length:${content.length} isCompound:${(found & 0x20) !== 0}}`;
  const parameters =
    '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}';
  const offset = bytes.length - rest.length + element.full.length - content.length;
  throw new BuiltinError(
    `asn1: structure error: tags don't match (${tag & 0x1f} vs ${given}) ${parameters} ${name} @${offset}`,
  );
}

/** What is wrong with an element that cannot be read. */
function headerFault(bytes: Uint8Array): string {
  if ((bytes[0]! & 0x1f) === 0x1f) return 'syntax error: non-minimal tag';
  const first = bytes[1];
  if (first === undefined) return 'syntax error: truncated tag or length';
  if (first < 0x80) return 'syntax error: data truncated';
  if (first === 0x80) return 'syntax error: indefinite length found (not DER)';
  let length = 0;
  for (let i = 2; i < 2 + (first & 0x7f); i++) {
    const byte = bytes[i];
    if (byte === undefined) return 'syntax error: truncated tag or length';
    if (length >= 1 << 23) return 'structure error: length too large';
    length = length * 256 + byte;
    if (length === 0) return 'structure error: superfluous leading zeros in length';
  }
  if (length >= 2 ** 31) return 'structure error: length too large';
  return length < 0x80 ? 'structure error: non-minimal length' : 'syntax error: data truncated';
}
