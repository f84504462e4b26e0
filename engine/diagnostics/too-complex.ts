// Sources that nest or chain more than the compiler's own recursion can follow, as findings instead of a RangeError.
// Limits with a text of their own (the parser's depth, the module format's) are found where they apply.
import type { Loc } from '../ast/nodes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Thrown when a phase gives up on a part of the program. */
export class TooComplexError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(loc: Loc) {
    super('too complex to compile');
    this.name = 'TooComplexError';
    this.diagnostic = {
      code: 'rego_compile_error',
      severity: 'error',
      message:
        'too complex to compile: too many expressions, elements or path segments in a row or inside of each other',
      loc,
      hint: 'split it into several rules',
    };
  }
}

/** Runs `work`; where the call stack ends, throws TooComplexError with that place. An inner place wins over an outer one. */
export function withinStack<R>(loc: Loc, work: () => R): R {
  try {
    return work();
  } catch (error) {
    throw tooComplex(error, loc);
  }
}

/** What to throw in place of an error: a TooComplexError where the call stack has ended, else the error. */
export function tooComplex(error: unknown, loc: Loc): unknown {
  return error instanceof RangeError && /call stack/i.test(error.message) ? new TooComplexError(loc) : error;
}
