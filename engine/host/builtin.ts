// The contract between an evaluation and the built-ins that run on the host: what they get, give and throw.
import type { Value } from '../value/value.ts';

/**
 * What a host built-in throws to fail as OPA's does: in a strict build the evaluation stops with `code` and
 * `NAME: message`, otherwise the call is undefined.
 */
export class BuiltinError extends Error {
  readonly code: 'eval_builtin_error' | 'eval_type_error';
  /** True: stops the evaluation in every build (OPA's "halt"). */
  readonly halt: boolean;
  constructor(message: string, code: 'eval_builtin_error' | 'eval_type_error' = 'eval_builtin_error', halt = false) {
    super(message);
    this.code = code;
    this.halt = halt;
  }
}

/** What a host built-in may ask of the evaluation it runs in. */
export interface BuiltinContext {
  /** Nanoseconds since the epoch; the same for the whole evaluation. */
  readonly nowNs: bigint;
  /** Per-evaluation memory for results that must be stable within one evaluation (`uuid.rfc4122`, `rand.intn`, `http.send`). Keys are the built-in's own. */
  readonly cache: Map<string, unknown>;
  /** Random bytes; replaceable for reproducible runs. */
  randomBytes(length: number): Uint8Array;
  /** `opa.runtime()`. */
  readonly runtime: Value;
  /** Environment variables the host allows built-ins to see. */
  readonly env: Readonly<Record<string, string>>;
  /** Throws to end an evaluation whose time is over. */
  checkTime?(): void;
  /** Lines from `print`. */
  print(line: string): void;
  /** `net.lookup_ip_addr`: the addresses of a name, or a BuiltinError thrown; undefined means that it is off. */
  lookup?(name: string): readonly string[];
  /** `http.send`: hosts it may call; undefined means that it is off. */
  readonly httpHosts?: readonly string[];
}

/** A built-in on the host: arguments as values, `undefined` back means that the call is undefined. */
export type HostBuiltin = (context: BuiltinContext, ...args: Value[]) => Value | undefined;

/** One family of built-ins: OPA's names to implementations. */
export type HostBuiltins = Readonly<Record<string, HostBuiltin>>;
