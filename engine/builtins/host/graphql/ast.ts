// The syntax trees of GraphQL documents, in the shape that policies see.
// Left to others: making them (query-parser.ts, schema-parser.ts, decode.ts) and checking them (schema.ts, validate.ts).
import { makeObject } from '../../../value/construct.ts';
import { RegoObject } from '../../../value/value.ts';
import type { Value } from '../../../value/value.ts';

// Properties that begin with a capital letter are the tree as policies see it, under the names that OPA gives them. The
// others are notes of the parser and the checks, and not part of the tree.

/** Where something stands in its source; columns count characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A run of comments right before a token. */
export interface CommentGroup {
  List: { Value: string }[];
}

export interface Type {
  NamedType: string;
  Elem?: Type | undefined;
  NonNull: boolean;
  position?: Position | undefined;
}

/** Kinds of literals, as numbered in trees. */
export const VALUE_KIND = {
  variable: 0,
  int: 1,
  float: 2,
  string: 3,
  block: 4,
  boolean: 5,
  null: 6,
  enum: 7,
  list: 8,
  object: 9,
} as const;

export interface Literal {
  Raw: string;
  Children?: ChildLiteral[] | undefined;
  Kind: number;
  ExpectedTypeHasDefault: boolean;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
  /** The type that is wanted where the literal stands. */
  expected?: Type | undefined;
  /** True: a default stands in for null there. */
  expectedHasDefault?: boolean;
  /** The definition of the wanted type's name. */
  definition?: Definition | undefined;
  /** For a variable: its definition in the operation. */
  variable?: VariableDefinition | undefined;
}

export interface ChildLiteral {
  Name: string;
  Value?: Literal | undefined;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
}

export interface Argument {
  Name: string;
  Value?: Literal | undefined;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
}

export interface Directive {
  Name: string;
  Arguments?: Argument[] | undefined;
  Location: string;
  position?: Position | undefined;
  /** The definition of the directive's name. */
  definition?: DirectiveDefinition | undefined;
  /** What the directive stands on. */
  location?: string;
}

export interface VariableDefinition {
  Variable: string;
  Type?: Type | undefined;
  DefaultValue?: Literal | undefined;
  Directives?: Directive[] | undefined;
  Used: boolean;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
  used?: boolean;
  definition?: Definition | undefined;
}

export interface Field {
  readonly kind: 'field';
  Alias: string;
  Name: string;
  Arguments?: Argument[] | undefined;
  Directives?: Directive[] | undefined;
  SelectionSet?: Selection[] | undefined;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
  definition?: FieldDefinition | undefined;
  /** The type that the field is selected on. */
  parent?: Definition | undefined;
}

export interface FragmentSpread {
  readonly kind: 'spread';
  Name: string;
  Directives?: Directive[] | undefined;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
  definition?: FragmentDefinition | undefined;
  parent?: Definition | undefined;
}

export interface InlineFragment {
  readonly kind: 'inline';
  TypeCondition: string;
  Directives?: Directive[] | undefined;
  SelectionSet?: Selection[] | undefined;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
  parent?: Definition | undefined;
}

export type Selection = Field | FragmentSpread | InlineFragment;

export interface OperationDefinition {
  Operation: string;
  Name: string;
  VariableDefinitions?: VariableDefinition[] | undefined;
  Directives?: Directive[] | undefined;
  SelectionSet?: Selection[] | undefined;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
}

export interface FragmentDefinition {
  Name: string;
  VariableDefinition?: VariableDefinition[] | undefined;
  TypeCondition: string;
  Directives?: Directive[] | undefined;
  SelectionSet?: Selection[] | undefined;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
  definition?: Definition | undefined;
}

export interface QueryDocument {
  Operations?: OperationDefinition[] | undefined;
  Fragments?: FragmentDefinition[] | undefined;
  Comment?: CommentGroup | undefined;
}

/** Comments around a description. */
interface Described {
  Description: string;
  BeforeDescriptionComment?: CommentGroup | undefined;
  AfterDescriptionComment?: CommentGroup | undefined;
  position?: Position | undefined;
}

/** An argument of a field or directive, or (with arguments of its own) a field. */
export interface FieldDefinition extends Described {
  Name: string;
  Arguments?: FieldDefinition[] | undefined;
  DefaultValue?: Literal | undefined;
  Type?: Type | undefined;
  Directives?: Directive[] | undefined;
}

export interface EnumValueDefinition extends Described {
  Name: string;
  Directives?: Directive[] | undefined;
}

export type DefinitionKind = 'SCALAR' | 'OBJECT' | 'INTERFACE' | 'UNION' | 'ENUM' | 'INPUT_OBJECT';

/** A type, or what an extension adds to one. */
export interface Definition extends Described {
  /** A DefinitionKind, or anything at all in a tree that a policy made. */
  Kind: string;
  Name: string;
  Directives?: Directive[] | undefined;
  Interfaces?: string[] | undefined;
  Fields?: FieldDefinition[] | undefined;
  Types?: string[] | undefined;
  EnumValues?: EnumValueDefinition[] | undefined;
  /** Where each of `Types` is named. */
  typePositions?: Position[] | undefined;
  BuiltIn: boolean;
  EndOfDefinitionComment?: CommentGroup | undefined;
}

export interface DirectiveDefinition extends Described {
  Name: string;
  Arguments?: FieldDefinition[] | undefined;
  Locations?: string[] | undefined;
  IsRepeatable: boolean;
}

export interface OperationTypeDefinition {
  Operation: string;
  Type: string;
  Comment?: CommentGroup | undefined;
  position?: Position | undefined;
}

export interface SchemaDefinition extends Described {
  Directives?: Directive[] | undefined;
  OperationTypes?: OperationTypeDefinition[] | undefined;
  EndOfDefinitionComment?: CommentGroup | undefined;
}

export interface SchemaDocument {
  Schema?: SchemaDefinition[] | undefined;
  SchemaExtension?: SchemaDefinition[] | undefined;
  Directives?: DirectiveDefinition[] | undefined;
  Definitions?: Definition[] | undefined;
  Extensions?: Definition[] | undefined;
  Comment?: CommentGroup | undefined;
}

/** The element named `name`. */
export function named<T extends { readonly Name: string }>(
  list: readonly T[] | undefined,
  name: string,
): T | undefined {
  return list?.find((element) => element.Name === name);
}

/** The name inside of lists. */
export function typeName(type: Type): string {
  let inner = type;
  while (inner.NamedType === '' && inner.Elem) inner = inner.Elem;
  return inner.NamedType;
}

/** The type as GraphQL writes it. */
export function printType(type: Type | undefined): string {
  if (!type) return '';
  const bang = type.NonNull ? '!' : '';
  return type.NamedType === '' ? `[${printType(type.Elem)}]${bang}` : type.NamedType + bang;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A string as a GraphQL literal. */
function quoteString(text: string): string {
  // Control characters are what is escaped.
  const escaped = text.replace(/["\\\u0000-\u001f\u007f-\u009f]/g, (char) => {
    return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** The literal as GraphQL writes it. */
export function printLiteral(literal: Literal | undefined): string {
  if (!literal) return '<nil>';
  switch (literal.Kind) {
    case VALUE_KIND.variable:
      return `$${literal.Raw}`;
    case VALUE_KIND.string:
    case VALUE_KIND.block:
      return quoteString(literal.Raw);
    case VALUE_KIND.list:
      return `[${(literal.Children ?? []).map((child) => printLiteral(child.Value)).join(',')}]`;
    case VALUE_KIND.object:
      return `{${(literal.Children ?? []).map((child) => `${child.Name}:${printLiteral(child.Value)}`).join(',')}}`;
    default:
      return literal.Raw;
  }
}

function isEmpty(value: Value): boolean {
  return Array.isArray(value) ? value.length === 0 : value instanceof RegoObject && value.entries.length === 0;
}

/** The tree as a value: without positions, notes, nulls, and lists and objects that are empty. */
export function treeValue(node: unknown): Value {
  if (Array.isArray(node)) return node.map(treeValue).filter((element) => !isEmpty(element));
  if (typeof node === 'object' && node !== null) {
    const pairs: [Value, Value][] = [];
    for (const [name, property] of Object.entries(node)) {
      const first = name.charCodeAt(0);
      if (first < 0x41 || first > 0x5a || property === undefined || property === null) continue;
      const value = treeValue(property);
      if (!isEmpty(value)) pairs.push([name, value]);
    }
    return makeObject(pairs);
  }
  if (typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean') return node;
  throw new TypeError(`a ${typeof node} in a syntax tree`);
}
