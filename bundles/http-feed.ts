// A bundle server as a source: asked with the ETag of what is here, at random intervals or by long polls, as OPA does.
// One request with its redirects is http-download.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { BundleError } from './bundle-error.ts';
import type { Feed, FeedSink } from './feed.ts';
import { type Download, HttpDownloader } from './http-download.ts';
import type { HttpSource } from './source-config.ts';

const MIN_DELAY_MS = 60_000;
const MAX_DELAY_MS = 120_000;
/** After a fault of the network: this, then twice as much each time. */
const FIRST_RETRY_MS = 100;
/** A server that takes long polls, but answers them at once, is not asked more often than this. */
const MIN_LONG_POLL_MS = 1_000;
/** What a server may ask for by Retry-After. */
const MAX_RETRY_AFTER_MS = 3_600_000;

export interface HttpFeedOptions {
  readonly maxBytes: number;
  /** The state of what is kept here from before. */
  readonly etag: string | undefined;
  /** Whether bundles have to be signed: delta bundles never are, so none is asked for. */
  readonly isSigned: boolean;
}

/** Asks the server until the feed is closed; faults go to the sink, and it goes on. */
export function openHttpFeed(source: HttpSource, sink: FeedSink, options: HttpFeedOptions): Feed {
  return new HttpFeed(source, sink, options);
}

class HttpFeed implements Feed {
  readonly #source: HttpSource;
  readonly #sink: FeedSink;
  readonly #downloader: HttpDownloader;
  readonly #loop: Promise<void>;
  readonly #end = new AbortController();
  /** Ends the wait between requests, and a long poll. */
  #wake = new AbortController();
  #waiting: (() => void)[] = [];
  #etag: string | undefined;
  #isLongPolling: boolean;
  #faults = 0;

  constructor(source: HttpSource, sink: FeedSink, { maxBytes, etag, isSigned }: HttpFeedOptions) {
    this.#source = source;
    this.#sink = sink;
    this.#etag = etag;
    this.#isLongPolling = source.longPollTimeoutMs !== undefined;
    this.#downloader = new HttpDownloader(source, { maxBytes, modes: isSigned ? 'snapshot' : 'snapshot,delta' });
    this.#loop = this.#run();
  }

  refresh(): Promise<void> {
    if (this.#end.signal.aborted) return Promise.resolve();
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#wake.abort();
    return done;
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#wake.abort();
    await this.#loop;
    await this.#downloader.close();
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const isFirst = this.#faults === 0 && this.#etag === undefined;
      this.#wake = new AbortController();
      const waiting = this.#waiting.splice(0);
      // Whoever asks for an answer now gets none from a server that holds the request.
      const delayMs = await this.#poll(this.#isLongPolling && !isFirst && waiting.length === 0);
      for (const resolve of waiting) resolve();
      if (this.#waiting.length > 0 || this.#end.signal.aborted) continue;
      await sleep(delayMs, undefined, { signal: this.#wake.signal, ref: false }).catch(() => {});
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** One request; returns how long to wait before the next. */
  async #poll(isLong: boolean): Promise<number> {
    const started = performance.now();
    this.#sink.requested();
    let download: Download;
    try {
      const signal = isLong ? AbortSignal.any([this.#end.signal, this.#wake.signal]) : this.#end.signal;
      download = await this.#downloader.get(this.#etag, isLong ? this.#source.longPollTimeoutMs : undefined, signal);
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      if (this.#wake.signal.aborted && isLong) return 0;
      this.#etag = undefined;
      await this.#sink.failed(error);
      return this.#retryDelay(error);
    }
    this.#faults = 0;
    const { payload, etag } = download;
    const requestNs = Math.round((performance.now() - started) * 1e6);
    const isInForce =
      payload === undefined ? await this.#sink.unchanged() : await this.#sink.deliver({ payload, etag, requestNs });
    // What was refused has to come whole again: a server that sends deltas takes the ETag for what is here.
    this.#etag = isInForce ? (etag ?? (payload === undefined ? this.#etag : undefined)) : undefined;
    if (download.isLongPoll !== undefined)
      this.#isLongPolling = this.#source.longPollTimeoutMs !== undefined && download.isLongPoll;
    if (!this.#isLongPolling || !isInForce) return this.#delay();
    const tookMs = performance.now() - started;
    return payload === undefined && tookMs < MIN_LONG_POLL_MS ? MIN_LONG_POLL_MS - tookMs : 0;
  }

  #delay(): number {
    const { minDelayMs = MIN_DELAY_MS, maxDelayMs = Math.max(MAX_DELAY_MS, minDelayMs) } = this.#source;
    return minDelayMs + Math.random() * (maxDelayMs - minDelayMs);
  }

  #retryDelay({ retryAfterMs }: BundleError): number {
    const { maxDelayMs = MAX_DELAY_MS } = this.#source;
    const backoff = Math.min(maxDelayMs, FIRST_RETRY_MS * 2 ** Math.min(this.#faults++, 20));
    return Math.max(backoff * (0.5 + Math.random() / 2), Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
  }
}
