// The line's step that bounds how often a caller, and all callers together, use a connection: token buckets in this process.
import type { ConnectionConfig } from '../config/connections.ts';
import type { Rate } from '../config/rate-limit.ts';
import { RateLimited } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

/** Callers that are remembered; who is forgotten starts with a full bucket, and he has to be a verified one. */
const BUCKETS_LIMIT = 50_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** The buckets of one gate. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Counts the exchange, whose caller is known. Throws RateLimited. */
  admit({ connection, identity }: Exchange): void {
    const { name, rateLimit } = connection as ConnectionConfig;
    const { principal, connection: all } = rateLimit;
    if (principal !== undefined) this.#take(JSON.stringify([name, identity!.issuer, identity!.subject]), principal);
    if (all !== undefined) this.#take(name, all);
  }

  #take(key: string, { perMinute, burst }: Rate): void {
    const now = this.#now();
    const perMs = perMinute / 60_000;
    const found = this.#buckets.get(key);
    const tokens = found === undefined ? burst : Math.min(burst, found.tokens + (now - found.atMs) * perMs);
    const bucket = found ?? { tokens, atMs: now };
    bucket.atMs = now;
    bucket.tokens = tokens >= 1 ? tokens - 1 : tokens;
    if (found !== undefined) this.#buckets.delete(key);
    else if (this.#buckets.size >= BUCKETS_LIMIT) this.#buckets.delete(this.#buckets.keys().next().value!);
    // At the end again: the first is the one that has been idle for the longest.
    this.#buckets.set(key, bucket);
    if (tokens < 1) throw new RateLimited(Math.ceil((1 - tokens) / perMs));
  }
}
