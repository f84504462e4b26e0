// A process of its own with a certified OpenID provider: client_credentials with private_key_jwt (the client's key is in CLIENT_JWK), access tokens as JWTs
// by resource indicators. Prints its issuer. Apart from the tests, because Jest's realms confuse the provider.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider from 'oidc-provider';

const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const client = JSON.parse(process.env.CLIENT_JWK!) as JWK & { kty: string };
console.warn = () => {};

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'p1', use: 'sig', alg: 'RS256' }] as never },
  clients: [
    {
      client_id: 'agent',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      jwks: { keys: [client as never] },
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => ({
        scope: 'mcp other',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  extraTokenClaims: () => ({ groups: ['staff'] }),
});
server.on('request', provider.callback());
process.stdout.write(`${issuer}\n`);
// Ends with the test that started it.
process.stdin.on('end', () => process.exit(0)).resume();
