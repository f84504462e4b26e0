// Calls from a module to built-ins on the host: values out of and into its memory without loss, errors with code and
// place, and one context per evaluation.
import { fromJs } from '../value/json.ts';
import { dumpRego, parseRego } from '../value/rego-text.ts';
import { makeObject } from '../value/construct.ts';
import type { Value } from '../value/value.ts';
import { BuiltinError } from './builtin.ts';
import type { BuiltinContext, HostBuiltin, HostBuiltins } from './builtin.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { EvaluationLocation } from './evaluation-error.ts';
import type { ModuleMemory } from './module-memory.ts';

/** What the host decides about the built-ins it runs. */
export interface HostSettings {
  /** Takes the lines of `print`; default: they are dropped. */
  readonly print?: (line: string) => void;
  /** `opa.runtime()`; default: an empty object. */
  readonly runtime?: Readonly<Record<string, unknown>>;
  /** Environment variables that built-ins may see; default: none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Hosts that `http.send` may call; default: it is off. */
  readonly httpHosts?: readonly string[];
  /** Nanoseconds since the epoch, asked once per evaluation; default: the clock. */
  readonly now?: () => bigint;
  /** Longest time of an evaluation, for modules that were compiled to ask (`checksTime`); default: none. */
  readonly timeLimitMs?: number;
  /**
   * Takes the errors of built-ins that a module of a strict build meets; the evaluation goes on then, as without the build
   * option. Default: the first one ends the evaluation.
   */
  readonly onBuiltinError?: (error: EvaluationError) => void;
  /** Random bytes for built-ins; default: cryptographic ones. */
  readonly randomBytes?: (length: number) => Uint8Array;
}

/** The context of one evaluation. What costs time is made when first asked for. */
class EvaluationContext implements BuiltinContext {
  readonly #settings: HostSettings;
  readonly runtime: Value;
  readonly env: Readonly<Record<string, string>>;
  readonly httpHosts: readonly string[] | undefined;
  #nowNs: bigint | undefined;
  #cache: Map<string, unknown> | undefined;
  /** On the monotonic clock. */
  #endsAtMs: number | undefined;

  constructor(settings: HostSettings, runtime: Value) {
    this.#settings = settings;
    this.runtime = runtime;
    this.env = settings.env ?? {};
    this.httpHosts = settings.httpHosts;
  }

  get nowNs(): bigint {
    return (this.#nowNs ??= this.#settings.now?.() ?? BigInt(Date.now()) * 1_000_000n);
  }

  get cache(): Map<string, unknown> {
    return (this.#cache ??= new Map());
  }

  randomBytes(length: number): Uint8Array {
    return this.#settings.randomBytes?.(length) ?? crypto.getRandomValues(new Uint8Array(length));
  }

  /** The module asks after some steps, and again and again: the time begins with the first question, so that short evaluations need no clock. */
  checkTime(): void {
    const { timeLimitMs } = this.#settings;
    if (timeLimitMs === undefined) return;
    const now = performance.now();
    this.#endsAtMs ??= now + timeLimitMs;
    if (now > this.#endsAtMs)
      throw new EvaluationError('eval_cancel_error', `time limit of ${timeLimitMs} ms exceeded`);
  }

  print(line: string): void {
    this.#settings.print?.(line);
  }
}

/** Makes contexts for `settings`. */
export function contextFactory(settings: HostSettings): () => BuiltinContext {
  const runtime = settings.runtime === undefined ? makeObject([]) : fromJs(settings.runtime);
  return () => new EvaluationContext(settings, runtime);
}

/** The host's side of one instance: which built-in has which id, and the evaluation under way. */
export class HostCalls {
  readonly #memory: ModuleMemory;
  readonly #newContext: () => BuiltinContext;
  readonly #onError: ((error: EvaluationError) => void) | undefined;
  #builtins: readonly (readonly [string, HostBuiltin])[] = [];
  #context: BuiltinContext | undefined;
  readonly #singletons = new Map<boolean | null, number>();

  constructor(memory: ModuleMemory, settings: HostSettings) {
    this.#memory = memory;
    this.#newContext = contextFactory(settings);
    this.#onError = settings.onBuiltinError;
  }

  /** Takes the module's own list (OPA's names to ids). Returns the names that nobody supplies. */
  bind(ids: Readonly<Record<string, number>>, supplied: HostBuiltins): string[] {
    const builtins: (readonly [string, HostBuiltin])[] = [];
    const missing: string[] = [];
    for (const [name, id] of Object.entries(ids)) {
      const builtin = Object.hasOwn(supplied, name) ? supplied[name] : undefined;
      if (builtin === undefined) missing.push(name);
      else builtins[id] = [name, builtin];
    }
    this.#builtins = builtins;
    return missing;
  }

  /** To be called before every evaluation: `time.now_ns` and the like are stable within one only. */
  startEvaluation(): void {
    this.#context = undefined;
  }

  /** What the module imports as `opa_builtin0` … `opa_builtin4`. */
  readonly call = (id: number, _context: number, ...addresses: number[]): number => {
    const found = this.#builtins[id];
    if (found === undefined)
      throw new EvaluationError('eval_internal_error', `built-in ${id} is not known to the host`);
    const [name, builtin] = found;
    const args = addresses.map((address) => parseDump(this.#memory.dump(address)));
    let result: Value | undefined;
    try {
      result = builtin((this.#context ??= this.#newContext()), ...args);
    } catch (error) {
      return this.#failed(name, error);
    }
    return result === undefined ? 0 : this.#load(result);
  };

  #load(value: Value): number {
    if (value !== null && typeof value !== 'boolean') return this.#memory.load(dumpRego(value));
    let address = this.#singletons.get(value);
    if (address === undefined) {
      address = this.#memory.load(String(value));
      // OPA's modules make a new value of each; ours have one of each, outside of the heap.
      if (this.#memory.isOwn) this.#singletons.set(value, address);
    }
    return address;
  }

  /** Undefined (0) where the build lets errors of built-ins pass; else throws. */
  #failed(name: string, error: unknown): number {
    if (!(error instanceof BuiltinError)) throw error;
    if (!error.halt && !this.#memory.isStrict) return 0;
    const failed = new EvaluationError(error.code, `${name}: ${error.message}`, this.#place(), error);
    if (error.halt) throw failed;
    this.raise(failed);
    return 0;
  }

  /** Ends the evaluation, but for errors of built-ins when somebody wants all of them. */
  raise(error: EvaluationError): void {
    if (this.#onError === undefined || !(error.kind === 'builtin' || error.kind === 'type')) throw error;
    this.#onError(error);
  }

  #place(): EvaluationLocation | undefined {
    return this.#memory.place();
  }
}

/** Numbers that JSON.parse might change or whose text it loses, and objects or sets. */
const NEEDS_CARE = /\d{16}|\d[.eE]|-0|[{(]/;

/** The value of a text the module has dumped: most arguments are strings, or arrays of them, and JSON. */
function parseDump(text: string): Value {
  return NEEDS_CARE.test(text) ? parseRego(text, { keepNumbers: true }) : (JSON.parse(text) as Value);
}
