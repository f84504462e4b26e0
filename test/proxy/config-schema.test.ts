// The published schema of configurations: it is the one that the readers make, and agrees with them on files right and wrong.
import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { configSchema, parseConfig } from '../../proxy/config/config.ts';
import { ConfigError } from '../../proxy/config/reader.ts';

const file = fileURLToPath(new URL('../../docs/schemas/config.v1.json', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'regate-schema-'));
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
writeFileSync(join(directory, 'key.pem'), pem);

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, strictTypes: false });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const validate: ValidateFunction = ajv.compile(configSchema());

test('what is published is what the readers make (npm run config:schema writes it)', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(configSchema())));
});

const BASE = {
  policy: { directory: 'policies' },
  issuers: [{ issuer: 'https://idp.example', audience: 'me' }],
  decisionLog: { stdout: true },
  connections: [
    { name: 'a', kind: 'mcp', path: '/mcp', upstream: 'https://a.example/mcp', credential: { kind: 'none' } },
  ],
};
const SECRET = { env: 'SECRET' };
const connection = (more: object): object => ({ ...BASE, connections: [{ ...BASE.connections[0], ...more }] });
const issuer = (more: object): object => ({ ...BASE, issuers: [{ ...BASE.issuers[0], ...more }] });
const credential = (more: object): object => connection({ credential: more });
const source = { issuer: 'https://idp.example', scopes: 'a' };

function isRead(config: unknown): boolean {
  try {
    parseConfig(JSON.stringify(config), join(directory, 'gate.yaml'), { SECRET: 'x' });
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

describe('what is valid', () => {
  const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
  const documented = readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) =>
      [...readFileSync(join(docs, name), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
        ([, text], i) => [`${name}, ${i + 1}`, text!] as const,
      ),
    )
    // Others show a part of one.
    .filter(([, text]) => ['policy', 'issuers', 'connections'].every((key) => text.includes(`${key}:`)));
  test('the documentation has examples', () => expect(documented.length).toBeGreaterThan(2));
  test.each(documented)('in %s, as it stands', (_, text) => {
    expect([validate(parse(text)), validate.errors]).toEqual([true, null]);
  });
  test.each<[string, object]>([
    ['little', BASE],
    [
      'bundles',
      { ...BASE, policy: { bundles: [{ url: 'https://b.example/x', credential: { kind: 'bearer', token: SECRET } }] } },
    ],
    [
      'a bundle of a server that asks for nothing',
      { ...BASE, policy: { bundles: [{ url: 'https://b.example/x', credential: { kind: 'none' } }] } },
    ],
    ['a port', { ...BASE, listen: { port: 1 }, admin: { groups: ['a'], requiredScopes: 'b' } }],
    ['basic', credential({ kind: 'basic', username: 'u', password: SECRET })],
    ['a header', credential({ kind: 'header', name: 'x-key', value: SECRET })],
    [
      'client credentials',
      credential({
        kind: 'client_credentials',
        ...source,
        client: { id: 'g', method: 'private_key_jwt', key: { file: 'key.pem' }, keyId: 'k', algorithm: 'ES256' },
      }),
    ],
    [
      'token exchange',
      credential({
        kind: 'token_exchange',
        tokenEndpoint: 'https://idp.example/token',
        subjectTokenType: 'jwt',
        client: { id: 'g', method: 'assertion_file', file: '/var/run/token' },
      }),
    ],
    ['types', issuer({ typ: [null, 'at+jwt'], requiredClaims: { a: ['b'], c: 'd*' } })],
    ['no type', issuer({ typ: null })],
    [
      'introspection',
      issuer({
        introspection: { client: { id: 'g', method: 'client_secret_basic', secret: SECRET }, cacheSeconds: 5 },
      }),
    ],
    ['an embedded store', { ...BASE, store: { directory: 'd' } }],
    ['a database', { ...BASE, store: { kind: 'postgres', url: { env: 'URL' } } }],
    [
      'a host',
      connection({ host: 'a.example', path: '/', dpop: 'nonce', timeouts: { idleMs: 50 }, tls: { serverName: 'x' } }),
    ],
  ])('with %s', (_, config) => {
    expect([validate(config), validate.errors]).toEqual([true, null]);
    if (!JSON.stringify(config).includes('postgres')) expect(isRead(config)).toBe(true);
  });
});

test.each<[string, object]>([
  ['an unknown section', { ...BASE, more: 1 }],
  ['an unknown setting', connection({ colour: 'red' })],
  ['no policy', { ...BASE, policy: undefined }],
  ['two sources of the policy', { ...BASE, policy: { directory: 'd', bundles: [{ directory: 'd' }] } }],
  ['two places of a bundle', { ...BASE, policy: { bundles: [{ directory: 'd', url: 'https://b.example/x' }] } }],
  ['neither path nor host', connection({ path: undefined })],
  ['no connections', { ...BASE, connections: [] }],
  ['a port out of range', { ...BASE, listen: { port: 70_000 } }],
  ['a port as text', { ...BASE, listen: { port: '80' } }],
  ['a name with spaces', connection({ name: 'A b' })],
  ['another kind', connection({ kind: 'grpc' })],
  ['a path with dots', connection({ path: '/a/../b' })],
  ['a host with a port', connection({ host: 'a:1' })],
  ['a secret in the file', credential({ kind: 'bearer', token: 's3cret' })],
  ['a secret by two ways', credential({ kind: 'bearer', token: { env: 'A', file: 'b' } })],
  ['no token for a bearer', credential({ kind: 'bearer' })],
  ["another kind's setting", credential({ kind: 'bearer', token: SECRET, username: 'x' })],
  ['no client', credential({ kind: 'client_credentials', ...source })],
  [
    "a client's key and secret",
    credential({
      kind: 'client_credentials',
      ...source,
      client: { id: 'g', method: 'private_key_jwt', secret: SECRET },
    }),
  ],
  ['an audience that is a number', issuer({ audience: 7 })],
  ['a type that is a number', issuer({ typ: 7 })],
  ['a claim without values', issuer({ requiredClaims: { a: [7] } })],
  ["the other store's setting", { ...BASE, store: { kind: 'embedded', directory: 'd', url: SECRET } }],
])('with %s: both refuse it', (_, config) => {
  expect(validate(JSON.parse(JSON.stringify(config)))).toBe(false);
  expect(isRead(config)).toBe(false);
});
