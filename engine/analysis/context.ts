// What every pass may ask and tell: options, built-ins, the rule tree, faults found so far.
// Passes change no context but the list of faults and the counters of generated names.
import type { CallExpr, Expr, Loc, Module, RefTerm, VarTerm } from '../ast/nodes.ts';
import type { Diagnostic, DiagnosticCode } from '../diagnostics/diagnostic.ts';
import type { CoreRule, RuleTree, RuleTreeNode } from './core.ts';
import { isWildcard, operatorName, pathKey } from './core.ts';

/** What analysis needs to know of a built-in. */
export interface AnalysisBuiltin {
  readonly name: string;
  readonly arity: number;
  readonly infix?: string;
  /** More than one result a call (`walk`). */
  readonly relation?: boolean;
  readonly deprecated?: boolean;
  /** No result (`print`). */
  readonly void?: boolean;
}

export interface AnalyzeOptions {
  /** Unused variables, imports and arguments, shadowing and deprecated built-ins are faults in v0 modules too. */
  readonly strict?: boolean;
  /** False erases calls of `print`. Default true. */
  readonly enablePrint?: boolean;
  /** Table tests tell the host which of their cases they try. */
  readonly markTestCases?: boolean;
  /** Test rules keep the two sides of comparisons in variables of their own, for reports. */
  readonly rewriteTestRules?: boolean;
  readonly builtins: (name: string) => AnalysisBuiltin | undefined;
  /** The finding for a call of a built-in with the wrong number of arguments; by default one without their types. */
  readonly arityFault?: (call: CallExpr) => Diagnostic;
  /** Built-ins that must not be called nor be put in another's place. */
  readonly unsafeBuiltins?: ReadonlySet<string>;
  /** Whether base data exists at the path, which a rule must not define. */
  readonly pathConflict?: (path: readonly string[]) => boolean;
  /** Of the capabilities; all when undefined. */
  readonly features?: readonly string[];
}

/** What a rule contains, so that passes skip rules they have nothing to do in. A pass may make them wrong only on the safe side. */
export const HAS_CALL_TERM = 1;
export const HAS_TEMPLATE = 2;
export const HAS_PRINT = 4;
export const HAS_METADATA = 8;
export const HAS_CLOSURE = 16;
export const HAS_WITH = 32;
/** A call of something else than a built-in, or with a number of arguments it does not take. */
export const HAS_DOUBTFUL_CALL = 64;
/** A built-in that is deprecated or that may be forbidden. */
export const HAS_DOUBTFUL_BUILTIN = 128;

const generatedNames: string[] = [];

function generatedName(index: number): string {
  let name = generatedNames[index];
  if (name === undefined) {
    name = `__local${index}__`;
    generatedNames[index] = name;
  }
  return name;
}

const noNames: ReadonlySet<string> = new Set();

/** The generated names of one rule (with its `else` branches) or query, and what the user called them. */
export class LocalNames {
  private next = 0;
  private readonly table = new Map<string, string>();
  private readonly exclude: ReadonlySet<string>;
  private readonly suffix: string;
  /** Names of variables that hide the functions of the same name. */
  private called: Set<string> | undefined;
  /** What the rule contains; the bits are the `HAS_…` constants. */
  features = 0;
  private readonly shown: ReadonlyMap<string, string> | undefined;

  /** `shown` says how messages show generated names. */
  constructor(exclude: ReadonlySet<string> = noNames, suffix = '', shown?: ReadonlyMap<string, string>) {
    this.exclude = exclude;
    this.suffix = suffix;
    this.shown = shown;
  }

  /** How many names there are so far, the excluded ones among them. */
  get count(): number {
    return this.next;
  }

  fresh(): string {
    for (;;) {
      const index = this.next++;
      const name = this.suffix === '' ? generatedName(index) : `__local${this.suffix}${index}__`;
      if (this.exclude.size > 0 && this.exclude.has(name)) continue;
      if (this.shown !== undefined) this.table.set(name, this.shown.get(name) ?? name);
      return name;
    }
  }

  freshVar(loc: Loc): VarTerm {
    return { kind: 'var', name: this.fresh(), loc };
  }

  /** A generated name for a variable of the user's. */
  rename(name: string): string {
    const generated = this.fresh();
    this.table.set(generated, name);
    return generated;
  }

  /** Notes that a variable hides the function of its name. */
  addCalledVariable(name: string): void {
    (this.called ??= new Set()).add(name);
  }

  isCalledVariable(name: string): boolean {
    return this.called?.has(name) === true;
  }

  get locals(): ReadonlyMap<string, string> {
    return this.table;
  }

  /** The user's name of a variable: `_` for a wildcard, a generated name where there is none. */
  userName(name: string): string {
    const original = this.table.get(name) ?? name;
    return isWildcard(original) ? '_' : original;
  }
}

/** Is told of each rule after each pass. */
export interface NameCounts {
  after(pass: number, rule: CoreRule, names: LocalNames): void;
}

export class AnalysisContext {
  readonly options: AnalyzeOptions;
  readonly diagnostics: Diagnostic[] = [];
  tree: RuleTree = { key: 'data', rules: [], children: new Map() };
  /** By rule id; one object for a rule and its `else` branches. */
  readonly names: LocalNames[] = [];
  /** By rule id: the references below `data` in a rule or branch, as found where locals are renamed. */
  readonly reads: (readonly RefTerm[])[] = [];
  /** Expressions that assign to `input` or `data`, as found where references are resolved. */
  readonly rootAssignments: { readonly expr: Expr; readonly root: string; readonly strict: boolean }[] = [];
  /** Names that users wrote and that look generated. */
  excluded: ReadonlySet<string> = noNames;
  /** Counts the names that each pass makes (number-locals.ts). */
  nameCounts: NameCounts | undefined;
  /** By rule id: how messages show generated names. */
  shownNames: readonly (ReadonlyMap<string, string> | undefined)[] = [];

  constructor(options: AnalyzeOptions) {
    this.options = options;
  }

  report(
    code: DiagnosticCode,
    loc: Loc,
    message: string,
    more?: Pick<Diagnostic, 'hint' | 'details' | 'related'>,
  ): void {
    this.diagnostics.push({ code, severity: 'error', message, loc, ...more });
  }

  namesOf(rule: CoreRule): LocalNames {
    let names = this.names[rule.id];
    if (names === undefined) {
      names = this.newNames(rule.id);
      this.names[rule.id] = names;
    }
    return names;
  }

  newNames(ruleId: number): LocalNames {
    return new LocalNames(this.excluded, '', this.shownNames[ruleId]);
  }

  builtin(operator: RefTerm): AnalysisBuiltin | undefined {
    const head = operator.head;
    // What begins with `data` is a rule's.
    if (head.kind !== 'var' || head.name === 'data') return undefined;
    return this.options.builtins(operator.operands.length === 0 ? head.name : operatorName(operator));
  }

  /** The number of arguments of the function an operator names; undefined when there is none. A rule without arguments has 0. */
  arity(operator: RefTerm): number | undefined {
    const builtin = this.builtin(operator);
    if (builtin !== undefined) return builtin.arity;
    return this.rulesAt(operator)?.rules[0]?.args.length;
  }

  /** The tree's node at a reference, when it is ground and begins with `data`. */
  rulesAt(ref: RefTerm): RuleTreeNode | undefined {
    if (ref.head.kind !== 'var' || ref.head.name !== 'data') return undefined;
    let node: RuleTreeNode | undefined = this.tree;
    for (const operand of ref.operands) {
      const key = pathKey(operand);
      if (key === undefined) return undefined;
      node = node.children.get(key);
      if (node === undefined) return undefined;
    }
    return node;
  }
}

/** Whether a module follows the rules of Rego v1: by its version or `import rego.v1`. */
export function isV1(module: Module): boolean {
  return module.version === 'v1' || module.imports.some((item) => importsRegoV1(item.path));
}

function importsRegoV1(path: RefTerm): boolean {
  const first = path.operands[0];
  return (
    path.head.kind === 'var' &&
    path.head.name === 'rego' &&
    path.operands.length === 1 &&
    first?.kind === 'string' &&
    first.value === 'v1'
  );
}
