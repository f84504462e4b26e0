// References between the schemas of a document: identifiers, `$ref` made absolute, lookup by URL and JSON pointer.
// Invariant: nothing is ever fetched; besides the document itself only the drafts' own meta-schemas are known.
import { getKey } from '../../../value/construct.ts';
import { parseJson } from '../../../value/json.ts';
import { RegoObject } from '../../../value/value.ts';
import type { Value } from '../../../value/value.ts';
import { fromBytes, GoUrlError, parseGoUrl, printGoUrl, resolveGoUrl } from '../go-url.ts';
import type { GoUrl } from '../go-url.ts';
import { META_SCHEMAS } from './meta-schemas.ts';
import type { Draft } from './schema.ts';
import { faults, SchemaError } from './texts.ts';

/** A document in which references lead to places, with the draft its `$schema` names. */
export interface PooledDocument {
  document: Value;
  readonly draft: Draft | undefined;
}

/** The URL of a reference; throws SchemaError with Go's text when it is none. */
export function parseReference(text: string): GoUrl {
  try {
    return parseGoUrl(text);
  } catch (error) {
    if (error instanceof GoUrlError) throw new SchemaError(error.message);
    throw error;
  }
}

/** The draft that `$schema` names, if it does; throws SchemaError on what cannot be a schema document. */
export function draftOf(document: Value): Draft | undefined {
  if (typeof document === 'boolean') return undefined;
  if (!(document instanceof RegoObject)) throw faults.invalidSchema();
  const schema = getKey(document, '$schema');
  if (schema === undefined) return undefined;
  if (typeof schema !== 'string') throw faults.mustBeOfType('$schema', 'string');
  return META_SCHEMAS.get(printGoUrl(parseReference(schema)))?.draft;
}

/** The documents of one compilation, by URL. */
export class ReferencePool {
  readonly #documents = new Map<string, PooledDocument>();

  /** Takes in a document under its URL (`''` for the root) and gives it back with every `$ref` made absolute. */
  add(document: Value, url: string): Value {
    if (this.#documents.has(url)) throw faults.duplicateReference(url);
    const draft = draftOf(document);
    const absolute = this.#absolute(document, parseReference(url), draft, 0);
    this.#documents.set(url, { document: absolute, draft });
    return absolute;
  }

  /** The schema document that an absolute reference names. */
  find(reference: string): PooledDocument {
    const whole = this.#documents.get(reference);
    if (whole !== undefined) return whole;
    const url = parseReference(reference);
    const base = printGoUrl({ ...url, fragment: '', rawFragment: '' });
    const pooled = this.#documents.get(base);
    if (pooled === undefined) this.#load(url, base, reference);
    const { document, draft } = this.#documents.get(base)!;
    const found = { document: followPointer(document, fromBytes(url.fragment)), draft };
    this.#documents.set(reference, found);
    return found;
  }

  #load(url: GoUrl, base: string, reference: string): void {
    const isFile = url.scheme === 'file';
    const isCanonical = isFile ? url.path.startsWith('/') : url.scheme !== '' && url.host !== '';
    if (!isCanonical) throw faults.notCanonical(reference);
    const metaSchema = META_SCHEMAS.get(base);
    if (isFile || metaSchema === undefined) throw faults.remoteDisabled(reference);
    this.add(parseJson(metaSchema.text), base);
  }

  #absolute(document: Value, base: GoUrl, draft: Draft | undefined, depth: number): Value {
    checkDepth(depth);
    if (Array.isArray(document))
      return (document as readonly Value[]).map((item) => this.#absolute(item, base, draft, depth + 1));
    if (!(document instanceof RegoObject)) return document;
    const id = getKey(document, 'id') ?? getKey(document, '$id');
    const own = typeof id === 'string' ? inherit(base, id) : undefined;
    const pooled: PooledDocument = { document, draft };
    if (own !== undefined) {
      const name = printGoUrl(own);
      if (this.#documents.has(name)) throw faults.duplicateReference(name);
      this.#documents.set(name, pooled);
    }
    const scope = own ?? base;
    pooled.document = new RegoObject(
      document.entries.map(([key, value]) => [key, this.#absoluteMember(key, value, scope, draft, depth)] as const),
    );
    return pooled.document;
  }

  #absoluteMember(key: Value, value: Value, scope: GoUrl, draft: Draft | undefined, depth: number): Value {
    if (key === '$ref' && typeof value === 'string') {
      const target = inherit(scope, value);
      return target === undefined ? value : printGoUrl(target);
    }
    // const and enum are data, and a property may well be called `$ref` or `$id`.
    if (key === 'const' || key === 'enum') return value;
    if (key === 'properties' || key === 'dependencies' || key === 'patternProperties') {
      if (!(value instanceof RegoObject)) return value;
      return new RegoObject(
        value.entries.map(([name, item]) => [name, this.#absolute(item, scope, draft, depth + 1)] as const),
      );
    }
    return this.#absolute(value, scope, draft, depth + 1);
  }
}

/** Deepest nesting of a schema: the compiler is recursive. */
const MAX_SCHEMA_DEPTH = 500;

/** Throws SchemaError on schemas nested deeper than the compiler can follow. */
export function checkDepth(depth: number): void {
  if (depth > MAX_SCHEMA_DEPTH) throw new SchemaError('schema is nested too deeply');
}

/** The reference within its scope; undefined when it is no URL, which is reported when the schema is compiled. */
function inherit(scope: GoUrl, reference: string): GoUrl | undefined {
  try {
    return resolveGoUrl(scope, parseGoUrl(reference));
  } catch (error) {
    if (error instanceof GoUrlError) return undefined;
    throw error;
  }
}

/** The value at a JSON pointer (RFC 6901); text that is no pointer names the whole document. */
function followPointer(document: Value, pointer: string): Value {
  if (!pointer.startsWith('/')) return document;
  let value = document;
  for (const token of pointer.slice(1).split('/')) value = member(value, token);
  return value;
}

function member(value: Value, token: string): Value {
  if (value instanceof RegoObject) {
    const found = getKey(value, token.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (found === undefined) throw new SchemaError(`Object has no key '${token}'`);
    return found;
  }
  if (!Array.isArray(value)) throw new SchemaError(`Invalid token reference '${token}'`);
  const items = value as readonly Value[];
  if (!/^[+-]?\d+$/.test(token)) throw new SchemaError(`Invalid array index '${token}'`);
  const item = items[Number(token)];
  if (item === undefined) throw new SchemaError(`Out of bound array[0,${items.length}] index '${Number(token)}'`);
  return item;
}
