// GraphQL schemas: definitions of types and directives, and their extensions, into trees.
// Left to others: whether they make a schema (schema.ts).
import type {
  CommentGroup,
  Definition,
  DefinitionKind,
  DirectiveDefinition,
  EnumValueDefinition,
  FieldDefinition,
  OperationTypeDefinition,
  Position,
  SchemaDefinition,
  SchemaDocument,
} from './ast.ts';
import { listOf, Parser } from './parser.ts';

interface Description {
  readonly text: string;
  readonly comment: CommentGroup | undefined;
}

const NO_DESCRIPTION: Description = { text: '', comment: undefined };

const KINDS = new Map<string, DefinitionKind>([
  ['scalar', 'SCALAR'],
  ['type', 'OBJECT'],
  ['interface', 'INTERFACE'],
  ['union', 'UNION'],
  ['enum', 'ENUM'],
  ['input', 'INPUT_OBJECT'],
]);

const DIRECTIVE_LOCATIONS: ReadonlySet<string> = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
  'SCHEMA',
  'SCALAR',
  'OBJECT',
  'FIELD_DEFINITION',
  'ARGUMENT_DEFINITION',
  'INTERFACE',
  'UNION',
  'ENUM',
  'ENUM_VALUE',
  'INPUT_OBJECT',
  'INPUT_FIELD_DEFINITION',
]);

class SchemaParser extends Parser {
  document(): SchemaDocument {
    const schema: SchemaDefinition[] = [];
    const schemaExtension: SchemaDefinition[] = [];
    const directives: DirectiveDefinition[] = [];
    const definitions: Definition[] = [];
    const extensions: Definition[] = [];
    while (!this.isAhead('<EOF>')) {
      const description = this.#description();
      const token = this.peek();
      if (token.kind !== 'Name') throw this.unexpected();
      if (KINDS.has(token.value)) definitions.push(this.#definition(description));
      else if (token.value === 'schema') schema.push(this.#schema(description));
      else if (token.value === 'directive') directives.push(this.#directiveDefinition(description));
      else if (token.value === 'extend') {
        if (description.text !== '') throw this.unexpected(this.previous);
        const comment = this.expectKeyword('extend');
        if (this.peek().value === 'schema') schemaExtension.push(this.#schemaExtension(comment));
        else if (KINDS.has(this.peek().value)) extensions.push(this.#extension(comment));
        else throw this.unexpected();
      } else throw this.unexpected();
    }
    return {
      Schema: listOf(schema),
      SchemaExtension: listOf(schemaExtension),
      Directives: listOf(directives),
      Definitions: listOf(definitions),
      Extensions: listOf(extensions),
      Comment: this.comment,
    };
  }

  #description(): Description {
    if (!this.isAhead('String') && !this.isAhead('BlockString')) return NO_DESCRIPTION;
    const comment = this.comment;
    return { text: this.next().value, comment };
  }

  #schema(description: Description): SchemaDefinition {
    const AfterDescriptionComment = this.expectKeyword('schema');
    const position = this.position();
    const Directives = this.directives(true);
    const [operations, EndOfDefinitionComment] = this.#operationTypes();
    return {
      Description: description.text,
      BeforeDescriptionComment: description.comment,
      AfterDescriptionComment,
      Directives,
      OperationTypes: listOf(operations),
      EndOfDefinitionComment,
      position,
    };
  }

  #schemaExtension(comment: CommentGroup | undefined): SchemaDefinition {
    const definition = this.#schema(NO_DESCRIPTION);
    if (!definition.Directives && !definition.OperationTypes) throw this.unexpected();
    return { ...definition, AfterDescriptionComment: comment };
  }

  #operationTypes(): [OperationTypeDefinition[], CommentGroup | undefined] {
    return this.some('{', '}', (): OperationTypeDefinition => {
      const position = this.position();
      const Comment = this.comment;
      const Operation = this.operationType();
      this.expect(':');
      return { Operation, Type: this.name(), Comment, position };
    });
  }

  #definition(description: Description): Definition {
    const keyword = this.peek().value;
    const AfterDescriptionComment = this.expectKeyword(keyword);
    const position = this.position();
    const definition: Definition = {
      Kind: KINDS.get(keyword)!,
      Description: description.text,
      BeforeDescriptionComment: description.comment,
      AfterDescriptionComment,
      Name: this.name(),
      BuiltIn: false,
      position,
    };
    if (definition.Kind === 'OBJECT' || definition.Kind === 'INTERFACE') definition.Interfaces = this.#interfaces();
    definition.Directives = this.directives(true);
    this.#body(definition);
    return definition;
  }

  #extension(comment: CommentGroup | undefined): Definition {
    const keyword = this.peek().value;
    this.expectKeyword(keyword);
    const position = this.position();
    const definition: Definition = {
      Kind: KINDS.get(keyword)!,
      Description: '',
      AfterDescriptionComment: comment,
      Name: this.name(),
      BuiltIn: false,
      position,
    };
    // An interface's extension cannot implement more of them.
    if (definition.Kind === 'OBJECT') definition.Interfaces = this.#interfaces();
    // Extensions of inputs alone may use variables here.
    definition.Directives = this.directives(definition.Kind !== 'INPUT_OBJECT');
    this.#body(definition);
    const { Interfaces, Directives, Fields, Types, EnumValues } = definition;
    if (!Interfaces && !Directives && !Fields && !Types && !EnumValues) throw this.unexpected();
    return definition;
  }

  /** What follows the directives of a type. */
  #body(definition: Definition): void {
    switch (definition.Kind) {
      case 'OBJECT':
      case 'INTERFACE':
      case 'INPUT_OBJECT': {
        const isInput = definition.Kind === 'INPUT_OBJECT';
        const [fields, comment] = this.some('{', '}', () => (isInput ? this.#inputValue() : this.#field()));
        definition.Fields = listOf(fields);
        definition.EndOfDefinitionComment = comment;
        break;
      }
      case 'UNION':
        if (this.skip('=')) {
          const positions: Position[] = [];
          definition.Types = this.#separated('|', () => {
            positions.push(this.position());
            return this.name();
          });
          definition.typePositions = positions;
        }
        break;
      case 'ENUM': {
        const [values, comment] = this.some('{', '}', () => this.#enumValue());
        definition.EnumValues = listOf(values);
        definition.EndOfDefinitionComment = comment;
        break;
      }
      default:
    }
  }

  /** Elements with a separator between them, and perhaps before the first. */
  #separated<T>(separator: '|' | '&', parse: () => T): T[] {
    this.skip(separator);
    const elements = [parse()];
    while (this.skip(separator)) elements.push(parse());
    return elements;
  }

  #interfaces(): string[] | undefined {
    if (this.peek().value !== 'implements') return undefined;
    this.next();
    return this.#separated('&', () => this.name());
  }

  /** The start that fields, arguments and enum values share. */
  #member(): Omit<EnumValueDefinition, 'Directives'> {
    const description = this.#description();
    const position = this.position();
    const AfterDescriptionComment = this.comment;
    return {
      Description: description.text,
      BeforeDescriptionComment: description.text === '' ? undefined : description.comment,
      AfterDescriptionComment,
      Name: this.name(),
      position,
    };
  }

  #field(): FieldDefinition {
    const member = this.#member();
    const Arguments = this.#argumentDefinitions();
    this.expect(':');
    return { ...member, Arguments, Type: this.type(), Directives: this.directives(true) };
  }

  #inputValue(): FieldDefinition {
    const member = this.#member();
    this.expect(':');
    return {
      ...member,
      Type: this.type(),
      DefaultValue: this.skip('=') ? this.literal(true) : undefined,
      Directives: this.directives(true),
    };
  }

  #argumentDefinitions(): FieldDefinition[] | undefined {
    return listOf(this.some('(', ')', () => this.#inputValue())[0]);
  }

  #enumValue(): EnumValueDefinition {
    return { ...this.#member(), Directives: this.directives(true) };
  }

  #directiveDefinition(description: Description): DirectiveDefinition {
    const AfterDescriptionComment = this.expectKeyword('directive');
    this.expect('@');
    const position = this.position();
    const Name = this.name();
    const Arguments = this.#argumentDefinitions();
    const IsRepeatable = this.isAhead('Name') && this.peek().value === 'repeatable';
    if (IsRepeatable) this.next();
    this.expectKeyword('on');
    const Locations = this.#separated('|', () => {
      const token = this.expect('Name');
      if (!DIRECTIVE_LOCATIONS.has(token.value)) throw this.unexpected(token);
      return token.value;
    });
    return {
      Description: description.text,
      BeforeDescriptionComment: description.comment,
      AfterDescriptionComment,
      Name,
      Arguments,
      IsRepeatable,
      Locations,
      position,
    };
  }
}

/** The tree of a schema document. Throws GraphqlSyntaxError. */
export function parseSchema(text: string): SchemaDocument {
  return new SchemaParser(text).document();
}
