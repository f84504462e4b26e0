// Sends what was judged to the connection's upstream and brings back its head. The body is written anew from the judged
// JSON, never passed through; the client going away aborts the upstream.
import { errors as undici, Pool, type Dispatcher } from 'undici';
import type { ConnectionConfig } from '../config/connections.ts';
import type { Limits } from '../config/limits.ts';
import { upstreamHeaders } from './credential.ts';
import { ClientGone, UpstreamTimeout, UpstreamUnavailable } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** The sockets of one connection's upstream. Redirects are not followed: egress goes to configured upstreams only. */
export function openPool(connection: ConnectionConfig, limits: Limits): Pool {
  return new Pool(connection.upstream.origin, {
    connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, limits.upstreamTimeoutMs) },
    headersTimeout: limits.upstreamTimeoutMs,
    bodyTimeout: limits.idleTimeoutMs,
    maxHeaderSize: limits.headerBytes,
  });
}

/** The upstream's answer, its body unread. Throws UpstreamUnavailable, UpstreamTimeout or ClientGone. */
export async function forward(
  exchange: Exchange,
  connection: ConnectionConfig,
  pool: Pool,
): Promise<Dispatcher.ResponseData> {
  const body = exchange.body === undefined ? null : JSON.stringify(exchange.body);
  try {
    return await pool.request({
      method: (exchange.request.method ?? 'GET') as Dispatcher.HttpMethod,
      path: upstreamPath(exchange, connection),
      headers: upstreamHeaders(exchange, connection, body !== null),
      body,
      signal: exchange.signal,
    });
  } catch (error) {
    throw toGateError(error, exchange.signal);
  }
}

/** The gate's error for one of undici's. */
export function toGateError(error: unknown, signal: AbortSignal): ClientGone | UpstreamTimeout | UpstreamUnavailable {
  if (signal.aborted) return new ClientGone();
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const isTimeout = error instanceof undici.HeadersTimeoutError || error instanceof undici.BodyTimeoutError;
  return isTimeout ? new UpstreamTimeout(detail) : new UpstreamUnavailable(detail);
}

/** MCP endpoints have one address; what stands behind it is not the caller's to choose. */
function upstreamPath(exchange: Exchange, { kind, upstream }: ConnectionConfig): string {
  if (kind === 'mcp') return upstream.pathname;
  const rest = exchange.restPath ?? '';
  const base = rest === '' ? upstream.pathname : upstream.pathname.replace(/\/$/, '');
  return `${base}${rest}${exchange.target?.search ?? ''}`;
}
