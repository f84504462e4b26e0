// One instance of a policy module and its memory: texts in and out, and the few things it says about itself.
import { bytesOf, textOf } from './bytes.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { EvaluationLocation } from './evaluation-error.ts';

/** Reads and writes the texts of one instance by OPA's ABI; whatever does not fit throws EvaluationError. */
export class ModuleMemory {
  readonly memory: WebAssembly.Memory;
  #exports: WebAssembly.Exports = {};
  #bytes: Uint8Array;
  /** The same bytes, with Node's fast ways to and from text. */
  #buffer: Buffer;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#buffer = Buffer.from(memory.buffer);
  }

  attach(instance: WebAssembly.Instance): void {
    this.#exports = instance.exports;
  }

  /** All of the memory. Growing replaces the buffer, so the view is asked for anew at each use. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.memory.buffer) this.#renewViews();
    return this.#bytes;
  }

  get #text(): Buffer {
    if (this.#buffer.buffer !== this.memory.buffer) this.#renewViews();
    return this.#buffer;
  }

  #renewViews(): void {
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#buffer = Buffer.from(this.memory.buffer);
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
    const { bytes } = this;
    // Most texts are short, and a loop finds their end before a native search has started.
    const near = address + 64;
    for (let i = address; i < near; i++) if (bytes[i] === 0) return i;
    return bytes.indexOf(0, near);
  }

  /** The NUL-terminated text at `address`. */
  text(address: number): string {
    return this.textBetween(address, this.textEnd(address));
  }

  textBetween(start: number, end: number): string {
    return this.#text.toString('utf8', start, end);
  }

  /** A copy of the bytes from `start` to `end`. */
  copy(start: number, end: number): Uint8Array {
    return this.bytes.slice(start, end);
  }

  /** Writes text at `address`, growing the memory where needed; returns its end. */
  write(text: string, address: number): number {
    // No UTF-16 unit takes more than three bytes.
    if (address + text.length * 3 > this.memory.buffer.byteLength) this.reserve(address + Buffer.byteLength(text));
    return address + this.#text.write(text, address, 'utf8');
  }

  /** A value as Rego text; no byte of its strings is lost. */
  dump(value: number): string {
    const start = this.func('opa_value_dump')(value);
    const end = this.textEnd(start);
    const text = this.textBetween(start, end);
    return text.includes('\ufffd') ? textOf(this.bytes.subarray(start, end)) : text;
  }

  /** A value as JSON text. */
  dumpJson(value: number): string {
    return this.text(this.func('opa_json_dump')(value));
  }

  /** The address of the value that the Rego text stands for. */
  load(text: string): number {
    const stray = text.isWellFormed() ? undefined : bytesOf(text);
    const length = stray?.length ?? Buffer.byteLength(text);
    const address = this.func('opa_malloc')(length);
    if (stray === undefined) this.write(text, address);
    else this.bytes.set(stray, address);
    const value = this.func('opa_value_parse')(address, length);
    if (value === 0) throw new EvaluationError('eval_internal_error', 'the module cannot read a result of the host');
    return value;
  }

  /** The address of the value that the JSON text stands for. Throws EvaluationError when it is none. */
  loadJson(text: Uint8Array): number {
    const address = this.func('opa_malloc')(text.length);
    this.bytes.set(text, address);
    const value = this.func('opa_json_parse')(address, text.length);
    if (value === 0) throw new EvaluationError('eval_data_error', 'data is not valid JSON');
    return value;
  }

  /** Makes the memory reach `end`. */
  reserve(end: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
  }
}
