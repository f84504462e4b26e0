// References in an upstream's head: where a redirect leads, and where something new is. They are shown as places of the gate, or not at all.
import type { ConnectionConfig } from '../config/connections.ts';
import type { Exchange } from '../exchange.ts';
import { upstreamPath } from '../upstream/forward.ts';

/** The path at the gate of what an upstream refers to; undefined when that is not behind this connection. */
export function placeAtGate(reference: string, exchange: Exchange, connection: ConnectionConfig): string | undefined {
  const { kind, upstream, path } = connection;
  const base = `${upstream.origin}${upstreamPath(exchange, connection)}`;
  if (kind !== 'http' || !URL.canParse(reference, base)) return undefined;
  const { origin, username, password, pathname, search, hash } = new URL(reference, base);
  const root = upstream.pathname.replace(/\/$/, '');
  const isInside = pathname === root || pathname.startsWith(`${root}/`);
  if (origin !== upstream.origin || username !== '' || password !== '' || !isInside) return undefined;
  const place = `${path === '/' ? '' : path}${pathname.slice(root.length)}`;
  // Two slashes would lead to another host.
  if (place.startsWith('//')) return undefined;
  return `${place === '' ? '/' : place}${search}${hash}`;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where an answer sends the client, at the gate; undefined for answers that are no such redirect. */
export function redirectAtGate(
  status: number,
  location: string | undefined,
  exchange: Exchange,
  connection: ConnectionConfig,
): string | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  return placeAtGate(location, exchange, connection);
}
