// A DEMO issuer: an OpenID Connect provider's discovery, keys and client_credentials, for users whose secret is printed on the
// screen. It lives on loopback for as long as the demo; no real gate should trust one like it.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { closeServer, listenOnLoopback, readText, type DemoServer } from './loopback.ts';

/** The demo's people. */
const DEMO_USERS: Readonly<Record<string, readonly string[]>> = {
  ada: ['support'],
  grace: ['finance'],
  lin: ['leads'],
};
/** Who may administer the gate too. */
const ADMINISTRATOR = 'lin';
/** The secret of all of them, printed on the screen. */
export const DEMO_SECRET = 'demo';
const LIFE_SECONDS = 3600;

/** Starts the issuer; tokens are for `audience`. */
export async function startDemoIssuer(audience: string): Promise<DemoServer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'demo', alg: 'ES256', use: 'sig' };
  let issuer = '';
  const server = createServer(async (request, response) => {
    const json = (status: number, body: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration') {
      json(200, {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        token_endpoint: `${issuer}/token`,
        grant_types_supported: ['client_credentials'],
        response_types_supported: [],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      });
    } else if (request.url === '/jwks') {
      json(200, { keys: [jwk] });
    } else if (request.url === '/token' && request.method === 'POST') {
      const form = new URLSearchParams(await readText(request));
      const user = form.get('client_id') ?? '';
      const groups = Object.hasOwn(DEMO_USERS, user) ? DEMO_USERS[user] : undefined;
      if (groups === undefined || form.get('client_secret') !== DEMO_SECRET) {
        json(401, { error: 'invalid_client' });
        return;
      }
      const token = await new SignJWT({
        groups,
        client_id: 'demo',
        scope: user === ADMINISTRATOR ? 'mcp admin' : 'mcp',
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'demo', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(user)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${LIFE_SECONDS}s`)
        .sign(privateKey);
      json(200, { access_token: token, token_type: 'Bearer', expires_in: LIFE_SECONDS });
    } else {
      json(404, { error: 'not_found' });
    }
  });
  issuer = await listenOnLoopback(server);
  return { url: issuer, close: () => closeServer(server) };
}
