// The meta-schemas of drafts 4, 6 and 7 (json-schema.org), so that a schema may refer to them without the network.
// They differ in little, so the drafts are put together from what they share.
import type { Draft } from './schema.ts';

interface MetaSchema {
  readonly draft: Draft;
  /** The meta-schema as JSON. */
  readonly text: string;
}

const self = { $ref: '#' };
const define = (name: string) => ({ $ref: `#/definitions/${name}` });
const string = { type: 'string' };
const number = { type: 'number' };
const flag = { type: 'boolean', default: false };
const schemaMap = { type: 'object', additionalProperties: self, default: {} };
const typeNames = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** What every draft's `properties` has; `count` names the definition of a non-negative integer. */
function sharedProperties(count: string, anything: unknown): Record<string, unknown> {
  return {
    $schema: string,
    title: string,
    description: string,
    default: {},
    maximum: number,
    minimum: number,
    maxLength: define(count),
    minLength: define(`${count}Default0`),
    pattern: { type: 'string', format: 'regex' },
    items: { anyOf: [self, define('schemaArray')], default: anything },
    maxItems: define(count),
    minItems: define(`${count}Default0`),
    uniqueItems: flag,
    maxProperties: define(count),
    minProperties: define(`${count}Default0`),
    required: define('stringArray'),
    definitions: schemaMap,
    properties: schemaMap,
    patternProperties: schemaMap,
    dependencies: { type: 'object', additionalProperties: { anyOf: [self, define('stringArray')] } },
    enum: { type: 'array', minItems: 1, uniqueItems: true },
    type: {
      anyOf: [define('simpleTypes'), { type: 'array', items: define('simpleTypes'), minItems: 1, uniqueItems: true }],
    },
    format: string,
    allOf: define('schemaArray'),
    anyOf: define('schemaArray'),
    oneOf: define('schemaArray'),
    not: self,
  };
}

function definitions(count: string, stringArray: Record<string, unknown>): Record<string, unknown> {
  return {
    schemaArray: { type: 'array', minItems: 1, items: self },
    [count]: { type: 'integer', minimum: 0 },
    [`${count}Default0`]: { allOf: [define(count), { default: 0 }] },
    simpleTypes: { enum: typeNames },
    stringArray: { type: 'array', items: string, uniqueItems: true, ...stringArray },
  };
}

const orSchema = { anyOf: [{ type: 'boolean' }, self], default: {} };

const draft4 = {
  id: 'http://json-schema.org/draft-04/schema#',
  $schema: 'http://json-schema.org/draft-04/schema#',
  description: 'Core schema meta-schema',
  definitions: definitions('positiveInteger', { minItems: 1 }),
  type: 'object',
  properties: {
    ...sharedProperties('positiveInteger', {}),
    id: string,
    multipleOf: { type: 'number', minimum: 0, exclusiveMinimum: true },
    exclusiveMaximum: flag,
    exclusiveMinimum: flag,
    additionalItems: orSchema,
    additionalProperties: orSchema,
  },
  dependencies: { exclusiveMaximum: ['maximum'], exclusiveMinimum: ['minimum'] },
  default: {},
};

function laterDraft(name: string, anything: unknown, more: Record<string, unknown>): Record<string, unknown> {
  return {
    $schema: `http://json-schema.org/${name}/schema#`,
    $id: `http://json-schema.org/${name}/schema#`,
    title: 'Core schema meta-schema',
    definitions: definitions('nonNegativeInteger', { default: [] }),
    type: ['object', 'boolean'],
    properties: {
      ...sharedProperties('nonNegativeInteger', anything),
      $id: { type: 'string', format: 'uri-reference' },
      $schema: { type: 'string', format: 'uri' },
      $ref: { type: 'string', format: 'uri-reference' },
      examples: { type: 'array', items: anything },
      multipleOf: { type: 'number', exclusiveMinimum: 0 },
      exclusiveMaximum: number,
      exclusiveMinimum: number,
      additionalItems: self,
      additionalProperties: self,
      contains: self,
      propertyNames: self,
      const: anything,
      ...more,
    },
    default: anything,
  };
}

const draft6 = laterDraft('draft-06', {}, {});
const draft7 = laterDraft('draft-07', true, {
  $comment: string,
  default: true,
  readOnly: flag,
  patternProperties: { ...schemaMap, propertyNames: { format: 'regex' } },
  enum: { type: 'array', items: true, minItems: 1, uniqueItems: true },
  contentMediaType: string,
  contentEncoding: string,
  if: self,
  then: self,
  else: self,
});

/** The meta-schemas by their URL. */
export const META_SCHEMAS: ReadonlyMap<string, MetaSchema> = new Map([
  ['http://json-schema.org/draft-04/schema', { draft: 4, text: JSON.stringify(draft4) }],
  ['http://json-schema.org/draft-06/schema', { draft: 6, text: JSON.stringify(draft6) }],
  ['http://json-schema.org/draft-07/schema', { draft: 7, text: JSON.stringify(draft7) }],
]);
