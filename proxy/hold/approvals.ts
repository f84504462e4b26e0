// What a gate needs to hold calls: the store's side of it, who waits here, and the webhook. What happens to one call is hold.ts.
import { createHmac } from 'node:crypto';
import type { ApprovalsConfig } from '../config/approvals.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Report } from '../operate/logger.ts';
import type { Store } from '../store/store.ts';
import { Holds, type NewWait } from './holds.ts';
import { Waits } from './waits.ts';
import { Webhook } from './webhook.ts';

const CANCEL_RETRY_MS = 500;
/** How many cancellations are remembered while the store is away. */
const CANCELS_LIMIT = 10_000;

export class Approvals {
  readonly config: ApprovalsConfig;
  readonly store: Store;
  readonly holds: Holds;
  readonly waits: Waits;
  readonly webhook: Webhook | undefined;
  /** Of digests. */
  readonly digestKey: Buffer;
  /** Of request states. */
  readonly stateKey: Buffer;
  readonly #cancels: Omit<NewWait, 'holdId'>[] = [];
  #retry: NodeJS.Timeout | undefined;

  /** `secret` has to be the same on all gates that share the store. */
  constructor(config: ApprovalsConfig, store: Store, secret: Buffer, report: Report) {
    this.config = config;
    this.store = store;
    this.holds = new Holds(store);
    this.waits = new Waits(store, this.holds, config.pollMs, config.keepDays);
    this.webhook = config.webhook === undefined ? undefined : new Webhook(config.webhook, report);
    const keyFor = (purpose: string): Buffer => createHmac('sha256', secret).update(purpose).digest();
    this.digestKey = keyFor('call digest');
    this.stateKey = keyFor('request state');
  }

  /**
   * Ends the waits for a request that its client has cancelled, here and on other gates. While the store is away it is tried again:
   * nothing can be released meanwhile either.
   */
  async cancel(request: Omit<NewWait, 'holdId'>): Promise<void> {
    this.waits.cancelHere(requestKey(request));
    try {
      await this.holds.cancel(request);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (this.#cancels.length >= CANCELS_LIMIT) throw error;
      this.#cancels.push(request);
      this.#retry ??= setTimeout(() => void this.#cancelAgain(), CANCEL_RETRY_MS);
      this.#retry.unref();
    }
  }

  close(): void {
    clearTimeout(this.#retry);
    this.waits.close();
    this.webhook?.close();
  }

  async #cancelAgain(): Promise<void> {
    this.#retry = undefined;
    for (const request of this.#cancels.splice(0)) await this.cancel(request).catch(() => undefined);
  }
}

/** By what a request is found when its client cancels it. */
export function requestKey({ connection, identity, sessionId, requestId }: Omit<NewWait, 'holdId'>): string {
  return JSON.stringify([connection, identity.issuer, identity.subject, sessionId, requestId]);
}
