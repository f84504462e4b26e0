// The credential of a connection: what the gate shows the upstream in the caller's place. Using it is upstream/credential.ts.
import type { ObjectReader } from './reader.ts';

/** What the gate shows the upstream in the caller's place. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string };

/** Reads the `credential` of a connection, which has to be there. */
export function readCredential(connection: ObjectReader): Credential {
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
