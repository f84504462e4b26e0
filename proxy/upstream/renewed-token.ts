// An access token that is always fresh: fetched when it is first wanted, fetched again before it ends, and once for all who wait.
import type { AccessToken } from '../oauth/token-endpoint.ts';

/** The part of its life after which a token is fetched anew while it still serves. */
const RENEW_AFTER = 0.8;
/** What an upstream's clock, and the way there, may take. */
const MARGIN_MS = 2_000;
/** After a failure, others fail at once for this long. */
const RETRY_AFTER_MS = 1_000;
const DROP_INTERVAL_MS = 10_000;

interface Held {
  readonly value: string;
  readonly renewAt: number;
  readonly endsAt: number;
}

/** One token, renewed by `fetch`. */
export class RenewedToken {
  readonly #fetch: () => Promise<AccessToken>;
  #held: Held | undefined;
  #pending: Promise<string> | undefined;
  #droppedAt = -Infinity;
  #failure: { readonly error: unknown; readonly until: number } | undefined;

  constructor(fetch: () => Promise<AccessToken>) {
    this.#fetch = fetch;
  }

  /** A token that is good for now. Rejects with what fetching it has thrown. */
  async get(): Promise<string> {
    const now = performance.now();
    const held = this.#held;
    if (held === undefined || now >= held.endsAt) return this.#renew();
    if (now >= held.renewAt) this.#renew().catch(() => {});
    return held.value;
  }

  /** Whether it is of no use any more. */
  get hasEnded(): boolean {
    return this.#pending === undefined && (this.#held === undefined || performance.now() >= this.#held.endsAt);
  }

  /**
   * Forgets a token that has been refused, but not one that has taken its place meanwhile; whether another can be had. An upstream that
   * refuses every token does not make the gate ask for one with every request.
   */
  drop(value: string): boolean {
    if (this.#held !== undefined && this.#held.value !== value) return true;
    if (performance.now() - this.#droppedAt < DROP_INTERVAL_MS) return false;
    this.#droppedAt = performance.now();
    this.#held = undefined;
    return true;
  }

  #renew(): Promise<string> {
    if (this.#failure !== undefined && performance.now() < this.#failure.until)
      return Promise.reject(this.#failure.error as Error);
    this.#pending ??= this.#run().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #run(): Promise<string> {
    // The token's life begins when the server makes it, not when it arrives.
    const startedAt = performance.now();
    try {
      const { value, lifeMs } = await this.#fetch();
      const usableMs = Math.max(lifeMs - MARGIN_MS, lifeMs / 2);
      this.#held = { value, renewAt: startedAt + usableMs * RENEW_AFTER, endsAt: startedAt + usableMs };
      this.#failure = undefined;
      return value;
    } catch (error) {
      this.#failure = { error, until: performance.now() + RETRY_AFTER_MS };
      throw error;
    }
  }
}
