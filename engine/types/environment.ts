// What is known while types are inferred: the types of variables by scope, of documents and of functions.
// Left to others: inferring them (term-types.ts, check-body.ts, check.ts).
import type { BuiltinDecl } from '../builtins/table.ts';
import type { Body, RefTerm } from '../ast/nodes.ts';
import type { DocumentTypes } from './document-types.ts';
import type { FunctionType, MaybeType, Type } from './type.ts';

/** What all scopes of one check share. */
export interface Environment {
  /** Types of the rules seen so far. */
  readonly documents: DocumentTypes;
  /** By its JSON schema; undefined when there is none. */
  readonly input: MaybeType;
  /** References into variables that lead nowhere: their types aren't known. */
  readonly failed: Set<RefTerm>;
  readonly builtin: (name: string) => BuiltinDecl | undefined;
  /**
   * Infers the types of a comprehension's body in a lenient scope, which is returned; undefined when it has faults that
   * leave its type open.
   */
  readonly closure: (scope: Scope, body: Body) => Scope | undefined;
}

/**
 * Variables of one body. A look-up goes on in the scopes outside.
 * Invariant: while an inner scope is in use, the outer ones don't change.
 */
export class Scope {
  readonly environment: Environment;
  readonly outer: Scope | undefined;
  private types: Map<string, MaybeType> | undefined;
  /** Changes whenever a variable gets a type. */
  private revision = 0;
  private scalars: Set<string> | undefined;
  private closures: Map<Body, { readonly revision: number; readonly scope: Scope | undefined }> | undefined;
  /** `input` and `data` as schema annotations of the rule say; in the rule's outermost scope only. */
  input: MaybeType;
  data: MaybeType;
  /** References into variables that lead nowhere are of any type: their faults are reported elsewhere. */
  readonly lenient: boolean;
  /** The variables of a comprehension's body, or of one inside of it. */
  readonly inClosure: boolean;

  constructor(environment: Environment, outer?: Scope, lenient = outer?.lenient ?? false, inClosure = false) {
    this.lenient = lenient;
    this.inClosure = inClosure || outer?.inClosure === true;
    this.environment = environment;
    this.outer = outer;
    this.input = outer?.input;
    this.data = outer?.data;
  }

  /** The type of a variable, undefined while it isn't known. */
  get(name: string): MaybeType {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.outer) {
      const type = scope.types?.get(name);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  set(name: string, type: MaybeType): void {
    this.types ??= new Map();
    this.types.set(name, type);
    this.revision++;
  }

  /** Notes that a generated variable stands for a scalar, so that references into it are known for what they are. */
  markScalar(name: string): void {
    this.scalars ??= new Set();
    this.scalars.add(name);
  }

  isScalar(name: string): boolean {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.outer) {
      if (scope.scalars?.has(name) === true) return true;
    }
    return false;
  }

  /** The scope of a comprehension's body; asked for again while nothing has changed, it isn't checked again. */
  closure(body: Body): Scope | undefined {
    const known = this.closures?.get(body);
    if (known !== undefined && known.revision === this.revision) return known.scope;
    const scope = this.environment.closure(this, body);
    this.remember(body, scope);
    return scope;
  }

  remember(body: Body, scope: Scope | undefined): void {
    this.closures ??= new Map();
    this.closures.set(body, { revision: this.revision, scope });
  }
}

const functionTypes = new WeakMap<BuiltinDecl, FunctionType>();

/** The type of a built-in. */
export function functionTypeOf(builtin: BuiltinDecl): FunctionType {
  let type = functionTypes.get(builtin);
  if (type === undefined) {
    type = {
      kind: 'function',
      args: builtin.args.map((arg): Type => arg.type),
      names: builtin.args.map((arg) => arg.name),
      result: builtin.result?.type,
      resultName: builtin.result?.name,
      variadic: builtin.variadic,
    };
    functionTypes.set(builtin, type);
  }
  return type;
}
