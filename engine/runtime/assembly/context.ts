// OPA's evaluation context: what a host sets before `eval` and takes after it.
//
//   0       4      8            12
//   | input | data | entrypoint | result |      addresses of values, 0 when not set; entrypoint: its number
import { allocate } from './memory';

@unmanaged
export class EvalContext {
  input: usize;
  data: usize;
  entrypoint: i32;
  result: usize;
}

export function opa_eval_ctx_new(): EvalContext {
  const context = changetype<EvalContext>(allocate(offsetof<EvalContext>()));
  context.input = 0;
  context.data = 0;
  context.entrypoint = 0;
  context.result = 0;
  return context;
}

export function opa_eval_ctx_set_input(context: EvalContext, input: usize): void {
  context.input = input;
}

export function opa_eval_ctx_set_data(context: EvalContext, data: usize): void {
  context.data = data;
}

export function opa_eval_ctx_set_entrypoint(context: EvalContext, entrypoint: i32): void {
  context.entrypoint = entrypoint;
}

export function opa_eval_ctx_get_result(context: EvalContext): usize {
  return context.result;
}
