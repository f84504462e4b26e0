// What the module format cannot hold, as findings with a place.
import type { Loc } from '../ast/nodes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Thrown by `generate` when a plan is right but has no module: built-ins of the host with more arguments than the ABI has, functions beyond the engines' limits. */
export class CodegenError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
    this.name = 'CodegenError';
    this.diagnostics = diagnostics;
  }
}

/** A call of a host built-in with more arguments than OPA's ABI passes. */
export function tooManyArguments(name: string, count: number, max: number, loc: Loc): Diagnostic {
  return {
    code: 'rego_compile_error',
    severity: 'error',
    message: `${name}: a built-in that runs on the host takes at most ${max} arguments, got ${count}`,
    loc,
    hint: 'pass the arguments in one array or object',
  };
}

/** A function with more locals than engines accept. */
export function tooManyLocals(loc: Loc): Diagnostic {
  return {
    code: 'rego_compile_error',
    severity: 'error',
    message: 'the rule has too many terms for one WebAssembly function',
    loc,
    hint: 'split the body into several rules',
  };
}
