// An authorization server on loopback that does what a test wants: which place its metadata are in, which keys it publishes, what it says of
// tokens and gives for grants. It notes what it was asked. Where behaviour and not shape matters, tests use oidc-provider.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, type JWTPayload } from 'jose';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

interface Reply {
  readonly status?: number;
  readonly body: unknown;
}

export interface AuthorizationServer {
  readonly issuer: string;
  readonly asked: Asked[];
  /** How often a path was asked for. */
  count(path: string): number;
  /** Makes a key; `isPublished` puts it into the key set at once. */
  addKey(kid: string, isPublished?: boolean, type?: 'ec' | 'rsa'): void;
  publish(...kids: readonly string[]): void;
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>, kid?: string): Promise<string>;
  onToken: (form: URLSearchParams, headers: IncomingMessage['headers']) => Reply | Promise<Reply>;
  onIntrospect: (form: URLSearchParams, headers: IncomingMessage['headers']) => Reply | Promise<Reply>;
  /** Answers everything with 500 until it is false again. */
  isDown: boolean;
  close(): Promise<void>;
}

const PLACES = {
  oidc: (path: string) => `${path}/.well-known/openid-configuration`,
  oauth: (path: string) => `/.well-known/oauth-authorization-server${path}`,
  inserted: (path: string) => `/.well-known/openid-configuration${path}`,
} as const;

export async function startAuthorizationServer(
  path = '',
  place: keyof typeof PLACES = 'oidc',
  metadata: Readonly<Record<string, unknown>> = {},
  /** What stands between the issuer and its endpoints. */
  version = '',
): Promise<AuthorizationServer> {
  const keys = new Map<string, { publicKey: KeyObject; privateKey: KeyObject; alg: string }>();
  let published: readonly string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const form = new URLSearchParams(text);
    const asked: Asked = { path: request.url!, headers: request.headers, form };
    self.asked.push(asked);
    const send = ({ status = 200, body }: Reply): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (self.isDown) send({ status: 500, body: {} });
    else if (request.url === PLACES[place](path)) {
      const at = `${self.issuer}${version}`;
      const endpoints = { jwks_uri: `${at}/jwks`, token_endpoint: `${at}/token` };
      send({
        body: { issuer: self.issuer, ...endpoints, introspection_endpoint: `${at}/introspect`, ...metadata },
      });
    } else if (request.url === `${path}${version}/jwks`) {
      const set = published.map((kid) => {
        const { publicKey, alg } = keys.get(kid)!;
        return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
      });
      send({ body: { keys: set } });
    } else if (request.url === `${path}${version}/token`) send(await self.onToken(form, request.headers));
    else if (request.url === `${path}${version}/introspect`) send(await self.onIntrospect(form, request.headers));
    else send({ status: 404, body: {} });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: AuthorizationServer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    asked: [],
    count: (end) => self.asked.filter((each) => each.path === `${path}${end}`).length,
    addKey(kid, isPublished = true, type = 'ec') {
      const pair =
        type === 'ec'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : generateKeyPairSync('rsa', { modulusLength: 2048 });
      keys.set(kid, { ...pair, alg: type === 'ec' ? 'ES256' : 'RS256' });
      if (isPublished) published = [...published, kid];
    },
    publish(...kids) {
      published = kids;
    },
    sign(claims, header = { typ: 'at+jwt' }, kid = published.at(-1)!) {
      const { privateKey, alg } = keys.get(kid)!;
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: self.issuer,
        aud: 'https://gate.example',
        sub: 'ada',
        iat: now,
        exp: now + 300,
        ...claims,
      })
        .setProtectedHeader({ alg, kid, ...header })
        .sign(privateKey);
    },
    onToken: () => ({ status: 400, body: { error: 'unsupported_grant_type' } }),
    onIntrospect: () => ({ body: { active: false } }),
    isDown: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  self.addKey('k1');
  return self;
}
