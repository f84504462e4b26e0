// The dynamic state: `with` changes it for a block, `without` steps back out of a `with`, slots are read.
import type { Patch, SlotIsStmt, SlotLoadStmt, WithStmt, WithoutStmt } from '../plan/ir.ts';
import { Op } from './encoder/code.ts';
import type { FunctionEmitter, Scope } from './function-emitter.ts';
import type { GlobalRef } from './linker.ts';

/** False when the way on is never reached: the block never runs to its end. */
export function emitWith(emitter: FunctionEmitter, stmt: WithStmt): boolean {
  const { code, context } = emitter;
  const values = [...stmt.input, ...stmt.data].flatMap((patch) => [...patch.path, patch.value]);
  const slotValues = stmt.slots.map((item) => item.value).filter((value) => typeof value !== 'number');
  emitter.requireAll([...values, ...slotValues]);
  const changes = new Map<GlobalRef, () => void>();
  if (stmt.input.length > 0) changes.set(context.input, () => pushPatched(emitter, context.input, stmt.input));
  if (stmt.data.length > 0) changes.set(context.data, () => pushPatched(emitter, context.data, stmt.data));
  for (const { slot, value } of stmt.slots) {
    changes.set(context.slot(slot), () => (typeof value === 'number' ? code.const(value) : emitter.push(value)));
  }
  const hasMemo = context.plan.memoSlots > 0;
  if (hasMemo) changes.set(context.memo, () => code.call(context.openFrame));
  // All new values are computed in the state outside before any of it changes.
  const fresh = [...changes].map(([global, push]) => {
    push();
    const local = code.scratch();
    code.set(local);
    return [global, local] as const;
  });
  const saved = saveState(emitter, changes.keys());
  for (const [global, local] of fresh) {
    code.get(local);
    code.globalSet(global);
    code.release(local);
  }
  const outer = emitter.scopes.length;
  const leaveState = (): void => {
    if (hasMemo) code.call(context.closeFrame);
    emitter.restoreTo(outer);
  };
  const reached = emitInScope(emitter, { id: stmt.id, saved }, stmt, leaveState);
  code.release(...saved.values());
  return reached;
}

/** The state at the entry of the `with` it names, for the length of a block. */
export function emitWithout(emitter: FunctionEmitter, stmt: WithoutStmt): boolean {
  const { code } = emitter;
  const index = emitter.scopes.findIndex((scope) => scope.id === stmt.id);
  if (index < 0) throw new Error(`without ${stmt.id} outside of its with`);
  const outside = emitter.stateAt(index);
  const saved = saveState(emitter, outside.keys());
  emitter.restoreTo(index);
  const outer = emitter.scopes.length;
  const reached = emitInScope(emitter, { id: undefined, saved }, stmt, () => emitter.restoreTo(outer));
  code.release(...saved.values());
  return reached;
}

/** Runs the block in a scope; `leaveState` goes back to the state outside, at its end and where it was left early. */
function emitInScope(
  emitter: FunctionEmitter,
  scope: Scope,
  stmt: WithStmt | WithoutStmt,
  leaveState: () => void,
): boolean {
  const { code } = emitter;
  emitter.scopes.push(scope);
  const done = code.block();
  const left = code.block();
  const reached = emitter.block(stmt.block, left);
  if (reached) {
    leaveState();
    code.br(done);
  }
  code.end();
  leaveState();
  emitter.scopes.pop();
  emitter.leave();
  code.end();
  return reached;
}

function saveState(emitter: FunctionEmitter, globals: Iterable<GlobalRef>): Map<GlobalRef, number> {
  const { code } = emitter;
  const saved = new Map<GlobalRef, number>();
  for (const global of globals) {
    const local = code.scratch();
    code.globalGet(global);
    code.set(local);
    saved.set(global, local);
  }
  return saved;
}

/** The document with the patches applied, on the stack. */
function pushPatched(emitter: FunctionEmitter, document: GlobalRef, patches: readonly Patch[]): void {
  const { code, context } = emitter;
  const result = code.scratch();
  code.globalGet(document);
  code.set(result);
  for (const patch of patches) {
    if (patch.path.length === 0) emitter.push(patch.value);
    else {
      const path = pathOf(emitter, patch);
      code.get(result);
      path();
      emitter.push(patch.value);
      code.call(context.runtime('document_patch'));
    }
    code.set(result);
  }
  code.get(result);
  code.release(result);
}

/** Pushes the array of a patch's keys: a constant where they are. */
function pathOf(emitter: FunctionEmitter, patch: Patch): () => void {
  const { code, context } = emitter;
  const keys = patch.path.map((key) => (key.kind === 'const' ? context.constantValue(key.const) : undefined));
  const constants = keys.filter((key) => key !== undefined);
  if (constants.length === keys.length) {
    const address = context.statics.value(constants);
    return () => code.const(address);
  }
  return () => {
    const array = code.scratch();
    code.const(patch.path.length);
    code.call(context.runtime('array_new'));
    code.set(array);
    for (const key of patch.path) {
      code.get(array);
      emitter.push(key);
      code.call(context.runtime('array_append'));
    }
    code.get(array);
    code.release(array);
  };
}

export function emitSlotIs(emitter: FunctionEmitter, stmt: SlotIsStmt): void {
  const { code, context } = emitter;
  code.globalGet(context.slot(stmt.slot));
  if (stmt.value !== 0) {
    code.const(stmt.value);
    code.op(Op.i32Ne);
  }
  emitter.leaveIf();
}

/** Undefined when no `with` has put a value there. */
export function emitSlotLoad(emitter: FunctionEmitter, stmt: SlotLoadStmt): void {
  emitter.code.globalGet(emitter.context.slot(stmt.slot));
  emitter.setOrLeave(stmt.target);
}
