// From the request's target to the configured connection. A path that two readers could take for different ones is refused.
import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import type { ConnectionConfig } from '../config/connections.ts';
import { ForbiddenHost, ForbiddenOrigin, MalformedRequest, MethodNotAllowed, UnknownConnection } from '../errors.ts';
import type { Exchange, Target } from '../exchange.ts';
import { allowOrigin, isPreflight } from './cross-origin.ts';
import { rejectRepeatedHeaders } from './headers.ts';

const PATH = /^(?:\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*)+$/;
/** Encoded `/`, `\`, `.`, `%`, NUL: decoded once more behind us, they would change the path that was judged. */
const ENCODED_DELIMITER = /%(?:2f|5c|2e|25|00)/i;

const NO_QUERY: Target['query'] = new Map();

/** The target without the name of the gate, which an absolute form has (RFC 9112 section 3.2.2). Throws MalformedRequest when it is another's. */
function originForm({ url = '/', headers: { host } }: IncomingMessage): string {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (absolute === null) return url;
  const [, authority = '', rest = ''] = absolute;
  if (authority.toLowerCase() !== host?.toLowerCase()) throw new MalformedRequest('The target is for another host.');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Reads the request's target. Throws MalformedRequest. */
function readTarget(url: string): Target {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  const search = end === -1 ? '' : url.slice(end + 1);
  if (url.includes('#') || !PATH.test(path) || ENCODED_DELIMITER.test(path))
    throw new MalformedRequest('The path is not acceptable.');
  const segments = path.split('/').slice(1);
  const hasHole = segments.slice(0, -1).includes('');
  if (hasHole || segments.some((segment) => segment === '.' || segment === '..' || segment.includes(';'))) {
    throw new MalformedRequest('The path is not acceptable.');
  }
  if (search === '') return { path, query: NO_QUERY, search: '' };
  const query = new Map<string, string[]>();
  const rewritten = new URLSearchParams();
  for (const pair of search.split('&')) {
    const [name, value] = pair.includes('=')
      ? [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      : [pair, ''];
    const key = decode(name);
    // RFC 6750 section 2.3 discourages it, and it would reach the upstream and its logs.
    if (key === 'access_token') throw new MalformedRequest('Access tokens belong into the Authorization header.');
    const text = decode(value);
    const texts = query.get(key);
    // Not a new list each time: a head has room for some 30,000 repetitions, and nobody is known yet.
    if (texts === undefined) query.set(key, [text]);
    else texts.push(text);
    rewritten.append(key, text);
  }
  // A form's `+` is a space to some only, `%20` to all.
  return { path, query, search: `?${rewritten.toString().replaceAll('+', '%20')}` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new MalformedRequest('The query is not acceptable.');
  }
}

/** Methods that connections of a kind take. */
export const METHODS: Readonly<Record<ConnectionConfig['kind'], ReadonlySet<string>>> = {
  mcp: new Set(['GET', 'POST', 'DELETE']),
  http: new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
};

/**
 * Whether a Host is the gate's. With DNS rebinding a browser comes under a name of the attacker's: never under an address, or as
 * `localhost`.
 */
function isOurHost(host: string, hosts: readonly string[]): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d+)?$/i.exec(host)?.[1]?.toLowerCase();
  if (name === undefined) return false;
  return name === 'localhost' || name.startsWith('[') || isIPv4(name) || hosts.includes(name);
}

/** Finds the connection by the longest configured path, and sets `target`, `connection` and `restPath`. */
export function route(
  exchange: Exchange,
  connections: readonly ConnectionConfig[],
  allowedOrigins: readonly string[],
  hosts: readonly string[],
): void {
  const { request } = exchange;
  const { host, 'transfer-encoding': coding } = request.headers;
  if (host === undefined) throw new MalformedRequest('The header host is missing.');
  if (!isOurHost(host, hosts)) throw new ForbiddenHost();
  // RFC 9112 section 6.1: whoever does not know a coding must not guess what is in it.
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    throw new MalformedRequest('Transfer-Encoding has to be chunked.');
  rejectRepeatedHeaders(request);
  const target = readTarget(originForm(request));
  exchange.target = target;
  const found = findConnection(connections, target.path, hostOf(request));
  if (found === undefined) throw new UnknownConnection();
  exchange.connection = found;
  exchange.restPath = found.path === '/' ? target.path : target.path.slice(found.path.length);
  // Browsers send it with every cross-site POST: this is the defence against DNS rebinding.
  const isForeign = request.headers.origin !== undefined;
  if (isForeign && !allowOrigin(request, exchange.response, allowedOrigins, found.forwardResponseHeaders))
    throw new ForbiddenOrigin();
  if (!METHODS[found.kind].has(request.method ?? '') && !isPreflight(request)) throw new MethodNotAllowed();
}

/** The host a request is for, without its port, lower case. */
export function hostOf({ headers: { host } }: IncomingMessage): string {
  return (host ?? '').toLowerCase().replace(/:\d*$/, '');
}

/**
 * The connection at a host and path. An MCP connection answers at its path only; an HTTP one at everything below too. A host that
 * connections are mounted at has those and no others.
 */
function findConnection(
  connections: readonly ConnectionConfig[],
  path: string,
  host: string,
): ConnectionConfig | undefined {
  const mountedAt = connections.some((connection) => connection.host === host) ? host : undefined;
  let best: ConnectionConfig | undefined;
  for (const connection of connections) {
    if (connection.host !== mountedAt) continue;
    const matches =
      path === connection.path ||
      (connection.kind === 'http' && (connection.path === '/' || path.startsWith(`${connection.path}/`)));
    if (matches && (best === undefined || connection.path.length > best.path.length)) best = connection;
  }
  return best;
}
