// Type checking of analysed modules: infers the type of every rule in order of dependency and reports what can't fit.
// Left to others: bodies (check-body.ts), references (check-refs.ts), schemas (schema.ts, schema-annotations.ts).
import type { Body, CallExpr, Term } from '../ast/nodes.ts';
import { operatorName } from '../analysis/core.ts';
import type { CoreModule, CoreRule, RuleGraph } from '../analysis/core.ts';
import { isGround } from '../analysis/terms.ts';
import { termText } from '../analysis/message-text.ts';
import type { Rename } from '../analysis/message-text.ts';
import { builtinByName } from '../builtins/table.ts';
import type { BuiltinDecl } from '../builtins/table.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { arityFault, checkBody } from './check-body.ts';
import { DocumentTypes } from './document-types.ts';
import type { PathStep } from './document-types.ts';
import { functionTypeOf, Scope } from './environment.ts';
import type { Environment } from './environment.ts';
import type { Fault } from './faults.ts';
import { inputSchemaType, SchemaAnnotations } from './schema-annotations.ts';
import type { Schemas } from './schema-annotations.ts';
import { constantOf, stepKey, typeOfTerm } from './term-types.ts';
import { anyType, objectOf, setOf, stringType } from './type.ts';
import type { MaybeType } from './type.ts';

/** The part of an analysis that type checking reads. */
export interface Checkable {
  readonly modules: readonly CoreModule[];
  readonly graph: RuleGraph;
}

export interface CheckTypesOptions {
  /** The built-ins there are; all by default. */
  readonly builtin?: (name: string) => BuiltinDecl | undefined;
  /** JSON schemas by reference (`schema`, `schema.acl`); that of `schema` is the schema of `input`. */
  readonly schemas?: Schemas;
  /** False: schema annotations are not looked at. Default true. */
  readonly schemaAnnotations?: boolean;
}

export interface CheckedTypes {
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  /** The type of each rule (and `else` branch) by its id; undefined where it isn't known. A function's is a function type. */
  readonly types: readonly MaybeType[];
  /** For `checkQueryTypes`. */
  readonly environment: Environment;
}

/**
 * Checks the types of all rules of an analysis without faults.
 *
 * ```ts
 * const { diagnostics } = checkTypes(analyzed, { schemas: new Map([['schema', inputSchema]]) });
 * ```
 */
export function checkTypes(program: Checkable, options: CheckTypesOptions = {}): CheckedTypes {
  const faults: Fault[] = [];
  const types: MaybeType[] = [];
  const schemas = options.schemas ?? new Map<string, unknown>();
  const input = inputSchemaType(schemas);
  if (input.fault !== undefined) faults.push(input.fault);
  const annotations =
    options.schemaAnnotations === false
      ? undefined
      : SchemaAnnotations.of(program.modules, program.graph.rules, schemas);
  const environment = newEnvironment(input.type, options);
  const global = new Scope(environment);
  for (const rule of program.graph.sorted) {
    const outer = annotations === undefined ? global : annotations.scopeOf(rule, global, faults);
    types[rule.id] = checkRule(environment, outer, rule, renameBy(rule.locals), faults);
  }
  return { diagnostics: sorted(faults), types, environment };
}

/**
 * Checks the types of a query's body in core form, with the types of the rules it may refer to.
 * `locals` gives the user's names of its variables.
 */
export function checkQueryTypes(
  body: Body,
  locals: ReadonlyMap<string, string>,
  { environment }: Pick<CheckedTypes, 'environment'>,
): readonly Diagnostic[] {
  const faults: Fault[] = [];
  checkBody(new Scope(environment), body, renameBy(locals), faults);
  return sorted(faults);
}

function newEnvironment(input: MaybeType, options: CheckTypesOptions): Environment {
  return {
    documents: new DocumentTypes(),
    input,
    failed: new Set(),
    builtin: options.builtin ?? builtinByName,
    closure(scope, body) {
      // Its faults are reported where the comprehension stands; here they only say whether its type is known.
      const found: Fault[] = [];
      const inner = checkBody(scope, body, (name) => name, found, true, true);
      return found.length === 0 ? inner : undefined;
    },
  };
}

function sorted(faults: readonly Fault[]): Diagnostic[] {
  return faults.map((fault) => fault.diagnostic).sort(compareDiagnostics);
}

/** The finding for a call of a built-in with the wrong number of arguments, for analysis, which knows of it before types are checked. */
export function builtinArityFault(call: CallExpr, options: CheckTypesOptions = {}): Diagnostic {
  const environment = newEnvironment(inputSchemaType(options.schemas ?? new Map<string, unknown>()).type, options);
  const builtin = environment.builtin(operatorName(call.operator));
  const type =
    builtin === undefined ? { kind: 'function' as const, args: [], result: undefined } : functionTypeOf(builtin);
  return arityFault(environment, call, type).diagnostic;
}

/** The names in messages: what the user wrote. */
function renameBy(locals: ReadonlyMap<string, string>): Rename {
  return (name) => locals.get(name) ?? name;
}

function checkRule(environment: Environment, outer: Scope, rule: CoreRule, rename: Rename, faults: Fault[]): MaybeType {
  const { documents } = environment;
  const before = faults.length;
  const scope = checkBody(outer, rule.body, rename, faults);
  if (faults.length > before) {
    // What refers to the rule shall not be reported for the rule's faults.
    documents.put(pathOf(rule, rule.suffix.length), anyType);
    return anyType;
  }
  const { path, type } = ruleType(scope, rule);
  if (type !== undefined) documents.insert(path, type);
  return type;
}

function ruleType(scope: Scope, rule: CoreRule): { readonly path: PathStep[]; readonly type: MaybeType } {
  if (rule.args.length > 0) {
    // An argument the body doesn't speak of may be anything.
    for (const arg of rule.args) setUnknownVars(scope, arg);
    const args = rule.args.map((arg) => typeOfTerm(scope, arg));
    const type: MaybeType = { kind: 'function', args, result: typeOfTerm(scope, rule.value) };
    return { path: pathOf(rule, rule.suffix.length), type };
  }
  if (rule.kind === 'set') {
    const of = rule.key && typeOfTerm(scope, rule.key);
    return nested(scope, rule, of && setOf(of));
  }
  return nested(scope, rule, typeOfTerm(scope, rule.value));
}

/** A rule's type at the part of its reference that holds no variables: an object for each operand after that. */
function nested(
  scope: Scope,
  rule: CoreRule,
  value: MaybeType,
): { readonly path: PathStep[]; readonly type: MaybeType } {
  const ground = groundLength(rule.suffix);
  let type = value;
  for (let i = rule.suffix.length - 1; i >= ground && type !== undefined; i--) {
    const key = typeOfTerm(scope, rule.suffix[i]!);
    type = key && objectOf(key, type);
  }
  return { path: pathOf(rule, ground), type };
}

function setUnknownVars(scope: Scope, term: Term): void {
  switch (term.kind) {
    case 'var':
      if (scope.get(term.name) === undefined) scope.set(term.name, anyType);
      return;
    case 'array':
    case 'set':
      for (const item of term.items) setUnknownVars(scope, item);
      return;
    case 'object':
      for (const entry of term.entries) {
        setUnknownVars(scope, entry.key);
        setUnknownVars(scope, entry.value);
      }
      return;
    default:
      return;
  }
}

/** How many operands of a rule's suffix hold no variables before the first that does. */
function groundLength(suffix: readonly Term[]): number {
  const first = suffix.findIndex((term) => !isGround(term));
  return first < 0 ? suffix.length : first;
}

const stringSteps = new Map<string, PathStep>();

function stringStep(value: string): PathStep {
  let step = stringSteps.get(value);
  if (step === undefined) {
    step = { key: value, value, type: stringType };
    // The names of one program; kept small in a process that sees many.
    if (stringSteps.size > 10_000) stringSteps.clear();
    stringSteps.set(value, step);
  }
  return step;
}

/** The rule's path with the first operands of its suffix. */
function pathOf(rule: CoreRule, suffixLength: number): PathStep[] {
  const path = rule.path.map(stringStep);
  for (let i = 0; i < suffixLength; i++) {
    const term = rule.suffix[i]!;
    path.push(term.kind === 'string' ? stringStep(term.value) : termStep(term));
  }
  return path;
}

function termStep(term: Term): PathStep {
  const constant = constantOf(term);
  const scalar = term.kind === 'number' || term.kind === 'boolean' ? constant : undefined;
  return {
    key: stepKey(term) ?? `\0var:${termText(term)}`,
    value: scalar,
    type: constant === undefined ? undefined : typeOfConstant(term),
  };
}

function typeOfConstant(term: Term): MaybeType {
  return typeOfTerm(constantScope, term);
}

/** A scope without variables, for constants. */
const constantScope = new Scope({
  documents: new DocumentTypes(),
  input: undefined,
  failed: new Set(),
  builtin: () => undefined,
  closure: () => undefined,
});

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.loc.file !== b.loc.file) return a.loc.file < b.loc.file ? -1 : 1;
  const order = a.loc.row - b.loc.row || a.loc.col - b.loc.col;
  if (order !== 0) return order;
  const textA = [a.message, ...(a.details ?? [])].join('\n');
  const textB = [b.message, ...(b.details ?? [])].join('\n');
  return textA < textB ? -1 : textA > textB ? 1 : 0;
}
