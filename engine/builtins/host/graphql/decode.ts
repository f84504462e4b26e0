// Syntax trees that policies hand in as objects: the JSON form back into trees, with the leniency and the texts OPA has.
// Left to others: the shape of trees (ast.ts) and whether they make sense (schema.ts, validate.ts).
import { parseJson, printJson } from '../../../value/json.ts';
import { numberText } from '../../../value/number.ts';
import { RegoNumber, RegoObject, RegoSet } from '../../../value/value.ts';
import type { Value } from '../../../value/value.ts';
import type { Position, QueryDocument, SchemaDocument } from './ast.ts';

/** An object that is no syntax tree. */
export class DecodeError extends Error {}

/** How deep objects may nest: two levels make one of selections. */
const MAX_DEPTH = 1500;

/** A value of the wrong kind, not yet placed. */
class MismatchError extends Error {
  readonly given: string;
  readonly type: string;
  struct = '';
  path: string[] = [];
  constructor(given: string, type: string) {
    super();
    this.given = given;
    this.type = type;
  }

  text(): string {
    const place = this.struct === '' ? 'value' : `struct field ${this.struct}.${this.path.join('.')}`;
    return `json: cannot unmarshal ${this.given} into Go ${place} of type ${this.type}`;
  }
}

/** Reads one kind of value; `undefined` leaves the property as it is. */
type Decode = (value: Value) => unknown;

type Node = Record<string, unknown>;

/** The properties of a node, in the form `name: reader`, and what they are when not given. */
interface Shape {
  readonly name: string;
  readonly fields: () => Readonly<Record<string, Decode>>;
  readonly zero: Readonly<Node>;
  /** Names count as they are written, and the first fault ends the node; otherwise upper and lower case are one. */
  readonly isStrict?: boolean;
}

function kindOf(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || value instanceof RegoNumber) return 'number';
  if (typeof value === 'string') return 'string';
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : 'object';
}

function string(type = 'string'): Decode {
  return (value) => {
    if (value === null) return undefined;
    if (typeof value !== 'string') throw new MismatchError(kindOf(value), type);
    return value;
  };
}

const boolean: Decode = (value) => {
  if (value === null) return undefined;
  if (typeof value !== 'boolean') throw new MismatchError(kindOf(value), 'bool');
  return value;
};

const literalKind: Decode = (value) => {
  if (value === null) return undefined;
  const type = 'ast.ValueKind';
  if (value instanceof RegoNumber) throw new MismatchError(`number ${numberText(value)}`, type);
  if (typeof value !== 'number') throw new MismatchError(kindOf(value), type);
  if (!Number.isInteger(value)) throw new MismatchError(`number ${value}`, type);
  if (value < 0 || value > 9) throw new DecodeError(`unknown value kind ${value}`);
  return value;
};

function list(type: string, element: Decode): Decode {
  return (value) => {
    if (value === null) return undefined;
    if (!Array.isArray(value)) throw new MismatchError(kindOf(value), type);
    return (value as readonly Value[]).map((item) => {
      const decoded = element(item);
      if (decoded === undefined) throw new DecodeError('null in a list of a syntax tree');
      return decoded;
    });
  };
}

function decodeNode(shape: Shape, value: Value): Node {
  if (!(value instanceof RegoObject))
    throw new MismatchError(kindOf(value), shape.isStrict ? 'map[string]json.RawMessage' : `ast.${shape.name}`);
  const fields = shape.fields();
  const node: Node = { ...shape.zero };
  const names = Object.keys(fields);
  let first: MismatchError | undefined;
  for (const [key, item] of value.entries) {
    const folded = (key as string).toLowerCase();
    const name =
      names.find((candidate) => candidate === key) ??
      (shape.isStrict ? undefined : names.find((candidate) => candidate.toLowerCase() === folded));
    if (name === undefined) continue;
    try {
      const decoded = fields[name]!(item);
      if (decoded !== undefined) node[name === 'Position' ? 'position' : name] = decoded;
    } catch (error) {
      if (!(error instanceof MismatchError)) throw error;
      if (shape.isStrict) {
        // The node read itself: what is inside of it has no struct in the text.
        error.struct = '';
        throw error;
      }
      if (error.struct === '') error.struct = shape.name;
      error.path.unshift(name);
      first ??= error;
    }
  }
  if (first) throw first;
  return node;
}

/** A node or nothing. */
function node(shape: () => Shape): Decode {
  return (value) => (value === null ? undefined : decodeNode(shape(), value));
}

const position: Decode = (value): Position | undefined => {
  if (!(value instanceof RegoObject)) {
    if (value === null) return undefined;
    throw new MismatchError(kindOf(value), 'ast.Position');
  }
  const numbers = new Map(value.entries.map(([key, item]) => [key, typeof item === 'number' ? item : 0]));
  return { line: numbers.get('Line') ?? 0, column: numbers.get('Column') ?? 0 };
};

/** Selections: whatever can be a field is one, and what can be nothing is left out. */
const selections: Decode = (value) => {
  if (value === null) return undefined;
  if (!Array.isArray(value)) throw new MismatchError(kindOf(value), '[]json.RawMessage');
  const decoded: Node[] = [];
  for (const item of value as readonly Value[]) {
    for (const shape of [FIELD, FRAGMENT_SPREAD, INLINE_FRAGMENT]) {
      try {
        decoded.push(item === null ? { ...shape.zero } : decodeNode(shape, item));
        break;
      } catch (error) {
        if (!(error instanceof MismatchError)) throw error;
      }
    }
  }
  return decoded;
};

const COMMENT: Shape = { name: 'Comment', fields: () => ({ Value: string() }), zero: { Value: '' } };

const COMMENT_GROUP: Shape = {
  name: 'CommentGroup',
  fields: () => ({
    List: list(
      '[]*ast.Comment',
      node(() => COMMENT),
    ),
  }),
  zero: {},
};

const comment = node(() => COMMENT_GROUP);

const TYPE: Shape = {
  name: 'Type',
  fields: () => ({ NamedType: string(), Elem: node(() => TYPE), NonNull: boolean }),
  zero: { NamedType: '', NonNull: false },
};

const VALUE: Shape = {
  name: 'Value',
  fields: () => ({
    Raw: string(),
    Children: list(
      'ast.ChildValueList',
      node(() => CHILD_VALUE),
    ),
    Kind: literalKind,
    Comment: comment,
    Definition: node(() => DEFINITION),
    VariableDefinition: node(() => VARIABLE_DEFINITION),
    ExpectedType: node(() => TYPE),
    ExpectedTypeHasDefault: boolean,
  }),
  zero: { Raw: '', Kind: 0, ExpectedTypeHasDefault: false },
};

const CHILD_VALUE: Shape = {
  name: 'ChildValue',
  fields: () => ({ Name: string(), Value: node(() => VALUE), Comment: comment }),
  zero: { Name: '' },
};

const ARGUMENT: Shape = {
  name: 'Argument',
  fields: () => ({ Name: string(), Value: node(() => VALUE), Comment: comment }),
  zero: { Name: '' },
};

const argumentList = list(
  'ast.ArgumentList',
  node(() => ARGUMENT),
);

const DIRECTIVE: Shape = {
  name: 'Directive',
  fields: () => ({
    Name: string(),
    Arguments: argumentList,
    ParentDefinition: node(() => DEFINITION),
    Definition: node(() => DIRECTIVE_DEFINITION),
    Location: string('ast.DirectiveLocation'),
  }),
  zero: { Name: '', Location: '' },
};

const directives = list(
  'ast.DirectiveList',
  node(() => DIRECTIVE),
);

const VARIABLE_DEFINITION: Shape = {
  name: 'VariableDefinition',
  fields: () => ({
    Variable: string(),
    Type: node(() => TYPE),
    DefaultValue: node(() => VALUE),
    Directives: directives,
    Comment: comment,
    Definition: node(() => DEFINITION),
    Used: boolean,
  }),
  zero: { Variable: '', Used: false },
};

const variables = list(
  'ast.VariableDefinitionList',
  node(() => VARIABLE_DEFINITION),
);

const FIELD: Shape = {
  name: 'Field',
  isStrict: true,
  fields: () => ({
    Alias: string(),
    Name: string(),
    Arguments: argumentList,
    Directives: directives,
    SelectionSet: selections,
    Position: position,
    Definition: node(() => FIELD_DEFINITION),
    ObjectDefinition: node(() => DEFINITION),
  }),
  zero: { kind: 'field', Alias: '', Name: '' },
};

const FRAGMENT_SPREAD: Shape = {
  name: 'FragmentSpread',
  fields: () => ({
    Name: string(),
    Directives: directives,
    ObjectDefinition: node(() => DEFINITION),
    Definition: node(() => FRAGMENT_DEFINITION),
    Comment: comment,
  }),
  zero: { kind: 'spread', Name: '' },
};

const INLINE_FRAGMENT: Shape = {
  name: 'InlineFragment',
  isStrict: true,
  fields: () => ({
    TypeCondition: string(),
    Directives: directives,
    SelectionSet: selections,
    ObjectDefinition: node(() => DEFINITION),
    Position: position,
  }),
  zero: { kind: 'inline', TypeCondition: '' },
};

const OPERATION: Shape = {
  name: 'OperationDefinition',
  isStrict: true,
  fields: () => ({
    Operation: string('ast.Operation'),
    Name: string(),
    VariableDefinitions: variables,
    Directives: directives,
    SelectionSet: selections,
    Position: position,
  }),
  zero: { Operation: '', Name: '' },
};

const FRAGMENT_DEFINITION: Shape = {
  name: 'FragmentDefinition',
  isStrict: true,
  fields: () => ({
    Name: string(),
    VariableDefinition: variables,
    TypeCondition: string(),
    Directives: directives,
    SelectionSet: selections,
    Definition: node(() => DEFINITION),
    Position: position,
  }),
  zero: { Name: '', TypeCondition: '' },
};

const QUERY_DOCUMENT: Shape = {
  name: 'QueryDocument',
  fields: () => ({
    Operations: list(
      'ast.OperationList',
      node(() => OPERATION),
    ),
    Fragments: list(
      'ast.FragmentDefinitionList',
      node(() => FRAGMENT_DEFINITION),
    ),
    Comment: comment,
  }),
  zero: {},
};

const described = {
  Description: string(),
  BeforeDescriptionComment: comment,
  AfterDescriptionComment: comment,
};

const FIELD_DEFINITION: Shape = {
  name: 'FieldDefinition',
  fields: () => ({
    ...described,
    Name: string(),
    Arguments: list(
      'ast.ArgumentDefinitionList',
      node(() => ARGUMENT_DEFINITION),
    ),
    DefaultValue: node(() => VALUE),
    Type: node(() => TYPE),
    Directives: directives,
  }),
  zero: { Description: '', Name: '' },
};

const ARGUMENT_DEFINITION: Shape = {
  name: 'ArgumentDefinition',
  fields: () => ({
    ...described,
    Name: string(),
    DefaultValue: node(() => VALUE),
    Type: node(() => TYPE),
    Directives: directives,
  }),
  zero: { Description: '', Name: '' },
};

const ENUM_VALUE_DEFINITION: Shape = {
  name: 'EnumValueDefinition',
  fields: () => ({ ...described, Name: string(), Directives: directives }),
  zero: { Description: '', Name: '' },
};

const DEFINITION: Shape = {
  name: 'Definition',
  fields: () => ({
    ...described,
    Kind: string('ast.DefinitionKind'),
    Name: string(),
    Directives: directives,
    Interfaces: list('[]string', text),
    Fields: list(
      'ast.FieldList',
      node(() => FIELD_DEFINITION),
    ),
    Types: list('[]string', text),
    EnumValues: list(
      'ast.EnumValueList',
      node(() => ENUM_VALUE_DEFINITION),
    ),
    BuiltIn: boolean,
    EndOfDefinitionComment: comment,
  }),
  zero: { Kind: '', Description: '', Name: '', BuiltIn: false },
};

/** An element of a list of texts: null is the empty one. */
const text: Decode = (value) => (value === null ? '' : string()(value));

const DIRECTIVE_DEFINITION: Shape = {
  name: 'DirectiveDefinition',
  fields: () => ({
    ...described,
    Name: string(),
    Arguments: list(
      'ast.ArgumentDefinitionList',
      node(() => ARGUMENT_DEFINITION),
    ),
    Locations: list('[]ast.DirectiveLocation', text),
    IsRepeatable: boolean,
  }),
  zero: { Description: '', Name: '', IsRepeatable: false },
};

const OPERATION_TYPE: Shape = {
  name: 'OperationTypeDefinition',
  fields: () => ({ Operation: string('ast.Operation'), Type: string(), Comment: comment }),
  zero: { Operation: '', Type: '' },
};

const SCHEMA_DEFINITION: Shape = {
  name: 'SchemaDefinition',
  fields: () => ({
    ...described,
    Directives: directives,
    OperationTypes: list(
      'ast.OperationTypeDefinitionList',
      node(() => OPERATION_TYPE),
    ),
    EndOfDefinitionComment: comment,
  }),
  zero: { Description: '' },
};

const SCHEMA_DOCUMENT: Shape = {
  name: 'SchemaDocument',
  fields: () => ({
    Schema: list(
      'ast.SchemaDefinitionList',
      node(() => SCHEMA_DEFINITION),
    ),
    SchemaExtension: list(
      'ast.SchemaDefinitionList',
      node(() => SCHEMA_DEFINITION),
    ),
    Directives: list(
      'ast.DirectiveDefinitionList',
      node(() => DIRECTIVE_DEFINITION),
    ),
    Definitions: list(
      'ast.DefinitionList',
      node(() => DEFINITION),
    ),
    Extensions: list(
      'ast.DefinitionList',
      node(() => DEFINITION),
    ),
    Comment: comment,
  }),
  zero: {},
};

/** The value as JSON has it: sets become arrays and keys become strings. */
function throughJson(value: Value): Value {
  const check = (part: Value, depth: number): void => {
    if (depth > MAX_DEPTH) throw new DecodeError('syntax tree is nested too deeply');
    if (Array.isArray(part)) for (const item of part as readonly Value[]) check(item, depth + 1);
    else if (part instanceof RegoSet) for (const item of part.items) check(item, depth + 1);
    else if (part instanceof RegoObject) for (const [, item] of part.entries) check(item, depth + 1);
  };
  check(value, 0);
  return parseJson(printJson(value));
}

function decodeDocument(shape: Shape, value: Value): Node {
  try {
    return decodeNode(shape, throughJson(value));
  } catch (error) {
    if (error instanceof MismatchError) throw new DecodeError(error.text());
    throw error;
  }
}

/** The query document in an object. Throws DecodeError. */
export function decodeQuery(value: Value): QueryDocument {
  return decodeDocument(QUERY_DOCUMENT, value) as QueryDocument;
}

/** The schema document in an object. Throws DecodeError. */
export function decodeSchema(value: Value): SchemaDocument {
  return decodeDocument(SCHEMA_DOCUMENT, value) as SchemaDocument;
}
