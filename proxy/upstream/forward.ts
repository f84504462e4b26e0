// Sends what was judged to the connection's upstream and brings back its head. The body is written anew from the judged
// JSON, never passed through; the client going away aborts the upstream.
import { errors as undici, Pool, type Dispatcher } from 'undici';
import type { ConnectionConfig } from '../config/connections.ts';
import type { Limits } from '../config/limits.ts';
import { upstreamHeaders } from './credential.ts';
import { endingOf, GateError, UpstreamTimeout, UpstreamUnavailable } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { renewCredential } from './inject-credential.ts';
import { dispatch, type UpstreamAnswer } from './upstream-answer.ts';

/** The sockets of one connection's upstream. Redirects are not followed: egress goes to configured upstreams only. */
export function openPool(connection: ConnectionConfig, limits: Limits): Pool {
  const { tls, timeouts } = connection;
  return new Pool(connection.upstream.origin, {
    connect: {
      timeout: timeouts.connectMs,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...tls.certificate,
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    },
    headersTimeout: timeouts.upstreamMs,
    bodyTimeout: timeouts.idleMs,
    maxHeaderSize: limits.headerBytes,
  });
}

/** The upstream's answer, its body unread. Throws UpstreamUnavailable, UpstreamTimeout or ClientGone. */
export async function forward(exchange: Exchange, connection: ConnectionConfig, pool: Pool): Promise<UpstreamAnswer> {
  const body = exchange.body === undefined ? null : (exchange.printed?.body ?? JSON.stringify(exchange.body));
  const send = (): Promise<UpstreamAnswer> =>
    dispatch(
      pool,
      {
        method: (exchange.request.method ?? 'GET') as Dispatcher.HttpMethod,
        path: upstreamPath(exchange, connection),
        headers: upstreamHeaders(exchange, connection, body !== null),
        body,
        ...(isQuiet(exchange) ? { bodyTimeout: 0 } : {}),
      },
      exchange.signal,
    );
  try {
    const answer = await send();
    // A token can be withdrawn before its end; what was refused for it has not been done, and is sent once more.
    if (answer.statusCode !== 401 || !(await renewCredential(exchange))) return answer;
    answer.body.destroy();
    return await send();
  } catch (error) {
    throw error instanceof GateError ? error : toGateError(error, exchange.signal);
  }
}

/** Streams that may say nothing for hours: events of a session, and of subscriptions. They end with the client. */
function isQuiet({ connection, request, message }: Exchange): boolean {
  return connection?.kind === 'mcp' && (request.method === 'GET' || message?.method === 'subscriptions/listen');
}

/** The gate's error for one of undici's. */
export function toGateError(error: unknown, signal: AbortSignal): GateError {
  if (signal.aborted) return endingOf(signal);
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const isTimeout = error instanceof undici.HeadersTimeoutError || error instanceof undici.BodyTimeoutError;
  return isTimeout ? new UpstreamTimeout(detail) : new UpstreamUnavailable(detail);
}

/** MCP endpoints have one address; what stands behind it is not the caller's to choose. */
export function upstreamPath(exchange: Exchange, { kind, upstream }: ConnectionConfig): string {
  if (kind === 'mcp') return upstream.pathname;
  const rest = exchange.restPath ?? '';
  const base = rest === '' ? upstream.pathname : upstream.pathname.replace(/\/$/, '');
  return `${base}${rest}${exchange.target?.search ?? ''}`;
}
