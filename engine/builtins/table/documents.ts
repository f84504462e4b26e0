// Formats with rules of their own: GraphQL, semantic versions, UUIDs.
// A family of the table of built-ins; the notation is declare.ts's.
import { declare } from './declare.ts';
import type { BuiltinDecl } from './declare.ts';
import { any, boolean, number, object, oneOf, string, tuple } from './notation.ts';

const document = oneOf(string, object(any, any));
const anyObject = object(any, any);

export const documentsBuiltins: readonly BuiltinDecl[] = [
  declare('graphql.is_valid', { query: document, schema: document }, { output: boolean }),
  declare('graphql.parse', { query: document, schema: document }, { output: tuple(anyObject, anyObject) }),
  declare(
    'graphql.parse_and_verify',
    { query: document, schema: document },
    { output: tuple(boolean, anyObject, anyObject) },
  ),
  declare('graphql.parse_query', { query: string }, { output: anyObject }),
  declare('graphql.parse_schema', { schema: string }, { output: anyObject }),
  declare('graphql.schema_is_valid', { schema: document }, { output: boolean }),
  declare('semver.compare', { a: string, b: string }, { result: number }),
  declare('semver.is_valid', { vsn: any }, { result: boolean }),
  declare('uuid.parse', { uuid: string }, { result: object(string, any) }),
  declare('uuid.rfc4122', { k: string }, { output: string }, { nondeterministic: true }),
];
