// What the planner of one body asks of the whole plan: functions by document, extents, replacements, built-ins.
import type { Loc, Term, With } from '../ast/nodes.ts';
import type { Constants } from './builder.ts';
import type { FuncIndex, SlotIndex } from './ir.ts';
import type { PlannedFunc } from './rule-planner.ts';
import type { TrieNode } from './rule-trie.ts';

export interface BuiltinShape {
  readonly arity: number;
  /** A result per call (`walk`): the module's form returns an array of them. */
  readonly relation: boolean;
  /** Called for effect only. */
  readonly isVoid: boolean;
}

/** Where a `with` puts its value. */
export type WithTarget =
  | { readonly kind: 'input'; readonly path: readonly string[] }
  | { readonly kind: 'data'; readonly path: readonly string[]; readonly slot: SlotIndex | undefined }
  | { readonly kind: 'function'; readonly mock: Mock };

/** A function or built-in that some `with` replaces: calls go through `dispatch`, which looks at the slots. */
export interface Mock {
  /** `count`, `data.pkg.f`. */
  readonly name: string;
  readonly choice: SlotIndex;
  readonly value: SlotIndex;
  readonly dispatch: FuncIndex;
}

/** What a `with` puts in a function's place: `choice` is the number for the slot; a value goes into the value slot. */
export type Replacement =
  | { readonly kind: 'function'; readonly choice: number }
  | { readonly kind: 'value'; readonly choice: number; readonly term: Term };

export interface PlanContext {
  readonly constants: Constants;
  readonly root: TrieNode;
  builtin(name: string): BuiltinShape | undefined;
  /** The function of a rule node. */
  ruleFunc(node: TrieNode): FuncIndex;
  /** A new function for one case of a rule index. */
  caseFunc(position: number, loc: Loc, plan: () => PlannedFunc): FuncIndex;
  /** The function of the whole document at an inner node, base and virtual together. */
  extentFunc(node: TrieNode): FuncIndex;
  /** Whether `replacedBelow` knows of any. */
  readonly replacesBelow: boolean;
  /** Slots that say whether `with` replaces a document at or below a rule. */
  replacedBelow(path: readonly string[]): SlotIndex | undefined;
  mock(name: string): Mock | undefined;
  withTarget(item: With): WithTarget;
  replacement(mock: Mock, item: With): Replacement;
  /** A number for a `with` statement, unique in the plan. */
  nextWithId(): number;
  /** False plans every rule and look-up where it stands: same answers, for comparison. */
  readonly optimise: boolean;
  /** Whether `cover` statements are wanted. */
  readonly coverage: boolean;
  /** Index for a `cover` statement, or undefined when coverage is off. */
  cover(loc: Loc): number | undefined;
}
