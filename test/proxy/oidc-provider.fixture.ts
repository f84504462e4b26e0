// A process of its own with a certified OpenID provider: client_credentials with private_key_jwt, access tokens by resource indicators (JWTs; opaque ones
// for resources that end in /opaque), proofs of possession, introspection, revocation. The keys of its clients are in CLIENTS. Prints its issuer; `rotate`
// on standard input gives it a new key, `withdraw` takes the others away. Apart from the tests, because Jest's realms confuse the provider.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider from 'oidc-provider';

const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const clients = JSON.parse(process.env.CLIENTS!) as Readonly<Record<string, JWK>>;
console.warn = () => {};

let keys: JWK[] = [];
let made = 0;
let serve: RequestListener;
server.on('request', (request, response) => serve(request, response));

async function addKey(): Promise<void> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  // The first one signs.
  keys = [{ ...(await exportJWK(privateKey)), kid: `p${++made}`, use: 'sig', alg: 'RS256' }, ...keys];
}

/** What it has given lives on in its store, which all instances of the process share. */
function start(): void {
  const provider = new Provider(issuer, {
    jwks: { keys: keys as never },
    clients: Object.entries(clients).map(([id, jwk]) => ({
      client_id: id,
      token_endpoint_auth_method: 'private_key_jwt' as const,
      token_endpoint_auth_signing_alg: 'ES256' as const,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      jwks: { keys: [jwk as never] },
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_context, client) => client.clientId === 'gate' },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) =>
          resource.endsWith('/opaque')
            ? { scope: 'mcp', audience: resource, accessTokenFormat: 'opaque', accessTokenTTL: 300 }
            : {
                scope: 'mcp other',
                audience: resource,
                accessTokenFormat: 'jwt',
                accessTokenTTL: 300,
                jwt: { sign: { alg: 'RS256' } },
              },
      },
    },
    extraTokenClaims: () => ({ groups: ['staff'] }),
  });
  serve = provider.callback();
}

await addKey();
start();
process.stdout.write(`${issuer}\n`);
// Ends with the test that started it.
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'rotate') await addKey();
  if (line === 'withdraw') keys = keys.slice(0, 1);
  start();
  process.stdout.write('done\n');
}
process.exit(0);
