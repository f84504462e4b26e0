// The `client` of a configuration's section: who the gate is to an authorization server. Using it is oauth/client-authentication.ts.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ASYMMETRIC_ALGORITHMS } from '../../engine/builtins/host/jose/algorithms.ts';
import type { OAuthClient } from '../oauth/client-authentication.ts';
import type { ObjectReader } from './reader.ts';

/** Reads a `client`: its id, and a secret, a key or a file with assertions. */
export function readOAuthClient(client: ObjectReader): OAuthClient {
  const id = client.text('id');
  const method = client.oneOf('method', [
    'private_key_jwt',
    'client_secret_basic',
    'client_secret_post',
    'assertion_file',
  ]);
  const read = (): OAuthClient => {
    switch (method) {
      case 'client_secret_basic':
      case 'client_secret_post':
        return { id, method, secret: client.secret('secret') };
      case 'private_key_jwt': {
        const text = client.secretText('key');
        const { key, keyId } = parseKey(text) ?? {};
        if (key === undefined && text !== '') client.fault('key', 'is no private key (PKCS #8 in PEM, or a JWK)');
        return {
          id,
          method,
          key: key!,
          algorithm: client.oneOf('algorithm', ASYMMETRIC_ALGORITHMS, defaultAlgorithm(key)),
          keyId: client.optionalText('keyId') ?? keyId,
          assertionAudience: client.optionalText('assertionAudience'),
        };
      }
      case 'assertion_file':
        return { id, method, file: client.file('file') };
    }
  };
  const result = read();
  client.end();
  return result;
}

/** A private key in PEM (PKCS #8) or as a JWK, with its id where it has one; undefined for what is none. */
export function parseKey(text: string): { readonly key: KeyObject; readonly keyId: string | undefined } | undefined {
  try {
    if (!text.trimStart().startsWith('{')) return { key: createPrivateKey(text), keyId: undefined };
    const jwk = JSON.parse(text) as { kid?: unknown };
    return {
      key: createPrivateKey({ key: jwk, format: 'jwk' }),
      keyId: typeof jwk.kid === 'string' ? jwk.kid : undefined,
    };
  } catch {
    return undefined;
  }
}

/** What assertions are signed with by a key, when nothing else is said. */
export function defaultAlgorithm(key: KeyObject | undefined): (typeof ASYMMETRIC_ALGORITHMS)[number] {
  if (key?.asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (key?.asymmetricKeyType !== 'ec') return 'RS256';
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return curve === 'secp384r1' ? 'ES384' : curve === 'secp521r1' ? 'ES512' : 'ES256';
}
