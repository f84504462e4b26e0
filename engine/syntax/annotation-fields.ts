// The fields of a metadata block: read from YAML, checked, and put in OPA's JSON form.
// Finding and attaching blocks is the business of `annotations.ts`.
import type { RefTerm, Term } from '../ast/nodes.ts';
import { YamlFault, YamlMap, readFields } from './metadata-yaml.ts';
import type { FieldType, YamlValue } from './metadata-yaml.ts';
import { parseTermText } from './term-text.ts';
import { termToOpaJson } from './opa-json.ts';
import { normalizeUrl } from './url-text.ts';

const FIELDS: Readonly<Record<string, FieldType>> = {
  compile: 'map[string]interface {}',
  custom: 'map[string]interface {}',
  scope: 'string',
  title: 'string',
  description: 'string',
  organizations: '[]string',
  related_resources: '[]interface {}',
  authors: '[]interface {}',
  schemas: '[]map[string]interface {}',
  entrypoint: 'bool',
};

/** A line of a block: a comment's text after `#`. */
export interface MetadataLine {
  readonly text: string;
  readonly row: number;
}

/** A complaint; `comment` is the index of the line it is about, absent for the block's first line. */
export interface MetadataFault {
  readonly message: string;
  readonly comment?: number;
}

/** The scope (empty when not given) and the other fields that are set, in OPA's JSON form. */
export interface MetadataFields {
  readonly scope: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

class FieldFault extends Error {}

/** Reads the lines after `# METADATA`. */
export function readAnnotationFields(lines: readonly MetadataLine[]): MetadataFields | MetadataFault {
  const text = lines.map((line) => `${line.text.replace(/^ /, '')}\n`).join('');
  if (text.trim() === '') return { message: 'expected METADATA block, found whitespace' };
  try {
    return checkFields(readFields(text, FIELDS, 'ast.rawAnnotation'));
  } catch (error) {
    if (error instanceof FieldFault) return { message: error.message };
    if (!(error instanceof YamlFault)) throw error;
    const line = /^yaml:(?: unmarshal errors:\s*?)? line (\d+):/.exec(error.message)?.[1];
    return { message: withHints(error.message, lines), comment: line === undefined ? 0 : Number(line) };
  }
}

/** Hints at colons that are followed by something else than a space. */
function withHints(message: string, lines: readonly MetadataLine[]): string {
  let hinted = message;
  for (const { text, row } of lines) {
    const parts = text.split(':').slice(1);
    const fine = parts.some((part, i) => /^[ \t]/.test(part) || (part === '' && i === parts.length - 1));
    if (parts.length === 0 || fine) continue;
    const symbols = parts.map((part) => quoteRune(part)).join(' ');
    hinted += `\n  Hint: on line ${row}, symbol(s) [${symbols}] immediately following a key/value separator ':' is not a legal yaml space character`;
  }
  return hinted;
}

/** A part's first character as Go quotes it in ASCII. */
function quoteRune(part: string): string {
  const code = part.codePointAt(0) ?? 0xfffd;
  if (code === 0x27 || code === 0x5c) return `'\\${String.fromCodePoint(code)}'`;
  if (code >= 0x20 && code < 0x7f) return `'${String.fromCodePoint(code)}'`;
  if (code < 0x80) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  return code < 0x10000 ? `'\\u${code.toString(16).padStart(4, '0')}'` : `'\\U${code.toString(16).padStart(8, '0')}'`;
}

function checkFields(raw: ReadonlyMap<string, YamlValue>): MetadataFields {
  const fields: Record<string, unknown> = {};
  const list = (name: string): readonly YamlValue[] => {
    const value = raw.get(name);
    return Array.isArray(value) ? (value as readonly YamlValue[]) : [];
  };
  for (const name of ['title', 'description']) {
    const value = raw.get(name);
    if (value !== undefined && value !== '') fields[name] = value;
  }
  if (raw.get('entrypoint') === true) fields['entrypoint'] = true;
  if (list('organizations').length > 0) fields['organizations'] = list('organizations');
  const resources = list('related_resources').map((v) => wrap('related-resource', v, readResource));
  if (resources.length > 0) fields['related_resources'] = resources;
  const compile = raw.get('compile');
  if (compile instanceof YamlMap) fields['compile'] = readCompile(compile);
  const schemas = list('schemas').flatMap((v) => (v instanceof YamlMap ? [readSchema(v)] : []));
  if (schemas.length > 0) fields['schemas'] = schemas;
  const authors = list('authors').map((v) => wrap('author', v, readAuthor));
  if (authors.length > 0) fields['authors'] = authors;
  const custom = raw.get('custom');
  if (custom instanceof YamlMap && custom.entries.length > 0) fields['custom'] = toJson(custom, []);
  const scope = raw.get('scope');
  return { scope: typeof scope === 'string' ? scope : '', fields };
}

function wrap<R>(what: string, value: YamlValue, read: (value: YamlValue) => R): R {
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    throw new FieldFault(`invalid ${what} definition ${goString(value)}: ${error.message}`);
  }
}

const INVALID_TYPE = 'invalid value type, must be string or map';

function readResource(value: YamlValue): unknown {
  if (typeof value === 'string') {
    if (value === '') throw new FieldFault('ref URL may not be empty string');
    return { ref: url(value) };
  }
  if (!(value instanceof YamlMap)) throw new FieldFault(INVALID_TYPE);
  const ref = trimmed(value, 'ref');
  if (ref === '') throw new FieldFault("'ref' value required in object");
  const description = trimmed(value, 'description');
  return { ...(description !== '' && { description }), ref: url(ref) };
}

function url(text: string): string {
  const result = normalizeUrl(text);
  if ('fault' in result) throw new FieldFault(`parse ${JSON.stringify(text)}: ${result.fault}`);
  return result.url;
}

function readAuthor(value: YamlValue): unknown {
  if (typeof value === 'string') return readAuthorText(value);
  if (!(value instanceof YamlMap)) throw new FieldFault(INVALID_TYPE);
  const name = trimmed(value, 'name');
  const email = trimmed(value, 'email');
  if (name === '' && email === '') throw new FieldFault("'name' and/or 'email' values required in object");
  return { name, ...(email !== '' && { email }) };
}

/** `Jane Doe <jane@example.com>`: a last word in angle brackets is the address. */
function readAuthorText(text: string): unknown {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new FieldFault('author is an empty string');
  const email = /^<(.*)>$/.exec(words.at(-1) ?? '')?.[1];
  const name = (email === undefined ? words : words.slice(0, -1)).join(' ');
  return { name, ...(email !== undefined && email !== '' && { email }) };
}

function trimmed(map: YamlMap, key: string): string {
  const value = map.get(key);
  return typeof value === 'string' ? value.trim() : '';
}

function readCompile(map: YamlMap): unknown {
  const unknowns = map.get('unknowns');
  const mask = map.get('mask_rule');
  const compile: Record<string, unknown> = {};
  if (Array.isArray(unknowns)) {
    compile['unknowns'] = (unknowns as readonly YamlValue[]).map((unknown) =>
      typeof unknown === 'string' ? readUnknown(unknown) : null,
    );
  }
  if (typeof mask === 'string') compile['mask_rule'] = readMask(mask);
  return compile;
}

function readUnknown(text: string): unknown {
  const term = parseTermText(text);
  if ('fault' in term)
    throw new FieldFault(`invalid unknowns element ${JSON.stringify(text)}: failed to parse ref: ${term.fault}`);
  if (term.term.kind !== 'ref') {
    throw new FieldFault(`invalid unknowns element ${JSON.stringify(text)}: expected ref but got ${text}`);
  }
  return refToJson(term.term);
}

function readMask(text: string): unknown {
  const term = parseTermText(text);
  if ('fault' in term) throw new FieldFault(`invalid mask_rule annotation ${JSON.stringify(text)}: ${term.fault}`);
  switch (term.term.kind) {
    case 'var':
    case 'string':
      return [termToOpaJson(term.term)];
    case 'ref':
      return refToJson(term.term);
    default:
      throw new FieldFault(`invalid mask_rule annotation type ${JSON.stringify(text)}: string`);
  }
}

function refToJson(ref: RefTerm): unknown {
  return [ref.head, ...ref.operands].map((term) => termToOpaJson(term));
}

function readSchema(map: YamlMap): unknown {
  const [key, value] = map.entries[0] ?? ['', null];
  const path = parseTermText(String(key));
  if ('fault' in path || path.term.kind !== 'ref') throw new FieldFault('invalid document reference');
  if (typeof value === 'string') {
    const schema = parseTermText(value);
    if ('fault' in schema || !isSchemaRef(schema.term)) throw new FieldFault('invalid schema reference');
    return { path: refToJson(path.term), schema: schemaToJson(schema.term) };
  }
  if (!(value instanceof YamlMap) || value.entries.some(([k]) => typeof k !== 'string')) {
    throw new FieldFault(`invalid schema declaration for path ${JSON.stringify(key)}`);
  }
  return { path: refToJson(path.term), definition: toJson(value, []) };
}

function isSchemaRef(term: Term): boolean {
  const root = term.kind === 'ref' ? term.head : term;
  return root.kind === 'var' && root.name === 'schema';
}

function schemaToJson(term: Term): unknown {
  return term.kind === 'ref' ? refToJson(term) : [termToOpaJson(term)];
}

/** Plain JSON, keys of objects sorted; mappings with other keys than strings are refused. */
function toJson(value: YamlValue, path: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return (value as readonly YamlValue[]).map((item, i) => toJson(item, [...path, String(i)]));
  }
  if (!(value instanceof YamlMap)) return value;
  const entries = value.entries.map(([key, item]): [string, unknown] => {
    if (typeof key !== 'string') throw new FieldFault(`invalid map key type(s): ${path.slice(1).join('/')}`);
    return [key, toJson(item, [...path, key])];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A value as Go's `%s` prints it. */
function goString(value: YamlValue, nested = false): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${(value as readonly YamlValue[]).map((v) => goString(v, true)).join(' ')}]`;
  if (value instanceof YamlMap) {
    const items = value.entries.map(([k, v]) => `${goString(k, true)}:${goString(v, true)}`);
    return `map[${items.toSorted().join(' ')}]`;
  }
  if (value === null) return '%!s(<nil>)';
  const type = typeof value === 'boolean' ? 'bool' : Number.isInteger(value) ? 'int' : 'float64';
  return `%!s(${type}=${String(value)})`;
}
