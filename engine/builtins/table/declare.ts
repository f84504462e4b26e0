// What is declared of a built-in, and the short notation the table's families are written in.
// The families are in the files beside this one; their sum and the look-up by name in ../table.ts.
import type { MaybeType, Type } from '../../types/type.ts';

/** An argument or a result; the name is for messages and documentation. */
export interface Param {
  readonly name?: string;
  readonly type: Type;
}

/** The facts other parts need about a built-in: its name, signature, operator and how it behaves. */
export interface BuiltinDecl {
  /** As policies call it: `count`, `io.jwt.decode`, or the name behind an operator (`plus`). */
  readonly name: string;
  /** The operator that stands for it: `+`, `==`, `in`. */
  readonly infix?: string;
  /** Gives any number of results, each unified with the output (`walk`). */
  readonly relation?: boolean;
  /** Callable in v0 modules only. */
  readonly deprecated?: boolean;
  /** May give another result next time. */
  readonly nondeterministic?: boolean;
  readonly categories?: readonly string[];
  readonly args: readonly Param[];
  /** Type of all arguments after `args`. */
  readonly variadic?: Type;
  /** Undefined: called for effect, no result (`print`). */
  readonly result?: Param;
}

/** What a family's file says beside the signature. */
export interface BuiltinTraits {
  readonly infix?: string;
  readonly relation?: boolean;
  readonly deprecated?: boolean;
  readonly nondeterministic?: boolean;
  readonly categories?: readonly string[];
  readonly variadic?: Type;
}

/** Types by name, in order, or types without names. */
type Params = Readonly<Record<string, Type>> | readonly Type[];

/**
 * Declares one built-in: `declare('plus', { x: number, y: number }, { z: number }, { infix: '+' })`.
 * Arguments and result have names where they are given as records.
 */
export function declare(
  name: string,
  args: Params,
  result: Readonly<Record<string, Type>> | Type | undefined,
  traits: BuiltinTraits = {},
): BuiltinDecl {
  return {
    name,
    args: params(args),
    result: result === undefined ? undefined : isType(result) ? { type: result } : params(result)[0],
    ...traits,
  };
}

function isType(x: Readonly<Record<string, Type>> | Type): x is Type {
  return typeof (x as { kind?: MaybeType | string }).kind === 'string';
}

function params(list: Params): Param[] {
  if (Array.isArray(list)) return (list as readonly Type[]).map((type) => ({ type }));
  return Object.entries(list as Readonly<Record<string, Type>>).map(([name, type]) => ({ name, type }));
}
