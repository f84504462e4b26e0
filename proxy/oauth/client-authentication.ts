// The gate's own authentication at an authorization server: a secret (RFC 6749 section 2.3.1), a signed assertion (RFC 7523,
// `private_key_jwt`), or an assertion that a platform keeps in a file (a projected token). Reading the configuration is config/oauth-client.ts.
import { randomUUID, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SignJWT } from 'jose';

export type OAuthClient = { readonly id: string } & (
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | {
      readonly method: 'private_key_jwt';
      readonly key: KeyObject;
      readonly algorithm: string;
      readonly keyId: string | undefined;
      /** What the assertion is for; undefined: the server's issuer. */
      readonly assertionAudience: string | undefined;
    }
  /** A file with a JWT of some platform's issuer, which changes now and then. */
  | { readonly method: 'assertion_file'; readonly file: string }
);

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ASSERTION_LIFE_SECONDS = 60;

/** Adds what says who the gate is to a form, and returns the headers that go with it. */
export async function authenticateClient(
  client: OAuthClient,
  form: URLSearchParams,
  audience: string,
): Promise<Readonly<Record<string, string>>> {
  switch (client.method) {
    case 'client_secret_basic': {
      // RFC 6749 section 2.3.1: both are form-encoded before they are put together.
      const pair = `${formEncode(client.id)}:${formEncode(client.secret)}`;
      return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    }
    case 'client_secret_post':
      form.set('client_id', client.id);
      form.set('client_secret', client.secret);
      return {};
    case 'private_key_jwt':
      form.set('client_id', client.id);
      form.set('client_assertion_type', ASSERTION_TYPE);
      form.set('client_assertion', await signAssertion(client, client.assertionAudience ?? audience));
      return {};
    case 'assertion_file':
      form.set('client_id', client.id);
      form.set('client_assertion_type', ASSERTION_TYPE);
      form.set('client_assertion', (await readFile(client.file, 'utf8')).trim());
      return {};
  }
}

function signAssertion(client: OAuthClient & { method: 'private_key_jwt' }, audience: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: client.algorithm, ...(client.keyId === undefined ? {} : { kid: client.keyId }) })
    .setIssuer(client.id)
    .setSubject(client.id)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + ASSERTION_LIFE_SECONDS)
    .sign(client.key);
}

function formEncode(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2);
}
