// Programs of the regular expressions that stand in a policy, made when it is compiled: by the runtime library itself, so that there is one
// reader of patterns. What a program is: engine/runtime/assembly/regex/program.ts.
import { runtimeHeapBase, runtimeWasm } from './runtime.gen.ts';
import { unicodeTables } from './unicode-tables.ts';

/** Built-ins that take a pattern first, and find its program in the module. */
const FIRST_IS_PATTERN: ReadonlySet<string> = new Set([
  're_match',
  'regex.match',
  'regex.is_valid',
  'regex.find_n',
  'regex.find_all_string_submatch_n',
  'regex.split',
]);

/** Whether a built-in's first argument is a pattern. */
export function takesPattern(builtin: string): boolean {
  return FIRST_IS_PATTERN.has(builtin);
}

interface Exports {
  readonly opa_heap_ptr_set: (address: number) => void;
  readonly opa_malloc: (bytes: number) => number;
  readonly regex_compile: (bytes: number, length: number) => number;
  readonly unicode_tables: WebAssembly.Global;
}

const encoder = new TextEncoder();

/** An instance of the runtime library that compiles patterns. */
class PatternCompiler {
  readonly #memory = new WebAssembly.Memory({ initial: 16 });
  readonly #exports: Exports;
  readonly #heap: number;

  constructor() {
    const refuse = (): never => {
      throw new Error('no host here');
    };
    const imports = ['opa_abort', 'opa_println', ...[0, 1, 2, 3, 4].map((count) => `opa_builtin${count}`)];
    const env = { memory: this.#memory, ...Object.fromEntries(imports.map((name) => [name, refuse])) };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(runtimeWasm()), { env });
    this.#exports = instance.exports as unknown as Exports;
    const tables = unicodeTables();
    new Uint8Array(this.#memory.buffer).set(tables, runtimeHeapBase);
    this.#exports.unicode_tables.value = runtimeHeapBase;
    this.#heap = (runtimeHeapBase + tables.length + 7) & ~7;
  }

  compile(pattern: string): Uint8Array | undefined {
    const bytes = encoder.encode(pattern);
    this.#exports.opa_heap_ptr_set(this.#heap);
    const address = this.#exports.opa_malloc(bytes.length);
    new Uint8Array(this.#memory.buffer).set(bytes, address);
    const program = this.#exports.regex_compile(address, bytes.length);
    if (program === 0) return undefined;
    const size = new DataView(this.#memory.buffer).getUint32(program, true);
    return new Uint8Array(this.#memory.buffer, program, size).slice();
  }
}

/** Beyond, a module would be mostly programs: such patterns are compiled when they are used. */
const MAX_PROGRAM_BYTES = 64 * 1024;
const CACHE_SIZE = 1000;

let compiler: PatternCompiler | undefined;
const programs = new Map<string, Uint8Array | undefined>();

/** The program of a pattern; undefined for what is none, or too large to keep. */
export function regexProgram(pattern: string): Uint8Array | undefined {
  if (programs.has(pattern)) return programs.get(pattern);
  compiler ??= new PatternCompiler();
  const made = compiler.compile(pattern);
  const program = made !== undefined && made.length <= MAX_PROGRAM_BYTES ? made : undefined;
  if (programs.size >= CACHE_SIZE) programs.clear();
  programs.set(pattern, program);
  return program;
}
