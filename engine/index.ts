// The public face of the engine: compile Rego, load modules, evaluate.
export { compile, compileModules } from './compile.ts';
export type { Compiled, CompileOptions, QuerySource, Source } from './compile.ts';
export type { Diagnostic, DiagnosticCode } from './diagnostics/diagnostic.ts';
export { EvaluationError, load, loadSync, Policy, PolicyLoadError } from './host/load.ts';
export type { HostSettings, LoadOptions } from './host/load.ts';
export { sdkBuiltins } from './host/sdk-builtins.ts';
export { WorkerPolicy } from './host/worker-policy.ts';
export { BuiltinError } from './host/builtin.ts';
export type { BuiltinContext, HostBuiltin, HostBuiltins } from './host/builtin.ts';
export { RegoNumber, RegoObject, RegoSet } from './value/value.ts';
export type { Value } from './value/value.ts';
