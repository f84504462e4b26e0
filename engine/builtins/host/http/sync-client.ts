// HTTP exchanges for evaluations, which cannot wait for promises: another thread does them while this one stands still.
// Left to others: the exchange itself (http-worker.ts).
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ExchangeRequest, ExchangeResult } from './exchange.ts';

/** How much longer than the request's own timeout to wait for the thread. */
const GRACE_MS = 5000;

let worker: Worker | undefined;

function startWorker(): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const started = new Worker(new URL(`./http-worker.${extension}`, import.meta.url), {
    execArgv: [],
    stdin: false,
  });
  const forget = (): void => {
    if (worker === started) worker = undefined;
  };
  started.on('error', forget);
  started.on('exit', forget);
  // The thread alone does not keep the process alive.
  started.unref();
  return started;
}

/** Waits for the time given; the event loop stands still. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Does one exchange. */
export function exchange(request: ExchangeRequest): ExchangeResult {
  worker ??= startWorker();
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  worker.postMessage({ request, signal, port: port2 }, [port2]);
  Atomics.wait(signal, 0, 0, request.timeoutMs + GRACE_MS);
  const received = receiveMessageOnPort(port1) as { readonly message: ExchangeResult } | undefined;
  port1.close();
  if (received) return received.message;
  void worker.terminate();
  worker = undefined;
  return { failure: { stage: 'request', reason: 'timeout' } };
}
