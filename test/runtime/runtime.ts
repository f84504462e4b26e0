// Loads the runtime library alone, without a policy, for tests: text in, values as addresses, text out.
import { bytesOf, textOf } from '../../engine/host/bytes.ts';
import { runtimeHeapBase, runtimeWasm } from '../../engine/wasm/runtime.gen.ts';

const module = new WebAssembly.Module(runtimeWasm());

/** Thrown when the module calls `opa_abort`. */
export class Abort extends Error {}

export interface RuntimeOptions {
  /** Bytes laid out at `runtimeHeapBase` before anything runs, and patch points to set. */
  readonly data?: Uint8Array;
  readonly globals?: Readonly<Record<string, number>>;
  /** `env.opa_builtin0..4`: gets the built-in's number and the argument addresses. */
  readonly builtin?: (id: number, ...args: number[]) => number;
  readonly pages?: number;
}

export type RuntimeCalls = Record<string, (...args: number[]) => number>;

/** One instance of the runtime with a memory of its own. */
export class Runtime {
  readonly memory: WebAssembly.Memory;
  /** Exported functions; reading one that does not exist throws. */
  readonly calls: RuntimeCalls;
  readonly globals: Record<string, WebAssembly.Global>;
  private readonly base: number;

  constructor(options: RuntimeOptions = {}) {
    this.memory = new WebAssembly.Memory({ initial: options.pages ?? 5 });
    const builtin = (id: number, _context: number, ...args: number[]): number => options.builtin?.(id, ...args) ?? 0;
    const instance = new WebAssembly.Instance(module, {
      env: {
        memory: this.memory,
        opa_abort: (message: number) => {
          throw new Abort(this.cstring(message));
        },
        opa_println: () => {},
        opa_builtin0: builtin,
        opa_builtin1: builtin,
        opa_builtin2: builtin,
        opa_builtin3: builtin,
        opa_builtin4: builtin,
      },
    });
    this.calls = instance.exports as RuntimeCalls;
    this.globals = instance.exports as Record<string, WebAssembly.Global>;
    const data = options.data ?? new Uint8Array(0);
    const end = runtimeHeapBase + data.length;
    if (end > this.memory.buffer.byteLength) this.memory.grow((end - this.memory.buffer.byteLength + 0xffff) >> 16);
    this.bytes(runtimeHeapBase, data.length).set(data);
    this.global('heap_pointer', (end + 7) & ~7);
    for (const [name, value] of Object.entries(options.globals ?? {})) this.global(name, value);
    this.base = this.call('opa_heap_ptr_get');
  }

  call(name: string, ...args: number[]): number {
    const found = this.calls[name];
    if (!found) throw new Error(`the runtime has no ${name}`);
    return found(...args);
  }

  private global(name: string, value: number): void {
    const found = this.globals[name];
    if (!found) throw new Error(`the runtime has no ${name}`);
    found.value = value;
  }

  /** Frees everything made so far. */
  reset(): void {
    this.call('opa_heap_ptr_set', this.base);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  /** Copies `text` into memory; returns address and length. */
  text(text: string | Uint8Array): [number, number] {
    const bytes = typeof text === 'string' ? bytesOf(text) : text;
    const address = this.call('opa_malloc', bytes.length);
    this.bytes(address, bytes.length).set(bytes);
    return [address, bytes.length];
  }

  /** NUL-terminated text at `address`. */
  cstring(address: number): string {
    const all = new Uint8Array(this.memory.buffer);
    return textOf(all.subarray(address, all.indexOf(0, address)));
  }

  /** A value from JSON text; 0 when malformed. */
  json(text: string | Uint8Array): number {
    return this.call('opa_json_parse', ...this.text(text));
  }

  /** A value from Rego's text of ground values (sets, keys of any kind); 0 when malformed. */
  value(text: string): number {
    return this.call('opa_value_parse', ...this.text(text));
  }

  dumpJson(value: number): string {
    return this.cstring(this.call('opa_json_dump', value));
  }

  dumpValue(value: number): string {
    return this.cstring(this.call('opa_value_dump', value));
  }
}
