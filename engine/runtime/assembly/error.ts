// The error a built-in leaves behind when it is undefined because it failed. Whether that matters is up to the caller:
// in a strict build the generated code raises it, otherwise it is overlooked and overwritten.
import { endText } from './text-builder';
import { stringBytes } from './string';
import { allocate } from './memory';

/** eval_builtin_error */
export const ERROR_BUILTIN: i32 = 1;
/** eval_type_error */
export const ERROR_TYPE: i32 = 2;

let code: i32 = 0;
let message: usize = 0;

/** Leaves an error; its message is the text under construction (beginText). */
export function leaveError(errorCode: i32): void {
  const text = endText();
  // The copy has a NUL behind it, as hosts want it.
  const copy = allocate(text.length + 1);
  memory.copy(copy, stringBytes(text), text.length);
  store<u8>(copy + text.length, 0);
  message = copy;
  code = errorCode;
}

/** 1 when a built-in has left an error. */
export function error_pending(): i32 {
  return code != 0 ? 1 : 0;
}

/** ERROR_BUILTIN or ERROR_TYPE. */
export function error_code(): i32 {
  return code;
}

/** Address of the NUL-terminated message. */
export function error_message(): usize {
  return message;
}

export function error_clear(): void {
  code = 0;
}
