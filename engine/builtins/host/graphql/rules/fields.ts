// Rules about fields, their arguments and what is selected from them.
// Left to others: fields that come to one name twice (overlapping-fields.ts) and values (values.ts).
import { named, printType, typeName } from '../ast.ts';
import type { Argument, Definition, FieldDefinition, Position, Selection } from '../ast.ts';
import { quoteGo } from '../../../../value/rego-text.ts';
import { suggest, suggestionList } from '../suggestions.ts';
import type { MakeRule, RuleContext } from '../walk.ts';

/** Types below an abstract type that have the field, interfaces that many of them share first. */
function typesWithField(context: RuleContext, parent: Definition, name: string): string[] {
  if (parent.Kind !== 'INTERFACE' && parent.Kind !== 'UNION') return [];
  const objects: string[] = [];
  const uses = new Map<string, number>();
  for (const possible of context.possibleTypes(parent)) {
    if (!named(possible.Fields, name)) continue;
    objects.push(possible.Name);
    for (const interfaceName of possible.Interfaces ?? []) {
      const contract = context.schema.types.get(interfaceName);
      if (contract && named(contract.Fields, name)) uses.set(interfaceName, (uses.get(interfaceName) ?? 0) + 1);
    }
  }
  return [...uses.keys(), ...objects].sort((a, b) => {
    const difference = (uses.get(b) ?? 0) - (uses.get(a) ?? 0);
    return difference !== 0 ? difference : a < b ? -1 : a > b ? 1 : 0;
  });
}

function namesOf(list: readonly { readonly Name: string }[] | undefined): string[] {
  return (list ?? []).map((element) => element.Name);
}

export const fieldsOnCorrectType: MakeRule = (context) => ({
  field({ parent, definition, Name, position }) {
    if (!parent || definition) return;
    let message = `Cannot query field "${Name}" on type "${parent.Name}".`;
    const types = typesWithField(context, parent, Name);
    if (types.length > 0) message += suggest('Did you mean to use an inline fragment on', types);
    else if (parent.Kind === 'OBJECT' || parent.Kind === 'INTERFACE')
      message += suggest('Did you mean', suggestionList(Name, namesOf(parent.Fields)));
    context.report(message, position);
  },
});

export const knownArgumentNames: MakeRule = (context) => {
  const check = (
    list: readonly Argument[] | undefined,
    definitions: readonly FieldDefinition[] | undefined,
    where: string,
    position: Position | undefined,
  ): void => {
    for (const { Name } of list ?? []) {
      if (named(definitions, Name)) continue;
      const ending = suggest('Did you mean', suggestionList(Name, namesOf(definitions)));
      context.report(`Unknown argument "${Name}" on ${where}.${ending}`, position);
    }
  };
  return {
    field({ Name, Arguments, definition, parent, position }) {
      if (definition && parent) check(Arguments, definition.Arguments, `field "${parent.Name}.${Name}"`, position);
    },
    directive({ Name, Arguments, definition, position }) {
      if (definition) check(Arguments, definition.Arguments, `directive "@${Name}"`, position);
    },
  };
};

export const providedRequiredArguments: MakeRule = (context) => {
  const check = (
    list: readonly Argument[] | undefined,
    definitions: readonly FieldDefinition[] | undefined,
    where: string,
    position: Position | undefined,
  ): void => {
    for (const { Name, Type, DefaultValue } of definitions ?? []) {
      if (!Type?.NonNull || DefaultValue || named(list, Name)) continue;
      context.report(
        `${where} argument "${Name}" of type "${printType(Type)}" is required, but it was not provided.`,
        position,
      );
    }
  };
  return {
    field({ Name, Arguments, definition, position }) {
      check(Arguments, definition?.Arguments, `Field "${Name}"`, position);
    },
    directive({ Name, Arguments, definition, position }) {
      check(Arguments, definition?.Arguments, `Directive "@${Name}"`, position);
    },
  };
};

export const uniqueArgumentNames: MakeRule = (context) => {
  const check = (list: readonly Argument[] | undefined): void => {
    const counts = new Map<string, number>();
    for (const { Name, position } of list ?? []) {
      const count = counts.get(Name) ?? 0;
      if (count === 1) context.report(`There can be only one argument named "${Name}".`, position);
      counts.set(Name, count + 1);
    }
  };
  return {
    field: ({ Arguments }) => check(Arguments),
    directive: ({ Arguments }) => check(Arguments),
  };
};

export const scalarLeafs: MakeRule = (context) => ({
  field({ Name, definition, SelectionSet = [], position }) {
    const type = definition?.Type && context.schema.types.get(typeName(definition.Type));
    if (!type) return;
    const isLeaf = type.Kind === 'ENUM' || type.Kind === 'SCALAR';
    if (isLeaf && SelectionSet.length > 0)
      context.report(`Field "${Name}" must not have a selection since type "${type.Name}" has no subfields.`, position);
    if (!isLeaf && SelectionSet.length === 0)
      context.report(
        `Field "${Name}" of type "${printType(definition.Type)}" must have a selection of subfields. Did you mean "${Name} { ... }"?`,
        position,
      );
  },
});

const INTROSPECTION_LISTS: ReadonlySet<string> = new Set(['fields', 'interfaces', 'possibleTypes', 'inputFields']);

export const maxIntrospectionDepth: MakeRule = (context) => {
  const MAX_LISTS = 3;
  const entered = new Set<string>();
  const isTooDeep = (selection: Selection, lists: number): boolean =>
    context.budget.nested(() => {
      let depth = lists;
      let selections: readonly Selection[] | undefined;
      if (selection.kind === 'spread') {
        const { definition, Name } = selection;
        if (!definition || entered.has(Name)) return false;
        entered.add(Name);
        const found = isAnyTooDeep(definition.SelectionSet, depth);
        entered.delete(Name);
        return found;
      }
      if (selection.kind === 'field' && INTROSPECTION_LISTS.has(selection.Name) && ++depth >= MAX_LISTS) return true;
      selections = selection.SelectionSet;
      return isAnyTooDeep(selections, depth);
    });
  const isAnyTooDeep = (selections: readonly Selection[] | undefined, lists: number): boolean =>
    (selections ?? []).some((selection) => isTooDeep(selection, lists));
  return {
    field(field) {
      if (field.Name !== '__schema' && field.Name !== '__type') return;
      entered.clear();
      if (isTooDeep(field, 0)) context.report('Maximum introspection depth exceeded', field.position);
    },
  };
};

export const singleFieldSubscriptions: MakeRule = (context) => {
  interface TopField {
    readonly name: string;
    readonly position: Position | undefined;
  }
  /** The fields at the top, fragments included, each name once. */
  const topFields = (selections: readonly Selection[] | undefined): TopField[] => {
    const fields = new Map<string, TopField>();
    const entered = new Set<string>();
    const collect = (list: readonly Selection[] | undefined): void => {
      for (const selection of list ?? []) {
        if (selection.kind === 'field') {
          const { Name, position } = selection;
          if (!fields.has(Name)) fields.set(Name, { name: Name, position });
        } else if (selection.kind === 'inline') context.budget.nested(() => collect(selection.SelectionSet));
        else {
          const { definition } = selection;
          // As OPA: an unknown fragment ends its list.
          if (!definition) return;
          if (entered.has(definition.Name)) continue;
          entered.add(definition.Name);
          context.budget.nested(() => collect(definition.SelectionSet));
        }
      }
    };
    collect(selections);
    return [...fields.values()];
  };
  return {
    operation({ Operation, Name, SelectionSet }) {
      if (!context.schema.subscription || Operation !== 'subscription') return;
      const fields = topFields(SelectionSet);
      const title = Name === '' ? 'Anonymous Subscription' : `Subscription ${quoteGo(Name)}`;
      if (fields.length > 1) context.report(`${title} must select only one top level field.`, fields[1]!.position);
      for (const { name, position } of fields)
        if (name.startsWith('__'))
          context.report(`${title} must not select an introspection top level field.`, position);
    },
  };
};
