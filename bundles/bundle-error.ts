// The one error of this folder: a stable code per failure, and a message fit for the log.
// Faults in Rego sources are diagnostics of the compiler, not of bundles.
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';

export type BundleErrorCode =
  /** The archive is damaged: no gzip, no tar, truncated, a wrong checksum. */
  | 'archive_invalid'
  /** More bytes, files or longer names than the limits allow. */
  | 'archive_too_large'
  /** An entry that no bundle needs and an attacker might: `..`, links, devices, two files of one name. */
  | 'archive_unsafe'
  | 'manifest_invalid'
  /** Roots overlap, or something lies outside them. */
  | 'roots_conflict'
  | 'data_invalid'
  | 'patch_invalid'
  /** Rego that does not compile; `diagnostics` says where. */
  | 'policy_invalid'
  | 'key_invalid'
  | 'signature_missing'
  /** The bundle is signed and there is no key to check it with. */
  | 'signature_unexpected'
  | 'signature_invalid'
  /** The signature is good, the files are not the ones that were signed. */
  | 'signature_mismatch'
  /** The source cannot be reached, or answers something that is no bundle. */
  | 'source_unavailable'
  /** An entry point cannot be evaluated, or one that is required is missing. */
  | 'entrypoint_invalid'
  /** Reading, compiling or trying the bundle took more time or memory than it may. */
  | 'activation_limit'
  /** What was asked for is not kept, or this policy source is closed. */
  | 'not_available'
  /** A fault of ours. */
  | 'internal_error';

/** Why a bundle cannot be read, trusted or used. */
export class BundleError extends Error {
  readonly code: BundleErrorCode;
  readonly diagnostics: readonly Diagnostic[];
  /** What the bundle server answered, where that is the fault. */
  readonly httpStatus: number | undefined;
  /** When the server wants to be asked again. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: BundleErrorCode,
    message: string,
    more: {
      readonly cause?: unknown;
      readonly diagnostics?: readonly Diagnostic[];
      readonly httpStatus?: number;
      readonly retryAfterMs?: number | undefined;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'BundleError';
    this.code = code;
    this.diagnostics = more.diagnostics ?? [];
    this.httpStatus = more.httpStatus;
    this.retryAfterMs = more.retryAfterMs;
  }
}
