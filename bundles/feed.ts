// What brings bundles from a source, and what it tells about it. One file per kind: watch-feed.ts, http-feed.ts.
import type { Payload } from './activation-protocol.ts';
import type { BundleError } from './bundle-error.ts';

/** Something that came from a source. */
export interface Delivery {
  readonly payload: Payload;
  /** What the source calls this state of the bundle. */
  readonly etag?: string;
  readonly requestNs?: number;
  /** Whether the source has changed while the payload was read: then it must not be used. */
  isStale?(): Promise<boolean>;
  /** The same for a payload that has a fault: waits a little, in case that it is still being written. */
  isStaleSoon?(): Promise<boolean>;
}

/** Where a feed's findings go. */
export interface FeedSink {
  /** The source is being asked. */
  requested(): void;
  /** The source has what it had. Resolves with false when that is not in force: it has to be sent again. */
  unchanged(): Promise<boolean>;
  /** Resolves with whether the bundle was taken; the reason why not has been reported. */
  deliver(delivery: Delivery): Promise<boolean>;
  failed(error: BundleError): Promise<void>;
}

export interface Feed {
  /** Asks the source now; resolves when its answer has been dealt with. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}
