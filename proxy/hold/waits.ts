// Who waits in this process, and how they hear: the store's notifications, and asking it now and then, since notifications can be lost. A
// store that is away is waited out.
import { endingOf } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { CANCELLED, CHANGED, type Holds } from './holds.ts';

const KEEP_MS = 15_000;
const SWEEP_MS = 60_000;

export class Waits {
  readonly #holds: Holds;
  readonly #watches = new Set<Watch>();
  readonly #stops: readonly (() => void)[];
  readonly #timers: readonly NodeJS.Timeout[];
  #isAsking = false;
  #isEnding = false;

  constructor(store: Store, holds: Holds, pollMs: number, keepDays: number) {
    this.#holds = holds;
    this.#stops = [
      store.subscribe(CHANGED, (id) => this.#wakeHold(id)),
      store.subscribe(CANCELLED, (id) => this.#cancel(({ waitId }) => waitId === id)),
      store.onGap(() => void this.#ask()),
    ];
    const quietly = (work: () => Promise<unknown>): void => void work().catch(() => undefined);
    this.#timers = [
      setInterval(() => void this.#ask(), pollMs),
      setInterval(() => {
        if (this.#watches.size > 0) quietly(() => holds.keepWaits());
      }, KEEP_MS),
      setInterval(() => quietly(() => holds.sweep(keepDays)), SWEEP_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** How many wait here. */
  get size(): number {
    return this.#watches.size;
  }

  /** Watches a call for a client's request; to be ended. */
  watch(holdId: string, waitId: string, requestKey: string, signal: AbortSignal): Watch {
    const watch = new Watch(holdId, waitId, requestKey, signal, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    return watch;
  }

  /** Ends the waits for a request that its client has cancelled, as far as they are here. */
  cancelHere(requestKey: string): void {
    this.#cancel((watch) => watch.requestKey === requestKey);
  }

  /** Whether clients are to come back to another gate, because this one stops. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Has everyone who waits here sent away. */
  endAll(): void {
    this.#isEnding = true;
    for (const watch of this.#watches) watch.wake();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers) clearInterval(timer);
  }

  #wakeHold(id: string): void {
    for (const watch of this.#watches) if (watch.holdId === id) watch.wake();
  }

  #cancel(isMeant: (watch: Watch) => boolean): void {
    for (const watch of this.#watches) if (isMeant(watch)) watch.cancel();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking || this.#watches.size === 0) return;
    this.#isAsking = true;
    try {
      const { changed, cancelled } = await this.#holds.news([
        ...new Set([...this.#watches].map(({ holdId }) => holdId)),
      ]);
      for (const id of cancelled) this.#cancel(({ waitId }) => waitId === id);
      for (const id of changed) this.#wakeHold(id);
    } catch {
      // The next time will tell.
    } finally {
      this.#isAsking = false;
    }
  }
}

/** One client's wait. What happens between two calls of `next` is not lost. */
export class Watch {
  readonly holdId: string;
  readonly waitId: string;
  readonly requestKey: string;
  readonly #signal: AbortSignal;
  readonly #forget: () => void;
  #hasNews = false;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor(holdId: string, waitId: string, requestKey: string, signal: AbortSignal, forget: () => void) {
    this.holdId = holdId;
    this.waitId = waitId;
    this.requestKey = requestKey;
    this.#signal = signal;
    this.#forget = forget;
    signal.addEventListener('abort', this.#stir);
  }

  /**
   * Waits until the call's state may have changed, or the time is over. Throws ClientGone when the client has gone or cancelled, or what
   * the signal was aborted with.
   */
  async next(ms: number): Promise<void> {
    if (!this.#hasNews && !this.#isOver()) {
      await new Promise<void>((resolve) => {
        // Timers hold 31 bits.
        const timer = setTimeout(resolve, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#hasNews = false;
    this.requirePresent();
  }

  /** Throws ClientGone, or what the signal was aborted with, when nobody waits any more. */
  requirePresent(): void {
    if (!this.#isOver()) return;
    throw endingOf(this.#signal);
  }

  wake(): void {
    this.#hasNews = true;
    this.#stir();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#stir();
  }

  end(): void {
    this.#signal.removeEventListener('abort', this.#stir);
    this.#forget();
  }

  #isOver(): boolean {
    return this.#isCancelled || this.#signal.aborted;
  }

  readonly #stir = (): void => this.#wake?.();
}
