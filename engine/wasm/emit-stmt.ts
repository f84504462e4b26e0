// Which emitter handles which kind of statement.
import type { Stmt } from '../plan/ir.ts';
import { emitCall, emitCallBuiltin, emitCallSwitch, emitRaise } from './emit-calls.ts';
import { emitBlock, emitBreak, emitNot, emitReturn, emitScan, emitSwitch } from './emit-control.ts';
import { emitSlotIs, emitSlotLoad, emitWith, emitWithout } from './emit-scope.ts';
import {
  emitArrayAppend,
  emitAssign,
  emitAssignOnce,
  emitDot,
  emitEqual,
  emitHasLength,
  emitIsDefined,
  emitIsTrue,
  emitIsType,
  emitIsUndefined,
  emitLen,
  emitMake,
  emitObjectInsert,
  emitObjectInsertOnce,
  emitObjectMerge,
  emitReset,
  emitSetAdd,
} from './emit-values.ts';
import { emitCover } from './emit-cover.ts';
import type { FunctionEmitter } from './function-emitter.ts';

/** Emits a statement. False when what follows it in its block is never reached. */
export function emitStmt(emitter: FunctionEmitter, stmt: Stmt): boolean {
  switch (stmt.kind) {
    case 'break':
      emitBreak(emitter, stmt);
      return false;
    case 'returnlocal':
      emitReturn(emitter, stmt);
      return false;
    case 'raise':
      emitRaise(emitter, stmt);
      return false;
    case 'with':
      return emitWith(emitter, stmt);
    case 'without':
      return emitWithout(emitter, stmt);
    default:
      emitPassable(emitter, stmt);
      return true;
  }
}

type Passable = Exclude<Stmt, { kind: 'break' | 'returnlocal' | 'raise' | 'with' | 'without' }>;

/** Emits a statement after which there is always a way on. */
function emitPassable(emitter: FunctionEmitter, stmt: Passable): void {
  switch (stmt.kind) {
    case 'block':
      return emitBlock(emitter, stmt);
    case 'scan':
      return emitScan(emitter, stmt);
    case 'not':
      return emitNot(emitter, stmt);
    case 'switch':
      return emitSwitch(emitter, stmt);
    case 'slotis':
      return emitSlotIs(emitter, stmt);
    case 'slotload':
      return emitSlotLoad(emitter, stmt);
    case 'call':
      return emitCall(emitter, stmt);
    case 'callbuiltin':
      return emitCallBuiltin(emitter, stmt);
    case 'callswitch':
      return emitCallSwitch(emitter, stmt);
    case 'dot':
      return emitDot(emitter, stmt);
    case 'assignvar':
      return emitAssign(emitter, stmt);
    case 'assignvaronce':
      return emitAssignOnce(emitter, stmt);
    case 'resetlocal':
      return emitReset(emitter, stmt);
    case 'isdefined':
      return emitIsDefined(emitter, stmt);
    case 'isundefined':
      return emitIsUndefined(emitter, stmt);
    case 'isarray':
    case 'isobject':
    case 'isset':
      return emitIsType(emitter, stmt);
    case 'istrue':
      return emitIsTrue(emitter, stmt);
    case 'equal':
    case 'notequal':
      return emitEqual(emitter, stmt);
    case 'haslength':
      return emitHasLength(emitter, stmt);
    case 'len':
      return emitLen(emitter, stmt);
    case 'makearray':
    case 'makeobject':
    case 'makeset':
      return emitMake(emitter, stmt);
    case 'arrayappend':
      return emitArrayAppend(emitter, stmt);
    case 'setadd':
      return emitSetAdd(emitter, stmt);
    case 'objectinsert':
      return emitObjectInsert(emitter, stmt);
    case 'objectinsertonce':
      return emitObjectInsertOnce(emitter, stmt);
    case 'objectmerge':
      return emitObjectMerge(emitter, stmt);
    case 'cover':
      return emitCover(emitter, stmt);
  }
}
