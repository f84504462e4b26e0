// OAuth 2.0 Protected Resource Metadata (RFC 9728) for each connection, and for the gate as a whole.
import type { Config } from '../config/config.ts';
import { DPOP_ALGORITHMS } from './dpop.ts';

/** Where the documents are. */
export const WELL_KNOWN = '/.well-known/';
const METADATA = /^\/\.well-known\/oauth-protected-resource(\/[^?#]*)?(?:\?.*)?$/;

/** The document at a well-known address; undefined when there is none. */
export function protectedResource(config: Config, url: string, host: string): Record<string, unknown> | undefined {
  const match = METADATA.exec(url);
  if (match === null) return undefined;
  const path = match[1] ?? '';
  const mountedAt = config.connections.some((each) => each.host === host) ? host : undefined;
  const connection = config.connections.find(
    (each) => each.host === mountedAt && each.path === (path === '' ? '/' : path),
  );
  if (connection === undefined && (path !== '' || mountedAt !== undefined)) return undefined;
  const servers = config.issuers.filter(({ isUnlisted }) => !isUnlisted).map(({ issuer }) => issuer);
  const scopes = connection?.requiredScopes ?? [];
  return {
    resource: connection?.resource ?? config.publicUrl,
    // Section 3.2: what has no values is left out.
    ...(servers.length > 0 ? { authorization_servers: servers } : {}),
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
    ...(connection === undefined || connection.dpop === 'optional' ? {} : { dpop_bound_access_tokens_required: true }),
    ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
    ...(connection === undefined ? {} : { resource_name: connection.name }),
  };
}
