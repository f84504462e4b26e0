// A loaded policy: data and evaluations of an instance by OPA's ABI, with typed errors. Loading is in load.ts.
import { parseRego } from '../value/rego-text.ts';
import { RegoSet, type Value } from '../value/value.ts';
import { getElement } from '../value/construct.ts';
import { EvaluationError, fromThrown } from './evaluation-error.ts';
import type { HostCalls } from './host-calls.ts';
import type { LinkedModule } from './instantiate.ts';
import type { ModuleMemory } from './module-memory.ts';

const ENCODER = new TextEncoder();
const EMPTY_DATA = ENCODER.encode('{}');
const JSON_FORMAT = 0;
const VALUE_FORMAT = 1;
const LETTER_T = 't'.charCodeAt(0);
const LETTER_F = 'f'.charCodeAt(0);
/** What a defined result of a rule begins with, and how long its end is. */
const PREFIX = Array.from('[{"result":', (character) => character.charCodeAt(0));
const SUFFIX_LENGTH = '}]'.length;
const EMPTY_LENGTH = '[]'.length;
/** The bound of engine/runtime/assembly/number-parse.ts. */
const MAX_EXPONENT = 2 ** 29;

/**
 * A policy ready to be asked, as often as one likes. Evaluations are synchronous; one that throws leaves the policy
 * usable. A synchronous call cannot be interrupted: a time limit needs a module that asks for it (`checksTime`), or the policy in a worker.
 */
export class Policy {
  readonly #memory: ModuleMemory;
  readonly #calls: HostCalls;
  readonly #opaEval: (...args: number[]) => number;
  readonly #entrypoints: ReadonlyMap<string, number>;
  readonly #isOwn: boolean;
  /** Where data begins in the module's memory. */
  readonly #baseHeap: number;
  #data = 0;
  /** Where data ends, and each evaluation begins. */
  #dataHeap = 0;
  #isRunning = false;
  /** Set while there is no usable data: deciding without it could allow what it would deny. */
  #dataFault: EvaluationError | undefined;

  constructor({ memory, calls }: Pick<LinkedModule, 'memory' | 'calls'>) {
    this.#memory = memory;
    this.#calls = calls;
    this.#opaEval = memory.func('opa_eval');
    this.#isOwn = memory.isOwn;
    const entrypoints = memory.dumpJson(memory.func('entrypoints')());
    this.#entrypoints = new Map(Object.entries(JSON.parse(entrypoints) as Record<string, number>));
    this.#baseHeap = memory.func('opa_heap_ptr_get')();
    this.#loadData(EMPTY_DATA);
  }

  /** Names of the entrypoints (`pkg/rule`), in order of their ids. */
  get entrypoints(): readonly string[] {
    return [...this.#entrypoints].sort((a, b) => a[1] - b[1]).map(([name]) => name);
  }

  /** Whether errors of built-ins end evaluations of this policy. */
  get strict(): boolean {
    return this.#memory.isStrict;
  }

  /** Bytes of memory the instance has. It never shrinks; a fresh `load` starts small. */
  get memoryBytes(): number {
    return this.#memory.memory.buffer.byteLength;
  }

  /**
   * The rule's value as JSON.parse gives it (sets as arrays, big numbers rounded), or undefined. `input` is any JSON
   * value, `undefined` for none. Throws EvaluationError.
   *
   * @example policy.evaluate('authz/allow', { user: 'ada' }) === true
   */
  evaluate(entrypoint: string, input?: unknown): unknown {
    const id = this.#start(entrypoint);
    const text = input === undefined ? undefined : toJson(input);
    const start = this.#run(id, text, JSON_FORMAT);
    const end = this.#memory.textEnd(start);
    if (!this.#isResult(start, end)) return undefined;
    const value = start + PREFIX.length;
    // The answers of most policies are true and false, and need no parser.
    const first = this.#memory.bytes[value];
    if (first === LETTER_T) return true;
    if (first === LETTER_F) return false;
    return JSON.parse(this.#memory.textBetween(value, end - SUFFIX_LENGTH));
  }

  /**
   * The rule's value as JSON text, or undefined; `input` is JSON text too. Nothing is parsed or printed twice, and
   * no number is rounded. Throws EvaluationError.
   */
  evaluateJson(entrypoint: string, input?: Uint8Array | string): Uint8Array | undefined {
    const id = this.#start(entrypoint);
    if (typeof input === 'string' && !this.#isOwn) checkJson(Buffer.from(input));
    const start = this.#run(id, input, JSON_FORMAT);
    const end = this.#memory.textEnd(start);
    if (!this.#isResult(start, end)) return undefined;
    return this.#memory.copy(start + PREFIX.length, end - SUFFIX_LENGTH);
  }

  /** The whole result set as JSON text: `[{"result": …}]` or `[]`, for a query its bindings. Throws EvaluationError. */
  evaluateText(entrypoint: string, input?: Uint8Array): string {
    const id = this.#start(entrypoint);
    return this.#memory.text(this.#run(id, input, JSON_FORMAT));
  }

  /** The rule's value without loss: sets are sets, and keys may be of any type. `input` is Rego text, of which JSON is a part. Throws EvaluationError. */
  evaluateValue(entrypoint: string, input?: Uint8Array): Value | undefined {
    const id = this.#start(entrypoint);
    const results = parseRego(this.#memory.text(this.#run(id, input, VALUE_FORMAT)));
    // A set of one for a rule, an array for a query.
    const first = results instanceof RegoSet ? results.items[0] : getElement(results, 0);
    return first === undefined ? undefined : getElement(first, 'result');
  }

  /** Replaces the base documents: a JSON value, or JSON text as bytes. When the text is faulty, evaluations throw until there is good data. Throws EvaluationError. */
  setData(data: unknown): void {
    if (this.#isRunning) throw new EvaluationError('eval_internal_error', 'the policy is evaluating already');
    try {
      this.#loadData(data instanceof Uint8Array ? data : ENCODER.encode(toJson(data)));
      this.#dataFault = undefined;
    } catch (error) {
      const text = error instanceof EvaluationError ? error.text : 'data is not valid JSON';
      this.#dataFault = new EvaluationError('eval_data_error', text, undefined, error);
      if (data instanceof Uint8Array) this.#dataFault = explainJson(this.#dataFault, data);
      throw this.#dataFault;
    }
  }

  /** One byte per place of the plan's `covered`, 1 when it was reached since `clearCoverage`; empty for builds without coverage. */
  coverage(places: number): Uint8Array {
    const address = this.#memory.global('regate_coverage');
    if (address === undefined) return new Uint8Array(0);
    return this.#memory.copy(address, address + places);
  }

  clearCoverage(places: number): void {
    const address = this.#memory.global('regate_coverage');
    if (address !== undefined) this.#memory.bytes.fill(0, address, address + places);
  }

  #loadData(text: Uint8Array): void {
    this.#memory.func('opa_heap_ptr_set')(this.#baseHeap);
    this.#data = this.#memory.loadJson(text);
    this.#dataHeap = this.#memory.func('opa_heap_ptr_get')();
  }

  #start(entrypoint: string): number {
    if (this.#dataFault !== undefined) throw this.#dataFault;
    // A built-in of the host that asks the same policy would overwrite the evaluation it is part of.
    if (this.#isRunning) throw new EvaluationError('eval_internal_error', 'the policy is evaluating already');
    const id = this.#entrypoints.get(entrypoint);
    if (id === undefined)
      throw new EvaluationError('eval_entrypoint_error', `the policy has no entrypoint ${entrypoint}`);
    this.#calls.startEvaluation();
    return id;
  }

  /** Whether the text is the result set of a rule that is defined. */
  #isResult(start: number, end: number): boolean {
    if (end - start === EMPTY_LENGTH) return false;
    const { bytes } = this.#memory;
    for (let i = 0; i < PREFIX.length; i++)
      if (bytes[start + i] !== PREFIX[i])
        throw new EvaluationError(
          'eval_entrypoint_error',
          'the entrypoint is a query: its bindings come by evaluateText',
        );
    return true;
  }

  /** The address of the result's text. The input's text goes right after the data, as the SDK puts it. */
  #run(id: number, input: Uint8Array | string | undefined, format: number): number {
    const heap = this.#dataHeap;
    const data = this.#data;
    this.#isRunning = true;
    try {
      if (input === undefined) return this.#opaEval(0, id, data, 0, 0, heap, format);
      // The ABI says "no input" by a length of 0; an empty text is no JSON.
      if (input.length === 0) throw new EvaluationError('eval_input_error', 'input is not valid JSON');
      if (typeof input === 'string') {
        const end = this.#memory.write(input, heap);
        return this.#opaEval(0, id, data, heap, end - heap, end, format);
      }
      // A module built by OPA takes faulty JSON for no input at all.
      if (!this.#isOwn && format === JSON_FORMAT) checkJson(input);
      const end = heap + input.length;
      this.#memory.reserve(end);
      this.#memory.bytes.set(input, heap);
      return this.#opaEval(0, id, data, heap, input.length, end, format);
    } catch (error) {
      const thrown = fromThrown(error);
      throw thrown.code === 'eval_input_error' && input !== undefined ? explainJson(thrown, input) : thrown;
    } finally {
      this.#isRunning = false;
    }
  }
}

/** The error of the module that refused the text, or a clearer one: JSON has no bounds for numbers, the module has. */
function explainJson(refusal: EvaluationError, text: Uint8Array | string): EvaluationError {
  const what = / is not valid JSON$/.exec(refusal.text);
  if (what === null) return refusal;
  try {
    JSON.parse(typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString());
  } catch {
    return refusal;
  }
  const reason = `${refusal.text.slice(0, what.index)} has a number whose exponent is beyond ${MAX_EXPONENT}`;
  return new EvaluationError(refusal.code, reason, undefined, refusal);
}

function checkJson(text: Uint8Array): void {
  try {
    JSON.parse(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8'));
  } catch (error) {
    throw new EvaluationError('eval_input_error', 'input is not valid JSON', undefined, error);
  }
}

function toJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
  } catch (error) {
    // Cycles, big integers, nesting beyond the call stack, a text longer than strings may be.
    throw new EvaluationError('eval_input_error', 'the value cannot be written as JSON', undefined, error);
  }
  if (text === undefined) throw new EvaluationError('eval_input_error', `${typeof value} is no JSON value`);
  return text;
}
