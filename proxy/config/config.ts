// The gate's configuration: one YAML file, read and validated whole. Reading single values and collecting faults is config-reader.ts.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { ConfigError, ObjectReader } from './reader.ts';
import { mayForward } from '../request/headers.ts';
import { isSafeUrl } from '../identity/issuer.ts';

export { ConfigError } from './reader.ts';

export interface IssuerConfig {
  readonly issuer: string;
  /** The audiences that are us. */
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  /** The header's `typ`; null for issuers that write none. */
  readonly typ: string | null;
  readonly groupsClaim: string;
  /** Instead of discovery. */
  readonly jwksUri: string | undefined;
}

/** What the gate shows the upstream in the caller's place. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string };

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

export interface Limits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** Of an answer that is not a stream. */
  readonly responseBytes: number;
  /** Of one event of a stream. */
  readonly eventBytes: number;
  readonly bodyTimeoutMs: number;
  /** From the request to the upstream's headers. */
  readonly upstreamTimeoutMs: number;
  /** Between two pieces of an answer. */
  readonly idleTimeoutMs: number;
  /** 64 KiB pages that an evaluation may use. */
  readonly policyMemoryPages: number;
}

export interface LogConfig {
  /** A file to append to; undefined for standard output. */
  readonly file: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** JSON pointers to erase from events. */
  readonly mask: readonly string[];
}

export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  /** What clients call the gate; undefined: the address it listens on. */
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
  readonly issuers: readonly IssuerConfig[];
  readonly policyDirectory: string;
  readonly connections: readonly ConnectionConfig[];
  readonly limits: Limits;
  readonly log: LogConfig;
  /** Signs session ids; undefined: random for each process. */
  readonly sessionSecret: string | undefined;
}

/** Asymmetric ones only: a shared secret would let every holder mint tokens. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Reads a configuration file. Throws ConfigError with every fault. */
export function readConfig(file: string, env: Readonly<Record<string, string | undefined>> = process.env): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [error instanceof Error ? error.message : String(error)]);
  }
  return parseConfig(text, file, env);
}

/** The same for a text; `file` names it and roots its paths. */
export function parseConfig(text: string, file: string, env: Readonly<Record<string, string | undefined>>): Config {
  const document = parseDocument(text, { uniqueKeys: true, version: '1.2' });
  if (document.errors.length > 0)
    throw new ConfigError(
      file,
      document.errors.map(({ message }) => message.split('\n')[0]!),
    );
  const faults: string[] = [];
  const root = new ObjectReader(document.toJS({ maxAliasCount: 100 }), '', {
    faults,
    directory: dirname(resolve(file)),
    env,
  });
  const config = readRoot(root, faults);
  if (faults.length > 0) throw new ConfigError(file, faults);
  return config;
}

function readRoot(root: ObjectReader, faults: string[]): Config {
  const listen = root.optionalObject('listen');
  const host = listen.text('host', '127.0.0.1');
  const port = listen.integer('port', 8080, 0, 65535);
  listen.end();
  const publicUrl = root
    .url(
      'publicUrl',
      isBareOrigin,
      'has to be an origin, https or on this machine',
      `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    )
    .replace(/\/$/, '');
  const policy = root.object('policy');
  const policyDirectory = policy.file('directory');
  policy.end();
  const config: Config = {
    listen: { host, port },
    publicUrl,
    allowedOrigins: root.texts('allowedOrigins', []),
    issuers: root.objects('issuers').map(readIssuer),
    policyDirectory,
    connections: root.objects('connections').map((each) => readConnection(each, publicUrl)),
    limits: readLimits(root.optionalObject('limits')),
    log: readLog(root.object('decisionLog')),
    sessionSecret: root.has('sessionSecret') ? root.secret('sessionSecret') : undefined,
  };
  root.end();
  rejectTwins(
    config.connections.map(({ name }) => name),
    'connections',
    'name',
    faults,
  );
  rejectTwins(
    config.connections.map(({ path }) => path),
    'connections',
    'path',
    faults,
  );
  rejectTwins(
    config.issuers.map(({ issuer }) => issuer),
    'issuers',
    'issuer',
    faults,
  );
  return config;
}

function readIssuer(issuer: ObjectReader): IssuerConfig {
  const config: IssuerConfig = {
    issuer: issuer.url('issuer', isSafeUrl, 'has to be an https URL, or http on this machine'),
    audience: issuer.texts('audience'),
    algorithms: issuer.texts(
      'algorithms',
      ['RS256', 'ES256'],
      [(name) => ALGORITHMS.includes(name), `has to be one of ${ALGORITHMS.join(', ')}`],
    ),
    typ: issuer.nullableText('typ', 'at+jwt'),
    groupsClaim: issuer.text('groupsClaim', 'groups'),
    jwksUri: issuer.has('jwksUri')
      ? issuer.url('jwksUri', isSafeUrl, 'has to be an https URL, or http on this machine')
      : undefined,
  };
  if (config.audience.length === 0) issuer.fault('audience', 'has to name an audience at least');
  if (config.algorithms.length === 0) issuer.fault('algorithms', 'has to name an algorithm at least');
  issuer.end();
  return config;
}

const NAME = [/^[a-z0-9][a-z0-9-]{0,62}$/, 'has to be a name of a-z, 0-9 and -'] as const;
const PATH = [
  /^\/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$/,
  'has to be a path like /mcp/name',
] as const;

function readConnection(connection: ObjectReader, publicUrl: string): ConnectionConfig {
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

function readCredential(connection: ObjectReader): Credential {
  if (!connection.has('credential')) {
    connection.fault('credential', 'is missing (write "kind: none" for an upstream that asks for none)');
    return { kind: 'none' };
  }
  const credential = connection.object('credential');
  const kind = credential.oneOf('kind', ['none', 'bearer', 'basic', 'header']);
  const read = (): Credential => {
    switch (kind) {
      case 'none':
        return { kind };
      case 'bearer':
        return { kind, token: credential.secret('token') };
      case 'basic': {
        const pair = `${credential.text('username')}:${credential.secret('password')}`;
        return { kind: 'header', name: 'authorization', value: `Basic ${Buffer.from(pair).toString('base64')}` };
      }
      case 'header':
        return {
          kind,
          name: credential.text('name', undefined, [/^[a-z0-9-]+$/, 'has to be a header name in lower case']),
          value: credential.secret('value'),
        };
    }
  };
  const result = read();
  credential.end();
  return result;
}

function readLimits(limits: ObjectReader): Limits {
  const kib = 1024;
  const hour = 3_600_000;
  const read: Limits = {
    bodyBytes: limits.integer('bodyBytes', 1024 * kib, 1, 64 * kib * kib),
    headerBytes: limits.integer('headerBytes', 32 * kib, kib, 1024 * kib),
    responseBytes: limits.integer('responseBytes', 16 * kib * kib, 1, 1024 * kib * kib),
    eventBytes: limits.integer('eventBytes', 4 * kib * kib, 1, 256 * kib * kib),
    bodyTimeoutMs: limits.integer('bodyTimeoutMs', 10_000, 10, hour),
    upstreamTimeoutMs: limits.integer('upstreamTimeoutMs', 60_000, 10, hour),
    idleTimeoutMs: limits.integer('idleTimeoutMs', 300_000, 10, 24 * hour),
    policyMemoryPages: limits.integer('policyMemoryPages', 2048, 16, 65536),
  };
  limits.end();
  return read;
}

function readLog(log: ObjectReader): LogConfig {
  const destination = log.optionalText('file');
  const file = destination === undefined ? undefined : log.file('file');
  const isStdout = log.isTrue('stdout');
  if ((file === undefined) !== isStdout) log.fault('', 'needs either file or stdout');
  const labels: Record<string, string> = {};
  for (const label of log.has('labels')
    ? log.texts('labels', [], [(text) => /^[^=]+=.+$/.test(text), 'has to be NAME=VALUE'])
    : []) {
    const at = label.indexOf('=');
    labels[label.slice(0, at)] = label.slice(at + 1);
  }
  const mask = log.texts(
    'mask',
    [],
    [(pointer) => /^\/(?:input|result)(?:\/|$)/.test(pointer), 'has to be a JSON pointer below /input or /result'],
  );
  log.end();
  return { file, labels, mask };
}

function isBareOrigin(text: string): boolean {
  const url = new URL(text);
  return isSafeUrl(text) && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
}

function isUpstream(text: string): boolean {
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && !/[?#]/.test(text);
}

function rejectTwins(values: readonly string[], list: string, key: string, faults: string[]): void {
  values.forEach((value, i) => {
    if (values.indexOf(value) < i) faults.push(`${list}[${i}].${key}: is there already`);
  });
}
