// Statements on values: look-ups, tests, assignments, collections under construction.
// Control flow is in emit-control.ts.
import type {
  ArrayAppendStmt,
  AssignVarOnceStmt,
  AssignVarStmt,
  DotStmt,
  EqualStmt,
  HasLengthStmt,
  IsDefinedStmt,
  IsTrueStmt,
  IsTypeStmt,
  IsUndefinedStmt,
  LenStmt,
  MakeStmt,
  ObjectInsertOnceStmt,
  ObjectInsertStmt,
  ObjectMergeStmt,
  Operand,
  ResetLocalStmt,
  SetAddStmt,
} from '../plan/ir.ts';
import { Op } from './encoder/code.ts';
import type { FunctionEmitter } from './function-emitter.ts';

export function emitDot(emitter: FunctionEmitter, stmt: DotStmt): void {
  const { context, code } = emitter;
  // Look-ups in what is undefined (0) are undefined.
  emitter.require(stmt.key);
  emitter.push(stmt.source);
  emitter.push(stmt.key);
  const isStringConstant = stmt.key.kind === 'const' && typeof context.constantValue(stmt.key.const) === 'string';
  code.call(context.runtime(isStringConstant ? 'value_get_const' : 'value_get'));
  emitter.setOrLeave(stmt.target);
}

/** Copies, undefined included. */
export function emitAssign(emitter: FunctionEmitter, stmt: AssignVarStmt): void {
  const certainly = emitter.isDefined(stmt.source);
  emitter.push(stmt.source);
  emitter.set(stmt.target);
  emitter.noteAssigned(stmt.target, certainly);
}

export function emitAssignOnce(emitter: FunctionEmitter, stmt: AssignVarOnceStmt): void {
  const { code } = emitter;
  emitter.require(stmt.source);
  if (emitter.isUnassigned(stmt.target)) {
    emitter.push(stmt.source);
    emitter.setDefined(stmt.target);
    return;
  }
  const done = code.block();
  const isFirst = code.block();
  emitter.get(stmt.target);
  code.op(Op.i32Eqz);
  code.brIf(isFirst);
  emitter.get(stmt.target);
  emitter.push(stmt.source);
  emitSame(emitter, stmt.source);
  code.brIf(done);
  emitter.raise(stmt.loc, `eval_conflict_error: ${CONFLICT_TEXT[stmt.conflict]}`);
  code.end();
  emitter.push(stmt.source);
  emitter.set(stmt.target);
  code.end();
  emitter.noteAssigned(stmt.target, true);
}

const CONFLICT_TEXT = {
  complete: 'complete rules must not produce multiple outputs',
  function: 'functions must not produce multiple outputs for same inputs',
  object: 'object keys must be unique',
} as const;

export function emitReset(emitter: FunctionEmitter, stmt: ResetLocalStmt): void {
  emitter.code.const(0);
  emitter.set(stmt.target);
}

export function emitIsDefined(emitter: FunctionEmitter, stmt: IsDefinedStmt): void {
  emitter.require(stmt.source);
}

export function emitIsUndefined(emitter: FunctionEmitter, stmt: IsUndefinedStmt): void {
  emitter.push(stmt.source);
  emitter.leaveIf();
}

/** Kinds of values: the low byte of a value's first word. */
const KIND = { isarray: 5, isobject: 6, isset: 7 } as const;

export function emitIsType(emitter: FunctionEmitter, stmt: IsTypeStmt): void {
  const { code } = emitter;
  emitter.require(stmt.source);
  emitter.push(stmt.source);
  code.load8();
  code.const(KIND[stmt.kind]);
  code.op(Op.i32Ne);
  emitter.leaveIf();
}

export function emitIsTrue(emitter: FunctionEmitter, stmt: IsTrueStmt): void {
  const { code } = emitter;
  emitter.require(stmt.source);
  emitter.push(stmt.source);
  code.const(emitter.context.falseAddress);
  code.op(Op.i32Eq);
  emitter.leaveIf();
}

export function emitEqual(emitter: FunctionEmitter, stmt: EqualStmt): void {
  const { code } = emitter;
  const byAddress = isInterned(emitter, stmt.a) || isInterned(emitter, stmt.b);
  // A constant is never undefined, so an equality of addresses with one rules that out by itself.
  if (!(byAddress && stmt.kind === 'equal')) emitter.requireAll([stmt.a, stmt.b]);
  emitter.push(stmt.a);
  emitter.push(stmt.b);
  if (byAddress) code.op(stmt.kind === 'equal' ? Op.i32Ne : Op.i32Eq);
  else {
    code.call(emitter.context.runtime('value_equal'));
    if (stmt.kind === 'equal') code.op(Op.i32Eqz);
  }
  emitter.leaveIf();
}

/** Whether two values on the stack, one of them `operand`, are equal: a word. */
function emitSame(emitter: FunctionEmitter, operand: Operand): void {
  if (isInterned(emitter, operand)) emitter.code.op(Op.i32Eq);
  else emitter.code.call(emitter.context.runtime('value_equal'));
}

function isInterned(emitter: FunctionEmitter, operand: Operand): boolean {
  return operand.kind === 'const' && emitter.context.isInterned(operand.const);
}

export function emitHasLength(emitter: FunctionEmitter, stmt: HasLengthStmt): void {
  const { code } = emitter;
  emitter.require(stmt.source);
  emitter.push(stmt.source);
  code.call(emitter.context.runtime('value_length'));
  code.const(stmt.count);
  code.op(Op.i32Ne);
  emitter.leaveIf();
}

/** The number of elements as a value; undefined for what is no collection. */
export function emitLen(emitter: FunctionEmitter, stmt: LenStmt): void {
  const { code, context } = emitter;
  emitter.require(stmt.source);
  emitter.push(stmt.source);
  code.call(context.runtime('value_length'));
  code.const(0);
  code.op(Op.i32LtS);
  emitter.leaveIf();
  emitter.push(stmt.source);
  code.call(context.runtime('builtin_count'));
  emitter.setDefined(stmt.target);
}

const MAKE = { makearray: 'array_new', makeobject: 'object_new', makeset: 'set_new' } as const;

export function emitMake(emitter: FunctionEmitter, stmt: MakeStmt): void {
  emitter.code.const(stmt.capacity);
  emitter.code.call(emitter.context.runtime(MAKE[stmt.kind]));
  emitter.setDefined(stmt.target);
}

export function emitArrayAppend(emitter: FunctionEmitter, stmt: ArrayAppendStmt): void {
  emitter.require(stmt.value);
  emitter.get(stmt.array);
  emitter.push(stmt.value);
  emitter.code.call(emitter.context.runtime('array_append'));
}

export function emitSetAdd(emitter: FunctionEmitter, stmt: SetAddStmt): void {
  emitter.require(stmt.value);
  emitter.get(stmt.set);
  emitter.push(stmt.value);
  emitter.code.call(emitter.context.runtime('set_add'));
}

export function emitObjectInsert(emitter: FunctionEmitter, stmt: ObjectInsertStmt): void {
  emitter.requireAll([stmt.key, stmt.value]);
  emitter.get(stmt.object);
  emitter.push(stmt.key);
  emitter.push(stmt.value);
  emitter.code.call(emitter.context.runtime('object_insert'));
}

export function emitObjectInsertOnce(emitter: FunctionEmitter, stmt: ObjectInsertOnceStmt): void {
  const { code } = emitter;
  emitter.requireAll([stmt.key, stmt.value]);
  emitter.get(stmt.object);
  emitter.push(stmt.key);
  emitter.push(stmt.value);
  code.call(emitter.context.runtime('object_insert_once'));
  code.if();
  emitter.raise(stmt.loc, `eval_conflict_error: ${CONFLICT_TEXT.object}`);
  code.end();
}

/** Either operand may be undefined, and then the other is the result. */
export function emitObjectMerge(emitter: FunctionEmitter, stmt: ObjectMergeStmt): void {
  emitter.push(stmt.a);
  emitter.push(stmt.b);
  emitter.code.call(emitter.context.runtime('object_merge'));
  emitter.setOrLeave(stmt.target);
}
