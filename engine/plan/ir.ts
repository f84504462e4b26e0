// The plan: what analysis hands to code generation. The terms are OPA's IR (openpolicyagent.org/docs/ir); what is added
// (dynamic slots, switches, memo slots, constants of any kind) is marked "Regate".
//
// Rules of evaluation:
// - A local holds a value or is undefined. A statement that is undefined leaves its block: execution goes on after the
//   innermost enclosing block. `break n` leaves n more enclosing blocks (0: the innermost).
// - `scan` runs its block once per element; an undefined statement in it ends that round only; `break n` counts the
//   scan's block as one block, and leaving it ends the scan.
// - Every Block counts as one level for `break`: those of `block`, `scan`, `not`, `with`, `without` and the cases of `switch`.
// - `input` may be undefined: `dot`, `scan`, tests and calls with an undefined operand are undefined.
// - Collections built by make… are changed in place through their local (object_insert never moves the header) until the
//   local is read as a value for something else; constants and documents are never changed.
// - Input, data and the slots are dynamically scoped state, changed by `with` only. Functions see the caller's.
import type { Loc } from '../ast/nodes.ts';
import type { Value } from '../value/value.ts';

export type Local = number & { readonly __brand: 'Local' };
export type ConstIndex = number & { readonly __brand: 'ConstIndex' };
export type FuncIndex = number & { readonly __brand: 'FuncIndex' };
/** Regate: a mutable word of dynamic scope: a replaced document (`with data.x as …`) or a replaced function (`with f as g`). 0 at the start of every evaluation. */
export type SlotIndex = number & { readonly __brand: 'SlotIndex' };

export type Operand =
  | { readonly kind: 'local'; readonly local: Local }
  | { readonly kind: 'const'; readonly const: ConstIndex }
  | { readonly kind: 'input' }
  | { readonly kind: 'data' };

export interface Block {
  readonly stmts: readonly Stmt[];
}

interface At {
  readonly loc: Loc;
}

/** Blocks run in turn, each left early when a statement in it is undefined. */
export interface BlockStmt extends At {
  readonly kind: 'block';
  readonly blocks: readonly Block[];
}
export interface BreakStmt extends At {
  readonly kind: 'break';
  readonly index: number;
}
/** Every element in Rego's order. Undefined when `source` is no collection. `key` and `value` are bound when asked for. For a set both are the element. */
export interface ScanStmt extends At {
  readonly kind: 'scan';
  readonly source: Operand;
  readonly key?: Local;
  readonly value?: Local;
  readonly block: Block;
}
/** `target = source[key]`; for a set the element itself. Undefined when absent or `source` is no collection. */
export interface DotStmt extends At {
  readonly kind: 'dot';
  readonly source: Operand;
  readonly key: Operand;
  readonly target: Local;
}
/** Undefined when the function is. A memoised function (Func.memo) is run once per memo frame. */
export interface CallStmt extends At {
  readonly kind: 'call';
  readonly func: FuncIndex;
  readonly args: readonly Operand[];
  readonly target: Local;
}
/** A built-in by OPA's name, native or on the host: code generation decides. `target` absent: called for effect (internal.print); undefined results then do not leave the block. */
export interface CallBuiltinStmt extends At {
  readonly kind: 'callbuiltin';
  readonly name: string;
  readonly args: readonly Operand[];
  readonly target?: Local;
}
/** Regate: calls the function whose case holds `source` (no arguments); undefined when none does or that function is. */
export interface CallSwitchStmt extends At {
  readonly kind: 'callswitch';
  readonly source: Operand;
  readonly cases: readonly { readonly values: readonly ConstIndex[]; readonly func: FuncIndex }[];
  readonly target: Local;
}
/** Regate: runs the block whose case holds `source`, else `otherwise`; never undefined itself. Each case is a block as in `block`. */
export interface SwitchStmt extends At {
  readonly kind: 'switch';
  readonly source: Operand;
  readonly cases: readonly { readonly values: readonly ConstIndex[]; readonly block: Block }[];
  readonly otherwise?: Block;
}
export interface AssignVarStmt extends At {
  readonly kind: 'assignvar';
  readonly source: Operand;
  readonly target: Local;
}
/** Raises eval_conflict_error when `target` is defined and differs. */
export interface AssignVarOnceStmt extends At {
  readonly kind: 'assignvaronce';
  readonly source: Operand;
  readonly target: Local;
  readonly conflict: ConflictKind;
}
export type ConflictKind = 'complete' | 'function' | 'object';
export interface ResetLocalStmt extends At {
  readonly kind: 'resetlocal';
  readonly target: Local;
}
export interface IsDefinedStmt extends At {
  readonly kind: 'isdefined';
  readonly source: Operand;
}
export interface IsUndefinedStmt extends At {
  readonly kind: 'isundefined';
  readonly source: Operand;
}
/** Undefined unless `source` is of the type. */
export interface IsTypeStmt extends At {
  readonly kind: 'isarray' | 'isobject' | 'isset';
  readonly source: Operand;
}
/** Regate: undefined unless `source` is defined and not `false`. */
export interface IsTrueStmt extends At {
  readonly kind: 'istrue';
  readonly source: Operand;
}
export interface EqualStmt extends At {
  readonly kind: 'equal' | 'notequal';
  readonly a: Operand;
  readonly b: Operand;
}
/** Regate: undefined unless the collection `source` has `count` elements. */
export interface HasLengthStmt extends At {
  readonly kind: 'haslength';
  readonly source: Operand;
  readonly count: number;
}
export interface LenStmt extends At {
  readonly kind: 'len';
  readonly source: Operand;
  readonly target: Local;
}
export interface MakeStmt extends At {
  readonly kind: 'makearray' | 'makeobject' | 'makeset';
  readonly capacity: number;
  readonly target: Local;
}
export interface ArrayAppendStmt extends At {
  readonly kind: 'arrayappend';
  readonly array: Local;
  readonly value: Operand;
}
export interface SetAddStmt extends At {
  readonly kind: 'setadd';
  readonly set: Local;
  readonly value: Operand;
}
/** The last value for a key wins. */
export interface ObjectInsertStmt extends At {
  readonly kind: 'objectinsert';
  readonly object: Local;
  readonly key: Operand;
  readonly value: Operand;
}
/** Raises eval_conflict_error ("object keys must be unique") when the key is there with another value. */
export interface ObjectInsertOnceStmt extends At {
  readonly kind: 'objectinsertonce';
  readonly object: Local;
  readonly key: Operand;
  readonly value: Operand;
}
/** Objects merged deeply, `b` winning over `a` where they are not both objects. Either may be undefined. */
export interface ObjectMergeStmt extends At {
  readonly kind: 'objectmerge';
  readonly a: Operand;
  readonly b: Operand;
  readonly target: Local;
}
/** Goes on when the block was left early; undefined when the block ran to its end. */
export interface NotStmt extends At {
  readonly kind: 'not';
  readonly block: Block;
}
export interface Patch {
  /** String (or any) keys from the root; empty replaces the whole document. */
  readonly path: readonly Operand[];
  readonly value: Operand;
}
/**
 * Regate's form of `with`: changes the dynamic state, opens a fresh memo frame, runs the block, and puts the state back
 * however the block ends. Undefined when the block was left early. Inside, `without` with the same `id` runs its block
 * in the state outside, for the rest of the query.
 * A patch into a document that is no object on the way replaces what is there by an object.
 */
export interface WithStmt extends At {
  readonly kind: 'with';
  readonly id: number;
  readonly input: readonly Patch[];
  readonly data: readonly Patch[];
  readonly slots: readonly { readonly slot: SlotIndex; readonly value: Operand | number }[];
  readonly block: Block;
}
export interface WithoutStmt extends At {
  readonly kind: 'without';
  readonly id: number;
  readonly block: Block;
}
/** Regate: undefined unless the slot holds that number. */
export interface SlotIsStmt extends At {
  readonly kind: 'slotis';
  readonly slot: SlotIndex;
  readonly value: number;
}
/** Regate: the value that a `with` put into the slot. */
export interface SlotLoadStmt extends At {
  readonly kind: 'slotload';
  readonly slot: SlotIndex;
  readonly target: Local;
}
/** Leaves the function with this result (undefined when `source` is). */
export interface ReturnLocalStmt extends At {
  readonly kind: 'returnlocal';
  readonly source: Local;
}
/** Regate: raises an error that no block catches. */
export interface RaiseStmt extends At {
  readonly kind: 'raise';
  readonly code: string;
  readonly message: string;
}
/** Regate: notes that this place was reached (coverage); index into Plan.covered. */
export interface CoverStmt extends At {
  readonly kind: 'cover';
  readonly index: number;
}

export type Stmt =
  | BlockStmt
  | BreakStmt
  | ScanStmt
  | DotStmt
  | CallStmt
  | CallBuiltinStmt
  | CallSwitchStmt
  | SwitchStmt
  | AssignVarStmt
  | AssignVarOnceStmt
  | ResetLocalStmt
  | IsDefinedStmt
  | IsUndefinedStmt
  | IsTypeStmt
  | IsTrueStmt
  | EqualStmt
  | HasLengthStmt
  | LenStmt
  | MakeStmt
  | ArrayAppendStmt
  | SetAddStmt
  | ObjectInsertStmt
  | ObjectInsertOnceStmt
  | ObjectMergeStmt
  | NotStmt
  | WithStmt
  | WithoutStmt
  | SlotIsStmt
  | SlotLoadStmt
  | ReturnLocalStmt
  | RaiseStmt
  | CoverStmt;

export interface Func {
  /** For people and for plan.json: `g0.data.pkg.rule`. */
  readonly name: string;
  /** Path in plan.json: `['g0', 'pkg', 'rule']`. */
  readonly path: readonly string[];
  readonly params: readonly Local[];
  readonly blocks: readonly Block[];
  /** Locals are numbered 0 … locals-1, the parameters first. All others start undefined. */
  readonly locals: number;
  /** Regate: result kept per memo frame, in this slot of it; functions without parameters only. */
  readonly memo?: number;
  readonly loc: Loc;
}

export interface Entrypoint {
  /** `pkg/rule`, as the SDK's callers give it. */
  readonly name: string;
  /** No parameters. */
  readonly func: FuncIndex;
  /** False: the result is `[{"result": value}]`, or `[]` when undefined. True: the function returns the whole result set, an array. */
  readonly resultSet: boolean;
}

export interface Plan {
  /** Ground values, unique by Rego equality. */
  readonly constants: readonly Value[];
  readonly funcs: readonly Func[];
  readonly entrypoints: readonly Entrypoint[];
  readonly slots: number;
  readonly memoSlots: number;
  /** The places `cover` statements stand for; empty without coverage. */
  readonly covered: readonly Loc[];
}

/** Choices that change the generated code, not what valid policies mean. */
export interface CodegenOptions {
  /** Built-in errors stop the evaluation (with code, place and text) instead of making the call undefined. */
  readonly strictBuiltinErrors: boolean;
  /** The module asks its host now and then whether the evaluation may go on. */
  readonly checksTime?: boolean;
  /** Statements that stay together in one generated function; larger functions are split. Default: 2,000. */
  readonly functionSize?: number;
}
