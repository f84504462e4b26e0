// The answer of a held legacy call, begun before there is one: a stream of server-sent events with progress in it, which keeps clients that
// count progress from giving up, and ends with the answer.
import type { ServerResponse } from 'node:http';
import type { Answer } from '../answer/answer.ts';
import { isObject, type Json, parseStrict } from '../request/strict-json.ts';

/** So small that the upstream's own progress goes on from there. */
const STEP = 1e-6;

export class HeldStream {
  readonly #response: ServerResponse;
  readonly #token: Json;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(response: ServerResponse, token: Json) {
    this.#response = response;
    this.#token = token;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    response.once('close', () => this.#stop());
  }

  /** Sends progress now and then, until there is something else to say. */
  showProgress(text: string, intervalMs: number): void {
    this.#stop();
    const show = (): void => {
      const params = { progressToken: this.#token, progress: ++this.#count * STEP, message: text };
      this.#event({ jsonrpc: '2.0', method: 'notifications/progress', params });
    };
    show();
    this.#timer = setInterval(show, intervalMs);
  }

  /** Ends with a message. */
  finish(message: unknown): void {
    this.#stop();
    this.#event(message);
    this.#response.end();
  }

  /** Ends with the upstream's answer; `fallback` is for one that is no message. Throws what its stream throws. */
  async send(answer: Answer, fallback: unknown): Promise<void> {
    this.#stop();
    const { headers, body } = answer;
    const isStream = /^text\/event-stream/i.test(headers['content-type'] ?? '');
    try {
      if (isStream && !(body instanceof Uint8Array)) {
        for await (const chunk of body) {
          if (this.#response.destroyed) return;
          if (!this.#response.write(chunk)) await drained(this.#response);
        }
        this.#response.end();
        return;
      }
      const chunks: Uint8Array[] = [];
      if (body instanceof Uint8Array) chunks.push(body);
      else for await (const chunk of body) chunks.push(Buffer.from(chunk));
      this.finish(messageOf(Buffer.concat(chunks)) ?? fallback);
    } catch (error) {
      this.#response.destroy();
      throw error;
    }
  }

  #event(message: unknown): void {
    if (!this.#response.destroyed) this.#response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  #stop(): void {
    clearInterval(this.#timer);
  }
}

function messageOf(bytes: Buffer): Json | undefined {
  try {
    const message = parseStrict(bytes);
    return isObject(message) && message.jsonrpc === '2.0' ? message : undefined;
  } catch {
    return undefined;
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
