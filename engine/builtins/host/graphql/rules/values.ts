// Rules about values: literals of the right type, variables where they may stand.
// Left to others: which type is wanted where (walk.ts).
import { named, printLiteral, printType, VALUE_KIND } from '../ast.ts';
import type { Definition, Literal, Type } from '../ast.ts';
import { isCompatible } from '../schema.ts';
import { suggest, suggestionList } from '../suggestions.ts';
import type { MakeRule, RuleContext } from '../walk.ts';

const BUILT_IN_SCALARS: readonly string[] = ['Int', 'Float', 'String', 'Boolean', 'ID'];

export const uniqueInputFieldNames: MakeRule = (context) => ({
  value({ Kind, Children }) {
    if (Kind !== VALUE_KIND.object) return;
    const seen = new Set<string>();
    for (const { Name, position } of Children ?? []) {
      if (seen.has(Name)) context.report(`There can be only one input field named "${Name}".`, position);
      seen.add(Name);
    }
  },
});

function isInRange(raw: string, bits: bigint): boolean {
  if (!/^[+-]?\d+$/.test(raw)) return true;
  // Long enough to be out of range whatever the digits are.
  if (raw.length > 20 && !/^[+-]?0*\d{1,19}$/.test(raw)) return false;
  const number = BigInt(raw.replace(/^\+/, ''));
  const limit = 1n << (bits - 1n);
  return number >= -limit && number < limit;
}

/** Whether a number inside is too big to be one: 64 bits for integers, double precision for others. */
function hasHugeNumber({ Kind, Raw, Children }: Literal): boolean {
  switch (Kind) {
    case VALUE_KIND.int:
      return !isInRange(Raw, 64n);
    case VALUE_KIND.float:
      return Math.abs(Number(Raw)) === Infinity;
    case VALUE_KIND.list:
    case VALUE_KIND.object:
      return (Children ?? []).some((child) => child.Value && hasHugeNumber(child.Value));
    default:
      return false;
  }
}

function unexpectedType(value: Literal, expected: Type, definition: Definition): string {
  const text = printLiteral(value);
  const type = printType(expected);
  switch (type) {
    case 'Int':
    case 'Int!':
      return isInRange(value.Raw, 32n)
        ? `Int cannot represent non-integer value: ${text}`
        : `Int cannot represent non 32-bit signed integer value: ${text}`;
    case 'String':
    case 'String!':
    case '[String]':
      return `String cannot represent a non string value: ${text}`;
    case 'Boolean':
    case 'Boolean!':
      return `Boolean cannot represent a non boolean value: ${text}`;
    case 'Float':
    case 'Float!':
      return `Float cannot represent non numeric value: ${text}`;
    case 'ID':
    case 'ID!':
      return `ID cannot represent a non-string and non-integer value: ${text}`;
    default:
      return definition.Kind === 'ENUM'
        ? `Enum "${type}" cannot represent non-enum value: ${text}.`
        : `Expected value of type "${type}", found ${text}.`;
  }
}

function checkOneOf(context: RuleContext, value: Literal, definition: Definition): void {
  const children = value.Children ?? [];
  if (children.length !== 1) {
    context.report(`OneOf Input Object "${definition.Name}" must specify exactly one key.`, value.position);
    return;
  }
  const only = children[0]!.Value;
  if (!only || only.Kind === VALUE_KIND.null)
    context.report(
      `Field "${definition.Name}.${definition.Fields?.[0]?.Name ?? ''}" must be non-null.`,
      only?.position,
    );
}

function checkObject(context: RuleContext, value: Literal, definition: Definition): void {
  for (const { Name, Type, DefaultValue } of definition.Fields ?? [])
    if (Type?.NonNull && !DefaultValue && !named(value.Children, Name))
      context.report(
        `Field "${definition.Name}.${Name}" of required type "${printType(Type)}" was not provided.`,
        value.position,
      );
  for (const directive of definition.Directives ?? [])
    if (directive.Name === 'oneOf') checkOneOf(context, value, definition);
  const names = (definition.Fields ?? []).map((field) => field.Name);
  for (const { Name, position } of value.Children ?? [])
    if (!names.includes(Name))
      context.report(
        `Field "${Name}" is not defined by type "${definition.Name}".${suggest('Did you mean', suggestionList(Name, names))}`,
        position,
      );
}

export const valuesOfCorrectType: MakeRule = (context) => ({
  value(value) {
    const { Kind, Raw, expected, definition, position } = value;
    if (!expected || !definition) return;
    const type = printType(expected);
    if (Kind === VALUE_KIND.null && expected.NonNull)
      context.report(`Expected value of type "${type}", found ${printLiteral(value)}.`, position);
    // Any literal can be a value of a scalar that the schema defines.
    if (definition.Kind === 'SCALAR' && !BUILT_IN_SCALARS.includes(definition.Name)) return;
    const isEnum = definition.Kind === 'ENUM';
    const members = isEnum ? (definition.EnumValues ?? []).map((member) => member.Name) : [];
    const refuse = (): void => context.report(unexpectedType(value, expected, definition), position);
    const suggestMember = (isQuoted = true): string =>
      suggest('Did you mean the enum value', suggestionList(Raw, members), isQuoted);
    const requireType = (...names: readonly string[]): void => {
      if (!names.includes(definition.Name)) refuse();
    };
    if (hasHugeNumber(value)) refuse();
    switch (Kind) {
      case VALUE_KIND.list:
        if (!expected.Elem) refuse();
        break;
      case VALUE_KIND.int:
        requireType('Int', 'Float', 'ID');
        break;
      case VALUE_KIND.float:
        requireType('Float');
        break;
      case VALUE_KIND.string:
      case VALUE_KIND.block:
        if (isEnum)
          context.report(
            `Enum "${type}" cannot represent non-enum value: ${printLiteral(value)}.${suggestMember()}`,
            position,
          );
        else requireType('String', 'ID');
        break;
      case VALUE_KIND.enum:
        if (!isEnum) context.report(unexpectedType(value, expected, definition) + suggestMember(false), position);
        else if (!members.includes(Raw))
          context.report(`Value "${Raw}" does not exist in "${type}" enum.${suggestMember()}`, position);
        break;
      case VALUE_KIND.boolean:
        requireType('Boolean');
        break;
      case VALUE_KIND.object:
        checkObject(context, value, definition);
        break;
      default:
    }
  },
});

export const variablesInAllowedPosition: MakeRule = (context) => ({
  value(value) {
    const { Kind, Raw, expected, expectedHasDefault, variable, definition, position } = value;
    if (Kind === VALUE_KIND.variable && expected && variable?.Type && context.operation) {
      const hasDefault = variable.DefaultValue && variable.DefaultValue.Kind !== VALUE_KIND.null;
      const wanted = hasDefault || expectedHasDefault ? { ...expected, NonNull: false } : expected;
      if (!isCompatible(variable.Type, wanted))
        context.report(
          `Variable "$${Raw}" of type "${printType(variable.Type)}" used in position expecting type "${printType(expected)}".`,
          position,
        );
    }
    if (Kind !== VALUE_KIND.object || !named(definition?.Directives, 'oneOf')) return;
    for (const { Value: child } of value.Children ?? []) {
      if (child?.Kind !== VALUE_KIND.variable || !child.variable || child.variable.Type?.NonNull) continue;
      context.report(
        `Variable "$${child.Raw}" is of type "${printType(child.variable.Type)}" but must be non-nullable to be used for OneOf Input Object "${definition!.Name}".`,
        child.variable.position ?? child.position,
      );
    }
  },
});
