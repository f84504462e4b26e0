// A gate on loopback with an issuer, an upstream that records what it gets, and a policy written by the test.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SignJWT, type JWTPayload } from 'jose';
import { parseConfig } from '../../proxy/config/config.ts';
import type { ListenConfig } from '../../proxy/config/listen.ts';
import { type Gate, openGate } from '../../proxy/gate.ts';
import { listen, type Listener } from '../../proxy/listen.ts';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An event of the decision log, as far as tests look at it. */
export interface LogEvent {
  readonly decision_id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly path: string;
  readonly input: {
    readonly identity: { readonly subject: string } | null;
    readonly connection: string | null;
    readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body?: unknown };
    readonly mcp?: { readonly tool: string; readonly arguments?: unknown };
  };
  readonly result?: { readonly action: string; readonly reason?: string };
  readonly error?: { readonly code: string; readonly message: string };
  readonly requested_by: string;
  readonly erased?: readonly string[];
  readonly masked?: readonly string[];
  readonly bundles?: unknown;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface World {
  readonly gate: Gate;
  readonly url: string;
  /** The admin listener, when `settings` open one. */
  readonly adminUrl: string;
  readonly issuer: string;
  /** Where the configuration and its files are. */
  readonly directory: string;
  /** What the upstream got, in order. */
  readonly seen: Seen[];
  readonly logFile: string;
  readonly reports: string[];
  /** Those that need somebody: of level `error`. */
  readonly alarms: string[];
  /** The file of its configuration. */
  readonly configFile: string;
  /** What the upstream does next; put back after each test. */
  respond: (request: Seen, response: ServerResponse) => void;
  token(claims?: JWTPayload, options?: TokenOptions): Promise<string>;
  log(): LogEvent[];
  closeIssuer(): Promise<void>;
  /** Stops the gate gently. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

interface TokenOptions {
  readonly key?: KeyObject;
  readonly typ?: string;
  readonly expires?: number;
  readonly kid?: string;
}

export interface WorldOptions {
  /** Files below the policy's directory. */
  readonly policy: Readonly<Record<string, string>>;
  /** YAML added to the configuration's root. */
  readonly settings?: string;
  /** YAML of further connections. */
  readonly connections?: string;
  /** The same, for the origin of the upstream. */
  readonly connectionsFor?: (upstream: string) => string;
  readonly upstream?: string;
  /** YAML of further issuers. */
  readonly issuers?: string;
  /** Variables that the configuration may name. */
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of a file of the world's own. */
  readonly logFile?: string;
  /** Where to listen, and be known by; default: any port, and https://gate.example. */
  readonly port?: number;
  /** YAML of more in `listen`. */
  readonly listen?: string;
  /** YAML of `policy`; default: the directory `policy`. */
  readonly source?: string;
  /** Puts more into the world's directory before the gate starts. */
  readonly prepare?: (directory: string) => void;
}

export const AUDIENCE = 'https://gate.example';
export const UPSTREAM_TOKEN = 'upstream-secret-5f3a';
/** The environment of the configuration. */
export const ENV = { UPSTREAM: UPSTREAM_TOKEN };
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const otherKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const echo = (request: Seen, response: ServerResponse): void => {
  const { id } = JSON.parse(request.body === '' ? '{}' : request.body) as { id?: unknown };
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', id, result: { ok: true } }));
};

export async function startWorld(options: WorldOptions): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'regate-proxy-'));
  for (const [name, text] of Object.entries(options.policy)) {
    const file = join(directory, 'policy', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  options.prepare?.(directory);
  const seen: Seen[] = [];
  const upstream = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { method: request.method!, url: request.url!, headers: request.headers, body };
    seen.push(one);
    world.respond(one, response);
  });
  const issuerServer = createServer((request, response) => {
    const jwk = { ...keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' };
    const body = request.url === '/jwks' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const upstreamUrl = await open(upstream);
  const issuer = await open(issuerServer);
  const logFile = join(directory, 'decisions.jsonl');
  const settings = `
listen: {port: ${options.port ?? 0}${options.listen === undefined ? '' : `, ${options.listen}`}}
publicUrl: ${options.port === undefined ? 'https://gate.example' : `http://127.0.0.1:${options.port}`}
policy: ${options.source ?? '{directory: policy}'}
issuers:
${options.issuers ?? ''}
  - {issuer: "${issuer}", audience: ["${AUDIENCE}"], algorithms: [ES256]}
decisionLog: {file: ${options.logFile ?? 'decisions.jsonl'}, labels: [env=test]}
connections:
  - {name: tools, kind: mcp, path: /mcp/tools, upstream: "${options.upstream ?? `${upstreamUrl}/mcp`}", requiredScopes: [mcp], credential: {kind: bearer, token: {env: UPSTREAM}}}
  - {name: api, kind: http, path: /api, upstream: "${upstreamUrl}/v1", credential: {kind: header, name: x-api-key, value: {env: UPSTREAM}}}
${options.connections ?? ''}
${options.connectionsFor?.(upstreamUrl) ?? ''}
${options.settings ?? ''}`;
  const reports: string[] = [];
  const configFile = join(directory, 'gate.yaml');
  writeFileSync(configFile, settings);
  const env = { ...ENV, ...options.env };
  const config = parseConfig(settings, configFile, env);
  const alarms: string[] = [];
  const gate = await openGate(config, (text, level) => {
    reports.push(text);
    if (level === 'error') alarms.push(text);
  });
  const listener: Listener = await listen(gate);
  let isStopped = false;
  const world: World = {
    gate,
    url: `${schemeOf(config.listen)}://127.0.0.1:${listener.port}`,
    adminUrl: `${schemeOf(config.admin)}://127.0.0.1:${listener.adminPort}`,
    issuer,
    directory,
    configFile,
    seen,
    logFile,
    reports,
    alarms,
    respond: echo,
    token: (claims = {}, { key = keys.privateKey, typ = 'at+jwt', expires = 300, kid = 'one' } = {}) =>
      new SignJWT({
        iss: issuer,
        aud: AUDIENCE,
        sub: 'ada',
        scope: 'mcp',
        groups: ['staff'],
        exp: Math.floor(Date.now() / 1000) + expires,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid, typ })
        .sign(key),
    log: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as LogEvent),
    closeIssuer: () => shut(issuerServer),
    async drain() {
      await listener.drain();
      isStopped = true;
    },
    async close() {
      if (!isStopped) await listener.close();
      await Promise.all([upstream, issuerServer].map(shut));
    },
  };
  return world;
}

function schemeOf(listen: ListenConfig | undefined): string {
  return listen?.tls === undefined ? 'http' : 'https';
}

async function open(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** POSTs a message (or raw text) to the MCP connection. */
export async function post(world: World, message: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${world.url}/mcp/tools`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${await world.token()}`,
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
}

export function toolCall(name: string, args: unknown = {}, id: number | string = 1): unknown {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } };
}
