// The rule that fields which come to the same name in a result must be the same field, fragments looked into.
// Left to others: all other rules.
import { printType } from '../ast.ts';
import type { Argument, Field, FragmentSpread, Position, Selection, Type } from '../ast.ts';
import type { MakeRule, RuleContext } from '../walk.ts';

interface Conflict {
  readonly name: string;
  readonly position: Position | undefined;
  /** Why, or which conflicts further down. */
  readonly reason: string | readonly Conflict[];
}

/** The fields of a selection by name in the result, and the fragments spread in it. */
interface Collected {
  readonly fields: ReadonlyMap<string, readonly Field[]>;
  readonly spreads: readonly FragmentSpread[];
}

function describeReason({ reason }: Conflict): string {
  if (typeof reason === 'string') return reason;
  return reason.map((inner) => `subfields "${inner.name}" conflict because ${describeReason(inner)}`).join(' and ');
}

/** As OPA: of lists, objects and blocks of them, what is inside does not count. */
function haveSameArguments(a: readonly Argument[] = [], b: readonly Argument[] = []): boolean {
  return (
    a.length === b.length &&
    a.every((one) =>
      b.some(
        (other) =>
          one.Name === other.Name && one.Value?.Kind === other.Value?.Kind && one.Value?.Raw === other.Value?.Raw,
      ),
    )
  );
}

function isSameCollection(a: Collected['fields'], b: Collected['fields']): boolean {
  if (a.size !== b.size) return false;
  for (const [name, fields] of a) {
    const others = b.get(name);
    if (others?.length !== fields.length || fields.some((field, index) => field !== others[index])) return false;
  }
  return true;
}

class ConflictFinder {
  readonly #context: RuleContext;
  /** Pairs of fragments already compared, and whether as parts of types that exclude one another. */
  readonly #comparedPairs = new Map<string, Map<string, boolean>>();
  /** Fragments compared with the current collection of fields. */
  #comparedFragments = new Set<string>();

  constructor(context: RuleContext) {
    this.#context = context;
  }

  check(selections: readonly Selection[] | undefined): void {
    if (!selections || selections.length === 0) return;
    for (const conflict of this.#conflictsWithin(selections))
      this.#context.report(
        `Fields "${conflict.name}" conflict because ${describeReason(conflict)}. Use different aliases on the fields to fetch both if this was intentional.`,
        conflict.position,
      );
  }

  #collect(selections: readonly Selection[] | undefined): Collected {
    const fields = new Map<string, Field[]>();
    const spreads: FragmentSpread[] = [];
    const collect = (list: readonly Selection[]): void => {
      for (const selection of list) {
        this.#context.budget.step();
        if (selection.kind === 'spread') spreads.push(selection);
        else if (selection.kind === 'inline') collect(selection.SelectionSet ?? []);
        else {
          const name = selection.Alias || selection.Name;
          const same = fields.get(name);
          if (same) same.push(selection);
          else fields.set(name, [selection]);
        }
      }
    };
    collect(selections ?? []);
    return { fields, spreads };
  }

  #conflictsWithin(selections: readonly Selection[]): Conflict[] {
    const { fields, spreads } = this.#collect(selections);
    const conflicts: Conflict[] = [];
    for (const same of fields.values())
      same.forEach((field, index) => {
        for (const other of same.slice(index + 1)) this.#compare(conflicts, false, field, other);
      });
    this.#comparedFragments = new Set();
    spreads.forEach((spread, index) => {
      this.#betweenFieldsAndFragment(conflicts, false, fields, spread);
      for (const other of spreads.slice(index + 1)) this.#betweenFragments(conflicts, false, spread, other);
    });
    return conflicts;
  }

  #betweenFieldsAndFragment(
    conflicts: Conflict[],
    areExclusive: boolean,
    fields: Collected['fields'],
    { Name, definition }: FragmentSpread,
  ): void {
    if (this.#comparedFragments.has(Name)) return;
    this.#comparedFragments.add(Name);
    if (!definition) return;
    const inner = this.#collect(definition.SelectionSet);
    if (isSameCollection(fields, inner.fields)) return;
    this.#betweenFields(conflicts, areExclusive, fields, inner.fields);
    for (const spread of inner.spreads)
      if (spread.Name !== Name)
        this.#context.budget.nested(() => this.#betweenFieldsAndFragment(conflicts, areExclusive, fields, spread));
  }

  #wasCompared(a: string, b: string, areExclusive: boolean): boolean {
    const before = this.#comparedPairs.get(a)?.get(b);
    if (before === undefined) return false;
    // Compared as parts of one type covers both.
    return areExclusive || !before;
  }

  #noteCompared(a: string, b: string, areExclusive: boolean): void {
    const pairs = this.#comparedPairs.get(a) ?? new Map<string, boolean>();
    pairs.set(b, areExclusive);
    this.#comparedPairs.set(a, pairs);
  }

  #betweenFragments(conflicts: Conflict[], areExclusive: boolean, a: FragmentSpread, b: FragmentSpread): void {
    this.#context.budget.nested(() => {
      if (a.Name === b.Name || this.#wasCompared(a.Name, b.Name, areExclusive)) return;
      this.#noteCompared(a.Name, b.Name, areExclusive);
      this.#noteCompared(b.Name, a.Name, areExclusive);
      if (!a.definition || !b.definition) return;
      const first = this.#collect(a.definition.SelectionSet);
      const second = this.#collect(b.definition.SelectionSet);
      this.#betweenFields(conflicts, areExclusive, first.fields, second.fields);
      for (const spread of second.spreads) this.#betweenFragments(conflicts, areExclusive, a, spread);
      for (const spread of first.spreads) this.#betweenFragments(conflicts, areExclusive, spread, b);
    });
  }

  #betweenFields(conflicts: Conflict[], areExclusive: boolean, a: Collected['fields'], b: Collected['fields']): void {
    for (const [name, fields] of a) {
      const others = b.get(name);
      if (!others) continue;
      for (const field of fields) for (const other of others) this.#compare(conflicts, areExclusive, field, other);
    }
  }

  #betweenSelections(areExclusive: boolean, a: Field, b: Field): Conflict[] {
    const conflicts: Conflict[] = [];
    const first = this.#collect(a.SelectionSet);
    const second = this.#collect(b.SelectionSet);
    this.#betweenFields(conflicts, areExclusive, first.fields, second.fields);
    for (const spread of second.spreads) {
      this.#comparedFragments = new Set();
      this.#betweenFieldsAndFragment(conflicts, areExclusive, first.fields, spread);
    }
    for (const spread of first.spreads) {
      this.#comparedFragments = new Set();
      this.#betweenFieldsAndFragment(conflicts, areExclusive, second.fields, spread);
    }
    for (const spread of first.spreads)
      for (const other of second.spreads) this.#betweenFragments(conflicts, areExclusive, spread, other);
    return conflicts;
  }

  #compare(conflicts: Conflict[], areParentsExclusive: boolean, a: Field, b: Field): void {
    const reason = this.#context.budget.nested(() => this.#conflictOf(areParentsExclusive, a, b));
    if (reason !== undefined) conflicts.push({ name: a.Alias || a.Name, position: b.position, reason });
  }

  #conflictOf(areParentsExclusive: boolean, a: Field, b: Field): Conflict['reason'] | undefined {
    if (!a.parent || !b.parent) return undefined;
    const areExclusive =
      areParentsExclusive ||
      (a.parent.Name !== b.parent.Name &&
        a.parent.Kind === 'OBJECT' &&
        b.parent.Kind === 'OBJECT' &&
        !!a.definition &&
        !!b.definition);
    if (!areExclusive) {
      if (a.Name !== b.Name) return `"${a.Name}" and "${b.Name}" are different fields`;
      if (!haveSameArguments(a.Arguments, b.Arguments)) return 'they have differing arguments';
    }
    const typeA = a.definition?.Type;
    const typeB = b.definition?.Type;
    if (typeA && typeB && this.#doTypesConflict(typeA, typeB))
      return `they return conflicting types "${printType(typeA)}" and "${printType(typeB)}"`;
    const inner = this.#betweenSelections(areExclusive, a, b);
    return inner.length > 0 ? inner : undefined;
  }

  #doTypesConflict(a: Type, b: Type): boolean {
    if (a.Elem && b.Elem) return this.#doTypesConflict(a.Elem, b.Elem);
    if (a.Elem || b.Elem || a.NonNull !== b.NonNull) return true;
    const { types } = this.#context.schema;
    const isLeaf = (type: Type): boolean => ['SCALAR', 'ENUM'].includes(types.get(type.NamedType)?.Kind ?? '');
    return isLeaf(a) && isLeaf(b) && a.NamedType !== b.NamedType;
  }
}

export const overlappingFieldsCanBeMerged: MakeRule = (context) => {
  const finder = new ConflictFinder(context);
  return {
    operation: ({ SelectionSet }) => finder.check(SelectionSet),
    field({ SelectionSet }) {
      // Fields of fragments were looked at with the operations that use them.
      if (context.operation) finder.check(SelectionSet);
    },
    inlineFragment: ({ SelectionSet }) => finder.check(SelectionSet),
    fragment: ({ SelectionSet }) => finder.check(SelectionSet),
  };
};
