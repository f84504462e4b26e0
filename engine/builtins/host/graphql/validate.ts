// Queries against a schema: all rules in one walk.
// Left to others: the rules (rules/), the walk (walk.ts), the schema (schema.ts).
import type { QueryDocument } from './ast.ts';
import type { GraphqlFault } from './errors.ts';
import * as fields from './rules/fields.ts';
import * as names from './rules/names.ts';
import { overlappingFieldsCanBeMerged } from './rules/overlapping-fields.ts';
import * as values from './rules/values.ts';
import type { Schema } from './schema.ts';
import { RuleContext, walk } from './walk.ts';
import type { MakeRule } from './walk.ts';

/** In the order in which they report on one and the same part of a document. */
const RULES: readonly MakeRule[] = [
  fields.fieldsOnCorrectType,
  names.fragmentsOnCompositeTypes,
  fields.knownArgumentNames,
  names.knownDirectives,
  names.knownFragmentNames,
  names.knownRootType,
  names.knownTypeNames,
  names.loneAnonymousOperation,
  fields.maxIntrospectionDepth,
  names.noFragmentCycles,
  names.noUndefinedVariables,
  names.noUnusedFragments,
  names.noUnusedVariables,
  overlappingFieldsCanBeMerged,
  names.possibleFragmentSpreads,
  fields.providedRequiredArguments,
  fields.scalarLeafs,
  fields.singleFieldSubscriptions,
  fields.uniqueArgumentNames,
  names.uniqueDirectivesPerLocation,
  names.uniqueFragmentNames,
  values.uniqueInputFieldNames,
  names.uniqueOperationNames,
  names.uniqueVariableNames,
  values.valuesOfCorrectType,
  names.variablesAreInputTypes,
  values.variablesInAllowedPosition,
];

/** What is wrong with the query; nothing when it is valid. Throws LimitError. */
export function validateQuery(schema: Schema, document: QueryDocument): readonly GraphqlFault[] {
  const context = new RuleContext(schema, document);
  walk(
    context,
    RULES.map((make) => make(context)),
  );
  return context.faults;
}
