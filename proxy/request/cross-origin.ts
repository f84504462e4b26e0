// Browsers of other origins (the Fetch standard's CORS protocol), as far as the configuration allows their origin: what they may send and
// read. No cookies pass the gate, so there are no credentialed requests in the standard's sense; the token is a header like others.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isForwardable } from './headers.ts';

/** Headers of answers that scripts may read besides those that they always may. */
const EXPOSED = [
  'content-disposition',
  'dpop-nonce',
  'etag',
  'location',
  'mcp-protocol-version',
  'mcp-session-id',
  'retry-after',
  'www-authenticate',
];
/** Seconds for which a browser need not ask again. */
const MAX_AGE = '600';

/** Lets the scripts of the request's origin read the answer, when the origin is one of those. `exposed`: further headers of it. */
export function allowOrigin(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[],
  exposed: readonly string[] = [],
): boolean {
  if (origin === undefined || !origins.includes(origin)) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', [...EXPOSED, ...exposed].join(', '));
  response.setHeader('vary', 'Origin');
  return true;
}

/** Whether a request only asks what its origin may do. It has no token, and goes nowhere. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  const { origin, 'access-control-request-method': wanted } = headers;
  return method === 'OPTIONS' && origin !== undefined && wanted !== undefined;
}

/** Answers it. `extra` are headers that may be sent besides those that always pass. */
export function answerPreflight(
  { headers }: IncomingMessage,
  response: ServerResponse,
  methods: Iterable<string>,
  extra: readonly string[] = [],
): void {
  const asked = (headers['access-control-request-headers'] ?? '').toLowerCase().split(',');
  const allowed = asked
    .map((name) => name.trim())
    .filter((name) => name === 'authorization' || name === 'dpop' || isForwardable(name, extra));
  response
    .writeHead(204, {
      'access-control-allow-methods': [...methods].join(', '),
      ...(allowed.length > 0 && { 'access-control-allow-headers': allowed.join(', ') }),
      'access-control-max-age': MAX_AGE,
    })
    .end();
}
