// The limits section of the configuration: sizes, times and memory that no request may exceed.
import type { ObjectReader } from './reader.ts';

export interface Limits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** Of an answer that is not a stream. */
  readonly responseBytes: number;
  /** Of one event of a stream. */
  readonly eventBytes: number;
  readonly bodyTimeoutMs: number;
  /** From the request to the upstream's headers. */
  readonly upstreamTimeoutMs: number;
  /** Between two pieces of an answer. */
  readonly idleTimeoutMs: number;
  /** Between two comments on a stream of events that says nothing. */
  readonly keepAliveMs: number;
  /** 64 KiB pages that an evaluation may use. */
  readonly policyMemoryPages: number;
  /** Of one evaluation, which nothing else runs beside. */
  readonly policyTimeoutMs: number;
}

/** Reads `limits`. */
export function readLimits(limits: ObjectReader): Limits {
  const kib = 1024;
  const hour = 3_600_000;
  const read: Limits = {
    bodyBytes: limits.integer('bodyBytes', 1024 * kib, 1, 64 * kib * kib),
    headerBytes: limits.integer('headerBytes', 32 * kib, kib, 1024 * kib),
    responseBytes: limits.integer('responseBytes', 16 * kib * kib, 1, 1024 * kib * kib),
    eventBytes: limits.integer('eventBytes', 4 * kib * kib, 1, 256 * kib * kib),
    bodyTimeoutMs: limits.integer('bodyTimeoutMs', 10_000, 10, hour),
    upstreamTimeoutMs: limits.integer('upstreamTimeoutMs', 60_000, 10, hour),
    idleTimeoutMs: limits.integer('idleTimeoutMs', 300_000, 10, 24 * hour),
    keepAliveMs: limits.integer('keepAliveMs', 15_000, 10, hour),
    policyMemoryPages: limits.integer('policyMemoryPages', 2048, 16, 65536),
    policyTimeoutMs: limits.integer('policyTimeoutMs', 500, 10, 60_000),
  };
  limits.end();
  return read;
}
