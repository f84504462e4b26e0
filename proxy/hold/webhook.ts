// Tells a URL of the operator's about new requests for approval, signed as Standard Webhooks wants it: HMAC-SHA256 over id, time and body.
// It is news, not enforcement: what cannot be delivered after some attempts is reported and dropped.
import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '../config/approvals.ts';
import type { Report } from '../operate/logger.ts';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** Deliveries that may wait at once. */
const QUEUE_LIMIT = 1_000;

export class Webhook {
  readonly #config: WebhookConfig;
  readonly #report: Report;
  readonly #closed = new AbortController();
  #waiting = 0;

  constructor(config: WebhookConfig, report: Report) {
    this.#config = config;
    this.#report = report;
  }

  /** Delivers in the background; never throws. `id` is the same for every attempt, so that receivers can tell. */
  send(id: string, event: unknown): void {
    if (this.#waiting >= QUEUE_LIMIT) {
      this.#report(`webhook: ${id} is dropped, ${QUEUE_LIMIT} deliveries wait already`, 'warn');
      return;
    }
    this.#waiting++;
    void this.#deliver(id, JSON.stringify(event)).finally(() => this.#waiting--);
  }

  close(): void {
    this.#closed.abort();
  }

  async #deliver(id: string, body: string): Promise<void> {
    const { url, attempts, timeoutMs } = this.#config;
    let fault = '';
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) await this.#pause(Math.min(FIRST_DELAY_MS * 2 ** (attempt - 2), LONGEST_DELAY_MS));
      if (this.#closed.signal.aborted) return;
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...this.#sign(id, body) },
          body,
          redirect: 'manual',
          signal: AbortSignal.any([this.#closed.signal, AbortSignal.timeout(timeoutMs)]),
        });
        await response.body?.cancel();
        if (response.ok) return;
        fault = `status ${response.status}`;
        // It will not have it, however often.
        if (response.status === 410 || response.status === 400) break;
      } catch (error) {
        fault = error instanceof Error ? error.name : 'unknown';
      }
    }
    if (!this.#closed.signal.aborted) this.#report(`webhook: ${id} could not be delivered: ${fault}`, 'warn');
  }

  #sign(id: string, body: string): Record<string, string> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', this.#config.secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#closed.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
