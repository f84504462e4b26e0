// Rules about names: operations, fragments, variables, types and directives that must be known, used, or unique.
// Left to others: fields and their arguments (fields.ts).
import { named, printType, typeName } from '../ast.ts';
import type { Definition, FragmentDefinition, FragmentSpread, Selection } from '../ast.ts';
import { isCompositeType, isInputType } from '../schema.ts';
import { suggest, suggestionList } from '../suggestions.ts';
import type { MakeRule } from '../walk.ts';

export const fragmentsOnCompositeTypes: MakeRule = (context) => ({
  inlineFragment({ TypeCondition, position }) {
    const type = context.schema.types.get(TypeCondition);
    if (type && !isCompositeType(type))
      context.report(`Fragment cannot condition on non composite type "${TypeCondition}".`, position);
  },
  fragment({ Name, TypeCondition, definition, position }) {
    if (definition && TypeCondition !== '' && !isCompositeType(definition))
      context.report(`Fragment "${Name}" cannot condition on non composite type "${TypeCondition}".`, position);
  },
});

export const knownDirectives: MakeRule = (context) => {
  // Fragments are walked more than once.
  const reported = new Set<string>();
  return {
    directive({ Name, definition, location, position }) {
      if (!definition) {
        context.report(`Unknown directive "@${Name}".`, position);
        return;
      }
      if (definition.Locations?.includes(location!)) return;
      const key = `${Name} ${position?.line} ${position?.column}`;
      if (reported.has(key)) return;
      reported.add(key);
      context.report(`Directive "@${Name}" may not be used on ${location}.`, position);
    },
  };
};

export const knownFragmentNames: MakeRule = (context) => ({
  fragmentSpread({ Name, definition, position }) {
    if (!definition) context.report(`Unknown fragment "${Name}".`, position);
  },
});

export const knownRootType: MakeRule = (context) => ({
  operation({ Operation, position }) {
    const { query, mutation, subscription } = context.schema;
    const roots = new Map([
      ['', query],
      ['query', query],
      ['mutation', mutation],
      ['subscription', subscription],
    ]);
    if (!roots.get(Operation)) context.report(`Schema does not support operation type "${Operation}"`, position);
  },
});

export const knownTypeNames: MakeRule = (context) => {
  const { types } = context.schema;
  return {
    variable({ Type, position }) {
      const name = Type ? typeName(Type) : '';
      if (!types.has(name)) context.report(`Unknown type "${name}".`, position);
    },
    inlineFragment({ TypeCondition, position }) {
      if (TypeCondition !== '' && !types.has(TypeCondition))
        context.report(`Unknown type "${TypeCondition}".`, position);
    },
    fragment({ TypeCondition, position }) {
      if (types.has(TypeCondition)) return;
      const ending = suggest('Did you mean', suggestionList(TypeCondition, [...types.keys()].sort()));
      context.report(`Unknown type "${TypeCondition}".${ending}`, position);
    },
  };
};

export const loneAnonymousOperation: MakeRule = (context) => ({
  operation({ Name, position }) {
    if (Name === '' && (context.document.Operations?.length ?? 0) > 1)
      context.report('This anonymous operation must be the only defined operation.', position);
  },
});

/** The spreads anywhere below, nearer ones first. */
function spreadsIn(selections: readonly Selection[] | undefined): FragmentSpread[] {
  const spreads: FragmentSpread[] = [];
  const stack = [selections];
  while (stack.length > 0) {
    for (const selection of stack.pop() ?? []) {
      if (selection.kind === 'spread') spreads.push(selection);
      else stack.push(selection.SelectionSet);
    }
  }
  return spreads;
}

export const noFragmentCycles: MakeRule = (context) => {
  const visited = new Set<string>();
  return {
    fragment(start) {
      const path: FragmentSpread[] = [];
      const pathIndex = new Map<string, number>();
      const visit = (fragment: FragmentDefinition): void => {
        if (visited.has(fragment.Name)) return;
        visited.add(fragment.Name);
        const spreads = spreadsIn(fragment.SelectionSet);
        if (spreads.length === 0) return;
        pathIndex.set(fragment.Name, path.length);
        for (const spread of spreads) {
          const cycleStart = pathIndex.get(spread.Name);
          if (cycleStart === undefined) {
            const next = named(context.document.Fragments, spread.Name);
            path.push(spread);
            if (next) context.budget.nested(() => visit(next));
            path.pop();
          } else {
            const names = path.slice(cycleStart).map((step) => `"${step.Name}"`);
            const via = names.length > 0 ? ` via ${names.join(', ')}` : '';
            context.report(`Cannot spread fragment "${spread.Name}" within itself${via}.`, spread.position);
          }
        }
        pathIndex.delete(fragment.Name);
      };
      visit(start);
    },
  };
};

export const noUndefinedVariables: MakeRule = (context) => ({
  value({ Kind, Raw, variable, position }) {
    const { operation } = context;
    if (!operation || Kind !== 0 || variable) return;
    const where = operation.Name === '' ? '' : ` by operation "${operation.Name}"`;
    context.report(`Variable "$${Raw}" is not defined${where}.`, position);
  },
});

export const noUnusedFragments: MakeRule = (context) => {
  let isInFragments = false;
  const used = new Set<string>();
  return {
    fragmentSpread({ Name }) {
      if (!isInFragments) used.add(Name);
    },
    fragment({ Name, position }) {
      // Only now, so that the first fragment's own spreads count as OPA counts them.
      isInFragments = true;
      if (!used.has(Name)) context.report(`Fragment "${Name}" is never used.`, position);
    },
  };
};

export const noUnusedVariables: MakeRule = (context) => ({
  operation({ Name, VariableDefinitions }) {
    const where = Name === '' ? '' : ` in operation "${Name}"`;
    for (const { Variable, used, Used, position } of VariableDefinitions ?? [])
      if (!used && !Used) context.report(`Variable "$${Variable}" is never used${where}.`, position);
  },
});

export const possibleFragmentSpreads: MakeRule = (context) => {
  const isPossible = (parent: Definition | undefined, condition: string): boolean => {
    if (!parent || !isCompositeType(parent)) return true;
    const type = context.schema.types.get(condition);
    if (!type || !isCompositeType(type)) return true;
    const parents = parent.Kind === 'OBJECT' ? [parent] : context.possibleTypes(parent);
    const names = new Set(parents.map((definition) => definition.Name));
    return context.possibleTypes(type).some((definition) => names.has(definition.Name));
  };
  return {
    inlineFragment({ parent, TypeCondition, position }) {
      if (isPossible(parent, TypeCondition)) return;
      context.report(
        `Fragment cannot be spread here as objects of type "${parent!.Name}" can never be of type "${TypeCondition}".`,
        position,
      );
    },
    fragmentSpread({ Name, parent, definition, position }) {
      if (!definition || isPossible(parent, definition.TypeCondition)) return;
      context.report(
        `Fragment "${Name}" cannot be spread here as objects of type "${parent!.Name}" can never be of type "${definition.TypeCondition}".`,
        position,
      );
    },
  };
};

export const uniqueDirectivesPerLocation: MakeRule = (context) => ({
  directives(list) {
    const seen = new Set<string>();
    for (const { Name, definition, position } of list) {
      if (seen.has(Name) && !definition?.IsRepeatable)
        context.report(`The directive "@${Name}" can only be used once at this location.`, position);
      seen.add(Name);
    }
  },
});

export const uniqueFragmentNames: MakeRule = (context) => {
  const seen = new Set<string>();
  return {
    fragment({ Name, position }) {
      if (seen.has(Name)) context.report(`There can be only one fragment named "${Name}".`, position);
      seen.add(Name);
    },
  };
};

export const uniqueOperationNames: MakeRule = (context) => {
  const seen = new Set<string>();
  return {
    operation({ Name, position }) {
      if (seen.has(Name)) context.report(`There can be only one operation named "${Name}".`, position);
      seen.add(Name);
    },
  };
};

export const uniqueVariableNames: MakeRule = (context) => ({
  operation({ VariableDefinitions }) {
    const counts = new Map<string, number>();
    for (const { Variable, position } of VariableDefinitions ?? []) {
      const count = counts.get(Variable) ?? 0;
      if (count === 1) context.report(`There can be only one variable named "$${Variable}".`, position);
      counts.set(Variable, count + 1);
    }
  },
});

export const variablesAreInputTypes: MakeRule = (context) => ({
  operation({ VariableDefinitions }) {
    for (const { Variable, Type, definition, position } of VariableDefinitions ?? [])
      if (definition && !isInputType(definition))
        context.report(`Variable "$${Variable}" cannot be non-input type "${printType(Type)}".`, position);
  },
});
