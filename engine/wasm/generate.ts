// From a plan to the bytes of policy.wasm: the runtime library with the policy's functions and data appended.
// Everything here is deterministic: the same plan and options give the same bytes.
import { withinStack } from '../diagnostics/too-complex.ts';
import type { CodegenOptions, FuncIndex, Plan } from '../plan/ir.ts';
import { defineAbi } from './abi.ts';
import { CodegenError } from './codegen-error.ts';
import { defineFunction } from './define-function.ts';
import { Code, Op } from './encoder/code.ts';
import { Linker, PASSIVE_SEGMENT, readLibrary } from './linker.ts';
import type { FuncRef, Library } from './linker.ts';
import { ModuleContext } from './module-context.ts';
import { runtimeWasm } from './runtime.gen.ts';
import { StaticData } from './static-data.ts';

let library: Library | undefined;

/**
 * The policy module for a plan, in OPA's WebAssembly ABI 1.3.
 * Throws CodegenError for what the module format cannot hold (codegen-error.ts), TooComplexError for what nests too deeply.
 *
 * @example await load(generate(plan, { strictBuiltinErrors: false }))
 */
export function generate(plan: Plan, options: CodegenOptions): Uint8Array {
  library ??= readLibrary(runtimeWasm());
  const linker = new Linker(library);
  const statics = new StaticData();
  const context = new ModuleContext(plan, options, linker, statics);
  plan.funcs.forEach((func, index) =>
    withinStack(func.loc, () => defineFunction(context, func, context.func(index as FuncIndex))),
  );
  defineAbi(context);
  if (context.faults.length > 0) throw new CodegenError(context.faults);
  const patches = context.regexGlobals();
  const segment = statics.finish();
  for (const [name, value] of Object.entries({ ...patches, ...segment.globals })) linker.patchGlobal(name, value);
  const start = defineStart(linker, segment);
  return linker.finish(segment.bytes, start);
}

/** Makes room for the static data and copies it: the memory that the host brings may be smaller. */
function defineStart(linker: Linker, segment: { readonly address: number; readonly bytes: Uint8Array }): FuncRef {
  const func = linker.declare(0, 0);
  const code = new Code(0);
  const pages = Math.ceil((segment.address + segment.bytes.length) / 65536);
  const missing = code.scratch();
  const hasRoom = code.block();
  code.const(pages);
  code.memorySize();
  code.op(Op.i32Sub);
  code.tee(missing);
  code.const(0);
  code.op(Op.i32LeS);
  code.brIf(hasRoom);
  code.get(missing);
  code.memoryGrow();
  code.const(0);
  code.op(Op.i32GeS);
  code.brIf(hasRoom);
  code.op(Op.unreachable);
  code.end();
  code.const(segment.address);
  code.const(0);
  code.const(segment.bytes.length);
  code.memoryInit(PASSIVE_SEGMENT);
  code.dataDrop(PASSIVE_SEGMENT);
  linker.define(func, code.body());
  return func;
}
