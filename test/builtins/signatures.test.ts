// Signatures that come out different each time, so that no golden result can hold them: made, and verified again.
import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';
import { fromJs, toJs } from '../../engine/value/json.ts';
import { testContext } from './run-case.ts';

function call(name: string, ...args: readonly unknown[]): unknown {
  return toJs(HOST_BUILTINS[name]!(testContext(), ...args.map(fromJs))!);
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curves = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
};
const KEYS: readonly (readonly [string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }])[] = [
  ...Object.entries(curves),
  ['PS256', rsa],
  ['PS384', rsa],
  ['PS512', rsa],
  ['RS256', rsa],
  ['EdDSA', generateKeyPairSync('ed25519')],
];

const PAYLOAD = { sub: 'alice', exp: 1_800_000_000 };

function sign(alg: string, key: KeyObject): string {
  return call('io.jwt.encode_sign', { alg }, PAYLOAD, key.export({ format: 'jwk' })) as string;
}

/** The token with one bit of its signature changed. */
function tamper(token: string): string {
  const [header, payload, signature] = token.split('.');
  const bytes = Buffer.from(signature!, 'base64url');
  bytes[bytes.length >> 1]! ^= 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

describe.each(KEYS)('%s', (alg, { publicKey, privateKey }) => {
  const token = sign(alg, privateKey);
  const verify = `io.jwt.verify_${alg.toLowerCase()}`;

  test('verifies with PEM, JWK and JWKS', () => {
    const jwk = publicKey.export({ format: 'jwk' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    for (const key of [pem, JSON.stringify(jwk), JSON.stringify({ keys: [jwk] })]) {
      expect(call(verify, token, key)).toBe(true);
      expect(call(verify, tamper(token), key)).toBe(false);
      expect(call('io.jwt.decode_verify', token, { cert: key, alg })).toEqual([true, { alg }, PAYLOAD]);
      expect(call('io.jwt.decode_verify', tamper(token), { cert: key })).toEqual([false, {}, {}]);
    }
  });

  test('does not verify with another key or as another algorithm', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    expect(call('io.jwt.decode_verify', token, { cert: JSON.stringify(other) })).toEqual([false, {}, {}]);
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    expect(call('io.jwt.decode_verify', token, { cert: pem, alg: 'HS256' })).toEqual([false, {}, {}]);
  });
});

test('a public key is no shared secret', () => {
  const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const forged = call('io.jwt.encode_sign', { alg: 'HS256' }, PAYLOAD, {
    kty: 'oct',
    k: Buffer.from(pem).toString('base64url'),
  }) as string;
  expect(call('io.jwt.decode_verify', forged, { cert: pem })).toEqual([false, {}, {}]);
});

test('time counts as the evaluation’s clock says', () => {
  const token = sign('ES256', curves.ES256.privateKey);
  const cert = curves.ES256.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const at = (nowNs: bigint): unknown =>
    toJs(HOST_BUILTINS['io.jwt.decode_verify']!({ ...testContext(), nowNs }, token, fromJs({ cert }))!);
  expect(at(1_799_999_999_000_000_000n)).toEqual([true, { alg: 'ES256' }, PAYLOAD]);
  expect(at(1_800_000_001_000_000_000n)).toEqual([false, {}, {}]);
});
