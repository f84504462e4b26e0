// Unification of terms with types and with each other, which gives variables their types.
// Left to others: when types themselves unify (unify.ts).
import type { ArrayTerm, ObjectTerm, SetTerm, Term } from '../ast/nodes.ts';
import { entryOf } from '../analysis/terms.ts';
import type { Scope } from './environment.ts';
import { constantOf, typeOfTerm } from './term-types.ts';
import { isUnknown, selectKey, unionOf } from './type-algebra.ts';
import { unifies } from './unify.ts';
import { anyType, isAnything, resolveType } from './type.ts';
import type { ArrayType, MaybeType, ObjectType } from './type.ts';

/**
 * Whether a term can have a type. A variable whose type isn't known gets it; with `union`, a variable gets the type as
 * one more it may have.
 */
export function unifyTerm(scope: Scope, term: Term, type: MaybeType, union: boolean): boolean {
  switch (term.kind) {
    case 'var': {
      const known = scope.get(term.name);
      if (union) scope.set(term.name, unionOf(known, type));
      else if (known !== undefined) return unifies(known, type);
      else scope.set(term.name, type);
      return true;
    }
    case 'array': {
      const plain = type && resolveType(type);
      return plain?.kind === 'array' ? unifyArray(scope, term, plain, union) : unifyWithAny(scope, term, plain);
    }
    case 'object': {
      const plain = type && resolveType(type);
      return plain?.kind === 'object' ? unifyObject(scope, term, plain, union) : unifyWithAny(scope, term, plain);
    }
    case 'set': {
      const plain = type && resolveType(type);
      if (plain?.kind !== 'set') return unifyWithAny(scope, term, plain);
      return term.items.every((item) => unifyTerm(scope, item, plain.of, union));
    }
    default:
      return unifies(typeOfTerm(scope, term), type);
  }
}

function unifyWithAny(scope: Scope, term: ArrayTerm | ObjectTerm | SetTerm, type: MaybeType): boolean {
  if (type?.kind !== 'any') return false;
  if (isAnything(type)) {
    if (term.kind === 'object') {
      for (const { key, value } of term.entries) {
        unifyTerm(scope, key, anyType, true);
        unifyTerm(scope, value, anyType, true);
      }
    } else {
      for (const item of term.items) unifyTerm(scope, item, anyType, true);
    }
    return true;
  }
  let some = false;
  // Every member is tried: each may add to the types of the variables.
  for (const member of type.of) if (unifyTerm(scope, term, member, true)) some = true;
  return some;
}

function unifyArray(scope: Scope, term: ArrayTerm, type: ArrayType, union: boolean): boolean {
  if (term.items.length !== type.static.length && type.dynamic === undefined) return false;
  return term.items.every((item, i) =>
    unifyTerm(scope, item, i < type.static.length ? type.static[i] : type.dynamic, union),
  );
}

function unifyObject(scope: Scope, term: ObjectTerm, type: ObjectType, union: boolean): boolean {
  if (term.entries.length !== type.static.length && type.dynamic?.value === undefined) return false;
  return term.entries.every(({ key, value }) => {
    const constant = constantOf(key);
    if (constant === undefined) {
      // Under a key that isn't known the value may be anything.
      unifyTerm(scope, value, anyType, union);
      return true;
    }
    const property = selectKey(type, constant);
    return property !== undefined && unifyTerm(scope, value, property, union);
  });
}

/** Whether two terms of these types can be equal; variables whose types aren't known get them. */
export function unifyTerms(scope: Scope, a: Term, typeA: MaybeType, b: Term, typeB: MaybeType): boolean {
  const unknownA = isUnknown(typeA);
  const unknownB = isUnknown(typeB);
  if (!unknownA && !unknownB) return unifies(typeA, typeB);
  if (!unknownA) return unifyTerm(scope, b, typeA, false);
  if (!unknownB) return unifyTerm(scope, a, typeB, false);
  if (a.kind === 'array') return unifyUnknownArray(scope, a, b);
  if (a.kind === 'object') return unifyUnknownObject(scope, a, b);
  if (b.kind === 'var') return unifyUnknownVar(scope, a, b);
  if (a.kind !== 'var') return false;
  if (b.kind === 'array') return unifyUnknownArray(scope, b, a);
  if (b.kind === 'object') return unifyUnknownObject(scope, b, a);
  return unifyUnknownVar(scope, b, a);
}

function unifyUnknownArray(scope: Scope, a: ArrayTerm, b: Term): boolean {
  if (b.kind === 'var') return unifyByAny(scope, a, b);
  return (
    b.kind === 'array' &&
    a.items.length === b.items.length &&
    a.items.every((item, i) => unifyPair(scope, item, b.items[i]!))
  );
}

function unifyUnknownObject(scope: Scope, a: ObjectTerm, b: Term): boolean {
  if (b.kind === 'var') return unifyByAny(scope, a, b);
  if (b.kind !== 'object' || a.entries.length !== b.entries.length) return false;
  const values = a.entries.map((entry) => entryOf(b.entries, entry.key));
  if (values.includes(undefined)) return false;
  return a.entries.every((entry, i) => unifyPair(scope, entry.value, values[i]!));
}

function unifyPair(scope: Scope, a: Term, b: Term): boolean {
  return unifyTerms(scope, a, typeOfTerm(scope, a), b, typeOfTerm(scope, b));
}

/** Both may be anything, as far as is known: first `a` gets that type, then the variable gets the type of `a`. */
function unifyByAny(scope: Scope, a: Term, b: Term): boolean {
  return unifyTerm(scope, a, anyType, false) && unifyTerm(scope, b, typeOfTerm(scope, a), false);
}

/** A variable and a closure of which something isn't known: a variable of no known type gets what is known. */
function unifyUnknownVar(scope: Scope, a: Term, b: Term): boolean {
  if (a.kind === 'var') return unifyByAny(scope, a, b);
  const type = typeOfTerm(scope, a);
  return type !== undefined && typeOfTerm(scope, b) === undefined && unifyTerm(scope, b, type, false);
}
