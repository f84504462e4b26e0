// YAML of metadata blocks: values as OPA's YAML library reads them, and its complaints with their lines.
// Which fields a block has is known to `annotations.ts`.
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Scalar, YAMLError, YAMLMap } from 'yaml';

/** A value out of YAML: plain JSON; a `YamlMap` is a mapping with keys that may be no strings. */
export type YamlValue = null | boolean | number | string | readonly YamlValue[] | YamlMap;

/** A mapping in document order. Keys are resolved values. */
export class YamlMap {
  readonly entries: readonly (readonly [YamlValue, YamlValue])[];
  constructor(entries: readonly (readonly [YamlValue, YamlValue])[]) {
    this.entries = entries;
  }

  /** The value of a string key. */
  get(key: string): YamlValue | undefined {
    return this.entries.find(([k]) => k === key)?.[1];
  }
}

/** What YAML text can't be, in the words of OPA's YAML library. */
export class YamlFault extends Error {}

/** The types fields are read into, named as in complaints. */
export type FieldType =
  'string' | 'bool' | '[]string' | '[]interface {}' | '[]map[string]interface {}' | 'map[string]interface {}';

/** Aliases resolved in one block: bounds what nested anchors can expand to. */
const MAX_ALIASES = 100;

/**
 * The typed fields of a block's text. Unknown fields are left out, `null` fields too.
 * Throws YamlFault with all complaints.
 */
export function readFields(
  text: string,
  types: Readonly<Record<string, FieldType>>,
  target: string,
): ReadonlyMap<string, YamlValue> {
  return new Reader(text).fields(types, target);
}

class Reader {
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;
  private readonly complaints: string[] = [];
  private aliases = 0;

  constructor(text: string) {
    const document = parseDocument(text, {
      schema: 'failsafe',
      lineCounter: this.lines,
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
    });
    // Only the first document counts.
    const errors = document.errors.filter((e) => e.code !== 'MULTIPLE_DOCS');
    if (errors.length > 0) throw new YamlFault(syntaxMessage(errors, this.lines, isSeq(document.contents)));
    this.document = document;
  }

  fields(types: Readonly<Record<string, FieldType>>, target: string): ReadonlyMap<string, YamlValue> {
    const found = new Map<string, YamlValue>();
    const root = this.target(this.document.contents);
    if (root === null) return found;
    if (!isMap(root)) {
      this.mismatch(root, target);
    } else {
      this.checkDuplicates(root);
      for (const pair of root.items) {
        const name = this.keyText(pair.key as Node | null);
        const type = Object.hasOwn(types, name) ? types[name] : undefined;
        const value = type && this.typed(this.target(pair.value as Node | null), type);
        if (value !== undefined) found.set(name, value);
      }
    }
    if (this.complaints.length > 0) {
      throw new YamlFault(`yaml: unmarshal errors:\n${this.complaints.map((c) => `  ${c}`).join('\n')}`);
    }
    return found;
  }

  private line(node: Node): number {
    return this.lines.linePos(node.range?.[0] ?? 0).line;
  }

  /** The node an alias stands for, or the node itself. */
  private target(node: Node | null): Node | null {
    if (!isAlias(node)) return node;
    const target = node.resolve(this.document);
    if (target === undefined) throw new YamlFault(`yaml: unknown anchor '${node.source}' referenced`);
    if (++this.aliases > MAX_ALIASES) throw new YamlFault('yaml: document contains excessive aliasing');
    return target;
  }

  private keyText(node: Node | null): string {
    const key = this.target(node);
    return isScalar(key) ? String(key.source ?? key.value ?? '') : '';
  }

  private checkDuplicates(map: YAMLMap): void {
    const seen = new Map<string, number>();
    for (const { key } of map.items) {
      const text = this.keyText(key as Node | null);
      const line = this.line(key as Node);
      const first = seen.get(text);
      if (first === undefined) seen.set(text, line);
      else this.complaints.push(`line ${line}: mapping key ${JSON.stringify(text)} already defined at line ${first}`);
    }
  }

  private mismatch(node: Node, type: string): undefined {
    let what = '!!map';
    if (isSeq(node)) what = '!!seq';
    if (isScalar(node)) {
      const text = String(node.source ?? '');
      what = `${scalarTag(node)} \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``;
    }
    this.complaints.push(`line ${this.line(node)}: cannot unmarshal ${what} into ${type}`);
    return undefined;
  }

  private typed(node: Node | null, type: FieldType): YamlValue | undefined {
    if (node === null || (isScalar(node) && resolveScalar(node) === null)) return undefined;
    switch (type) {
      case 'string':
        return isScalar(node) ? String(node.source ?? '') : this.mismatch(node, type);
      case 'bool': {
        const value = isScalar(node) ? toBoolean(node) : undefined;
        return value ?? this.mismatch(node, type);
      }
      case 'map[string]interface {}':
        return isMap(node) ? this.stringMap(node) : this.mismatch(node, type);
      default:
        return this.list(node, type);
    }
  }

  private list(node: Node, type: FieldType): YamlValue | undefined {
    if (!isSeq(node)) return this.mismatch(node, type);
    const items: YamlValue[] = [];
    for (const item of node.items as (Node | null)[]) {
      const target = this.target(item);
      const value = type === '[]interface {}' ? this.value(target) : this.typed(target, type.slice(2) as FieldType);
      if (value !== undefined) items.push(value);
    }
    return items;
  }

  /** A mapping whose keys are taken as text. */
  private stringMap(map: YAMLMap): YamlMap {
    this.checkDuplicates(map);
    return new YamlMap(this.entries(map).map(([key, value]) => [typeof key === 'string' ? key : String(key), value]));
  }

  /** Entries in order, merge keys (`<<`) expanded where the key itself is absent. */
  private entries(map: YAMLMap): [YamlValue, YamlValue][] {
    const own: [YamlValue, YamlValue][] = [];
    const merged: [YamlValue, YamlValue][] = [];
    for (const pair of map.items) {
      const key = this.target(pair.key as Node | null);
      const value = this.target(pair.value as Node | null);
      if (isScalar(key) && key.source === '<<' && key.type === 'PLAIN') {
        for (const source of isSeq(value) ? (value.items as (Node | null)[]) : [value]) {
          const from = this.target(source);
          if (!isMap(from)) throw new YamlFault('yaml: map merge requires map or sequence of maps as the value');
          merged.push(...this.entries(from));
        }
      } else {
        own.push([this.value(key), this.value(value)]);
      }
    }
    const names = new Set(own.map(([key]) => key));
    return [...own, ...merged.filter(([key]) => !names.has(key))];
  }

  private value(node: Node | null): YamlValue {
    const target = this.target(node);
    if (target === null) return null;
    if (isScalar(target)) return resolveScalar(target);
    if (isSeq(target)) return (target.items as (Node | null)[]).map((item) => this.value(item));
    return isMap(target) ? new YamlMap(this.entries(target)) : null;
  }
}

const TAGS: Readonly<Record<string, string>> = { boolean: '!!bool', string: '!!str' };

function scalarTag(node: Scalar): string {
  const value = resolveScalar(node);
  if (typeof value === 'number')
    return Number.isInteger(value) && !/[.eE]/.test(String(node.source)) ? '!!int' : '!!float';
  return TAGS[typeof value] ?? '!!null';
}

function toBoolean(node: Scalar): boolean | undefined {
  const value = resolveScalar(node);
  if (typeof value === 'boolean') return value;
  if (value === 'y' || value === 'Y' || value === 'yes' || value === 'on') return true;
  return value === 'n' || value === 'N' || value === 'no' || value === 'off' ? false : undefined;
}

/** A scalar's value by the rules of OPA's YAML library: quoted is text; plain may be null, boolean, number, date. */
function resolveScalar(node: Scalar): YamlValue {
  const text = String(node.source ?? node.value ?? '');
  if (node.tag === 'tag:yaml.org,2002:binary' || node.tag === '!!binary') return decodeBinary(text);
  if (node.type !== 'PLAIN' || (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:'))) return text;
  if (node.tag === 'tag:yaml.org,2002:str') return text;
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  return toNumber(text) ?? toTimestamp(text) ?? text;
}

function decodeBinary(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    throw new YamlFault('yaml: !!binary value contains invalid base64 data');
  }
}

function toNumber(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  const match = /^([-+]?)(0x[\da-fA-F]+|0b[01]+|0o[0-7]+|0[0-7]+)$/.exec(plain);
  if (match !== null) {
    const digits = match[2] ?? '';
    const value = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return match[1] === '-' ? -value : value;
  }
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

/** A date or date with time, in the form Go prints it in JSON (RFC 3339). */
function toTimestamp(text: string): string | undefined {
  const match = /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]| +)(\d\d?):(\d\d?):(\d\d?)(\.\d{1,9})?(Z|[-+]\d\d:\d\d)?)?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, year, month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  if (match[4] !== undefined && match[8] === undefined && /[Tt]/.test(text)) return undefined;
  const two = (part: string): string => part.padStart(2, '0');
  const iso = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  const date = new Date(`${iso}Z`);
  // A day that doesn't exist rolls over in JavaScript.
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return undefined;
  return iso + fraction.replace(/\.?0+$/, '') + zone;
}

interface Complaint {
  readonly text: string;
  /** Complaints of the scanner count lines from one, those of the parser from zero. */
  readonly scanner: boolean;
}

const scanner = (text: string): Complaint => ({ text, scanner: true });
const parser = (text: string): Complaint => ({ text, scanner: false });

/** Complaints of OPA's YAML library by code and words of ours; the first that fits counts. */
const SYNTAX: readonly (readonly [code: string, words: string, complaint: Complaint])[] = [
  ['BLOCK_AS_IMPLICIT_KEY', '', scanner('mapping values are not allowed in this context')],
  ['MULTILINE_IMPLICIT_KEY', '', scanner("could not find expected ':'")],
  ['MISSING_CHAR', 'closing', scanner('found unexpected end of stream')],
  ['MISSING_CHAR', 'Implicit map keys', scanner("could not find expected ':'")],
  ['TAB_AS_INDENT', '', scanner('found a tab character that violates indentation')],
  ['BAD_DQ_ESCAPE', '', scanner('found unknown escape character')],
  ['BAD_SCALAR_START', '', scanner('found character that cannot start any token')],
  ['BAD_INDENT', 'Flow map', parser("did not find expected ',' or '}'")],
  ['BAD_INDENT', 'Flow sequence', parser("did not find expected ',' or ']'")],
  ['BLOCK_IN_FLOW', '', parser('did not find expected node content')],
];

function syntaxMessage(errors: readonly YAMLError[], lines: LineCounter, sequence: boolean): string {
  const [error, second] = errors;
  if (error === undefined) return '';
  const known = SYNTAX.find(([code, words]) => code === error.code && error.message.includes(words));
  const { text, scanner: counted } =
    known?.[2] ?? parser(sequence ? "did not find expected '-' indicator" : 'did not find expected key');
  let { line } = lines.linePos(error.pos[0]);
  // Ours points at the beginning of a key of several lines, theirs at its colon.
  if (second?.code === 'MULTILINE_IMPLICIT_KEY') line++;
  // Theirs leaves out the first line.
  const shown = counted && line > 1 ? line : line - 1;
  return `yaml: ${shown > 0 ? `line ${shown}: ` : ''}${text}`;
}
