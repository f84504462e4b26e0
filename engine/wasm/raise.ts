// The functions that end an evaluation with a message: `FILE:ROW: CODE: text`, as OPA prints its errors.
// Which statement raises what is decided in emit-*.ts.
import { Code, Op } from './encoder/code.ts';
import type { FuncRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';

/** `raise(file, row, text)`: calls the host's `opa_abort`. A host that wants all errors of built-ins comes back from it. */
export function defineRaise(context: ModuleContext): FuncRef {
  const { linker } = context;
  const length = defineLength(context);
  const append = defineAppend(context);
  const decimal = defineDecimal(context);
  const func = linker.declare(3, 0);
  const code = new Code(3);
  const [file, row, text] = [0, 1, 2];
  const buffer = code.scratch();
  const end = code.scratch();
  code.get(file);
  code.call(length);
  code.get(text);
  code.call(length);
  code.op(Op.i32Add);
  code.const(16); // ten digits, two colons, a space, NUL
  code.op(Op.i32Add);
  code.call(context.runtime('opa_malloc'));
  code.tee(buffer);
  code.get(file);
  code.call(append);
  byteAt(code, end, ':');
  code.get(end);
  code.get(row);
  code.call(decimal);
  byteAt(code, end, ':');
  code.get(end);
  byteAt(code, end, ' ');
  code.get(end);
  code.get(text);
  code.call(append);
  code.const(0);
  code.store8();
  code.get(buffer);
  code.call(context.runtime('opa_abort'));
  linker.define(func, code.body());
  return func;
}

/** `builtin_failed(file, row, name)`: raises `CODE: NAME: message` when the runtime holds an error, which is gone then. */
export function defineBuiltinFailed(context: ModuleContext): FuncRef {
  const { linker, statics } = context;
  const length = defineLength(context);
  const append = defineAppend(context);
  const func = linker.declare(3, 0);
  const code = new Code(3);
  const [file, row, name] = [0, 1, 2];
  const buffer = code.scratch();
  const pending = code.block();
  code.call(context.runtime('error_pending'));
  code.brIf(pending);
  code.op(Op.return);
  code.end();
  code.get(name);
  code.call(length);
  code.call(context.runtime('error_message'));
  code.call(length);
  code.op(Op.i32Add);
  code.const(32); // the code, two colons and spaces, NUL
  code.op(Op.i32Add);
  code.call(context.runtime('opa_malloc'));
  code.tee(buffer);
  code.const(statics.text('eval_type_error: '));
  code.const(statics.text('eval_builtin_error: '));
  code.call(context.runtime('error_code'));
  code.const(2);
  code.op(Op.i32Eq);
  code.op(Op.select);
  code.call(append);
  code.get(name);
  code.call(append);
  code.const(statics.text(': '));
  code.call(append);
  code.call(context.runtime('error_message'));
  code.call(append);
  code.const(0);
  code.store8();
  code.get(file);
  code.get(row);
  code.get(buffer);
  code.call(context.raise);
  code.call(context.runtime('error_clear'));
  linker.define(func, code.body());
  return func;
}

/** Stores a character at the address on the stack, which is moved on into `end`. */
function byteAt(code: Code, end: number, character: string): void {
  code.tee(end);
  code.const(character.charCodeAt(0));
  code.store8();
  code.get(end);
  code.const(1);
  code.op(Op.i32Add);
  code.set(end);
}

/** `length(text)`: bytes before the NUL. */
function defineLength(context: ModuleContext): FuncRef {
  return context.shared('length', () => {
    const func = context.linker.declare(1, 1);
    const code = new Code(1);
    const end = code.scratch();
    code.get(0);
    code.set(end);
    const done = code.block();
    const next = code.loop();
    code.get(end);
    code.load8();
    code.op(Op.i32Eqz);
    code.brIf(done);
    code.get(end);
    code.const(1);
    code.op(Op.i32Add);
    code.set(end);
    code.br(next);
    code.end();
    code.end();
    code.get(end);
    code.get(0);
    code.op(Op.i32Sub);
    context.linker.define(func, code.body());
    return func;
  });
}

/** `append(to, text)`: copies the bytes before the NUL and returns the address after the last. */
function defineAppend(context: ModuleContext): FuncRef {
  return context.shared('append', () => {
    const func = context.linker.declare(2, 1);
    const code = new Code(2);
    const byte = code.scratch();
    const done = code.block();
    const next = code.loop();
    code.get(1);
    code.load8();
    code.tee(byte);
    code.op(Op.i32Eqz);
    code.brIf(done);
    code.get(0);
    code.get(byte);
    code.store8();
    for (const local of [0, 1]) {
      code.get(local);
      code.const(1);
      code.op(Op.i32Add);
      code.set(local);
    }
    code.br(next);
    code.end();
    code.end();
    code.get(0);
    context.linker.define(func, code.body());
    return func;
  });
}

/** `decimal(to, number)`: writes an unsigned number and returns the address after the last digit. */
function defineDecimal(context: ModuleContext): FuncRef {
  return context.shared('decimal', () => {
    const func = context.linker.declare(2, 1);
    const code = new Code(2);
    const isSmall = code.block();
    code.get(1);
    code.const(10);
    code.op(Op.i32LtU);
    code.brIf(isSmall);
    code.get(0);
    code.get(1);
    code.const(10);
    code.op(Op.i32DivU);
    code.call(func);
    code.set(0);
    code.end();
    code.get(0);
    code.get(1);
    code.const(10);
    code.op(Op.i32RemU);
    code.const('0'.charCodeAt(0));
    code.op(Op.i32Add);
    code.store8();
    code.get(0);
    code.const(1);
    code.op(Op.i32Add);
    context.linker.define(func, code.body());
    return func;
  });
}
