// Which headers cross the gate. Allow-lists both ways: identity, hop-by-hop, cookie and tracing-of-the-inside headers are
// not enumerated, they are just not on the list.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { MalformedRequest } from '../errors.ts';

/** Request headers that reach policies and upstreams. */
const REQUEST_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'traceparent',
  'tracestate',
  'user-agent',
]);

const RESPONSE_HEADERS: ReadonlySet<string> = new Set([
  'allow',
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'etag',
  'expires',
  'last-modified',
  'mcp-protocol-version',
  'retry-after',
  'vary',
]);

/** Names no configuration may let through: the hop's own, and those that say who calls. */
const NEVER =
  /^(?:authorization|cookie|set-cookie|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|content-encoding|accept-encoding|forwarded|via|remote-user|proxy-.*|x-forwarded-.*|x-real-ip|x-original-.*|x-rewrite-.*|x-auth-.*|x-remote-.*|x-user.*|x-envoy-.*)$|_/;

/** Whether a connection may be configured to pass a header on. A name with `_` never: upstreams read it as `-`. */
export function mayForward(name: string): boolean {
  return /^[a-z0-9!#$%&'*+.^`|~-]+$/.test(name) && !NEVER.test(name);
}

/** Names that belong to the connection's credential, to the hop, or to what the gate writes itself. */
const NOT_FOR_POLICIES =
  /^(?:authorization|cookie|set-cookie|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|via|dpop|proxy-.*|content-.*|accept.*|mcp-.*|last-event-id)$/;

/** Whether a decision may give the upstream's request a header of this name, in lower case. */
export function mayPolicySet(name: string): boolean {
  return /^[a-z][a-z0-9-]{0,99}$/.test(name) && !NOT_FOR_POLICIES.test(name);
}

/** Names of answers that are about the gate's own address, or that it writes itself. */
const NOT_FROM_UPSTREAMS =
  /^(?:www-authenticate|location|content-location|refresh|x-accel-.*|access-control-.*|mcp-.*|dpop-nonce)$/;

/** Whether a connection may be configured to pass a header of answers on. */
export function mayForwardBack(name: string): boolean {
  return mayForward(name) && !NOT_FROM_UPSTREAMS.test(name);
}

/** Whether a request header goes on; `extra` are those of the connection. */
export function isForwardable(name: string, extra: readonly string[]): boolean {
  return REQUEST_HEADERS.has(name) || extra.includes(name) || name.startsWith('mcp-param-');
}

/** The headers that go on, by lower-case name. `Mcp-Param-*` mirrors arguments and is the upstream's to check. */
export function forwardableHeaders(headers: IncomingHttpHeaders, extra: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    if (!isForwardable(name, extra)) continue;
    const value = headers[name];
    if (value === undefined || name.includes('_')) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return kept;
}

/** Takes out headers that mirror arguments: where arguments are masked, their mirrors would say what they were. */
export function dropMirrors(headers: Record<string, unknown>): void {
  for (const name of Object.keys(headers)) if (name.startsWith('mcp-param-')) delete headers[name];
}

/** What opaque bodies need besides. */
const OPAQUE_REQUEST_HEADERS = [
  'accept-encoding',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-type',
  'if-range',
  'range',
  'transfer-encoding',
];
const WEBSOCKET_HEADERS = [
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'sec-websocket-version',
];
const OPAQUE_ANSWER_HEADERS = ['accept-ranges', 'content-encoding', 'content-length', 'content-range'];

/** The headers that go on with a body that is not looked into; for a WebSocket, those that open it. */
export function opaqueRequestHeaders(
  headers: IncomingHttpHeaders,
  extra: readonly string[],
  isUpgrade: boolean,
): Record<string, string> {
  const more = isUpgrade ? WEBSOCKET_HEADERS : OPAQUE_REQUEST_HEADERS;
  const kept = forwardableHeaders(headers, [...extra, ...more]);
  for (const name of Object.keys(kept)) if (name.startsWith('mcp-')) delete kept[name];
  return isUpgrade ? { ...kept, connection: 'Upgrade', upgrade: 'websocket' } : kept;
}

/** The upstream's headers that the client gets with a body that is not looked into. */
export function opaqueAnswerHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  extra: readonly string[],
): Record<string, string> {
  const kept = answerHeaders(headers, false, extra);
  for (const name of OPAQUE_ANSWER_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}

/** The upstream's headers that the client gets with an open WebSocket. */
export function webSocketAnswerHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = { connection: 'Upgrade', upgrade: 'websocket' };
  for (const name of ['sec-websocket-accept', 'sec-websocket-protocol', 'sec-websocket-extensions']) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}

/** Headers that decide what a request means may come once only: readers differ on which of two counts. */
export function rejectRepeatedHeaders({ rawHeaders, headers }: Pick<IncomingMessage, 'rawHeaders' | 'headers'>): void {
  // As many names as headers: none is there twice.
  if (Object.keys(headers).length * 2 === rawHeaders.length) return;
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    const isSingle =
      /^(?:authorization|dpop|host|content-type|content-length|content-encoding|origin|last-event-id|mcp-.*)$/.test(
        name,
      );
    if (isSingle && seen.has(name)) throw new MalformedRequest(`The header ${name} is repeated.`);
    seen.add(name);
  }
}

/** What says something of an answer's content that an edit makes wrong. */
const OF_CONTENT: ReadonlySet<string> = new Set([
  'cache-control',
  'content-digest',
  'content-md5',
  'digest',
  'etag',
  'expires',
  'last-modified',
  'repr-digest',
]);

/** The upstream's headers that the client gets; `extra` are those of the connection. After an edit, validators of the original are wrong. */
export function answerHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  isEdited: boolean,
  extra: readonly string[],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || (!RESPONSE_HEADERS.has(name) && !extra.includes(name))) continue;
    if (isEdited && OF_CONTENT.has(name)) continue;
    kept[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  // What one identity may see, no shared cache may hand to another.
  if (isEdited) kept['cache-control'] = 'private, no-store';
  return kept;
}
