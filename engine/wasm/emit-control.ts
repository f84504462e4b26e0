// Control flow: blocks, breaks, scans, negation, switches and returning.
import type { Block, BlockStmt, BreakStmt, NotStmt, ReturnLocalStmt, ScanStmt, SwitchStmt } from '../plan/ir.ts';
import { Op } from './encoder/code.ts';
import type { Label } from './encoder/code.ts';
import type { FunctionEmitter } from './function-emitter.ts';
import { emitRoundSteps, emitScanSteps } from './emit-step.ts';
import { outline, planRuns } from './outline.ts';
import { pushCaseNumber } from './switch-table.ts';

export function emitBlock(emitter: FunctionEmitter, stmt: BlockStmt): void {
  emitBlocks(emitter, stmt.blocks);
}

/** Blocks in turn, each left early when a statement in it is undefined; very many of them in functions of their own. */
export function emitBlocks(emitter: FunctionEmitter, blocks: readonly Block[]): void {
  let first = 0;
  for (const size of planRuns(emitter, blocks) ?? [0]) {
    const run = size === 0 ? blocks : blocks.slice(first, first + size);
    first += size;
    if (size === 0 || !outline(emitter, run, (inner) => emitInPlace(inner, run))) emitInPlace(emitter, run);
  }
}

function emitInPlace(emitter: FunctionEmitter, blocks: readonly Block[]): void {
  for (const block of blocks) {
    const label = emitter.code.block();
    emitter.block(block, label);
    emitter.code.end();
  }
}

export function emitBreak(emitter: FunctionEmitter, stmt: BreakStmt): void {
  emitter.breakOut(stmt.index + 1);
}

export function emitReturn(emitter: FunctionEmitter, stmt: ReturnLocalStmt): void {
  emitter.returnValue(emitter.local(stmt.source));
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
  emitScanSteps(context, code, length);
  code.const(0);
  code.set(index);
  const done = code.block();
  const next = code.loop();
  code.get(index);
  code.get(length);
  code.op(Op.i32GeU);
  code.brIf(done);
  emitter.next = undefined; // what the scan binds is not returned at once
  for (const [target, element] of [
    [stmt.key, 'scan_key'],
    [stmt.value, 'scan_value'],
  ] as const) {
    // The index of an array is made a number only for those who want to know it.
    if (target === undefined || !emitter.facts.isUsed(target)) continue;
    code.get(source);
    code.get(index);
    code.call(context.runtime(element));
    emitter.set(target);
    emitter.noteAssigned(target, false);
  }
  emitRoundSteps(context, code, index);
  const round = code.block();
  emitter.loops++;
  emitter.block(stmt.block, round, done);
  emitter.loops--;
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

const MAX_COMPARED = 6;

/** A chain of comparisons where there are few cases of interned constants, else a table. */
export function emitSwitch(emitter: FunctionEmitter, stmt: SwitchStmt): void {
  const { code } = emitter;
  const blocks = stmt.cases.map((item) => item.block);
  const values = stmt.cases.map((item) => item.values);
  const done = code.block();
  const otherwise = code.block();
  if (!emitter.isDefined(stmt.source)) {
    emitter.push(stmt.source);
    code.op(Op.i32Eqz);
    code.brIf(otherwise);
  }
  const all = values.flat();
  const runs = planRuns(emitter, blocks);
  if (runs !== undefined) {
    const number = code.scratch();
    pushCaseNumber(emitter, stmt.source, values);
    code.set(number);
    emitRuns(emitter, blocks, runs, number, otherwise, done);
    code.release(number);
  } else if (all.length <= MAX_COMPARED && all.every((index) => emitter.context.isInterned(index))) {
    emitCases(emitter, blocks, otherwise, done, (labels) => {
      values.forEach((indices, i) => {
        for (const index of indices) {
          emitter.push(stmt.source);
          code.const(emitter.context.constant(index));
          code.op(Op.i32Eq);
          code.brIf(labels[i]!);
        }
      });
      code.br(otherwise);
    });
  } else {
    emitCases(emitter, blocks, otherwise, done, (labels) => {
      pushCaseNumber(emitter, stmt.source, values);
      code.brTable(labels, otherwise);
    });
  }
  code.end();
  if (stmt.otherwise !== undefined) emitter.block(stmt.otherwise, done);
  code.end();
}

/** The blocks of cases, reached by what `choose` does with their labels. */
function emitCases(
  emitter: FunctionEmitter,
  blocks: readonly Block[],
  otherwise: Label,
  done: Label,
  choose: (labels: readonly Label[]) => void,
): void {
  const { code } = emitter;
  const labels: Label[] = [];
  for (let i = 0; i < blocks.length; i++) labels.push(code.block());
  labels.reverse();
  choose(labels);
  if (blocks.length === 0) code.br(otherwise);
  for (const block of blocks) {
    code.end();
    if (emitter.block(block, done)) code.br(done);
  }
}

/** Runs of cases in functions of their own, which choose again by the number of the case. */
function emitRuns(
  emitter: FunctionEmitter,
  blocks: readonly Block[],
  runs: readonly number[],
  number: number,
  otherwise: Label,
  done: Label,
): void {
  const { code } = emitter;
  const labels: Label[] = [];
  for (let i = 0; i < runs.length; i++) labels.push(code.block());
  labels.reverse();
  // A chain rather than a table: engines limit the size of one, and runs are few. "No case" (-1) is the largest number.
  let limit = 0;
  runs.forEach((size, i) => {
    limit += size;
    code.get(number);
    code.const(limit);
    code.op(Op.i32LtU);
    code.brIf(labels[i]!);
  });
  code.br(otherwise);
  let first = 0;
  for (const size of runs) {
    const run = blocks.slice(first, first + size);
    const start = first;
    first += size;
    code.end();
    const emitRun = (inner: FunctionEmitter, extra: number, end: Label): void =>
      emitCases(inner, run, end, end, (cases) => {
        inner.code.get(extra);
        inner.code.const(start);
        inner.code.op(Op.i32Sub);
        inner.code.brTable(cases, end);
      });
    const outlined = outline(
      emitter,
      run,
      (inner, extra) => {
        const end = inner.code.block();
        emitRun(inner, extra, end);
        inner.code.end();
      },
      number,
    );
    if (!outlined) emitRun(emitter, number, done);
    code.br(done);
  }
}
