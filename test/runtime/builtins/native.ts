// Calls the runtime library's built-ins directly: values in and out as Rego text, errors as the strict evaluation words them.
import { unicodeTables } from '../../../engine/wasm/unicode-tables.ts';
import type { Call, Outcome } from './reference.ts';

interface Exports {
  readonly opa_malloc: (bytes: number) => number;
  readonly opa_heap_ptr_set: (address: number) => void;
  readonly opa_value_parse: (text: number, length: number) => number;
  readonly opa_value_dump: (value: number) => number;
  readonly unicode_tables: WebAssembly.Global;
  readonly value_equal: (a: number, b: number) => number;
  readonly error_pending: () => number;
  readonly error_code: () => number;
  readonly error_message: () => number;
  readonly error_clear: () => void;
}

/** A call whose arguments are values as Rego text or calls. */
export interface NestedCall {
  readonly name: string;
  readonly args: readonly (string | NestedCall)[];
}

const CODES = ['', 'eval_builtin_error', 'eval_type_error'];

/** One instance of the runtime library, without a policy. */
export class NativeBuiltins {
  readonly memory = new WebAssembly.Memory({ initial: 4 });
  readonly #exports: Exports;
  readonly #functions: Readonly<Record<string, unknown>>;
  readonly #base: number;

  /** `heapBase`: where the runtime's own data end. */
  constructor(module: Uint8Array<ArrayBuffer>, heapBase: number) {
    const refuse = (): never => {
      throw new Error('no host built-ins here');
    };
    const env = {
      memory: this.memory,
      opa_abort: (address: number): never => {
        throw new Error(`aborted: ${this.#text(address)}`);
      },
      opa_println: (): void => undefined,
      opa_builtin0: refuse,
      opa_builtin1: refuse,
      opa_builtin2: refuse,
      opa_builtin3: refuse,
      opa_builtin4: refuse,
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module), { env });
    this.#functions = instance.exports;
    this.#exports = instance.exports as unknown as Exports;
    const tables = unicodeTables();
    new Uint8Array(this.memory.buffer).set(tables, heapBase);
    this.#exports.unicode_tables.value = heapBase;
    this.#base = (heapBase + tables.length + 7) & ~7;
  }

  /** True when the runtime has the built-in. */
  has(name: string): boolean {
    return typeof this.#functions[this.#exportName(name)] === 'function';
  }

  /** The outcome of a call, a result as the runtime prints it; aborts throw. Arguments may be calls in turn. */
  call(call: NestedCall): Outcome {
    this.#exports.opa_heap_ptr_set(this.#base);
    this.#exports.error_clear();
    return this.#outcome(this.#run(call), call.name);
  }

  /** Undefined when the call's outcome is the one wanted, otherwise what it is instead. Results are compared as values. */
  differs(call: Call, wanted: Outcome): Outcome | undefined {
    this.#exports.opa_heap_ptr_set(this.#base);
    this.#exports.error_clear();
    const result = this.#run(call);
    if (result !== 0 && wanted.startsWith('= ')) {
      const value = this.#parse(wanted.slice(2));
      if (this.#exports.value_equal(result, value) === 1) return undefined;
      // Bytes that are no UTF-8 are U+FFFD in what was recorded.
      const outcome = this.#outcome(result, call.name).replaceAll('\\ufffd', '\ufffd');
      return outcome === this.#outcome(value, call.name) ? undefined : outcome;
    }
    const outcome = this.#outcome(result, call.name);
    return outcome === wanted ? undefined : outcome;
  }

  #exportName(name: string): string {
    return `builtin_${name.replaceAll('.', '_')}`;
  }

  #run(call: NestedCall): number {
    const builtin = this.#functions[this.#exportName(call.name)] as (...args: number[]) => number;
    return builtin(...call.args.map((arg) => (typeof arg === 'string' ? this.#parse(arg) : this.#run(arg))));
  }

  #outcome(result: number, name: string): Outcome {
    if (result !== 0) return `= ${this.#text(this.#exports.opa_value_dump(result))}`;
    if (this.#exports.error_pending() === 0) return 'undefined';
    const code = CODES[this.#exports.error_code()] ?? '?';
    return `! ${code}: ${name}: ${this.#text(this.#exports.error_message())}`;
  }

  #parse(text: string): number {
    const bytes = new TextEncoder().encode(text);
    const address = this.#exports.opa_malloc(bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, address);
    const value = this.#exports.opa_value_parse(address, bytes.length);
    if (value === 0) throw new Error(`the runtime does not read ${text}`);
    return value;
  }

  #text(address: number): string {
    const bytes = new Uint8Array(this.memory.buffer, address);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  }
}
