// Bundles made to do harm, where a policy is in force: each is refused with its reason, nothing is written or run, and what is in
// force stays. What single archives and signatures may not be is archive.test.ts and signature.test.ts.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { type ArchiveFile, readArchive, writeArchive } from '../../bundles/archive.ts';
import { verificationKeys } from '../../bundles/keys.ts';
import { signaturesText, signedFiles, signFiles } from '../../bundles/sign.ts';
import { fromJs } from '../../engine/value/json.ts';
import type { RegoObject } from '../../engine/value/value.ts';
import { archiveOf, serve, startServer } from './bundle-server.ts';
import { answer, observe, rule } from './observe.ts';
import { bytes, folderWith } from './opa.ts';

const own = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const foreign = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const keys = verificationKeys(own.publicKey.export({ type: 'spki', format: 'pem' }) as string, {
  id: 'k',
  algorithm: 'ES256',
});
const GOOD = { 'a.rego': rule(1), '.manifest': '{"revision": "1"}' };

async function signed(
  files: Readonly<Record<string, string>>,
  key: KeyObject = own.privateKey,
  claims = {},
): Promise<Uint8Array> {
  const list: ArchiveFile[] = Object.entries(files).map(([name, text]) => ({ name: `/${name}`, content: bytes(text) }));
  const token = await signFiles(signedFiles(list), {
    key,
    algorithm: 'ES256',
    keyId: 'k',
    claims: fromJs(claims) as RegoObject,
  });
  return writeArchive([...list, { name: '/.signatures.json', content: bytes(signaturesText(token)) }]);
}

/** The archive with its first entry's header changed, and summed anew. */
function withHeader(archive: Uint8Array, change: (header: Buffer) => void): Uint8Array {
  const tar = gunzipSync(archive);
  change(tar.subarray(0, 512));
  tar.fill(32, 148, 156);
  tar.write(
    `${tar
      .subarray(0, 512)
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return gzipSync(tar);
}

const named = (name: string): Uint8Array =>
  withHeader(archiveOf(GOOD), (header) => {
    header.fill(0, 0, 100);
    header.write(name);
  });

/** 10 GiB of zeros in 10 MiB: gzip members one after the other are one text. */
const bomb = (): Uint8Array => Buffer.concat(Array<Buffer>(1024).fill(gzipSync(Buffer.alloc(10 * 2 ** 20))));

const manyFiles = (): Uint8Array =>
  writeArchive(Array.from({ length: 100_000 }, (_, i) => ({ name: `/f${i}`, content: new Uint8Array() })));

/** What was signed as JSON is none any more. */
const spoil = (archive: Uint8Array): Uint8Array =>
  writeArchive(
    readArchive(archive).map((file) => (file.name === '/data.json' ? { ...file, content: bytes('{"a": ') } : file)),
  );

const withToken = (header: object): Uint8Array => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const files = readArchive(archiveOf(GOOD));
  const token = `${encode(header)}.${encode({ files: signedFiles(files) })}.`;
  return writeArchive([...files, { name: '/.signatures.json', content: bytes(signaturesText(token)) }]);
};

const cases: readonly (readonly [string, () => Uint8Array | Promise<Uint8Array>, string, string])[] = [
  ['a path that climbs', () => named('../../etc/cron.d/x'), 'archive_unsafe', 'is not a plain path'],
  ['an absolute path of Windows', () => named('C:\\x'), 'archive_unsafe', 'is not a portable file name'],
  ['a path below the root twice', () => named('//etc/passwd'), 'archive_unsafe', 'is not a plain path'],
  [
    'a symbolic link',
    () => withHeader(archiveOf(GOOD), (header) => header.write('2', 156)),
    'archive_unsafe',
    'a symbolic link',
  ],
  [
    'a hard link',
    () => withHeader(archiveOf(GOOD), (header) => header.write('1', 156)),
    'archive_unsafe',
    'a hard link',
  ],
  ['a file twice', () => named('a.rego'), 'archive_unsafe', 'two files named'],
  ['a bomb of 10 GiB', bomb, 'archive_too_large', 'unpacks to more than'],
  ['100,000 files', manyFiles, 'archive_too_large', 'more than 10000 files'],
  ['data that is no JSON', () => signed({ ...GOOD, 'data.json': '{"a": 1}' }).then(spoil), 'data_invalid', 'data.json'],
  [
    'a manifest of the wrong shape',
    () => signed({ ...GOOD, '.manifest': '{"roots": "a", "wasm": [1]}' }),
    'manifest_invalid',
    'roots: an array is expected',
  ],
  [
    'roots that overlap',
    () => signed({ ...GOOD, '.manifest': '{"roots": ["a", "a/b"]}' }),
    'roots_conflict',
    'overlapped roots',
  ],
  [
    'a module that is none',
    () => signed({ '.manifest': '{"wasm": [{"entrypoint": "a/x", "module": "/policy.wasm"}]}', 'policy.wasm': 'no' }),
    'policy_invalid',
    'not valid WebAssembly',
  ],
  ['no signature', () => archiveOf(GOOD), 'signature_missing', '.signatures.json'],
  ['the signature of another', () => signed(GOOD, foreign.privateKey), 'signature_invalid', 'failed to verify'],
  ['a signature that has expired', () => signed(GOOD, own.privateKey, { exp: 1 }), 'signature_invalid', 'has expired'],
  [
    'a signature for another scope',
    () => signed(GOOD, own.privateKey, { scope: 'write' }),
    'signature_invalid',
    'scope mismatch',
  ],
  ['alg: none', () => withToken({ alg: 'none', kid: 'k' }), 'signature_invalid', 'algorithm is none'],
  [
    'an HMAC with the public key',
    () => withToken({ alg: 'HS256', kid: 'k' }),
    'signature_invalid',
    'algorithm is HS256',
  ],
];

test('hostile bundles change nothing', async () => {
  const state = folderWith({});
  const server = await startServer(serve(await signed(GOOD)));
  const { source, lines } = observe({
    bundles: [
      {
        name: 'main',
        source: { kind: 'http', url: server.url, minDelayMs: 600_000, maxDelayMs: 600_000 },
        verification: { keys },
      },
    ],
    evaluation: { entrypoints: ['a/x'] },
    stateDirectory: state,
  });
  const first = await source.ready;
  await source.refresh();
  const kept = readdirSync(state, { recursive: true }).sort();
  for (const [name, make, code, message] of cases) {
    const archive = await make();
    server.answer = serve(archive);
    await source.refresh();
    const line = lines.at(-1)!;
    expect([name, line.includes(`: ${code}: `) && line.includes(message) ? 'refused' : line]).toEqual([
      name,
      'refused',
    ]);
    expect([name, source.current === first, source.status().bundles['main']!.code]).toEqual([
      name,
      true,
      'bundle_error',
    ]);
  }
  expect(readdirSync(state, { recursive: true }).sort()).toEqual(kept);
  expect(answer(source.current)).toBe(1);
  server.answer = serve(await signed({ ...GOOD, 'a.rego': rule(2) }));
  await source.refresh();
  expect(answer(source.current)).toBe(2);
}, 60_000);

test('a bundle that takes too long or too much is given up, and the next is taken', async () => {
  const server = await startServer(serve(archiveOf(GOOD)));
  const { source, lines } = observe({
    bundles: [{ name: 'main', source: { kind: 'http', url: server.url, minDelayMs: 600_000, maxDelayMs: 600_000 } }],
    evaluation: { entrypoints: ['a/x'], maxMemoryPages: 400 },
    activationTimeoutMs: 1_500,
  });
  const first = await source.ready;
  const rules = Array.from({ length: 40_000 }, (_, i) => `x if input.a == [${i}, input.b]\n`);
  const endless = `package a\n\n${rules.join('\n')}`;
  server.answer = serve(archiveOf({ 'a.rego': endless }));
  await source.refresh();
  expect(lines.at(-1)).toMatch(/: activation_limit: it took more than 1500 ms; /);
  server.answer = serve(
    archiveOf({ 'a.rego': 'package a\n\nx := {i: numbers.range(1, 5000) | some i in numbers.range(1, 5000)}\n' }),
  );
  await source.refresh();
  expect(lines.at(-1)).toMatch(
    /: (entrypoint_invalid: a\/x cannot be evaluated: eval_limit_error: out of memory|activation_limit)/,
  );
  expect(source.current).toBe(first);
  server.answer = serve(archiveOf({ 'a.rego': rule(2) }));
  await source.refresh();
  expect(answer(source.current)).toBe(2);
}, 60_000);
