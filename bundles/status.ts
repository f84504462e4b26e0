// OPA's status event: what each bundle's source last said, what is active, and why something else is not.
// Where events go is the listener's business.
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';
import { BundleError } from './bundle-error.ts';

/** One bundle in an event; the names and meanings are OPA's. Times are RFC 3339; what never was is the year 1, as Go prints it. */
export interface BundleStatus {
  readonly name: string;
  readonly active_revision?: string;
  readonly last_successful_activation: string;
  readonly last_successful_download: string;
  readonly last_successful_request: string;
  readonly last_request: string;
  readonly type?: 'snapshot' | 'delta';
  /** Bytes of the bundle that came last. */
  readonly size?: number;
  /** `bundle_error` while the newest bundle is not the active one. */
  readonly code?: 'bundle_error';
  readonly message?: string;
  readonly errors?: readonly StatusError[];
  readonly http_code?: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** A fault of the compiler, as OPA's JSON has it. */
export interface StatusError {
  readonly code: string;
  readonly message: string;
  readonly location: { readonly file: string; readonly row: number; readonly col: number };
}

export interface StatusEvent {
  readonly labels: Readonly<Record<string, string>>;
  readonly bundles: Readonly<Record<string, BundleStatus>>;
}

const NEVER = '0001-01-01T00:00:00Z';

/** The status of one bundle, kept as things happen. */
export class StatusRecord {
  #status: BundleStatus;
  #fault: string | undefined;

  constructor(name: string) {
    this.#status = {
      name,
      last_successful_activation: NEVER,
      last_successful_download: NEVER,
      last_successful_request: NEVER,
      last_request: NEVER,
    };
  }

  get value(): BundleStatus {
    return this.#status;
  }

  requested(): void {
    this.#change({ last_request: now() });
  }

  /** The source has answered. */
  answered(): void {
    this.#change({ last_successful_request: now() });
  }

  downloaded(type: 'snapshot' | 'delta', size: number, metrics: Readonly<Record<string, number>>): void {
    const time = now();
    this.#change({ last_successful_request: time, last_successful_download: time, type, size, metrics });
  }

  activated(revision: string, metrics: Readonly<Record<string, number>> = {}): void {
    this.#change({
      ...(revision === '' ? {} : { active_revision: revision }),
      last_successful_activation: now(),
      metrics: { ...this.#status.metrics, ...metrics },
    });
  }

  /** Whether the fault is another than the last one. */
  failed(error: BundleError): boolean {
    const before = this.#fault;
    this.cleared();
    this.#fault = `${error.code} ${error.message}`;
    const isRego = error.diagnostics.length > 0;
    this.#change({
      code: 'bundle_error',
      message: isRego ? 'error(s) occurred while compiling module(s)' : error.message,
      ...(isRego ? { errors: error.diagnostics.map(toStatusError) } : {}),
      ...(error.httpStatus === undefined ? {} : { http_code: error.httpStatus }),
    });
    return this.#fault !== before;
  }

  cleared(): void {
    const { code: _, message: _m, errors: _e, http_code: _h, ...rest } = this.#status;
    this.#status = rest;
    this.#fault = undefined;
  }

  #change(fields: Partial<BundleStatus>): void {
    this.#status = { ...this.#status, ...fields };
  }
}

function now(): string {
  return new Date().toISOString();
}

function toStatusError({ code, message, loc: { file, row, col } }: Diagnostic): StatusError {
  return { code, message, location: { file, row, col } };
}
