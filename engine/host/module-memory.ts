// One instance of a policy module and its memory: texts in and out, and the few things it says about itself.
import { EvaluationError } from './evaluation-error.ts';
import type { EvaluationLocation } from './evaluation-error.ts';

const ENCODER = new TextEncoder();

export class ModuleMemory {
  readonly memory: WebAssembly.Memory;
  #exports: WebAssembly.Exports = {};
  #bytes: Buffer;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.#bytes = Buffer.from(memory.buffer);
  }

  attach(instance: WebAssembly.Instance): void {
    this.#exports = instance.exports;
  }

  /** All of the memory. Growing replaces the buffer, so the view is asked for anew at each use. */
  get bytes(): Buffer {
    if (this.#bytes.buffer !== this.memory.buffer) this.#bytes = Buffer.from(this.memory.buffer);
    return this.#bytes;
  }

  /** An exported function. */
  func(name: string): (...args: number[]) => number {
    const found = this.#exports[name];
    if (typeof found !== 'function') throw new EvaluationError('eval_internal_error', `the module has no ${name}`);
    return found;
  }

  /** The value of an exported global, undefined when there is none. */
  global(name: string): number | undefined {
    const found = this.#exports[name];
    return found !== undefined && typeof found === 'object' && 'value' in found ? found.value : undefined;
  }

  /** Whether Regate built the module. */
  get isOwn(): boolean {
    return this.global('regate_strict') !== undefined;
  }

  /** Whether errors of built-ins are to end the evaluation. */
  get isStrict(): boolean {
    return this.global('regate_strict') === 1;
  }

  /** Where the last built-in of the host was called. */
  place(): EvaluationLocation | undefined {
    const file = this.global('regate_place_file');
    const row = this.global('regate_place_row');
    return file === undefined || row === undefined ? undefined : { file: this.text(file), row };
  }

  /** End of the NUL-terminated text at `address`. */
  textEnd(address: number): number {
    return this.bytes.indexOf(0, address);
  }

  /** The NUL-terminated text at `address`. */
  text(address: number): string {
    return this.bytes.toString('utf8', address, this.textEnd(address));
  }

  /** A value as Rego text. */
  dump(value: number): string {
    return this.text(this.func('opa_value_dump')(value));
  }

  /** A value as JSON text. */
  dumpJson(value: number): string {
    return this.text(this.func('opa_json_dump')(value));
  }

  /** The address of the value that the Rego text stands for. */
  load(text: string): number {
    const encoded = ENCODER.encode(text);
    const address = this.func('opa_malloc')(encoded.length);
    this.bytes.set(encoded, address);
    const value = this.func('opa_value_parse')(address, encoded.length);
    if (value === 0) throw new EvaluationError('eval_internal_error', 'the module cannot read a result of the host');
    return value;
  }

  /** Makes the memory reach `end`. */
  reserve(end: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
  }
}
