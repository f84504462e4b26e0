// How often a connection may be called, by each caller and by all of them, and the gate by an address without a good token. Counting is operate/rate-limit.ts.
import type { ObjectReader } from './reader.ts';

/** A token bucket: `burst` calls at once, and `perMinute` in the long run. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

export interface RateLimitConfig {
  /** Of each issuer and subject for himself. */
  readonly principal: Rate | undefined;
  /** Of all callers together. */
  readonly connection: Rate | undefined;
}

/** Limits of the whole gate. */
export interface GateRateLimit {
  /** Of what comes from one address without a good token. */
  readonly address: Rate | undefined;
}

/** Reads `rateLimit` of the gate. */
export function readGateRateLimit(limit: ObjectReader): GateRateLimit {
  const config = { address: limit.has('address') ? readRate(limit.object('address')) : undefined };
  limit.end();
  return config;
}

/** Reads `rateLimit` of a connection. */
export function readRateLimit(limit: ObjectReader): RateLimitConfig {
  const read = (key: string): Rate | undefined => (limit.has(key) ? readRate(limit.object(key)) : undefined);
  const config = { principal: read('principal'), connection: read('connection') };
  limit.end();
  return config;
}

function readRate(rate: ObjectReader): Rate {
  const perMinute = rate.integer('perMinute', undefined, 1, 10_000_000);
  const burst = rate.integer('burst', Math.max(1, Math.ceil(perMinute / 6)), 1, 10_000_000);
  rate.end();
  return { perMinute, burst };
}
