// Control flow: blocks, breaks, scans, negation, switches and returning.
import type { BlockStmt, BreakStmt, NotStmt, ReturnLocalStmt, ScanStmt, SwitchStmt } from '../plan/ir.ts';
import { Op } from './encoder/code.ts';
import type { Label } from './encoder/code.ts';
import type { FunctionEmitter } from './function-emitter.ts';
import { pushCaseNumber } from './switch-table.ts';

export function emitBlock(emitter: FunctionEmitter, stmt: BlockStmt): void {
  for (const block of stmt.blocks) {
    const label = emitter.code.block();
    emitter.block(block, label);
    emitter.code.end();
  }
}

/** Leaves `index` more blocks than the innermost, putting back the state of the one it ends in. */
export function emitBreak(emitter: FunctionEmitter, stmt: BreakStmt): void {
  const frame = emitter.frames.at(-1 - stmt.index);
  if (frame === undefined) throw new Error(`break ${stmt.index} leaves the function`);
  emitter.restoreTo(frame.scopes);
  emitter.code.br(frame.breakLabel);
}

export function emitReturn(emitter: FunctionEmitter, stmt: ReturnLocalStmt): void {
  emitter.restoreTo(0);
  emitter.returnValue(stmt.source);
}

export function emitScan(emitter: FunctionEmitter, stmt: ScanStmt): void {
  const { code, context } = emitter;
  emitter.require(stmt.source);
  const source = code.scratch();
  const length = code.scratch();
  const index = code.scratch();
  emitter.push(stmt.source);
  code.tee(source);
  code.call(context.runtime('scan_length'));
  code.tee(length);
  code.const(0);
  code.op(Op.i32LtS);
  emitter.leaveIf();
  code.const(0);
  code.set(index);
  const done = code.block();
  const next = code.loop();
  code.get(index);
  code.get(length);
  code.op(Op.i32GeU);
  code.brIf(done);
  for (const [target, element] of [
    [stmt.key, 'scan_key'],
    [stmt.value, 'scan_value'],
  ] as const) {
    if (target === undefined) continue;
    code.get(source);
    code.get(index);
    code.call(context.runtime(element));
    code.set(target);
    emitter.noteAssigned(target, false);
  }
  const round = code.block();
  emitter.block(stmt.block, round, done);
  code.end();
  code.get(index);
  code.const(1);
  code.op(Op.i32Add);
  code.set(index);
  code.br(next);
  code.end();
  code.end();
  code.release(source, length, index);
}

export function emitNot(emitter: FunctionEmitter, stmt: NotStmt): void {
  const left = emitter.code.block();
  if (emitter.block(stmt.block, left)) emitter.leave();
  emitter.code.end();
}

/** A chain of comparisons where there are few cases of interned constants, else a table. */
export function emitSwitch(emitter: FunctionEmitter, stmt: SwitchStmt): void {
  const { code, context } = emitter;
  const done = code.block();
  const otherwise = code.block();
  const labels: Label[] = [];
  for (let i = 0; i < stmt.cases.length; i++) labels.unshift(code.block());
  if (!emitter.isDefined(stmt.source)) {
    emitter.push(stmt.source);
    code.op(Op.i32Eqz);
    code.brIf(otherwise);
  }
  const values = stmt.cases.map((item) => item.values);
  const all = values.flat();
  if (all.length <= MAX_COMPARED && all.every((index) => context.isInterned(index))) {
    values.forEach((indices, i) => {
      for (const index of indices) {
        emitter.push(stmt.source);
        code.const(context.constant(index));
        code.op(Op.i32Eq);
        code.brIf(labels[i]!);
      }
    });
    code.br(otherwise);
  } else {
    pushCaseNumber(emitter, stmt.source, values);
    code.brTable(labels, otherwise);
  }
  for (const item of stmt.cases) {
    code.end();
    if (emitter.block(item.block, done)) code.br(done);
  }
  code.end();
  if (stmt.otherwise !== undefined) emitter.block(stmt.otherwise, done);
  code.end();
}

const MAX_COMPARED = 6;
