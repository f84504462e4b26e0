// The line's steps that bound how often a connection is used, by a caller and by all together, and how often an address may come without a good
// token: token buckets in this process.
import { isIPv6 } from 'node:net';
import type { ConnectionConfig } from '../config/connections.ts';
import type { Rate } from '../config/rate-limit.ts';
import { AddressLimited, DpopNonceNeeded, type GateError, RateLimited } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

/** Who is remembered; who is forgotten starts with a full bucket. */
const BUCKETS_LIMIT = 50_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** The buckets of one gate. */
export class RateLimiter {
  readonly #callers: Buckets;
  /** Apart from the callers: whoever has many addresses must not have those forgotten. */
  readonly #addresses: Buckets;

  constructor(now: () => number = () => performance.now()) {
    this.#callers = new Buckets(now);
    this.#addresses = new Buckets(now);
  }

  get size(): number {
    return this.#callers.size + this.#addresses.size;
  }

  /** Counts the exchange, whose caller is known. Throws RateLimited. */
  admit({ connection, identity }: Exchange): void {
    const { name, rateLimit } = connection as ConnectionConfig;
    const { principal, connection: all } = rateLimit;
    const take = (key: string, rate: Rate): void => {
      const waitMs = this.#callers.take(key, rate);
      if (waitMs > 0) throw new RateLimited(waitMs);
    };
    if (principal !== undefined) take(JSON.stringify([name, identity!.issuer, identity!.subject]), principal);
    if (all !== undefined) take(name, all);
  }

  /** Lets an address be heard unless it has come too often without a good token. Throws AddressLimited. */
  admitAddress({ remoteAddress }: Exchange, rate: Rate | undefined): void {
    if (rate === undefined) return;
    const waitMs = this.#addresses.look(networkOf(remoteAddress), rate);
    if (waitMs > 0) throw new AddressLimited(waitMs);
  }

  /** Counts what its address has sent, if that was without a good token: good ones are as many as their own limit lets be. */
  noteRefused({ remoteAddress }: Exchange, rate: Rate | undefined, error: GateError): void {
    // A client that is given a nonce has shown a good token.
    if (rate === undefined || error.status !== 401 || error instanceof DpopNonceNeeded) return;
    this.#addresses.take(networkOf(remoteAddress), rate);
  }
}

class Buckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token; for how many ms there is none, else 0. */
  take(key: string, rate: Rate): number {
    const tokens = this.#tokens(key, rate);
    const bucket = this.#buckets.get(key) ?? { tokens, atMs: 0 };
    bucket.atMs = this.#now();
    bucket.tokens = tokens >= 1 ? tokens - 1 : tokens;
    if (!this.#buckets.delete(key) && this.#buckets.size >= BUCKETS_LIMIT)
      this.#buckets.delete(this.#buckets.keys().next().value!);
    // At the end again: the first is the one that has been idle for the longest.
    this.#buckets.set(key, bucket);
    return waitMs(tokens, rate);
  }

  /** The same without taking one. */
  look(key: string, rate: Rate): number {
    return waitMs(this.#tokens(key, rate), rate);
  }

  #tokens(key: string, { perMinute, burst }: Rate): number {
    const found = this.#buckets.get(key);
    return found === undefined
      ? burst
      : Math.min(burst, found.tokens + ((this.#now() - found.atMs) * perMinute) / 60_000);
  }
}

function waitMs(tokens: number, { perMinute }: Rate): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 60_000) / perMinute);
}

/** Who has an IPv6 address has all of its /64. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head, tail] = address.split('%', 1)[0]!.split('::') as [string, string?];
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  return [...groups, ...Array<string>(missing).fill('0'), ...(tail === undefined ? [] : tail.split(':'))]
    .slice(0, 4)
    .join(':');
}
