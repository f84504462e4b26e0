// The connections section of the configuration: what is found where at the gate, and what stands behind it.
import { mayForward } from '../request/headers.ts';
import { readCredential, type Credential } from './credential.ts';
import type { ObjectReader } from './reader.ts';

export interface ConnectionConfig {
  readonly name: string;
  readonly kind: 'mcp' | 'http';
  /** Where it is found at the gate. */
  readonly path: string;
  readonly upstream: URL;
  /** RFC 8707: what tokens are asked for by this name. */
  readonly resource: string;
  readonly requiredScopes: readonly string[];
  readonly credential: Credential;
  /** Request headers that pass besides the usual ones, lower case. */
  readonly forwardHeaders: readonly string[];
  /** How a denied `tools/call` is answered. */
  readonly denyAs: 'result' | 'error';
}

const NAME = [/^[a-z0-9][a-z0-9-]{0,62}$/, 'has to be a name of a-z, 0-9 and -'] as const;
const PATH = [
  /^\/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$/,
  'has to be a path like /mcp/name',
] as const;

/** Reads an entry of `connections`; `publicUrl` is what clients call the gate. */
export function readConnection(connection: ObjectReader, publicUrl: string): ConnectionConfig {
  const path = connection.text('path', undefined, PATH);
  const upstream = connection.url(
    'upstream',
    isUpstream,
    'has to be an http or https URL without user, query and fragment',
  );
  if (path.startsWith('/.well-known')) connection.fault('path', 'belongs to the gate');
  const config: ConnectionConfig = {
    name: connection.text('name', undefined, NAME),
    kind: connection.oneOf('kind', ['mcp', 'http']),
    path,
    upstream: new URL(URL.canParse(upstream) ? upstream : 'http://invalid.invalid'),
    resource: `${publicUrl}${path}`,
    requiredScopes: connection.texts(
      'requiredScopes',
      [],
      [(scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope), 'is no scope'],
    ),
    credential: readCredential(connection),
    forwardHeaders: connection.texts(
      'forwardHeaders',
      [],
      [mayForward, 'is a header that must not pass, or not in lower case'],
    ),
    denyAs: connection.oneOf('denyAs', ['result', 'error'], 'result'),
  };
  connection.end();
  return config;
}

function isUpstream(text: string): boolean {
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && !/[?#]/.test(text);
}
