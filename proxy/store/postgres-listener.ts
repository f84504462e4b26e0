// The connection that listens for notifications: opened with the first subscription, opened again whenever it is lost. Whoever
// subscribes is told of the gap, since notifications are not kept for those who are away.
import { Client, type ClientConfig } from 'pg';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** A connection that a firewall has dropped looks idle: it is asked now and then. */
const CHECK_MS = 20_000;

/** Subscriptions to channels of one database, over one connection. */
export class PostgresListener {
  readonly #config: ClientConfig;
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #gapListeners = new Set<() => void>();
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #check: NodeJS.Timeout | undefined;
  #delayMs = FIRST_DELAY_MS;
  #isStarted = false;
  #isClosed = false;

  constructor(config: ClientConfig) {
    this.#config = { ...config, query_timeout: CHECK_MS };
  }

  subscribe(channel: string, listener: (payload: string) => void): () => void {
    if (!/^[a-z_]+$/.test(channel)) throw new Error('channels are plain names');
    let set = this.#listeners.get(channel);
    if (set === undefined) {
      set = new Set();
      this.#listeners.set(channel, set);
      this.#client?.query(`LISTEN ${channel}`).catch(() => this.#client?.end().catch(() => {}));
    }
    set.add(listener);
    if (!this.#isStarted) {
      this.#isStarted = true;
      void this.#connect();
    }
    return () => set.delete(listener);
  }

  onGap(listener: () => void): () => void {
    this.#gapListeners.add(listener);
    return () => this.#gapListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#check);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    if (this.#isClosed) return;
    const client = new Client(this.#config);
    let isLost = false;
    const lose = (): void => {
      if (isLost) return;
      isLost = true;
      clearInterval(this.#check);
      if (this.#client === client) this.#client = undefined;
      client.end().catch(() => undefined);
      if (this.#isClosed) return;
      this.#timer = setTimeout(() => void this.#connect(), this.#delayMs);
      this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
    };
    client.on('error', lose).on('end', lose);
    client.on('notification', ({ channel, payload }) => {
      for (const listener of this.#listeners.get(channel) ?? []) listener(payload ?? '');
    });
    try {
      await client.connect();
      for (const channel of this.#listeners.keys()) await client.query(`LISTEN ${channel}`);
    } catch {
      lose();
      return;
    }
    if (this.#isClosed) {
      await client.end().catch(() => undefined);
      return;
    }
    this.#client = client;
    this.#delayMs = FIRST_DELAY_MS;
    this.#check = setInterval(() => void client.query('SELECT 1').catch(lose), CHECK_MS);
    this.#check.unref();
    // The first connection has its gap too: between the subscription and now.
    for (const listener of this.#gapListeners) listener();
  }
}
