// A compiled JSON Schema: keywords checked and ready to run, references resolved to the schemas they name.
// Left to others: making one (compile.ts) and running it (validate.ts).
import type { Decimal } from '../../../value/number.ts';
import type { GoRegexp } from '../go-regexp.ts';

/** The draft whose keywords count; without `$schema` it is the hybrid of all three. */
export const HYBRID = 99;
export type Draft = 4 | 6 | 7 | typeof HYBRID;

/** One schema of a document. Properties are filled in while it is compiled, since schemas may refer to one another in circles. */
export interface Schema {
  draft: Draft;
  /** The schema is `true` or `false`. */
  pass?: boolean;
  /** `$ref`: the rest of the schema does not count. */
  reference?: Schema;
  /** The text of `$ref`, made absolute. */
  referenceName?: string;
  types: string[];
  properties: Map<string, Schema>;
  additionalProperties?: boolean | Schema;
  patternProperties: (readonly [GoRegexp, Schema])[];
  propertyNames?: Schema;
  dependencies: Map<string, readonly string[] | Schema>;
  items: Schema[];
  /** `items` is one schema for every element. */
  itemsIsSingle: boolean;
  additionalItems?: boolean | Schema;
  contains?: Schema;
  multipleOf?: Decimal;
  minimum?: Decimal;
  exclusiveMinimum?: Decimal;
  maximum?: Decimal;
  exclusiveMaximum?: Decimal;
  minLength?: number;
  maxLength?: number;
  pattern?: { readonly source: string; readonly regexp: GoRegexp };
  format?: string;
  minProperties?: number;
  maxProperties?: number;
  required: string[];
  minItems?: number;
  maxItems?: number;
  uniqueItems: boolean;
  /** Allowed values as canonical JSON text. */
  const?: string;
  enum: string[];
  oneOf: Schema[];
  anyOf: Schema[];
  allOf: Schema[];
  not?: Schema;
  if?: Schema;
  then?: Schema;
  else?: Schema;
}

/** A schema that allows everything. */
export function newSchema(draft: Draft): Schema {
  return {
    draft,
    types: [],
    properties: new Map(),
    patternProperties: [],
    dependencies: new Map(),
    items: [],
    itemsIsSingle: false,
    required: [],
    uniqueItems: false,
    enum: [],
    oneOf: [],
    anyOf: [],
    allOf: [],
  };
}
