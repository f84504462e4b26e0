// Coverage: a byte per place, set when execution comes by. The bytes add up over evaluations until the host clears them.
import type { CoverStmt } from '../plan/ir.ts';
import type { FunctionEmitter } from './function-emitter.ts';

export function emitCover(emitter: FunctionEmitter, stmt: CoverStmt): void {
  emitter.code.const(emitter.context.coverage + stmt.index);
  emitter.code.const(1);
  emitter.code.store8();
}
