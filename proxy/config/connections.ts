// The connections section of the configuration: what is found where at the gate, and what stands behind it.
import { mayForward, mayForwardBack } from '../request/headers.ts';
import type { Limits } from './limits.ts';
import { readCredential, type Credential } from './credential.ts';
import { readRateLimit, type RateLimitConfig } from './rate-limit.ts';
import type { ObjectReader } from './reader.ts';

export interface ConnectionConfig {
  readonly name: string;
  readonly kind: 'mcp' | 'http';
  /** Where it is found at the gate: the path, at the gate's own name or at a host of this one's. */
  readonly path: string;
  readonly host: string | undefined;
  /** The scheme and host by which callers know it. */
  readonly origin: string;
  readonly upstream: URL;
  /** Whether bodies are read and judged, or pass as they are. */
  readonly inspection: 'full' | 'headers';
  /** RFC 8707: what tokens are asked for by this name. */
  readonly resource: string;
  readonly requiredScopes: readonly string[];
  /** Audiences of which a token needs one, where those that its issuer's section accepts are too many; empty: those. */
  readonly audience: readonly string[];
  /** Whether what is under way ends when the token does with which it has begun. */
  readonly endsWithToken: boolean;
  /** Whether tokens have to be bound to a key (RFC 9449), and their proofs to hold a nonce. */
  readonly dpop: 'optional' | 'required' | 'nonce';
  readonly credential: Credential;
  readonly tls: TlsConfig;
  readonly timeouts: Timeouts;
  readonly rateLimit: RateLimitConfig;
  /** Request headers that pass besides the usual ones, lower case. */
  readonly forwardHeaders: readonly string[];
  /** The same for headers of answers. */
  readonly forwardResponseHeaders: readonly string[];
  /** How a denied `tools/call` is answered. */
  readonly denyAs: 'result' | 'error';
  /** Whether exchanges are recorded, where the gate records at all. */
  readonly record: boolean;
  /** What happens to a tool that changes: nothing, an event, or an event and it is hidden until someone accepts it. */
  readonly pinning: 'off' | 'report' | 'hide';
  /** HTTP calls that need an approval: answered with 202 and where to ask, or held until it is decided. */
  readonly whenHeld: 'accept' | 'hold';
}

/** Of the connection to the upstream. */
export interface TlsConfig {
  /** Certificates to trust in place of the usual ones, PEM. */
  readonly ca: string | undefined;
  /** The gate's own certificate and its key, PEM. */
  readonly certificate: { readonly cert: string; readonly key: string } | undefined;
  /** The name in the upstream's certificate; undefined: its host. */
  readonly serverName: string | undefined;
}

export interface Timeouts {
  readonly connectMs: number;
  /** From the request to the upstream's headers. */
  readonly upstreamMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
}

const NAME = [/^[a-z0-9][a-z0-9-]{0,62}$/, 'has to be a name of a-z, 0-9 and -'] as const;
const PATH = [
  /^\/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$/,
  'has to be a path like /mcp/name',
] as const;

const HOST = [
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
  'has to be a host name in lower case, without port',
] as const;
const CONNECT_TIMEOUT_MS = 5_000;

/** Reads an entry of `connections`; `publicUrl` is what clients call the gate. */
export function readConnection(connection: ObjectReader, publicUrl: string, limits: Limits): ConnectionConfig {
  const host = connection.has('host') ? connection.text('host', undefined, HOST) : undefined;
  const path = connection.text('path', host === undefined ? undefined : '/', PATH);
  const origin = host === undefined ? publicUrl : originAt(host, publicUrl);
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
    host,
    origin,
    inspection: connection.oneOf('inspection', ['full', 'headers'], 'full'),
    upstream: new URL(URL.canParse(upstream) ? upstream : 'http://invalid.invalid'),
    resource: `${origin}${path}`,
    requiredScopes: connection.texts(
      'requiredScopes',
      [],
      [(scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope), 'is no scope'],
    ),
    audience: connection.texts('audience', []),
    endsWithToken: connection.isTrue('endsWithToken'),
    dpop: connection.oneOf('dpop', ['optional', 'required', 'nonce'], 'optional'),
    credential: readCredential(connection),
    tls: readTls(connection.optionalObject('tls')),
    timeouts: readTimeouts(connection.optionalObject('timeouts'), limits),
    rateLimit: readRateLimit(connection.optionalObject('rateLimit')),
    forwardHeaders: connection.texts(
      'forwardHeaders',
      [],
      [mayForward, 'is a header that must not pass, or not in lower case'],
    ),
    forwardResponseHeaders: connection.texts(
      'forwardResponseHeaders',
      [],
      [mayForwardBack, 'is a header that must not pass, or not in lower case'],
    ),
    denyAs: connection.oneOf('denyAs', ['result', 'error'], 'result'),
    pinning: connection.oneOf('pinning', ['off', 'report', 'hide'], 'off'),
    record: connection.oneOf('record', ['yes', 'no'], 'yes') === 'yes',
    whenHeld: connection.oneOf('whenHeld', ['accept', 'hold'], 'accept'),
  };
  if (config.kind === 'mcp' && config.inspection === 'headers')
    connection.fault('inspection', 'has to be full for mcp: what is called is in the body');
  connection.end();
  return config;
}

/** The public URL with another host: a mount has the gate's scheme and port. */
function originAt(host: string, publicUrl: string): string {
  if (!URL.canParse(publicUrl)) return publicUrl;
  const url = new URL(publicUrl);
  url.hostname = host;
  return url.origin;
}

function readTls(tls: ObjectReader): TlsConfig {
  const ca = tls.optionalPem('ca');
  const cert = tls.optionalPem('certificate');
  const key = tls.has('key') ? tls.secretText('key') : undefined;
  if ((cert === undefined) !== (key === undefined)) tls.fault('', 'needs certificate and key together');
  const serverName = tls.optionalText('serverName');
  tls.end();
  return { ca, certificate: cert === undefined || key === undefined ? undefined : { cert, key }, serverName };
}

function readTimeouts(timeouts: ObjectReader, limits: Limits): Timeouts {
  const hour = 3_600_000;
  const upstreamMs = timeouts.integer('upstreamMs', limits.upstreamTimeoutMs, 10, hour);
  const read: Timeouts = {
    connectMs: timeouts.integer('connectMs', Math.min(CONNECT_TIMEOUT_MS, upstreamMs), 10, hour),
    upstreamMs,
    idleMs: timeouts.integer('idleMs', limits.idleTimeoutMs, 10, 24 * hour),
  };
  timeouts.end();
  return read;
}

function isUpstream(text: string): boolean {
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && !/[?#]/.test(text);
}
