// The upstream's answer on its way back: refused when it cannot be judged, masked where the decision says so, streamed where it
// is a stream. Nothing is sent here before the caller says so: `send` comes after the log.
import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { ConnectionConfig } from '../config/connections.ts';
import type { Limits } from '../config/limits.ts';
import type { Mask } from '../decision/masks.ts';
import { ResponseWithheld, UpstreamAnswerRefused } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { toGateError } from '../upstream/forward.ts';
import { answerHeaders } from '../request/headers.ts';
import { maskDocument, maskToolResult, NotMaskable } from '../mask/mask.ts';
import { isJsonType } from '../request/read-body.ts';
import { rpcAnswer } from './reply.ts';
import { sealSession } from '../mcp/session.ts';
import { SseRewriter } from './sse.ts';
import { isObject, type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';

/** An answer that is ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or pieces as they come. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array | string>;
}

/** Secrets of the gate that answers are made with. */
type Keys = Pick<Gate, 'sessionSecret' | 'maskKey'>;

/** Makes the answer. Throws ResponseWithheld or UpstreamAnswerRefused; then the upstream's body has been dropped. */
export async function makeAnswer(
  exchange: Exchange,
  connection: ConnectionConfig,
  upstream: Dispatcher.ResponseData,
  limits: Limits,
  keys: Keys,
): Promise<Answer> {
  try {
    return await shape(exchange, connection, upstream, limits, keys);
  } catch (error) {
    upstream.body.on('error', () => {}).destroy();
    throw error;
  }
}

async function shape(
  exchange: Exchange,
  connection: ConnectionConfig,
  upstream: Dispatcher.ResponseData,
  limits: Limits,
  keys: Keys,
): Promise<Answer> {
  const { statusCode: status, headers } = upstream;
  const type = single(headers['content-type']);
  const isStream = type !== undefined && /^text\/event-stream\s*(?:;|$)/i.test(type);
  refuse(connection, status, single(headers['content-encoding']), type, isStream);
  const masks = exchange.decision?.maskResponse ?? [];
  const isResumable = connection.kind === 'mcp' && exchange.request.method === 'GET';
  const kept = answerHeaders(headers, masks.length > 0);
  const session = single(headers['mcp-session-id']);
  if (connection.kind === 'mcp' && session !== undefined)
    kept['mcp-session-id'] = sealSession(keys.sessionSecret, session, connection.name, exchange.identity!);
  if (isStream) {
    // Proxies in front of us must not wait for the stream's end either.
    kept['x-accel-buffering'] = 'no';
    const isEdited = masks.length > 0 || isResumable;
    return {
      status,
      headers: kept,
      body: isEdited
        ? rewritten(exchange, connection, upstream, masks, limits, keys.maskKey)
        : guarded(exchange, upstream),
    };
  }
  if (masks.length === 0) return { status, headers: kept, body: capped(exchange, upstream, limits) };
  const bytes = await collect(exchange, upstream, limits);
  if (bytes.length === 0) return { status, headers: kept, body: bytes };
  if (status === 206 || !isJsonType(type)) throw new ResponseWithheld(`an answer of type ${type ?? 'unknown'}`);
  try {
    const json = parseStrict(bytes);
    const masked =
      connection.kind === 'mcp'
        ? maskMessage(exchange, json, masks, keys.maskKey)
        : maskDocument(json, masks, keys.maskKey);
    if (masked === undefined) throw new NotMaskable('a message that is no answer');
    return { status, headers: kept, body: Buffer.from(JSON.stringify(masked)) };
  } catch (error) {
    throw new ResponseWithheld(error instanceof Error ? error.message : String(error));
  }
}

function refuse(
  connection: ConnectionConfig,
  status: number,
  encoding: string | undefined,
  type: string | undefined,
  isStream: boolean,
): void {
  if (encoding !== undefined && encoding !== 'identity') throw new UpstreamAnswerRefused(`encoded as ${encoding}`);
  // Its quarrel is with the gate's credential; a client would take it for a quarrel with its own.
  if (status === 401 || status === 407) throw new UpstreamAnswerRefused(`the credential is refused with ${status}`);
  if (status >= 300 && status < 400 && status !== 304) throw new UpstreamAnswerRefused(`a redirect, ${status}`);
  if (connection.kind === 'mcp' && status < 300 && type !== undefined && !isStream && !isJsonType(type)) {
    throw new UpstreamAnswerRefused(`an MCP answer of type ${type}`);
  }
}

/** A JSON-RPC message from the upstream with masks applied; undefined when it must not pass. Throws NotMaskable. */
function maskMessage(exchange: Exchange, message: Json, masks: readonly Mask[], key: Buffer): Json | undefined {
  if (!isObject(message)) throw new NotMaskable('not one JSON-RPC message');
  if (message.method !== undefined) return maskNotification(message);
  if (isObject(message.error)) {
    // Error texts quote what went wrong, and what went wrong may be what is masked.
    message.error = { code: message.error.code ?? null, message: 'The error text is withheld by policy.' };
    return message;
  }
  if (message.result === undefined) throw new NotMaskable('neither result nor error');
  message.result =
    exchange.message?.tool != null
      ? maskToolResult(message.result, masks, key)
      : maskDocument(message.result, masks, key);
  // MCP 2026-07-28: what was edited for one identity, a shared cache must not hand to another.
  if (isObject(message.result) && message.result.cacheScope !== undefined) message.result.cacheScope = 'private';
  return message;
}

/** Under a mask, progress is all that passes besides answers, and of that the figures: texts could say anything. */
function maskNotification(message: JsonObject): Json | undefined {
  if (message.method !== 'notifications/progress' || message.id !== undefined || !isObject(message.params))
    return undefined;
  const { progressToken, progress, total } = message.params;
  const params = Object.entries({ progressToken, progress, total }).filter(([, value]) => value !== undefined);
  return { jsonrpc: '2.0', method: message.method, params: Object.fromEntries(params) as JsonObject };
}

async function* rewritten(
  exchange: Exchange,
  connection: ConnectionConfig,
  upstream: Dispatcher.ResponseData,
  masks: readonly Mask[],
  limits: Limits,
  key: Buffer,
): AsyncIterable<string> {
  const edit = (data: string): string | undefined => {
    const json = parseStrict(data);
    // The stream of a GET replays answers to other requests, whose masks are not known here.
    if (
      connection.kind === 'mcp' &&
      exchange.request.method === 'GET' &&
      !(isObject(json) && json.method !== undefined)
    )
      return undefined;
    if (masks.length === 0) return JSON.stringify(json);
    if (connection.kind === 'http') return JSON.stringify(maskDocument(json, masks, key));
    try {
      const masked = maskMessage(exchange, json, masks, key);
      return masked === undefined ? undefined : JSON.stringify(masked);
    } catch (error) {
      if (!(error instanceof NotMaskable)) throw error;
      return JSON.stringify(rpcAnswer(exchange, new ResponseWithheld(error.message)).body);
    }
  };
  const rewriter = new SseRewriter(edit, limits.eventBytes);
  for await (const chunk of guarded(exchange, upstream)) {
    const events = rewriter.push(chunk);
    if (events !== '') yield events;
  }
}

async function* guarded(exchange: Exchange, upstream: Dispatcher.ResponseData): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of upstream.body) yield chunk as Uint8Array;
  } catch (error) {
    throw toGateError(error, exchange.signal);
  }
}

async function* capped(
  exchange: Exchange,
  upstream: Dispatcher.ResponseData,
  limits: Limits,
): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of guarded(exchange, upstream)) {
    size += chunk.length;
    if (size > limits.responseBytes) throw new UpstreamAnswerRefused('the answer is too large');
    yield chunk;
  }
}

async function collect(exchange: Exchange, upstream: Dispatcher.ResponseData, limits: Limits): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of capped(exchange, upstream, limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Sends an answer piece by piece. What breaks half-way breaks off visibly: the client's connection is cut. */
export async function send(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  if (body instanceof Uint8Array) {
    response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
    return;
  }
  response.writeHead(status, headers);
  if (!('content-length' in headers)) response.flushHeaders();
  try {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
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

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
