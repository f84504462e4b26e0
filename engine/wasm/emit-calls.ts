// Calls: of the policy's functions, of built-ins in the runtime or on the host, through a switch; and raised errors.
import type { CallBuiltinStmt, CallStmt, CallSwitchStmt, RaiseStmt } from '../plan/ir.ts';
import { Op } from './encoder/code.ts';
import type { FunctionEmitter } from './function-emitter.ts';
import { takesPattern } from './regex-programs.ts';
import { pushCaseNumber } from './switch-table.ts';

export function emitCall(emitter: FunctionEmitter, stmt: CallStmt): void {
  emitter.requireAll(stmt.args);
  for (const argument of stmt.args) emitter.push(argument);
  emitter.code.call(emitter.context.func(stmt.func));
  emitter.setOrLeave(stmt.target);
}

/** Error handling of built-ins: natives leave an error in the runtime, host built-ins throw on the host, which reads the place noted here. */
export function emitCallBuiltin(emitter: FunctionEmitter, stmt: CallBuiltinStmt): void {
  const { code, context } = emitter;
  emitter.requireAll(stmt.args);
  const builtin = context.builtin(stmt.name, stmt.args.length, stmt.loc);
  if (takesPattern(stmt.name)) context.notePattern(stmt.args[0]!);
  if (builtin.kind === 'host') {
    emitter.pushPlace(stmt.loc);
    code.globalSet(context.placeRow);
    code.globalSet(context.placeFile);
    code.const(builtin.id);
    code.const(0);
  }
  for (const argument of stmt.args) emitter.push(argument);
  code.call(builtin.func);
  if (stmt.target !== undefined) emitter.tee(stmt.target);
  if (builtin.kind === 'native' && context.options.strictBuiltinErrors) {
    code.op(Op.i32Eqz);
    code.if();
    emitter.pushPlace(stmt.loc);
    code.const(context.statics.text(stmt.name));
    code.call(context.builtinFailed);
    if (stmt.target !== undefined) emitter.leave();
    code.end();
  } else if (stmt.target !== undefined) {
    code.op(Op.i32Eqz);
    emitter.leaveIf();
  } else {
    code.op(Op.drop);
  }
  if (stmt.target !== undefined) emitter.noteAssigned(stmt.target, true);
}

/** Through the module's table: the number of the case is the place in a row of functions. */
export function emitCallSwitch(emitter: FunctionEmitter, stmt: CallSwitchStmt): void {
  const { code, context } = emitter;
  const { linker } = context;
  emitter.require(stmt.source);
  const row = linker.tableRow(stmt.cases.map((item) => context.func(item.func)));
  const number = code.scratch();
  pushCaseNumber(
    emitter,
    stmt.source,
    stmt.cases.map((item) => item.values),
  );
  code.tee(number);
  code.const(0);
  code.op(Op.i32LtS);
  emitter.leaveIf();
  code.get(number);
  if (row > 0) {
    code.const(row);
    code.op(Op.i32Add);
  }
  code.callIndirect(linker.type(0, 1));
  code.release(number);
  emitter.setOrLeave(stmt.target);
}

export function emitRaise(emitter: FunctionEmitter, stmt: RaiseStmt): void {
  emitter.raise(stmt.loc, `${stmt.code}: ${stmt.message}`);
}
