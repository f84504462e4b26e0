// Reads a request's body under a cap and a time limit, and says what it is. Refusing what cannot be judged is its point:
// a body that policies do not see must not pass.
import type { IncomingMessage } from 'node:http';
import type { Limits } from '../config/limits.ts';
import {
  BodyTimeout,
  BodyTooLarge,
  ClientGone,
  endingOf,
  MalformedJson,
  MalformedRequest,
  UnsupportedBody,
} from '../errors.ts';
import { type Json, parseStrict, StrictJsonError } from './strict-json.ts';

/** The body as JSON, undefined for none. Throws what `receiveBody` and `parseBody` throw. */
export async function readBody(request: IncomingMessage, limits: Limits): Promise<Json | undefined> {
  return parseBody(await receiveBody(request, limits));
}

/** All of the body, undefined for none; `signal` ends the wait for it. Throws BodyTooLarge, BodyTimeout, UnsupportedBody, MalformedRequest or why it has ended. */
export async function receiveBody(
  request: IncomingMessage,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const { headers } = request;
  const length = headers['content-length'];
  if (length !== undefined && headers['transfer-encoding'] !== undefined) {
    throw new MalformedRequest('Content-Length and Transfer-Encoding exclude each other.');
  }
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  if (!hasBody) return undefined;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new UnsupportedBody('Encoded bodies are not accepted.');
  if (!isJsonType(headers['content-type'])) throw new UnsupportedBody('The body has to be JSON in UTF-8.');
  if (Number(length) > limits.bodyBytes) throw new BodyTooLarge();
  return isHere(request) ? readWhole(request, limits) : collect(request, limits, signal);
}

/** Whether all of a request has come, its body unread: mostly it comes along with its head, before the parser says that this was all. */
export function isHere({ complete, headers, readableLength }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  return complete || (coding === undefined && readableLength === Number(length ?? 0));
}

/** A body's bytes as JSON; undefined when there are none. Throws MalformedJson. */
export function parseBody(bytes: Buffer | undefined): Json | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    return parseStrict(bytes);
  } catch (error) {
    if (error instanceof StrictJsonError) throw new MalformedJson(error.message);
    throw error;
  }
}

/** Whether a Content-Type is JSON, of whatever `+json` kind, in UTF-8. */
export function isJsonType(type: string | undefined): boolean {
  return type !== undefined && /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type);
}

/** A body that is here. */
function readWhole(request: IncomingMessage, limits: Limits): Buffer {
  const bytes = (request.read() as Buffer | null) ?? Buffer.alloc(0);
  request.on('error', () => {});
  if (bytes.length > limits.bodyBytes) throw new BodyTooLarge();
  return bytes;
}

function collect(request: IncomingMessage, limits: Limits, signal: AbortSignal | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => finish(new BodyTimeout()), limits.bodyTimeoutMs);
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limits.bodyBytes) finish(new BodyTooLarge());
      else chunks.push(chunk);
    };
    const onEnd = (): void => finish();
    const onGone = (): void => finish(new ClientGone());
    const onCut = (): void => finish(endingOf(signal!));
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onCut);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      // What is still to come is not read: the connection ends with the answer.
      if (error !== undefined) request.pause();
      // A late error of the socket has nobody else to go to.
      request.on('error', () => {});
      if (error === undefined) resolve(Buffer.concat(chunks, size));
      else reject(error);
    };
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
    if (signal?.aborted === true) onCut();
    else signal?.addEventListener('abort', onCut, { once: true });
  });
}
