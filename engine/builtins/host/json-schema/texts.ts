// The texts of JSON Schema findings and faults, word for word as OPA's (its gojsonschema's) users know them.
// Left to others: when each of them applies (compile.ts, validate.ts).

/** A schema that is none; `message` is what json.verify_schema reports. */
export class SchemaError extends Error {}

/** What is expected where a schema has to stand, in the words of the texts. */
export const VALID_SCHEMA = 'Valid Schema';
/** The same for a list of schemas. */
export const ARRAY_OF_SCHEMAS = 'Array Of Schemas';
/** The same for a list of texts. */
export const ARRAY_OF_STRINGS = 'Array Of Strings';

/** Names that `type` may have, in the order of the message. */
export const TYPE_NAMES = ['array', 'boolean', 'integer', 'number', 'null', 'object', 'string'] as const;

/** Faults of a schema itself, each with OPA's text. */
export const faults = {
  invalidType: (expected: string, given: string) =>
    new SchemaError(`Invalid type. Expected: ${expected}, given: ${given}`),
  notASchema: () => new SchemaError('Expected: Valid Schema, given: Invalid JSON'),
  mustBeOfA: (key: string, type: string) => new SchemaError(`${key} must be of a ${type}`),
  mustBeOfAn: (key: string, type: string) => new SchemaError(`${key} must be of an ${type}`),
  mustBeOfType: (key: string, type: string) => new SchemaError(`${key} must be of type ${type}`),
  cannotBeUsedWithout: (key: string, other: string) => new SchemaError(`${key} cannot be used without ${other}`),
  cannotBeGreater: (key: string, other: string) => new SchemaError(`${key} cannot be greater than ${other}`),
  mustNotBeNegative: (key: string) => new SchemaError(`${key} must be greater than or equal to 0`),
  mustBePositive: (key: string) => new SchemaError(`${key} must be strictly greater than 0`),
  itemsMustBeUnique: (key: string) => new SchemaError(`${key} items must be unique`),
  invalidPattern: (pattern: string) => new SchemaError(`Invalid regex pattern '${pattern}'`),
  mustBeRegex: (key: string) => new SchemaError(`${key} must be a valid regex`),
  unknownType: (given: string) =>
    new SchemaError(
      `has a primitive type that is NOT VALID -- given: /${given}/ Expected valid values are:[${TYPE_NAMES.join(' ')}]`,
    ),
  duplicateType: (type: string) => new SchemaError(`${type} type is duplicated`),
  notCanonical: (reference: string) => new SchemaError(`Reference ${reference} must be canonical`),
  duplicateReference: (reference: string) => new SchemaError(`Reference already exists: "${reference}"`),
  remoteDisabled: (reference: string) => new SchemaError(`remote reference loading disabled: ${reference}`),
  invalidSchema: () => new SchemaError('schema is invalid'),
} as const;

/** One way in which a document fails its schema. */
export interface Finding {
  /** The code, OPA's `type`: `required`, `invalid_type`, … */
  readonly type: string;
  /** Where: `(root)`, or the path below it with dots. */
  readonly field: string;
  readonly description: string;
}
