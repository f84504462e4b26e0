// Schemas in annotations: which apply to a rule, and what they say of `input` and `data` in its body.
// Left to others: parsing annotations (engine/syntax), and the types that schemas give (schema.ts).
import type { Annotations, Loc } from '../ast/nodes.ts';
import type { CoreModule, CoreRule } from '../analysis/core.ts';
import { pathText } from '../analysis/message-text.ts';
import { fromJs } from '../value/json.ts';
import { Scope } from './environment.ts';
import { extentOf } from './document-types.ts';
import { plainFault } from './faults.ts';
import type { Fault } from './faults.ts';
import { schemaType } from './schema.ts';
import type { SchemaType } from './schema.ts';
import { anyType, objectType } from './type.ts';
import type { DynamicProperty, MaybeType, ObjectType, Type } from './type.ts';

/** JSON schemas by the reference that names them: `schema`, `schema.acl`, `schema["my-acl"]`. */
export type Schemas = ReadonlyMap<string, unknown>;

const noLoc: Loc = { file: '', row: 0, col: 0, offset: 0, end: 0 };

/** The type of `input` by the schema named `schema`; nothing when there is none. */
export function inputSchemaType(schemas: Schemas): { readonly type?: Type; readonly fault?: Fault } {
  const schema = schemas.get('schema');
  if (schema === undefined) return {};
  const read = schemaType(fromJs(schema));
  return read.error === undefined ? { type: read.type } : { fault: plainFault(read.error, noLoc) };
}

/** One entry of an annotation's `schemas`. */
interface SchemaAnnotation {
  /** From `input` or `data` on. */
  readonly path: readonly string[];
  readonly schema?: readonly string[];
  readonly definition?: unknown;
}

/** The schema annotations of a program, by what they apply to. */
export class SchemaAnnotations {
  private readonly schemas: Schemas;
  private readonly bySubpackages = new Map<string, SchemaAnnotation[]>();
  private readonly byPackage = new Map<string, SchemaAnnotation[]>();
  private readonly byDocument = new Map<string, SchemaAnnotation[]>();
  private readonly byRule = new Map<number, SchemaAnnotation[]>();
  private readonly read = new Map<unknown, SchemaType>();

  private constructor(schemas: Schemas) {
    this.schemas = schemas;
  }

  /** The annotations with schemas; undefined when there are none. */
  static of(
    modules: readonly CoreModule[],
    rules: readonly CoreRule[],
    schemas: Schemas,
  ): SchemaAnnotations | undefined {
    const found = new SchemaAnnotations(schemas);
    for (const module of modules) {
      for (const item of module.source.annotations) {
        if (item.scope === 'subpackages') add(found.bySubpackages, keyOf(module.path), item);
        if (item.scope === 'package') add(found.byPackage, keyOf(module.path), item);
      }
    }
    const seen = new Set<Annotations>();
    for (const rule of rules) {
      for (const item of rule.annotations) {
        if (seen.has(item)) continue;
        seen.add(item);
        if (item.scope === 'document') add(found.byDocument, keyOf(rule.path), item);
        if (item.scope === 'rule') add(found.byRule, rule.id, item);
      }
    }
    const { bySubpackages, byPackage, byDocument, byRule } = found;
    return bySubpackages.size + byPackage.size + byDocument.size + byRule.size === 0 ? undefined : found;
  }

  /** The scope of a rule's body: what its annotations say of `input` and `data`. Faults go to `faults`. */
  scopeOf(rule: CoreRule, outer: Scope, faults: Fault[]): Scope {
    const applying = this.applyingTo(rule);
    if (applying.length === 0) return outer;
    const scope = new Scope(outer.environment, outer);
    for (const annotation of applying) {
      const read = this.typeOf(annotation, rule.loc, faults);
      if (read === undefined) continue;
      const [root, ...path] = annotation.path;
      if (root === 'input') {
        const known = scope.input ?? scope.environment.input ?? anyType;
        scope.input = override(known, path, read);
      } else if (root === 'data') {
        const known = scope.data ?? dataType(scope);
        scope.data = override(known ?? anyType, path, read);
      }
    }
    return scope;
  }

  /** From the outermost to the innermost; later ones take precedence. */
  private applyingTo(rule: CoreRule): SchemaAnnotation[] {
    const applying: SchemaAnnotation[] = [];
    const inPackage = rule.module.package.path.operands.map((operand) =>
      operand.kind === 'string' ? operand.value : '',
    );
    if (this.bySubpackages.size > 0) {
      for (let length = 0; length <= inPackage.length; length++) {
        applying.push(...(this.bySubpackages.get(keyOf(inPackage.slice(0, length))) ?? []));
      }
    }
    applying.push(...(this.byPackage.get(keyOf(inPackage)) ?? []));
    applying.push(...(this.byDocument.get(keyOf(rule.path)) ?? []));
    applying.push(...(this.byRule.get(rule.id) ?? []));
    return applying;
  }

  private typeOf(annotation: SchemaAnnotation, loc: Loc, faults: Fault[]): Type | undefined {
    let document: unknown = annotation.definition;
    if (annotation.schema !== undefined) {
      // Without any schemas given, references to them are let pass.
      if (this.schemas.size === 0) return undefined;
      const name = pathText(annotation.schema.slice(1)).replace(/^data/, annotation.schema[0] ?? '');
      document = this.schemas.get(name);
      if (document === undefined) {
        faults.push(plainFault(`undefined schema: ${name}`, loc));
        return undefined;
      }
    }
    let read = this.read.get(document);
    if (read === undefined) {
      read = schemaType(fromJs(document));
      this.read.set(document, read);
    }
    if (read.error === undefined) return read.type;
    faults.push(plainFault(read.error, loc));
    return undefined;
  }
}

function keyOf(path: readonly string[]): string {
  return path.join('\0');
}

function add<Key>(map: Map<Key, SchemaAnnotation[]>, key: Key, item: Annotations): void {
  const schemas = schemasOf(item);
  if (schemas.length === 0) return;
  const known = map.get(key);
  if (known === undefined) map.set(key, schemas);
  else known.push(...schemas);
}

function schemasOf(item: Annotations): SchemaAnnotation[] {
  const { schemas } = item.fields;
  if (!Array.isArray(schemas)) return [];
  return schemas.map((entry: unknown) => {
    const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    const path = pathOf(fields['path']) ?? [];
    const schema = pathOf(fields['schema']);
    return schema === undefined ? { path, definition: fields['definition'] } : { path, schema };
  });
}

/** A reference in OPA's JSON form: names, or terms with a `value` each. */
function pathOf(json: unknown): string[] | undefined {
  if (!Array.isArray(json)) return undefined;
  return json.map((part: unknown) => {
    if (typeof part === 'string') return part;
    return String((part as { value?: unknown }).value);
  });
}

function dataType(scope: Scope): MaybeType {
  const { documents } = scope.environment;
  return documents.empty ? undefined : extentOf(documents.root);
}

/** The type with another in the place of what it says about a path. */
function override(type: Type, path: readonly string[], by: Type): Type {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (type.kind !== 'object') return nest(path, by, { key: anyType, value: anyType });
  let found = false;
  const properties = type.static.map((property) => {
    if (property.key !== key) return property;
    found = true;
    return { key, value: override(property.value ?? anyType, rest, by) };
  });
  if (found) return objectType(properties, type.dynamic);
  return objectType([...properties, ...nest(path, by, type.dynamic).static], type.dynamic);
}

function nest(path: readonly string[], by: Type, dynamic: DynamicProperty | undefined): ObjectType {
  const [key = '', ...rest] = path;
  return objectType([{ key, value: rest.length === 0 ? by : nest(rest, by, dynamic) }], dynamic);
}
