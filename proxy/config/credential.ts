// The credential of a connection: what the gate shows the upstream in the caller's place. Using it is upstream/credential.ts.
import { isSafeUrl } from '../oauth/server-metadata.ts';
import type { TokenSource } from '../oauth/token-endpoint.ts';
import { readOAuthClient } from './oauth-client.ts';
import type { ObjectReader } from './reader.ts';

/** What the gate shows the upstream in the caller's place. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'client_credentials'; readonly source: TokenSource }
  | { readonly kind: 'token_exchange'; readonly source: TokenSource; readonly subjectTokenType: string };

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:';

/** Reads the `credential` of a connection, which has to be there. */
export function readCredential(connection: ObjectReader): Credential {
  if (!connection.has('credential')) {
    connection.fault('credential', 'is missing (write "kind: none" for an upstream that asks for none)');
    return { kind: 'none' };
  }
  const credential = connection.object('credential');
  const kind = credential.oneOf('kind', ['none', 'bearer', 'basic', 'header', 'client_credentials', 'token_exchange']);
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
      case 'client_credentials':
        return { kind, source: readTokenSource(credential) };
      case 'token_exchange':
        return {
          kind,
          source: readTokenSource(credential),
          subjectTokenType: `${TOKEN_TYPE}${credential.oneOf('subjectTokenType', ['access_token', 'jwt'], 'access_token')}`,
        };
    }
  };
  const result = read();
  credential.end();
  return result;
}

function readTokenSource(credential: ObjectReader): TokenSource {
  const rule = 'has to be an https URL, or http on this machine';
  const url = (key: string): string | undefined =>
    credential.has(key) ? credential.url(key, isSafeUrl, rule) : undefined;
  const source: TokenSource = {
    issuer: url('issuer'),
    tokenEndpoint: url('tokenEndpoint'),
    client: readOAuthClient(credential.object('client')),
    scopes: credential.texts('scopes', []),
    resource: credential.optionalText('resource'),
    audience: credential.optionalText('audience'),
    ca: credential.optionalPem('ca'),
  };
  if (source.issuer === undefined && source.tokenEndpoint === undefined)
    credential.fault('', 'needs issuer or tokenEndpoint');
  return source;
}
