// Terms that are values already: what can be a constant of the plan.
import type { Term } from '../ast/nodes.ts';
import { RegoNumber, type Value } from '../value/value.ts';
import { makeObject, makeSet } from '../value/construct.ts';

/** The value of a term without variables, references, calls and comprehensions; undefined for any other. */
export function groundValue(term: Term): Value | undefined {
  switch (term.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return term.value;
    case 'number':
      return numberValue(term.text);
    case 'array':
      return groundAll(term.items);
    case 'set': {
      const items = groundAll(term.items);
      return items === undefined ? undefined : makeSet(items);
    }
    case 'object': {
      const keys = groundAll(term.entries.map((entry) => entry.key));
      const values = keys && groundAll(term.entries.map((entry) => entry.value));
      return values === undefined ? undefined : makeObject(keys!.map((key, i) => [key, values[i]!] as const));
    }
    default:
      return undefined;
  }
}

function groundAll(terms: readonly Term[]): Value[] | undefined {
  const values: Value[] = [];
  for (const term of terms) {
    const value = groundValue(term);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** A number literal: a double when that is exactly what the text says, else the text itself. */
export function numberValue(text: string): Value {
  const number = Number(text);
  return String(number) === text ? number : new RegoNumber(text);
}
