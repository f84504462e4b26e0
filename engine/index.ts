// The public face of the engine: compile Rego, load modules, evaluate.
export { compile, compileModules } from './compile.ts';
export type { Compiled, CompileOptions, QuerySource, Source } from './compile.ts';
export type { Diagnostic, DiagnosticCode } from './diagnostics/diagnostic.ts';
export { EvaluationError, load, loadSync } from './host/load.ts';
export { BuiltinError } from './host/builtin.ts';
export type { BuiltinContext, HostBuiltin, HostBuiltins } from './host/builtin.ts';
export { RegoNumber, RegoObject, RegoSet } from './value/value.ts';
export type { Value } from './value/value.ts';
