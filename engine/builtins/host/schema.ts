// json.match_schema and json.verify_schema: documents against JSON Schema, drafts 4, 6 and 7.
// Left to others: the schemas themselves (json-schema/).
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { objectOf } from '../../value/construct.ts';
import { parseJson, printJson } from '../../value/json.ts';
import { ValueSyntaxError } from '../../value/scanner.ts';
import { RegoObject } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';
import { compileSchema } from './json-schema/compile.ts';
import { SchemaError } from './json-schema/texts.ts';
import { validate } from './json-schema/validate.ts';

/** The document an operand stands for: a string holds JSON, objects and arrays are themselves. Throws SchemaError. */
function documentOf(operand: Value): Value {
  try {
    return readDocument(operand);
  } catch (error) {
    // Reading is recursive: the stack ends before OPA's 10000 levels.
    if (error instanceof RangeError) throw new SchemaError('document is nested too deeply');
    throw error;
  }
}

function readDocument(operand: Value): Value {
  if (typeof operand === 'string') {
    try {
      return parseJson(operand);
    } catch (error) {
      if (error instanceof ValueSyntaxError) throw new SchemaError('invalid JSON string');
      throw error;
    }
  }
  if (!(operand instanceof RegoObject) && !Array.isArray(operand))
    throw new SchemaError('wrong type, expected string or object');
  // Through JSON, so that sets become arrays and keys become strings.
  return parseJson(printJson(operand));
}

function verifySchema(operand: Value): Value {
  try {
    compileSchema(documentOf(operand));
    return [true, null];
  } catch (error) {
    if (error instanceof SchemaError) return [false, `jsonschema: ${error.message}`];
    throw error;
  }
}

function matchSchema(document: Value, schema: Value): Value {
  try {
    const value = documentOf(document);
    const findings = validate(compileSchema(documentOf(schema)), value).map(({ type, field, description }) =>
      objectOf({ error: `${field}: ${description}`, type, field, desc: description }),
    );
    return [findings.length === 0, findings];
  } catch (error) {
    if (error instanceof SchemaError) throw new BuiltinError(error.message);
    throw error;
  }
}

/** The built-ins for JSON Schema. */
export const SCHEMA_BUILTINS: HostBuiltins = {
  'json.verify_schema': (_context, schema) => verifySchema(schema!),
  'json.match_schema': (_context, document, schema) => matchSchema(document!, schema!),
};
