// The settings of a policy source, read by the gate's reader: what is right, and every fault with its place.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkSourceConfig, type PolicySourceConfig } from '../../bundles/source-config.ts';
import { readPolicySource } from '../../bundles/source-settings.ts';
import { ObjectReader } from '../../proxy/config/reader.ts';
import { folderWith } from './opa.ts';

const { publicKey } = generateKeyPairSync('ed25519');
const folder = folderWith({
  'key.pem': publicKey.export({ type: 'spki', format: 'pem' }) as string,
  'client.pem': 'CERT',
  'client.key': 'KEY',
});

function read(yaml: string): { readonly config: PolicySourceConfig; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const reader = new ObjectReader(parse(yaml), 'policy', {
    faults,
    directory: folder,
    env: { TOKEN: 't', BUNDLE_TOKEN: 'b' },
    sources: [],
  });
  const config = readPolicySource(reader);
  reader.end();
  return { config, faults };
}

test('a directory alone', () => {
  const { config, faults } = read('directory: policies');
  expect([config.bundles, faults]).toEqual([
    [{ name: 'policy', source: { kind: 'directory', directory: join(folder, 'policies') } }],
    [],
  ]);
});

test('the example of the documentation', () => {
  const [, example] = /^```yaml\n(.*?)^```$/ms.exec(readFileSync('docs/bundles.md', 'utf8'))!;
  const { config, faults } = read(JSON.stringify((parse(example!) as { policy: unknown }).policy));
  // Its key is not at hand here; all else is right.
  expect(faults).toEqual(['policy.bundles[0].verify.keys[0].file: cannot be read: ENOENT']);
  expect(config.bundles.map(({ name, source }) => [name, source.kind])).toEqual([
    ['authz', 'http'],
    ['staff', 'file'],
    ['drafts', 'directory'],
  ]);
});

test('bundles of every kind', () => {
  const { config, faults } = read(`
stateDirectory: state
keep: 3
bundles:
  - {name: here, directory: policies, quietMs: 100}
  - {name: team/file, file: b.tar.gz}
  - name: far
    url: https://bundles.example/far.tar.gz
    credential: {kind: bearer, token: {env: TOKEN}}
    polling: {minDelayMs: 1000, maxDelayMs: 2000, longPollTimeoutMs: 60000}
    verify: {keys: [{id: a, file: key.pem, algorithm: EdDSA, scope: read}], keyId: a, exclude: [x]}
  - {name: rotated, url: 'https://bundles.example/r', credential: {kind: bearer, tokenFile: token}}
  - {name: near, url: 'http://127.0.0.1:1/b', ca: client.pem, credential: {kind: certificate, cert: client.pem, key: client.key}}
`);
  expect(faults).toEqual([]);
  expect(() => checkSourceConfig(config)).not.toThrow();
  expect([config.stateDirectory, config.keep]).toEqual([join(folder, 'state'), 3]);
  expect(config.bundles.map(({ name, source }) => [name, source])).toEqual([
    ['here', { kind: 'directory', directory: join(folder, 'policies'), quietMs: 100 }],
    ['team/file', { kind: 'file', file: join(folder, 'b.tar.gz') }],
    [
      'far',
      {
        kind: 'http',
        url: 'https://bundles.example/far.tar.gz',
        credential: { kind: 'bearer', token: 't' },
        minDelayMs: 1000,
        maxDelayMs: 2000,
        longPollTimeoutMs: 60000,
        timeoutMs: 30000,
      },
    ],
    ['rotated', expect.objectContaining({ credential: { kind: 'bearerFile', file: join(folder, 'token') } })],
    ['near', expect.objectContaining({ ca: 'CERT', credential: { kind: 'certificate', cert: 'CERT', key: 'KEY' } })],
  ]);
  expect(config.bundles[2]!.verification).toMatchObject({
    keys: [{ id: 'a', algorithm: 'EdDSA', scope: 'read' }],
    keyId: 'a',
    exclude: ['x'],
  });
});

test.each([
  ['directory: a\nbundles: [{name: a, file: b}]', ['policy.directory: cannot stand beside bundles']],
  ['bundles: []', ['policy.bundles: has to be a list that is not empty']],
  ['bundles: [{name: a, file: b, directory: c}]', ['policy.bundles[0]: needs one of directory, file and url']],
  ['bundles: [{name: ../a, file: b}]', ['policy.bundles[0].name: has to be a name of letters, digits, . _ - and /']],
  ['bundles: [{name: a, file: b}, {name: a, file: c}]', ['policy.bundles[1].name: is there already']],
  ['bundles: [{name: a, file: b, quite: 1}]', ['policy.bundles[0].quite: is not a setting']],
  ['bundles: [{name: a, url: "http://bundles.example/b"}]', ['policy.bundles[0].url: has to be an https URL']],
  ['bundles: [{name: a, url: "https://u:p@bundles.example/b"}]', ['policy.bundles[0].url: has to be an https URL']],
  [
    'bundles: [{name: a, url: "https://b.example/", polling: {minDelayMs: 9000, maxDelayMs: 100}}]',
    ['policy.bundles[0].polling.maxDelayMs: is less than minDelayMs'],
  ],
  [
    'bundles: [{name: a, url: "https://b.example/", credential: {kind: bearer, token: secret}}]',
    ['policy.bundles[0].credential.token: has to name the secret by env or file'],
  ],
  [
    'bundles: [{name: a, url: "https://b.example/", credential: {kind: certificate, cert: no.pem, key: client.key}}]',
    ['policy.bundles[0].credential.cert: cannot be read: ENOENT'],
  ],
  ['bundles: [{name: a, file: b, verify: {keys: []}}]', ['policy.bundles[0].verify.keys: has to be a list']],
  [
    'bundles: [{name: a, file: b, verify: {keys: [{file: key.pem}]}}]',
    ['policy.bundles[0].verify.keys[0]: the key (ed25519) is not one for RS256'],
  ],
  [
    'bundles: [{name: a, file: b, verify: {keys: [{file: key.pem, algorithm: none}]}}]',
    [
      'policy.bundles[0].verify.keys[0].algorithm: has to be one of',
      'policy.bundles[0].verify.keys[0]: HS256 needs a secret',
    ],
  ],
  [
    'bundles: [{name: a, file: b, verify: {keyId: c, keys: [{file: key.pem, algorithm: EdDSA}]}}]',
    ['policy.bundles[0].verify.keyId: is the id of no key'],
  ],
])('%s', (yaml, expected) => {
  const { faults } = read(yaml);
  expect(faults.map((fault, i) => (fault.startsWith(expected[i] ?? '?') ? expected[i] : fault))).toEqual(expected);
});

test('a configuration that no type forbids', () => {
  const bundle = { name: 'a', source: { kind: 'file', file: 'b' } } as const;
  expect(() => checkSourceConfig({ bundles: [] })).toThrow(TypeError);
  expect(() => checkSourceConfig({ bundles: [bundle, bundle] })).toThrow('two bundles are named a');
  expect(() => checkSourceConfig({ bundles: [{ ...bundle, name: '../a' }] })).toThrow('is no name for a bundle');
  expect(() => checkSourceConfig({ bundles: [bundle], keep: 0 })).toThrow(TypeError);
  for (const url of ['bundles.example/b', 'file:///b.tar.gz'])
    expect(() => checkSourceConfig({ bundles: [{ name: 'a', source: { kind: 'http', url } }] })).toThrow(
      'not one of http',
    );
});
