// Sends a request and follows its redirects, each to a host that is allowed.
// Left to others: reading requests (request.ts), the exchange (sync-client.ts), caching and results (http.ts).
import { domainToASCII } from 'node:url';
import type { BuiltinContext } from '../../../host/builtin.ts';
import { quoteGo } from '../../../value/rego-text.ts';
import { escapedPath, fromBytes, GoUrlError, parseGoUrl, printGoUrl, resolveGoUrl, toBytes } from '../go-url.ts';
import type { GoUrl } from '../go-url.ts';
import type { ExchangeRequest, ExchangeResponse } from './exchange.ts';
import { failureText, NetworkError, operationName, RequestError } from './failures.ts';
import { checkHost, hostAndPort, isToken } from './request.ts';
import type { HttpRequest } from './request.ts';
import { exchange } from './sync-client.ts';

const MAX_REDIRECTS = 10;
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const USER_AGENT = 'Regate';

/** Headers that only the client itself may set: they say where a message ends and to whom it goes. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set(['Host', 'Content-Length', 'Transfer-Encoding', 'Trailer']);
const SENSITIVE_HEADERS: ReadonlySet<string> = new Set([
  'Authorization',
  'Www-Authenticate',
  'Cookie',
  'Cookie2',
  'Proxy-Authorization',
  'Proxy-Authenticate',
]);

/** One request of a chain. */
interface Hop {
  readonly method: string;
  readonly url: GoUrl;
  readonly headers: ReadonlyMap<string, string>;
  readonly host: string | undefined;
  readonly body: Uint8Array;
}

/** The URL as errors show it, without the password. */
function shownUrl(url: GoUrl): string {
  const hidden = url.password === undefined ? url : { ...url, password: 'xxxxx' };
  const text = fromBytes(printGoUrl(hidden));
  return url.password === undefined ? text : text.replace(':xxxxx@', ':***@');
}

/** Path and query; blanks and what is not ASCII are escaped. */
function requestTarget(url: GoUrl): string {
  const path = escapedPath(url) || '/';
  const query = url.forceQuery || url.rawQuery !== '' ? `?${url.rawQuery}` : '';
  return (path + query).replace(/[^\x21-\x7e]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function checkHeaders(headers: ReadonlyMap<string, string>): void {
  for (const [name, value] of headers) {
    if (!isToken(name)) throw new RequestError(`net/http: invalid header field name ${quoteGo(name)}`);
    // Control characters would end the header.
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value))
      throw new RequestError(`net/http: invalid header field value for ${quoteGo(name)}`);
  }
}

function asciiHost(name: string): string {
  return domainToASCII(name) || name;
}

/** The hop as the thread wants it. Throws RequestError with the cause. */
function prepare(hop: Hop, request: HttpRequest, timeoutMs: number): ExchangeRequest {
  const { url, method, headers, body } = hop;
  checkHeaders(headers);
  if (url.scheme !== 'http' && url.scheme !== 'https')
    throw new RequestError(`unsupported protocol scheme ${quoteGo(url.scheme)}`);
  const { name, port } = hostAndPort(url);
  if (name === '') throw new RequestError('http: no Host in request URL');
  if (port > 65_535) throw new RequestError(`dial tcp: address ${port}: invalid port`);
  const host = asciiHost(fromBytes(name).replace(/%.*$/, ''));

  const list: string[] = [];
  const add = (header: string, value: string): void => void list.push(header, toBytes(value));
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const explicitPort = /:(\d+)$/.exec(url.host.replace(/^\[[^\]]*\]/, ''))?.[1];
  add('Host', hop.host ?? (explicitPort === undefined ? bracketed : `${bracketed}:${explicitPort}`));
  if (!headers.has('User-Agent')) add('User-Agent', USER_AGENT);
  if (body.length > 0 || method === 'POST' || method === 'PUT' || method === 'PATCH')
    add('Content-Length', String(body.length));
  for (const [header, value] of headers) if (!RESERVED_HEADERS.has(header)) add(header, value);
  if (url.user !== undefined && !headers.has('Authorization')) {
    const credentials = Buffer.from(`${url.user}:${url.password ?? ''}`, 'latin1').toString('base64');
    add('Authorization', `Basic ${credentials}`);
  }
  const unpacksGzip = !headers.has('Accept-Encoding') && !headers.has('Range') && method !== 'HEAD';
  if (unpacksGzip) add('Accept-Encoding', 'gzip');
  if (request.tls && !headers.has('Connection')) add('Connection', 'close');
  return {
    isTls: url.scheme === 'https',
    host,
    port,
    path: requestTarget(url),
    method,
    headers: list,
    body,
    unpacksGzip,
    timeoutMs,
    maxBytes: MAX_BODY_BYTES,
    ...(request.tls && { tls: request.tls }),
  };
}

/** The header's value in the response. */
export function responseHeader(response: ExchangeResponse, name: string): string | undefined {
  for (let i = 0; i < response.headers.length; i += 2)
    if (response.headers[i]!.toLowerCase() === name) return response.headers[i + 1];
  return undefined;
}

function isSameOrBelow(host: string, parent: string): boolean {
  return host === parent || (!host.includes(':') && !/^[\d.]+$/.test(host) && host.endsWith(`.${parent}`));
}

/** The next request of the chain, or undefined when the response is the last one. */
function redirect(hop: Hop, first: Hop, request: HttpRequest, response: ExchangeResponse): Hop | undefined {
  if (!request.followsRedirects || ![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  const location = responseHeader(response, 'location') ?? '';
  if (location === '') return undefined;
  let url: GoUrl;
  let isRelative: boolean;
  try {
    const reference = parseGoUrl(fromBytes(location));
    isRelative = reference.scheme === '';
    url = resolveGoUrl(hop.url, reference);
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    throw new RequestError(`failed to parse Location header ${quoteGo(fromBytes(location))}: ${error.message}`);
  }
  const keepsBody = response.status === 307 || response.status === 308;
  const headers = new Map(hop.headers);
  const hostOf = (target: GoUrl): string => asciiHost(fromBytes(hostAndPort(target).name)).toLowerCase();
  if (!isSameOrBelow(hostOf(url), hostOf(first.url))) for (const name of SENSITIVE_HEADERS) headers.delete(name);
  let { method, body } = hop;
  if (!keepsBody) {
    if (method !== 'GET' && method !== 'HEAD') method = 'GET';
    body = new Uint8Array();
    for (const name of headers.keys()) if (name.startsWith('Content-')) headers.delete(name);
  }
  headers.delete('Referer');
  if (!(hop.url.scheme === 'https' && url.scheme === 'http'))
    headers.set('Referer', fromBytes(printGoUrl({ ...hop.url, user: undefined, password: undefined, fragment: '' })));
  return { method, url, headers, body, host: isRelative ? hop.host : undefined };
}

/** Sends the request. Throws NetworkError, or RequestError when the body does not come. */
export function send(context: BuiltinContext, request: HttpRequest): ExchangeResponse {
  const operation = operationName(request.method);
  const deadline = Date.now() + request.timeoutMs;
  const { method, url, body } = request;
  const first: Hop = { method, url, headers: request.headers, body, host: request.headers.get('Host') };
  let hop = first;
  for (let redirects = 0; ; redirects++) {
    const shown = shownUrl(hop.url);
    try {
      const remaining = deadline - Date.now();
      const { response, failure } =
        remaining > 0
          ? exchange(prepare(hop, request, remaining))
          : { failure: { stage: 'request', reason: 'timeout' } as const };
      if (!response) {
        const cause = failureText(failure, hostAndPort(hop.url).name);
        if (failure.stage === 'request') throw new NetworkError(operation, shown, cause, failure.reason === 'timeout');
        throw new BodyError(cause);
      }
      const next = redirect(hop, first, request, response);
      if (!next) return response;
      if (redirects >= MAX_REDIRECTS) throw new RequestError(`stopped after ${MAX_REDIRECTS} redirects`);
      checkRedirect(context, operation, next, responseHeader(response, 'location')!);
      hop = next;
    } catch (error) {
      if (error instanceof BodyError || !(error instanceof RequestError)) throw error;
      throw new NetworkError(operation, shown, error.message);
    }
  }
}

/** A body that did not come to its end. */
class BodyError extends RequestError {}

function checkRedirect(context: BuiltinContext, operation: string, next: Hop, location: string): void {
  try {
    checkHost(context, next.url);
  } catch (error) {
    if (error instanceof RequestError) throw new NetworkError(operation, fromBytes(location), error.message);
    throw error;
  }
}
