// Instantiates a compiled policy module: imports, memory, checks of the ABI.
// Where the built-ins come from that it asks for is for load-async.ts and load.ts.
import type { HostBuiltins } from './builtin.ts';
import { EvaluationError, fromAbort } from './evaluation-error.ts';
import { HostCalls } from './host-calls.ts';
import type { HostSettings } from './host-calls.ts';
import { ModuleMemory } from './module-memory.ts';

export interface LoadOptions extends HostSettings {
  /** Built-ins besides the host's own, by OPA's name; they win over those of the same name. */
  readonly builtins?: HostBuiltins;
  /** Pages of 64 KiB that the instance's memory may grow to; default: the engine's limit. An evaluation that needs more ends in an EvaluationError of kind `limit`. */
  readonly maxMemoryPages?: number;
}

/** A module that cannot be loaded: no policy, another ABI, built-ins that nobody supplies. */
export class PolicyLoadError extends Error {
  readonly code: 'invalid_module' | 'unsupported_abi' | 'missing_builtin' | 'memory_limit';

  constructor(code: PolicyLoadError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'PolicyLoadError';
    this.code = code;
  }
}

/** Throws the error that says that the bytes are no module. */
export function invalid(error: unknown): never {
  throw new PolicyLoadError('invalid_module', `not a WebAssembly module: ${text(error)}`, error);
}

/** Pages of a memory to begin with: the SDK's own default. */
const INITIAL_PAGES = 5;

/** An instance with all it needs to be asked. */
export interface LinkedModule {
  readonly instance: WebAssembly.Instance;
  readonly memory: ModuleMemory;
  readonly calls: HostCalls;
}

/** A module whose built-ins have not been given yet. */
export interface Instantiated {
  /** The built-ins that the module asks its host for. */
  readonly builtins: readonly string[];
  /** What `use` makes of the instance with these built-ins. Throws PolicyLoadError. */
  start<T>(builtins: HostBuiltins, use: (linked: LinkedModule) => T): T;
}

/** Instantiates a module. Throws PolicyLoadError. */
export function instantiate(module: WebAssembly.Module, options: LoadOptions): Instantiated {
  const linked = link(module, options, INITIAL_PAGES);
  const { memory, calls } = linked;
  const version = memory.global('opa_wasm_abi_version');
  const minor = memory.global('opa_wasm_abi_minor_version') ?? 0;
  if (version !== 1 || minor < 2)
    throw new PolicyLoadError('unsupported_abi', `the module's ABI is ${version}.${minor}; 1.2 or newer is needed`);
  const ids = starting(() => JSON.parse(memory.dumpJson(memory.func('builtins')())) as Record<string, number>);
  const bind = (builtins: HostBuiltins): void => {
    const missing = calls.bind(ids, { ...builtins, ...options.builtins });
    if (missing.length > 0)
      throw new PolicyLoadError('missing_builtin', `the host has no built-in ${missing.join(', ')}`);
  };
  return {
    builtins: Object.keys(ids),
    start: (builtins, use) =>
      starting(() => {
        bind(builtins);
        return use(linked);
      }),
  };
}

function starting<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof PolicyLoadError) throw error;
    throw new PolicyLoadError('invalid_module', `the module does not start: ${text(error)}`, error);
  }
}

function link(module: WebAssembly.Module, options: LoadOptions, pages: number): LinkedModule {
  const maximum = options.maxMemoryPages;
  if (maximum !== undefined && maximum < pages)
    throw new PolicyLoadError('memory_limit', `the module needs ${pages} pages of memory, the limit is ${maximum}`);
  const memory = new ModuleMemory(
    new WebAssembly.Memory(maximum === undefined ? { initial: pages } : { initial: pages, maximum }),
  );
  const calls = new HostCalls(memory, options);
  const { call } = calls;
  const env = {
    memory: memory.memory,
    opa_abort: (address: number): void => calls.raise(fromAbort(memory.text(address))),
    opa_println: (address: number): void => options.print?.(memory.text(address)),
    opa_builtin0: call,
    opa_builtin1: call,
    opa_builtin2: call,
    opa_builtin3: call,
    opa_builtin4: call,
  };
  try {
    const instance = new WebAssembly.Instance(module, { env });
    memory.attach(instance);
    return { memory, instance, calls };
  } catch (error) {
    const needed = neededPages(error);
    if (needed !== undefined && needed > pages) return link(module, options, needed);
    if (error instanceof WebAssembly.RuntimeError && maximum !== undefined)
      throw new PolicyLoadError('memory_limit', 'the policy and its constants do not fit into the memory limit', error);
    throw new PolicyLoadError('invalid_module', `the module cannot be linked: ${text(error)}`, error);
  }
}

/** The engine names the module's declared minimum only in the text of its refusal: `… smaller than the declared initial of 7`. */
function neededPages(error: unknown): number | undefined {
  if (!(error instanceof WebAssembly.LinkError)) return undefined;
  const pages = /initial of (\d+)/.exec(error.message)?.[1];
  return pages === undefined ? undefined : Number(pages);
}

function text(error: unknown): string {
  return error instanceof EvaluationError || error instanceof Error ? error.message : String(error);
}
