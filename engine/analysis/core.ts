// The core AST: what analysis hands to type checking and planning, and the tree and graph of its rules.
// It reuses the nodes of engine/ast; the passes that establish the invariants below are listed in passes.ts.
//
// Invariants of a core rule:
// 1. A reference to a document is absolute: its head is the var `data` or `input` (a bare document has no operands), and a
//    lone var is always a local. A call's operator is a built-in's name (`io.jwt.decode`) or a `data.…` path.
// 2. No call stands in a term: calls are expressions. One whose result is needed has it as one argument more than it takes.
//    `:=`, `=` and (in rules) a two-sided `==` are all `eq`.
// 3. No SomeExpr, no TemplateString. EveryExpr has a key and a domain that is a var.
// 4. Local variables are unique within a rule (`__localN__`); `locals` says what the user called them. Wildcards are `$N`.
// 5. Bodies stand in an order in which every variable is bound before it is needed.
// 6. References nested in terms or in other references, and comprehensions in call arguments, have a variable of their own.
//    Key, value, arguments and suffix hold vars, scalars and composites of them.
import type { Annotations, Body, Head, Loc, Module, RefTerm, Term } from '../ast/nodes.ts';

/** One rule, or one `else` branch of a rule, in core form. */
export interface CoreRule {
  /** `set` has a key; `function` has arguments; `complete` has a value, and is a partial object where `suffix` is not empty. */
  readonly kind: 'complete' | 'set' | 'function';
  /** Position in the analysis; unique among all rules and `else` branches. The branches of one chain follow each other. */
  readonly id: number;
  /** The leading strings of the rule's absolute reference, without `data`: `['pkg', 'p']`. */
  readonly path: readonly string[];
  /** What follows `path` in the reference, from the first term that is no string. */
  readonly suffix: readonly Term[];
  readonly args: readonly Term[];
  readonly key?: Term;
  /** `true` where it was implied. Of no meaning for a set. */
  readonly value: Term;
  readonly body: Body;
  readonly isDefault: boolean;
  readonly else?: CoreRule;
  readonly annotations: readonly Annotations[];
  /** The head as parsed, for messages. */
  readonly head: Head;
  readonly loc: Loc;
  readonly module: Module;
  /** Generated name → the user's; one table for a rule and its `else` branches. */
  readonly locals: ReadonlyMap<string, string>;
}

/** A module after analysis. */
export interface CoreModule {
  /** As parsed; imports are resolved in `rules`. */
  readonly source: Module;
  readonly file: string;
  /** The package's path without `data`. */
  readonly path: readonly string[];
  readonly rules: readonly CoreRule[];
}

/** Rules by path. Children are keyed by `pathKey` of the reference's operands. */
export interface RuleTreeNode {
  readonly key: string;
  readonly rules: readonly CoreRule[];
  readonly children: ReadonlyMap<string, RuleTreeNode>;
}

/** The root stands for `data`. */
export type RuleTree = RuleTreeNode;

/** Which rules a rule may read, over-approximated where a reference is dynamic. */
export interface RuleGraph {
  /** The rules and `else` branches by id. */
  readonly rules: readonly CoreRule[];
  /** The rules and branches that a rule's body reads. */
  dependencies(rule: CoreRule): ReadonlySet<CoreRule>;
  /** All rules and branches, each after those it reads (in any order within a cycle). */
  readonly sorted: readonly CoreRule[];
  /** The sets of rules that read each other. */
  cyclic(): readonly ReadonlySet<CoreRule>[];
}

/**
 * The dotted name of a call's operator: `count`, `io.jwt.decode`, `data.pkg.f`.
 * Operands that are no strings do not occur in operators.
 */
export function operatorName(ref: RefTerm): string {
  let name = ref.head.kind === 'var' ? ref.head.name : '';
  const [operand] = ref.operands;
  if (operand === undefined) return name;
  // Names of built-ins are asked for many times and looked up in tables: one text each, not one made every time.
  if (ref.operands.length === 1 && operand.kind === 'string' && name !== 'data') return dottedName(name, operand.value);
  for (const part of ref.operands) {
    if (part.kind === 'string') name += `.${part.value}`;
  }
  return name;
}

const dottedNames = new Map<string, Map<string, string>>();
let dottedCount = 0;

function dottedName(first: string, second: string): string {
  let seconds = dottedNames.get(first);
  if (seconds === undefined) {
    seconds = new Map();
    dottedNames.set(first, seconds);
  }
  let name = seconds.get(second);
  if (name === undefined) {
    name = `${first}.${second}`;
    // Policies may call what does not exist; kept small in a process that sees many.
    if (++dottedCount > 1000) {
      dottedNames.clear();
      dottedCount = 0;
    }
    seconds.set(second, name);
  }
  return name;
}

/**
 * The key of a ground reference operand in the rule tree: a string stands for itself, other scalars get a prefix no
 * identifier has. Undefined for anything else.
 */
export function pathKey(term: Term): string | undefined {
  switch (term.kind) {
    case 'string':
      return term.value;
    case 'number':
      return `\0number:${term.text}`;
    case 'boolean':
      return `\0boolean:${term.value}`;
    case 'null':
      return '\0null';
    default:
      return undefined;
  }
}

/** Whether a variable was made by analysis. */
export function isGenerated(name: string): boolean {
  return name.startsWith('__local');
}

/** Whether a variable is a wildcard (`_` in the source). */
export function isWildcard(name: string): boolean {
  return name.charCodeAt(0) === 36;
}
