// One way through a query document for all rules: resolves names against the schema and tells the rules what it comes by.
// Left to others: what the rules make of it (rules/).
import { named, typeName, VALUE_KIND } from './ast.ts';
import type {
  Argument,
  Definition,
  Directive,
  Field,
  FieldDefinition,
  FragmentDefinition,
  FragmentSpread,
  InlineFragment,
  Literal,
  OperationDefinition,
  Position,
  QueryDocument,
  Selection,
  VariableDefinition,
} from './ast.ts';
import { Budget } from './errors.ts';
import type { GraphqlFault } from './errors.ts';
import type { Schema } from './schema.ts';

/** What a rule wants to see. Parts come after the parts inside of them. */
export interface Rule {
  operation?(operation: OperationDefinition): void;
  field?(field: Field): void;
  fragment?(fragment: FragmentDefinition): void;
  inlineFragment?(fragment: InlineFragment): void;
  fragmentSpread?(spread: FragmentSpread): void;
  directive?(directive: Directive): void;
  directives?(directives: readonly Directive[]): void;
  value?(value: Literal): void;
  variable?(variable: VariableDefinition): void;
}

/** What rules know about the document at hand. */
export class RuleContext {
  readonly schema: Schema;
  readonly document: QueryDocument;
  readonly budget = new Budget();
  readonly faults: GraphqlFault[] = [];
  /** The operation being walked; none in the walk over the fragments that follows the operations. */
  operation: OperationDefinition | undefined;

  constructor(schema: Schema, document: QueryDocument) {
    this.schema = schema;
    this.document = document;
  }

  report(message: string, position: Position | undefined): void {
    this.budget.step();
    this.faults.push({ message, position });
  }

  /** The types that values of this type can have. */
  possibleTypes(definition: Definition): readonly Definition[] {
    return this.schema.possibleTypes.get(definition.Name) ?? [];
  }
}

/** A rule, ready for one document. */
export type MakeRule = (context: RuleContext) => Rule;

const TYPENAME: FieldDefinition = {
  Description: '',
  Name: '__typename',
  Type: { NamedType: 'String', NonNull: false },
};

class Walker {
  readonly #context: RuleContext;
  readonly #rules: readonly Rule[];
  /** Fragments walked in the current operation or fragment. */
  #walked = new Set<string>();

  constructor(context: RuleContext, rules: readonly Rule[]) {
    this.#context = context;
    this.#rules = rules;
  }

  walk(): void {
    const { document } = this.#context;
    for (const operation of document.Operations ?? []) {
      this.#walked = new Set();
      this.#operation(operation);
    }
    for (const fragment of document.Fragments ?? []) {
      this.#walked = new Set();
      this.#fragment(fragment);
    }
  }

  #type(name: string): Definition | undefined {
    return this.#context.schema.types.get(name);
  }

  #operation(operation: OperationDefinition): void {
    const { schema } = this.#context;
    this.#context.operation = operation;
    const variables = operation.VariableDefinitions ?? [];
    for (const variable of variables) {
      const definition = variable.Type && this.#type(typeName(variable.Type));
      variable.definition = definition;
      for (const rule of this.#rules) rule.variable?.(variable);
      if (!variable.DefaultValue) continue;
      variable.DefaultValue.expected = variable.Type;
      variable.DefaultValue.definition = definition;
    }
    const { Operation } = operation;
    let definition: Definition | undefined;
    if (Operation === 'query' || Operation === '') definition = schema.query;
    else if (Operation === 'mutation') definition = schema.mutation;
    else if (Operation === 'subscription') definition = schema.subscription;
    for (const variable of variables) {
      if (variable.DefaultValue) this.#value(variable.DefaultValue);
      this.#directives(variable.Directives, 'VARIABLE_DEFINITION');
    }
    this.#directives(operation.Directives, (Operation || 'query').toUpperCase());
    this.#selections(definition, operation.SelectionSet);
    for (const rule of this.#rules) rule.operation?.(operation);
    this.#context.operation = undefined;
  }

  #fragment(fragment: FragmentDefinition): void {
    const definition = this.#type(fragment.TypeCondition);
    fragment.definition = definition;
    this.#directives(fragment.Directives, 'FRAGMENT_DEFINITION');
    this.#selections(definition, fragment.SelectionSet);
    for (const rule of this.#rules) rule.fragment?.(fragment);
  }

  #directives(list: readonly Directive[] | undefined, location: string): void {
    for (const directive of list ?? []) {
      const definition = this.#context.schema.directives.get(directive.Name);
      directive.definition = definition;
      directive.location = location;
      this.#arguments(directive.Arguments, definition?.Arguments);
      for (const rule of this.#rules) rule.directive?.(directive);
    }
    for (const rule of this.#rules) rule.directives?.(list ?? []);
  }

  #arguments(list: readonly Argument[] | undefined, definitions: readonly FieldDefinition[] | undefined): void {
    for (const argument of list ?? []) {
      if (!argument.Value) continue;
      this.#expect(argument.Value, named(definitions, argument.Name));
      this.#value(argument.Value);
    }
  }

  /** Notes what is wanted where the value stands. */
  #expect(value: Literal, definition: FieldDefinition | undefined): void {
    if (!definition?.Type) return;
    value.expected = definition.Type;
    value.expectedHasDefault = !!definition.DefaultValue && definition.DefaultValue.Kind !== VALUE_KIND.null;
    value.definition = this.#type(typeName(definition.Type));
  }

  #value(value: Literal): void {
    this.#context.budget.nested(() => {
      const { operation } = this.#context;
      if (value.Kind === VALUE_KIND.variable && operation) {
        value.variable = operation.VariableDefinitions?.find((variable) => variable.Variable === value.Raw);
        if (value.variable) value.variable.used = true;
      }
      for (const child of value.Children ?? []) {
        if (!child.Value) continue;
        if (value.Kind === VALUE_KIND.object) {
          this.#expect(child.Value, named(value.definition?.Fields, child.Name));
          this.#value(child.Value);
        } else if (value.Kind === VALUE_KIND.list) {
          if (value.expected?.Elem) {
            child.Value.expected = value.expected.Elem;
            child.Value.definition = value.definition;
          }
          this.#value(child.Value);
        }
      }
      for (const rule of this.#rules) rule.value?.(value);
    });
  }

  #selections(parent: Definition | undefined, list: readonly Selection[] | undefined): void {
    for (const selection of list ?? []) this.#context.budget.nested(() => this.#selection(parent, selection));
  }

  #selection(parent: Definition | undefined, selection: Selection): void {
    selection.parent = parent;
    if (selection.kind === 'field') {
      selection.definition = selection.Name === '__typename' ? TYPENAME : named(parent?.Fields, selection.Name);
      const type = selection.definition?.Type;
      const next = type && this.#type(typeName(type));
      this.#arguments(selection.Arguments, selection.definition?.Arguments);
      this.#directives(selection.Directives, 'FIELD');
      this.#selections(next, selection.SelectionSet);
      for (const rule of this.#rules) rule.field?.(selection);
    } else if (selection.kind === 'inline') {
      const next = selection.TypeCondition === '' ? parent : this.#type(selection.TypeCondition);
      this.#directives(selection.Directives, 'INLINE_FRAGMENT');
      this.#selections(next, selection.SelectionSet);
      for (const rule of this.#rules) rule.inlineFragment?.(selection);
    } else {
      const definition = named(this.#context.document.Fragments, selection.Name);
      selection.definition = definition;
      this.#directives(selection.Directives, 'FRAGMENT_SPREAD');
      if (definition && !this.#walked.has(definition.Name)) {
        this.#walked.add(definition.Name);
        this.#directives(definition.Directives, 'FRAGMENT_DEFINITION');
        this.#selections(this.#type(definition.TypeCondition), definition.SelectionSet);
      }
      for (const rule of this.#rules) rule.fragmentSpread?.(selection);
    }
  }
}

/** Walks the document with the rules; what they find is in the context. */
export function walk(context: RuleContext, rules: readonly Rule[]): void {
  new Walker(context, rules).walk();
}
