// graphql.*: GraphQL queries and schemas as syntax trees, and queries checked against schemas.
// Left to others: the language itself (graphql/).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { makeObject } from '../../value/construct.ts';
import { RegoObject } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { treeValue } from './graphql/ast.ts';
import { decodeQuery, decodeSchema, DecodeError } from './graphql/decode.ts';
import { LimitError, printFault, SchemaFault } from './graphql/errors.ts';
import { GraphqlSyntaxError } from './graphql/lexer.ts';
import { parseQuery } from './graphql/query-parser.ts';
import { parseSchema } from './graphql/schema-parser.ts';
import { buildSchema } from './graphql/schema.ts';
import { validateQuery } from './graphql/validate.ts';
import { operandTypeError, stringOperand } from './operands.ts';

/** OPA's form of the faults of a document: the place of the first one comes last. */
function placed(text: string): BuiltinError {
  const parts = /^input:(\d+):(\d+): *(.*)$/s.exec(text);
  if (!parts) return new BuiltinError(`GraphQL parse error: ${text}`);
  const [, line, column, message] = parts;
  return new BuiltinError(`${message!.replace(/\.\n$/, '')} in GraphQL string at location ${line}:${column}`);
}

/** Runs a step whose faults fail the call. */
function step<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof GraphqlSyntaxError)
      throw placed(printFault({ message: error.message, position: error.position }));
    if (error instanceof DecodeError || error instanceof LimitError) throw new BuiltinError(error.message);
    if (error instanceof SchemaFault)
      throw new BuiltinError(`Error in gqlparser SchemaDocument to Schema conversion: ${error.message}`);
    throw error;
  }
}

/** The document that an operand stands for: its text, or a syntax tree. */
function documentOf<T>(operand: Value, position: number, parse: (text: string) => T, decode: (tree: Value) => T): T {
  if (typeof operand === 'string') return step(() => parse(operand));
  if (!(operand instanceof RegoObject)) throw operandTypeError(position, operand, 'string', 'object');
  return step(() => decode(operand));
}

/** The trees of a query and a schema that fit. */
function parseBoth(query: Value, schema: Value): [Value, Value] {
  const queryDocument = documentOf(query, 0, parseQuery, decodeQuery);
  const schemaDocument = documentOf(schema, 1, parseSchema, decodeSchema);
  const trees: [Value, Value] = [treeValue(queryDocument), treeValue(schemaDocument)];
  const faults = step(() => validateQuery(buildSchema(schemaDocument), queryDocument));
  if (faults.length > 0) throw placed(faults.map((fault) => `${printFault(fault)}\n`).join(''));
  return trees;
}

/** The result of `run`, or `otherwise` for documents that are not valid. */
function attempt(run: () => Value, otherwise: Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof BuiltinError) return otherwise;
    throw error;
  }
}

/** The built-ins for GraphQL. */
export const GRAPHQL_BUILTINS: HostBuiltins = {
  'graphql.parse': (_context, query, schema) => parseBoth(query!, schema!),
  'graphql.parse_and_verify': (_context, query, schema) =>
    attempt(() => [true, ...parseBoth(query!, schema!)], [false, makeObject([]), makeObject([])]),
  'graphql.parse_query': (_context, query) => treeValue(step(() => parseQuery(stringOperand(query!, 1)))),
  'graphql.parse_schema': (_context, schema) => treeValue(step(() => parseSchema(stringOperand(schema!, 1)))),
  'graphql.is_valid': (_context, query, schema) =>
    attempt(() => {
      parseBoth(query!, schema!);
      return true;
    }, false),
  'graphql.schema_is_valid': (_context, schema) =>
    attempt(() => {
      const document = documentOf(schema!, 0, parseSchema, decodeSchema);
      step(() => buildSchema(document));
      return true;
    }, false),
};
