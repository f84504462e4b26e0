// The exported face of a policy module: OPA's ABI 1.3, and a few names of our own that hosts may ignore.
//
//   regate_strict      1 when errors of built-ins end the evaluation, else 0
//   regate_place_file  address of the file name (NUL-terminated) of the last call of a host built-in, regate_place_row its row
//   regate_coverage    address of one byte per place of the plan's `covered`; only with coverage
import { Code, Op } from './encoder/code.ts';
import { ExternalKind } from './encoder/module.ts';
import type { FuncRef } from './linker.ts';
import type { ModuleContext } from './module-context.ts';
import { makeObject, objectOf } from '../value/construct.ts';
import { RegoSet, type Value } from '../value/value.ts';

/** Exported functions of the runtime that hosts call. */
const LIBRARY_EXPORTS = [
  'opa_eval_ctx_new',
  'opa_eval_ctx_set_input',
  'opa_eval_ctx_set_data',
  'opa_eval_ctx_set_entrypoint',
  'opa_eval_ctx_get_result',
  'opa_malloc',
  'opa_free',
  'opa_heap_ptr_get',
  'opa_heap_ptr_set',
  'opa_heap_blocks_stash',
  'opa_heap_blocks_restore',
  'opa_heap_stash_clear',
  'opa_json_parse',
  'opa_json_dump',
  'opa_value_parse',
  'opa_value_dump',
  'opa_value_free',
  'opa_value_add_path',
  'opa_value_remove_path',
] as const;

/** Words of the evaluation context (opa_eval_ctx_new). */
const CTX = { input: 0, data: 4, entrypoint: 8, result: 12 } as const;

/** Defines and exports what a host calls. The plan's functions are to be generated before: they decide which built-ins the host has to supply. */
export function defineAbi(context: ModuleContext): void {
  const { linker, plan } = context;
  for (const name of LIBRARY_EXPORTS) linker.exportLibrary(name);
  const run = defineRun(context);
  linker.export('eval', ExternalKind.func, defineEval(context, run));
  linker.export('opa_eval', ExternalKind.func, defineOpaEval(context, run));
  const ids = (names: readonly string[]): Value => makeObject(names.map((name, id) => [name, id]));
  linker.export('builtins', ExternalKind.func, defineConstant(context, ids(context.hostBuiltins)));
  const entrypoints = ids(plan.entrypoints.map((entrypoint) => entrypoint.name));
  linker.export('entrypoints', ExternalKind.func, defineConstant(context, entrypoints));
  linker.export('memory', ExternalKind.memory, 0);
  linker.export('opa_wasm_abi_version', ExternalKind.global, linker.global(1, false));
  linker.export('opa_wasm_abi_minor_version', ExternalKind.global, linker.global(3, false));
  const strict = linker.global(context.options.strictBuiltinErrors ? 1 : 0, false);
  linker.export('regate_strict', ExternalKind.global, strict);
  if (context.hostBuiltins.length > 0) {
    linker.export('regate_place_file', ExternalKind.global, context.placeFile);
    linker.export('regate_place_row', ExternalKind.global, context.placeRow);
  }
  if (plan.covered.length > 0)
    linker.export('regate_coverage', ExternalKind.global, linker.global(context.coverage, false));
}

function defineConstant(context: ModuleContext, value: Value): FuncRef {
  const func = context.linker.declare(0, 1);
  const code = new Code(0);
  code.const(context.statics.value(value));
  context.linker.define(func, code.body());
  return func;
}

/**
 * `run(entrypoint, input, data) → result set`. Starts from a fresh dynamic state, whatever an evaluation that was
 * aborted midway has left.
 */
function defineRun(context: ModuleContext): FuncRef {
  const { linker, plan, statics } = context;
  const func = linker.declare(3, 1);
  const code = new Code(3);
  const [entrypoint, input, data] = [0, 1, 2];
  code.get(input);
  code.globalSet(context.input);
  code.get(data);
  code.const(statics.value(objectOf({})));
  code.get(data);
  code.op(Op.select);
  code.globalSet(context.data);
  for (const global of [context.freeFrames, ...context.slots]) {
    code.const(0);
    code.globalSet(global);
  }
  code.call(context.runtime('error_clear'));
  if (plan.memoSlots > 0) {
    code.const(plan.memoSlots);
    code.call(context.runtime('memo_new'));
    code.globalSet(context.memo);
  }
  const isKnown = code.block();
  code.get(entrypoint);
  code.const(plan.entrypoints.length);
  code.op(Op.i32LtU);
  code.brIf(isKnown);
  code.const(statics.text('unknown entrypoint'));
  code.call(context.runtime('opa_abort'));
  code.op(Op.unreachable);
  code.end();
  const funcs = plan.entrypoints.map((item) => context.func(item.func));
  const wrap = defineWrap(context);
  const isMixed = plan.entrypoints.some((item) => item.resultSet);
  const row = linker.tableRow(
    isMixed ? plan.entrypoints.map((item, i) => defineResultSet(context, funcs[i]!, wrap, item.resultSet)) : funcs,
  );
  code.get(entrypoint);
  if (row > 0) {
    code.const(row);
    code.op(Op.i32Add);
  }
  code.callIndirect(linker.type(0, 1));
  if (!isMixed) code.call(wrap);
  linker.define(func, code.body());
  return func;
}

/** The result set of one entrypoint, where not all give one value. */
function defineResultSet(context: ModuleContext, entry: FuncRef, wrap: FuncRef, isResultSet: boolean): FuncRef {
  const func = context.linker.declare(0, 1);
  const code = new Code(0);
  code.call(entry);
  if (!isResultSet) code.call(wrap);
  else {
    const result = code.scratch();
    code.tee(result);
    code.const(context.statics.value([]));
    code.get(result);
    code.op(Op.select);
  }
  context.linker.define(func, code.body());
  return func;
}

/** `wrap(value) → {{"result": value}}`, or the empty set when undefined: in JSON an array, to OPA's own host a set. */
function defineWrap(context: ModuleContext): FuncRef {
  const { linker, statics } = context;
  const func = linker.declare(1, 1);
  const code = new Code(1);
  const value = 0;
  const binding = code.scratch();
  const set = code.scratch();
  const isDefined = code.block();
  code.get(value);
  code.brIf(isDefined);
  code.const(statics.value(new RegoSet([])));
  code.op(Op.return);
  code.end();
  code.const(1);
  code.call(context.runtime('object_new'));
  code.tee(binding);
  code.const(statics.value('result'));
  code.get(value);
  code.call(context.runtime('object_insert'));
  code.const(1);
  code.call(context.runtime('set_new'));
  code.tee(set);
  code.get(binding);
  code.call(context.runtime('set_add'));
  code.get(set);
  linker.define(func, code.body());
  return func;
}

/** `eval(ctx) → 0`: the result set goes into the context. */
function defineEval(context: ModuleContext, run: FuncRef): FuncRef {
  const func = context.linker.declare(1, 1);
  const code = new Code(1);
  code.get(0);
  for (const offset of [CTX.entrypoint, CTX.input, CTX.data]) {
    code.get(0);
    code.load(offset);
  }
  code.call(run);
  code.store(CTX.result);
  code.const(0);
  context.linker.define(func, code.body());
  return func;
}

/** `opa_eval(reserved, entrypoint, data, input text, its length, heap pointer, format) → text`. Format 0 is JSON both ways, 1 Rego values both ways. */
function defineOpaEval(context: ModuleContext, run: FuncRef): FuncRef {
  const { linker, statics } = context;
  const func = linker.declare(7, 1);
  const code = new Code(7);
  const [, entrypoint, data, text, length, heap, format] = [0, 1, 2, 3, 4, 5, 6];
  const input = code.scratch();
  const result = code.scratch();
  code.get(heap!);
  code.call(context.runtime('opa_heap_ptr_set'));
  const isParsed = code.block();
  code.get(length!);
  code.op(Op.i32Eqz);
  code.brIf(isParsed);
  code.get(format!);
  code.if();
  code.get(text!);
  code.get(length!);
  code.call(context.runtime('opa_value_parse'));
  code.set(input);
  code.else();
  code.get(text!);
  code.get(length!);
  code.call(context.runtime('opa_json_parse'));
  code.set(input);
  code.end();
  code.get(input);
  code.brIf(isParsed);
  code.const(statics.text('input is not valid JSON'));
  code.call(context.runtime('opa_abort'));
  code.op(Op.unreachable);
  code.end();
  code.get(entrypoint!);
  code.get(input);
  code.get(data!);
  code.call(run);
  code.set(result);
  code.get(format!);
  code.if();
  code.get(result);
  code.call(context.runtime('opa_value_dump'));
  code.op(Op.return);
  code.end();
  code.get(result);
  code.call(context.runtime('opa_json_dump'));
  linker.define(func, code.body());
  return func;
}
