// What goes between the calling thread and the one that reads, verifies, compiles and tries bundles.
// The two sides are activation-thread.ts and activation-worker.ts.
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';
import type { ArchiveLimits } from './archive.ts';
import type { BundleErrorCode } from './bundle-error.ts';
import type { EvaluationConfig } from './source-config.ts';
import type { VerifyOptions } from './verify.ts';

/** A bundle as its source gives it. Bytes lie in shared memory: they are neither copied nor lost when they are sent. */
export type Payload =
  | { readonly kind: 'archive'; readonly bytes: Uint8Array; readonly deltas: readonly Uint8Array[] }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'directory'; readonly directory: string };

/** Reads a bundle, verifies it, and keeps it under `id`. */
export interface ReadRequest {
  readonly kind: 'read';
  readonly id: number;
  readonly payload: Payload;
  /** The bundle that a delta changes. */
  readonly baseId: number | undefined;
  readonly verification: VerifyOptions;
  readonly limits: Partial<ArchiveLimits>;
}

/** What is known of a bundle that was read. */
export interface ReadReply {
  readonly kind: 'read';
  /** SHA-256 in hex: of the archive's bytes, or the directory's names and bytes; of both for deltas. */
  readonly digest: string;
  readonly revision: string;
  readonly type: 'snapshot' | 'delta';
  /** Bytes of the archive, or of the directory's files. */
  readonly size: number;
  /** The archive, in shared memory, where the request did not hold it; not for directories. */
  readonly bytes?: Uint8Array;
  readonly readNs: number;
}

/** Compiles bundles into one policy and evaluates every entry point of it. */
export interface ComposeRequest {
  readonly kind: 'compose';
  readonly bundles: readonly { readonly name: string; readonly id: number }[];
  readonly evaluation: EvaluationConfig;
}

export interface ComposeReply {
  readonly kind: 'compose';
  readonly modules: readonly { readonly module: WebAssembly.Module; readonly entrypoints: readonly string[] }[];
  /** JSON text. */
  readonly data: Uint8Array;
  /** Whether a module was compiled, not taken over from the last time. */
  readonly isCompiled: boolean;
  readonly compileNs: number;
  readonly tryNs: number;
}

/** The archive of a directory that was read, to keep. */
export interface PackRequest {
  readonly kind: 'pack';
  readonly id: number;
}

export interface PackReply {
  readonly kind: 'pack';
  readonly bytes: Uint8Array;
}

export interface ForgetRequest {
  readonly kind: 'forget';
  readonly ids: readonly number[];
}

export type ActivationRequest = ReadRequest | ComposeRequest | PackRequest | ForgetRequest;

export interface FailedReply {
  readonly kind: 'failed';
  readonly code: BundleErrorCode;
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
}

export type ActivationReply =
  ReadReply | ComposeReply | PackReply | { readonly kind: 'forget' } | { readonly kind: 'ready' } | FailedReply;

/** The bytes in shared memory, which threads hand to each other at no cost. */
export function share(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
