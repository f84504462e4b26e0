// A schema out of a schema document: extensions merged in, names resolved, and the rules that schemas keep.
// Left to others: the document (schema-parser.ts, decode.ts) and queries against the schema (validate.ts).
import { quoteGo } from '../../../value/rego-text.ts';
import { named, printType, typeName, VALUE_KIND } from './ast.ts';
import type {
  Definition,
  Directive,
  DirectiveDefinition,
  FieldDefinition,
  Position,
  SchemaDefinition,
  SchemaDocument,
  Type,
} from './ast.ts';
import { SchemaFault } from './errors.ts';
import { prelude } from './prelude.ts';

/** What queries are checked against. */
export interface Schema {
  query?: Definition | undefined;
  mutation?: Definition | undefined;
  subscription?: Definition | undefined;
  readonly types: Map<string, Definition>;
  readonly directives: Map<string, DirectiveDefinition>;
  /** The types that a value of an abstract type can have; an object type is its own. */
  readonly possibleTypes: Map<string, Definition[]>;
}

/** Directives that a schema may define although all schemas have them. */
const REDEFINABLE_DIRECTIVES: ReadonlySet<string> = new Set([
  'include',
  'skip',
  'deprecated',
  'specifiedBy',
  'defer',
  'oneOf',
]);

const OUTPUT_KINDS = ['SCALAR', 'OBJECT', 'INTERFACE', 'UNION', 'ENUM'];
const INPUT_KINDS = ['SCALAR', 'ENUM', 'INPUT_OBJECT'];

/** Whether values of the type can be given to arguments. */
export function isInputType(definition: Definition): boolean {
  return INPUT_KINDS.includes(definition.Kind);
}

/** Whether the type has fields or members to select. */
export function isCompositeType(definition: Definition): boolean {
  return definition.Kind === 'OBJECT' || definition.Kind === 'INTERFACE' || definition.Kind === 'UNION';
}

/** Whether a value of type `actual` can stand where `expected` is wanted. */
export function isCompatible(actual: Type, expected: Type): boolean {
  if (actual.NamedType !== expected.NamedType) return false;
  if (actual.Elem && !expected.Elem) return false;
  if (actual.Elem && expected.Elem && !isCompatible(actual.Elem, expected.Elem)) return false;
  if (expected.NonNull) return actual.NonNull;
  return true;
}

function byName<T>(map: ReadonlyMap<string, T>): T[] {
  // By bytes, which for names is by units.
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, value]) => value);
}

function checkName(position: Position | undefined, name: string): void {
  if (name.startsWith('__'))
    throw new SchemaFault(
      position,
      `Name "${name}" must not begin with "__", which is reserved by GraphQL introspection.`,
    );
}

/** Every definition and extension, merged; members of unions keep where they were named last. */
function mergeTypes(document: SchemaDocument, types: Map<string, Definition>): void {
  for (const definition of [...(prelude().Definitions ?? []), ...(document.Definitions ?? [])]) {
    if (types.has(definition.Name))
      throw new SchemaFault(definition.position, `Cannot redeclare type ${definition.Name}.`);
    // A copy: extensions and introspection fields are added to it.
    types.set(definition.Name, { ...definition });
  }
  for (const extension of document.Extensions ?? []) {
    let base = types.get(extension.Name);
    if (!base) {
      base = {
        Kind: extension.Kind,
        Name: extension.Name,
        Description: '',
        BuiltIn: false,
        position: extension.position,
      };
      types.set(extension.Name, base);
    }
    if (base.Kind !== extension.Kind)
      throw new SchemaFault(
        extension.position,
        `Cannot extend type ${extension.Name} because the base type is a ${base.Kind}, not ${extension.Kind}.`,
      );
    base.Directives = [...(base.Directives ?? []), ...(extension.Directives ?? [])];
    base.Interfaces = [...(base.Interfaces ?? []), ...(extension.Interfaces ?? [])];
    base.Fields = [...(base.Fields ?? []), ...(extension.Fields ?? [])];
    base.Types = [...(base.Types ?? []), ...(extension.Types ?? [])];
    base.typePositions = [...(base.typePositions ?? []), ...(extension.typePositions ?? [])];
    base.EnumValues = [...(base.EnumValues ?? []), ...(extension.EnumValues ?? [])];
  }
}

function collectPossibleTypes({ types, possibleTypes }: Schema): void {
  const add = (name: string, definition: Definition | undefined): void => {
    if (!definition) return;
    const list = possibleTypes.get(name);
    if (list) list.push(definition);
    else possibleTypes.set(name, [definition]);
  };
  for (const definition of types.values()) {
    if (definition.Kind === 'UNION')
      for (const member of definition.Types ?? []) add(definition.Name, types.get(member));
    if (definition.Kind === 'OBJECT' || definition.Kind === 'INPUT_OBJECT' || definition.Kind === 'INTERFACE')
      for (const name of definition.Interfaces ?? []) add(name, definition);
    if (definition.Kind === 'OBJECT' || definition.Kind === 'INPUT_OBJECT') add(definition.Name, definition);
  }
}

/** The checks of one schema, in OPA's order: the first fault ends them. */
class SchemaCheck {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  setRoots(definition: SchemaDefinition): void {
    for (const { Operation, Type: name, position } of definition.OperationTypes ?? []) {
      const type = this.#schema.types.get(name);
      if (!type)
        throw new SchemaFault(position, `Schema root ${Operation} refers to a type ${name} that does not exist.`);
      if (Operation === 'query' || Operation === 'mutation' || Operation === 'subscription')
        this.#schema[Operation] = type;
    }
    this.#directives(definition.Directives, 'SCHEMA');
  }

  checkAll(): void {
    for (const definition of byName(this.#schema.types)) this.#definition(definition);
    for (const directive of byName(this.#schema.directives)) {
      checkName(directive.position, directive.Name);
      this.#arguments(directive.Arguments, directive);
    }
  }

  #definition(definition: Definition): void {
    const { Kind, Name, position } = definition;
    for (const field of definition.Fields ?? []) {
      checkName(field.position, field.Name);
      this.#typeReference(field.Type);
      this.#arguments(field.Arguments, undefined);
      this.#directives(field.Directives, Kind === 'INPUT_OBJECT' ? 'INPUT_FIELD_DEFINITION' : 'FIELD_DEFINITION');
    }
    for (const value of definition.EnumValues ?? []) this.#directives(value.Directives, 'ENUM_VALUE');
    for (const member of definition.Types ?? []) {
      const type = this.#schema.types.get(member);
      if (!type) throw new SchemaFault(position, `Undefined type ${quoteGo(member)}.`);
      if (type.Kind !== 'OBJECT') throw new SchemaFault(position, `${Kind} type ${quoteGo(member)} must be OBJECT.`);
    }
    for (const name of definition.Interfaces ?? []) this.#implements(definition, name);
    this.#members(definition);
    this.#duplicates(definition);
    if (!definition.BuiltIn) checkName(position, Name);
    // Extensions may repeat the directives of their type.
    this.#directives(definition.Directives, Kind, undefined, true);
  }

  /** That the type has members, and members of the right kind. */
  #members({ Kind, Name, Fields = [], EnumValues = [], position }: Definition): void {
    const checkFields = (
      kinds: readonly string[],
      text: (field: FieldDefinition, type: Definition) => string,
    ): void => {
      for (const field of Fields) {
        const type = this.#schema.types.get(typeName(field.Type!));
        if (type && !kinds.includes(type.Kind))
          throw new SchemaFault(field.position, `${text(field, type)}: field must be one of ${kinds.join(', ')}.`);
      }
    };
    if (Kind === 'OBJECT' || Kind === 'INTERFACE') {
      if (Fields.length === 0) throw new SchemaFault(position, `${Kind} ${Name}: must define one or more fields.`);
      checkFields(OUTPUT_KINDS, () => `${Kind} ${Name}`);
    } else if (Kind === 'ENUM') {
      if (EnumValues.length === 0)
        throw new SchemaFault(position, `${Kind} ${Name}: must define one or more unique enum values.`);
      for (const value of EnumValues)
        if (value.Name === 'true' || value.Name === 'false' || value.Name === 'null')
          throw new SchemaFault(position, `${Kind} ${Name}: non-enum value ${value.Name}.`);
    } else if (Kind === 'INPUT_OBJECT') {
      if (Fields.length === 0)
        throw new SchemaFault(position, `${Kind} ${Name}: must define one or more input fields.`);
      checkFields(INPUT_KINDS, (field, type) => `${type.Kind} ${field.Name}`);
    }
  }

  #duplicates({ Name, Fields = [], EnumValues = [], Types = [], typePositions = [] }: Definition): void {
    // The first name that comes again, at the place where it comes again.
    const find = (names: readonly string[], report: (index: number) => SchemaFault): void => {
      const again = new Map<string, number>();
      const seen = new Set<string>();
      names.forEach((name, index) => {
        if (seen.has(name) && !again.has(name)) again.set(name, index);
        seen.add(name);
      });
      const first = names.find((name) => again.has(name));
      if (first !== undefined) throw report(again.get(first)!);
    };
    find(
      Fields.map((field) => field.Name),
      (at) => new SchemaFault(Fields[at]!.position, `Field ${Name}.${Fields[at]!.Name} can only be defined once.`),
    );
    find(
      EnumValues.map((value) => value.Name),
      (at) =>
        new SchemaFault(
          EnumValues[at]!.position,
          `Enum value ${Name}.${EnumValues[at]!.Name} can only be defined once.`,
        ),
    );
    find(
      Types,
      (at) => new SchemaFault(typePositions[at], `Union type ${Name} can only include type ${Types[at]!} once.`),
    );
  }

  #typeReference(type: Type | undefined): void {
    if (!type) throw new SchemaFault(undefined, 'Undefined type .');
    if (!this.#schema.types.has(typeName(type)))
      throw new SchemaFault(type.position, `Undefined type ${typeName(type)}.`);
  }

  #arguments(list: readonly FieldDefinition[] | undefined, current: DirectiveDefinition | undefined): void {
    for (const argument of list ?? []) {
      checkName(argument.position, argument.Name);
      this.#typeReference(argument.Type);
      const definition = this.#schema.types.get(typeName(argument.Type!))!;
      if (!isInputType(definition))
        throw new SchemaFault(
          argument.position,
          `cannot use ${printType(argument.Type)} as argument ${argument.Name} because ${definition.Kind} is not a valid input type`,
        );
      this.#directives(argument.Directives, 'ARGUMENT_DEFINITION', current);
    }
  }

  #directives(
    list: readonly Directive[] | undefined,
    location: string,
    current?: DirectiveDefinition,
    mayRepeat = false,
  ): void {
    const seen = new Set<string>();
    for (const { Name, Arguments, position } of list ?? []) {
      checkName(position, Name);
      if (current?.Name === Name) throw new SchemaFault(position, `Directive ${Name} cannot refer to itself.`);
      const definition = this.#schema.directives.get(Name);
      if (!definition) throw new SchemaFault(position, `Undefined directive ${Name}.`);
      if (seen.has(Name) && !mayRepeat && !definition.IsRepeatable)
        throw new SchemaFault(position, `The directive ${Name} can only be used once at this location.`);
      seen.add(Name);
      if (!definition.Locations?.includes(location))
        throw new SchemaFault(position, `Directive ${Name} is not applicable on ${location}.`);
      for (const argument of Arguments ?? [])
        if (!named(definition.Arguments, argument.Name))
          throw new SchemaFault(argument.position, `Undefined argument ${argument.Name} for directive ${Name}.`);
      for (const argument of definition.Arguments ?? []) {
        if (!argument.Type?.NonNull || argument.DefaultValue) continue;
        const given = named(Arguments, argument.Name)?.Value;
        if (!given || given.Kind === VALUE_KIND.null)
          throw new SchemaFault(position, `Argument ${argument.Name} for directive ${Name} cannot be null.`);
      }
    }
  }

  /** That the type has what the interface asks for. */
  #implements(definition: Definition, interfaceName: string): void {
    const { position } = definition;
    const contract = this.#schema.types.get(interfaceName);
    if (!contract) throw new SchemaFault(position, `Undefined type ${quoteGo(interfaceName)}.`);
    if (contract.Kind !== 'INTERFACE')
      throw new SchemaFault(position, `${quoteGo(interfaceName)} is a non interface type ${contract.Kind}.`);
    const start = `For ${definition.Name} to implement ${contract.Name}`;
    for (const required of contract.Fields ?? []) {
      const found = named(definition.Fields, required.Name);
      if (!found) throw new SchemaFault(position, `${start} it must have a field called ${required.Name}.`);
      if (!this.#isCovariant(required.Type, found.Type))
        throw new SchemaFault(
          found.position,
          `${start} the field ${required.Name} must have type ${printType(required.Type)}.`,
        );
      this.#implementsArguments(start, required, found);
    }
    for (const transitive of contract.Interfaces ?? []) {
      if (definition.Interfaces?.includes(transitive)) continue;
      throw new SchemaFault(
        position,
        transitive === definition.Name
          ? `Type ${definition.Name} cannot implement ${interfaceName} because it would create a circular reference.`
          : `Type ${definition.Name} must implement ${transitive} because it is implemented by ${interfaceName}.`,
      );
    }
  }

  #implementsArguments(start: string, required: FieldDefinition, found: FieldDefinition): void {
    for (const argument of required.Arguments ?? []) {
      const same = `${start} the field ${required.Name} must have the same arguments but`;
      const counterpart = named(found.Arguments, argument.Name);
      if (!counterpart) throw new SchemaFault(found.position, `${same} it is missing ${argument.Name}.`);
      if (!argument.Type || !counterpart.Type || !isCompatible(argument.Type, counterpart.Type))
        throw new SchemaFault(counterpart.position, `${same} ${argument.Name} has the wrong type.`);
    }
    for (const argument of found.Arguments ?? []) {
      if (named(required.Arguments, argument.Name) || !argument.Type?.NonNull || argument.DefaultValue) continue;
      throw new SchemaFault(
        argument.position,
        `${start} any additional arguments on ${found.Name} must be optional or have a default value but ${argument.Name} is required.`,
      );
    }
  }

  #isCovariant(required: Type | undefined, actual: Type | undefined): boolean {
    if (!required || !actual || (required.NonNull && !actual.NonNull)) return false;
    if (required.NamedType === '') return this.#isCovariant(required.Elem, actual.Elem);
    if (required.NamedType === actual.NamedType) return true;
    const possible = this.#schema.possibleTypes.get(required.NamedType) ?? [];
    return possible.some((type) => type.Name === actual.NamedType);
  }
}

function introspectionFields(): FieldDefinition[] {
  const type = (NamedType: string, NonNull: boolean): Type => ({ NamedType, NonNull });
  return [
    { Description: '', Name: '__schema', Type: type('__Schema', true) },
    {
      Description: '',
      Name: '__type',
      Type: type('__Type', false),
      Arguments: [{ Description: '', Name: 'name', Type: type('String', true) }],
    },
  ];
}

/** The schema of a document together with what every schema has. Throws SchemaFault. */
export function buildSchema(document: SchemaDocument): Schema {
  const schema: Schema = { types: new Map(), directives: new Map(), possibleTypes: new Map() };
  mergeTypes(document, schema.types);
  collectPossibleTypes(schema);
  for (const directive of [...(prelude().Directives ?? []), ...(document.Directives ?? [])]) {
    if (schema.directives.has(directive.Name) && !REDEFINABLE_DIRECTIVES.has(directive.Name))
      throw new SchemaFault(directive.position, `Cannot redeclare directive ${directive.Name}.`);
    schema.directives.set(directive.Name, directive);
  }
  const entry = document.Schema ?? [];
  if (entry.length > 1)
    throw new SchemaFault(
      entry[1]!.position,
      'Cannot have multiple schema entry points, consider schema extensions instead.',
    );
  const check = new SchemaCheck(schema);
  for (const definition of [...entry, ...(document.SchemaExtension ?? [])]) check.setRoots(definition);
  check.checkAll();
  if (entry.length === 0) {
    schema.query ??= schema.types.get('Query');
    schema.mutation ??= schema.types.get('Mutation');
    schema.subscription ??= schema.types.get('Subscription');
  }
  if (schema.query) schema.query.Fields = [...(schema.query.Fields ?? []), ...introspectionFields()];
  return schema;
}
