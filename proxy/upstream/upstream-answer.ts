// The upstream's answer as it comes in from undici: its head, then a body that is read piece by piece and slows the upstream down when
// nobody reads. Leaner than a stream: most answers are one piece.
import type { Dispatcher } from 'undici';

/** Bytes that may wait for their reader before the upstream has to wait. */
const HIGH_WATER = 64 * 1024;

export interface UpstreamAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: UpstreamBody;
}

/** A body; it can be read once. Reading throws what undici reports. */
class UpstreamBody implements AsyncIterable<Uint8Array> {
  readonly #controller: Dispatcher.DispatchController;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  #isEnded = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(controller: Dispatcher.DispatchController) {
    this.#controller = controller;
  }

  /** Gives the upstream up; nothing more is to be read. Does nothing once the body is complete. */
  destroy(): void {
    this.#chunks = [];
    if (!this.#isEnded && this.#error === undefined) this.#controller.abort(new Error('the answer is not wanted'));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunks = this.#take();
        if (chunks.length > 0) yield* chunks;
        else if (this.#error !== undefined) throw this.#error;
        else if (this.#isEnded) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.destroy();
    }
  }

  /** The whole body, when it is here already and has at most `limit` bytes; otherwise undefined, and it is still to be read. */
  takeWhole(limit: number): Uint8Array | undefined {
    if (!this.#isEnded || this.#error !== undefined || this.#waiting > limit) return undefined;
    const chunks = this.#take();
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  }

  #take(): readonly Uint8Array[] {
    const chunks = this.#chunks;
    if (chunks.length === 0) return chunks;
    this.#chunks = [];
    this.#waiting = 0;
    if (this.#controller.paused) this.#controller.resume();
    return chunks;
  }

  /** For the dispatcher: a piece has come. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting > HIGH_WATER) this.#controller.pause();
    this.#awake();
  }

  /** For the dispatcher: that was all. */
  end(): void {
    this.#isEnded = true;
    this.#awake();
  }

  /** For the dispatcher: it broke off. */
  fail(error: Error): void {
    this.#error ??= error;
    this.#awake();
  }

  #awake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** Sends a request and brings back the answer's head; rejects with undici's error. */
export function dispatch(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    let body: UpstreamBody | undefined;
    const done = (): void => signal.removeEventListener('abort', abort);
    let controller: Dispatcher.DispatchController | undefined;
    const abort = (): void => {
      const error = new Error('the client went away');
      if (controller === undefined) reject(error);
      else controller.abort(error);
    };
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) abort();
      },
      onResponseStart(started, statusCode, headers) {
        // Informational; the answer is still to come.
        if (statusCode < 200) return;
        body = new UpstreamBody(started);
        resolve({ statusCode, headers, body });
      },
      onResponseData(_, chunk) {
        body?.push(chunk);
      },
      onResponseEnd() {
        done();
        body?.end();
      },
      onResponseError(_, error) {
        done();
        if (body === undefined) reject(error);
        else body.fail(error);
      },
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
