// What an approval is bound to: a digest of everything that makes a call what it is. Another argument is another call; a refreshed token, a
// new request id or another progress token is not. Keyed, so that who reads the store cannot try out what the arguments were.
import { createHmac } from 'node:crypto';
import type { Exchange } from '../exchange.ts';
import { isObject, isRawNumber, type Json, type JsonObject } from '../request/strict-json.ts';

/** The digest of an exchange's call, before any mask, in hexadecimal. */
export function callDigest(exchange: Exchange, key: Buffer): string {
  const { connection, request, target, message, body } = exchange;
  const headers = connection!.forwardHeaders.map((name) => [name, String(request.headers[name] ?? '')]);
  const call: Json =
    message === undefined
      ? [
          request.method ?? '',
          target!.path,
          target!.search,
          String(request.headers['content-type'] ?? ''),
          body ?? null,
        ]
      : [message.method, isObject(body) && isObject(body.params) ? withoutEnvelope(body.params) : null];
  return createHmac('sha256', key)
    .update(canonical([connection!.name, call, headers as Json]))
    .digest('hex');
}

/** `_meta` is about the transport of this attempt: progress tokens, versions, traces. */
function withoutEnvelope(params: JsonObject): JsonObject {
  const { _meta: _, ...rest } = params;
  return Object.assign(Object.create(null) as JsonObject, rest);
}

/** JSON with the keys of objects in order, so that the same call has the same text. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`);
  return `{${members.join(',')}}`;
}
