// Bundle servers as sources: ETags, polling, long polls, credentials, redirects, deltas, and servers that fail in every way.
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { readArchive } from '../../bundles/archive.ts';
import { verificationKeys } from '../../bundles/keys.ts';
import { signaturesText, signedFiles, signFiles } from '../../bundles/sign.ts';
import type { BundleConfig, HttpSource, PolicySourceConfig } from '../../bundles/source-config.ts';
import { type Answer, archiveOf, serve, startServer, status } from './bundle-server.ts';
import { answer, observe, rule, until } from './observe.ts';
import { folderWith } from './opa.ts';

const EVALUATION = { entrypoints: ['a/x'] };

function from(url: string, more: Partial<HttpSource> = {}, rest: Partial<BundleConfig> = {}): PolicySourceConfig {
  const source: HttpSource = { kind: 'http', url, minDelayMs: 20, maxDelayMs: 40, ...more };
  return { bundles: [{ name: 'main', source, ...rest }], evaluation: EVALUATION };
}

const bundle = (revision: string, x: unknown = revision): Uint8Array =>
  archiveOf({ 'a.rego': rule(x), '.manifest': JSON.stringify({ revision }) });

describe('a bundle server', () => {
  test('is asked with the ETag of what is here', async () => {
    const server = await startServer(serve(bundle('1')));
    const { source, events } = observe(from(server.url));
    const first = await source.ready;
    await until(() => server.requests.length > 3);
    const [request, next] = server.requests;
    expect([request!.headers['if-none-match'], request!.headers.prefer, request!.headers['accept-encoding']]).toEqual([
      undefined,
      'modes=snapshot,delta',
      'identity',
    ]);
    expect(next!.headers['if-none-match']).toMatch(/^"[0-9a-f]{16}"$/);
    // A 304 changes nothing, and is an answer.
    expect(source.current).toBe(first);
    const { last_request, last_successful_request, last_successful_download } = events.at(-1)!.bundles['main']!;
    expect(last_successful_request >= last_successful_download && last_request >= last_successful_download).toBe(true);
    server.answer = serve(bundle('2'));
    await until(() => source.current?.revisions['main'] === '2');
    expect(answer(source.current)).toBe('2');
  });

  const faults: readonly (readonly [string, Answer, string, number?])[] = [
    ['404', status(404), 'server replied with Not Found', 404],
    ['500', status(500), 'server replied with Internal Server Error', 500],
    ['401', status(401), 'server replied with Unauthorized', 401],
    ['304 without having asked for it', status(304), 'server replied with Not Modified', 304],
    ['a redirect to itself', status(302, { location: '/bundle.tar.gz' }), 'more than 5 redirects'],
    ['a redirect to nowhere', status(302), 'a redirect to nowhere'],
    ['a redirect to a file', status(302, { location: 'file:///etc/passwd' }), 'which is not followed'],
    ['a redirect with a user in it', status(302, { location: 'http://u:p@127.0.0.1/' }), 'which is not followed'],
    ['a page', (response) => response.end('<html>Sign in</html>'), 'not valid gzip'],
    ['nothing', (response) => response.end(), 'not valid gzip'],
    ['half an archive', (response) => response.end(bundle('2').subarray(0, 100)), 'unexpected end of file'],
    [
      'a connection that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write(bundle('2').subarray(0, 100), () => response.destroy());
      },
      'bundle.tar.gz: ',
    ],
    [
      'an encoded answer',
      (response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'),
      'encoded as br',
    ],
    [
      'too much, announced',
      (response) => response.writeHead(200, { 'content-length': 2_000_000 }).end(),
      'more than 1000000 bytes',
    ],
    ['too much, not announced', (response) => response.end(Buffer.alloc(2_000_000, 1)), 'more than 1000000 bytes'],
    ['silence', () => {}, 'no whole answer within 300 ms'],
    [
      'a byte now and then',
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'), 50);
        response.on('close', () => clearInterval(timer));
      },
      'no whole answer within 300 ms',
    ],
  ];

  test.each(faults.map(([name, bad, message, code]) => [name, bad, message, code] as const))(
    'that answers with %s changes nothing, and is found well again',
    async (_, bad, message, code) => {
      const server = await startServer(serve(bundle('1')));
      const config = { ...from(server.url, { timeoutMs: 300 }), limits: { maxCompressedBytes: 1_000_000 } };
      const { source, lines } = observe(config);
      const first = await source.ready;
      // Nothing that is here may be asked for, or 304 would be right.
      server.answer = serve(bundle('broken').subarray(0, 20));
      await until(() => source.status().bundles['main']!.code !== undefined);
      server.answer = bad;
      await until(() => source.status().bundles['main']!.message?.includes(message) === true);
      expect([source.current === first, source.status().bundles['main']!.http_code]).toEqual([true, code]);
      expect(lines.some((line) => line.includes(message) && line.endsWith('revision 1 stays active'))).toBe(true);
      server.answer = serve(bundle('3'));
      await until(() => source.current?.revisions['main'] === '3');
      expect(source.status().bundles['main']!.code).toBeUndefined();
    },
  );

  test('that is not there yet', async () => {
    const server = await startServer(serve(bundle('1')));
    await server.close();
    const { source } = observe(from(server.url));
    await expect(source.ready).rejects.toMatchObject({
      code: 'source_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('may ask to be left alone for a while', async () => {
    const server = await startServer(status(503, { 'retry-after': '1' }));
    const { source } = observe(from(server.url));
    await source.ready.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.requests).toHaveLength(1);
    server.answer = serve(bundle('1'));
    await until(() => source.current !== undefined);
    expect(server.requests).toHaveLength(2);
  });

  test('is asked at once by refresh', async () => {
    const server = await startServer(serve(bundle('1')));
    const { source } = observe(from(server.url, { minDelayMs: 60_000, maxDelayMs: 60_000 }));
    await source.ready;
    server.answer = serve(bundle('2'));
    await source.refresh();
    expect([source.current?.revisions, server.requests.length]).toEqual([{ main: '2' }, 2]);
  });

  test('a refused bundle is asked for again whole, and not in a hurry', async () => {
    const server = await startServer(serve(archiveOf({ 'a.rego': 'package a\n\nx := y\n' })));
    const { source, lines } = observe(from(server.url));
    await expect(source.ready).rejects.toMatchObject({ code: 'policy_invalid' });
    await until(() => server.requests.length >= 4);
    expect(server.requests.every(({ headers }) => headers['if-none-match'] === undefined)).toBe(true);
    // The same fault is reported once.
    expect(lines).toHaveLength(1);
  });
});

describe('long polls', () => {
  const longPoll = { 'content-type': 'application/vnd.openpolicyagent.bundles' };

  test('are held by the server until there is something new', async () => {
    const held: (() => void)[] = [];
    let current = bundle('1');
    const server = await startServer((response, request) => {
      const isKnown = request.headers['if-none-match'] !== undefined;
      const send = (): void => serve(current, longPoll)(response, request);
      if (isKnown) held.push(send);
      else send();
    });
    const { source } = observe(from(server.url, { longPollTimeoutMs: 10_000, minDelayMs: 60_000, maxDelayMs: 60_000 }));
    await source.ready;
    await until(() => held.length === 1);
    expect(server.requests[1]!.headers.prefer).toBe('modes=snapshot,delta;wait=10');
    current = bundle('2');
    held.pop()!();
    await until(() => source.current?.revisions['main'] === '2' && held.length === 1);
    // Nothing new within the time: asked again, but not at once.
    const started = Date.now();
    held.pop()!();
    await until(() => held.length === 1);
    expect(Date.now() - started).toBeGreaterThan(400);
    current = bundle('3');
    // A refresh does not wait for the server.
    const refreshed = source.refresh();
    await until(() => held.length === 2);
    held.pop()!();
    await refreshed;
    expect(source.current?.revisions['main']).toBe('3');
  });

  test('are not for a server that knows none', async () => {
    const server = await startServer(serve(bundle('1')));
    const { source } = observe(from(server.url, { longPollTimeoutMs: 10_000 }));
    await source.ready;
    await until(() => server.requests.length >= 3);
    expect(server.requests.slice(1).map(({ headers }) => headers.prefer)).not.toContain('modes=snapshot,delta;wait=10');
  });
});

describe('credentials', () => {
  test('a token goes to the server, and not where it redirects to', async () => {
    const other = await startServer(serve(bundle('1')));
    const server = await startServer(status(307, { location: other.url }));
    const { source } = observe(from(server.url, { credential: { kind: 'bearer', token: 's3cret' } }));
    await source.ready;
    expect([server, other].map(({ requests }) => requests[0]!.headers.authorization)).toEqual([
      'Bearer s3cret',
      undefined,
    ]);
  });

  test('a token file is read for every request', async () => {
    const folder = folderWith({ token: 'one\n' });
    const server = await startServer(serve(bundle('1')));
    const { source } = observe(from(server.url, { credential: { kind: 'bearerFile', file: join(folder, 'token') } }));
    await source.ready;
    writeFileSync(join(folder, 'token'), 'two\n');
    await until(() => server.requests.at(-1)!.headers.authorization === 'Bearer two');
    expect(server.requests[0]!.headers.authorization).toBe('Bearer one');
  });

  const openssl = (folder: string, ...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const hasOpenssl = ((): boolean => {
    try {
      return openssl('.', 'version').length > 0;
    } catch {
      process.stderr.write('skipped: client certificates (no openssl to make them with)\n');
      return false;
    }
  })();

  (hasOpenssl ? test : test.skip)('a client certificate, and a server that is not trusted', async () => {
    const folder = folderWith({ names: 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' });
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl(folder, 'req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=ca');
    for (const name of ['server', 'client']) {
      openssl(folder, 'req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
      openssl(
        folder,
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-out',
        `${name}.pem`,
        '-days',
        '2',
        '-extfile',
        'names',
      );
    }
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const ca = read('ca.pem');
    const tls = { key: read('server.key'), cert: read('server.pem'), ca, requestCert: true, rejectUnauthorized: true };
    let client: string | undefined;
    const server = await startServer((response, request) => {
      client = String((request.socket as TLSSocket).getPeerCertificate().subject.CN);
      serve(bundle('1'))(response, request);
    }, tls);
    const credential = { kind: 'certificate', cert: read('client.pem'), key: read('client.key') } as const;
    await expect(observe(from(server.url, { credential })).source.ready).rejects.toMatchObject({
      code: 'source_unavailable',
    });
    await expect(observe(from(server.url, { ca })).source.ready).rejects.toMatchObject({ code: 'source_unavailable' });
    expect(answer(await observe(from(server.url, { ca, credential })).source.ready)).toBe('1');
    expect(client).toBe('client');
    // What was asked for in secret is not fetched in the open.
    const open = await startServer(serve(bundle('1')));
    server.answer = status(302, { location: open.url });
    const downgraded = observe(from(server.url, { ca, credential })).source;
    await expect(downgraded.ready).rejects.toMatchObject({ message: expect.stringContaining('which is not followed') });
    expect(open.requests).toEqual([]);
  });
});

describe('signatures', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
  const verification = { keys: verificationKeys(pem, { id: 'k', algorithm: 'ES256' }) };
  const signed = async (archive: Uint8Array, key = privateKey): Promise<Uint8Array> => {
    const files = readArchive(archive);
    const token = await signFiles(signedFiles(files), { key, algorithm: 'ES256', keyId: 'k' });
    const all = [
      ...files.map(({ name, content }) => [name.slice(1), content] as const),
      ['.signatures.json', signaturesText(token)] as const,
    ];
    return archiveOf(Object.fromEntries(all));
  };

  test('are checked before anything is used', async () => {
    const server = await startServer(serve(await signed(bundle('1'))));
    const { source } = observe(from(server.url, {}, { verification }));
    expect(answer(await source.ready)).toBe('1');
    expect(server.requests[0]!.headers.prefer).toBe('modes=snapshot');
    const foreign = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    for (const [archive, message] of [
      [bundle('2'), 'bundle missing .signatures.json file'],
      [await signed(bundle('2'), foreign), 'failed to verify JWT signature'],
    ] as const) {
      server.answer = serve(archive);
      await until(() => source.status().bundles['main']!.message?.includes(message) === true);
      expect(source.current!.revisions).toEqual({ main: '1' });
    }
    server.answer = serve(await signed(bundle('2')));
    await until(() => source.current!.revisions['main'] === '2');
  });

  test('one that nobody asked for is refused', async () => {
    const server = await startServer(serve(await signed(bundle('1'))));
    await expect(observe(from(server.url)).source.ready).rejects.toMatchObject({ code: 'signature_unexpected' });
  });

  test('an unsigned delta does not get past a key', async () => {
    const server = await startServer(serve(await signed(bundle('1'))));
    const { source } = observe(from(server.url, {}, { verification }));
    await source.ready;
    const patch = { data: [{ op: 'upsert', path: '/n', value: 1 }] };
    server.answer = serve(archiveOf({ 'patch.json': JSON.stringify(patch), '.manifest': '{"revision": "2"}' }));
    await until(() => source.status().bundles['main']!.message === 'bundle missing .signatures.json file');
    server.answer = serve(
      await signed(archiveOf({ 'patch.json': JSON.stringify(patch), '.manifest': '{"revision": "2"}' })),
    );
    await until(() => source.current!.revisions['main'] === '2');
  });
});

describe('deltas', () => {
  const delta = (revision: string, operations: readonly unknown[], roots?: readonly string[]): Uint8Array =>
    archiveOf({ 'patch.json': JSON.stringify({ data: operations }), '.manifest': JSON.stringify({ revision, roots }) });
  const snapshot = archiveOf({
    'a.rego': 'package a\n\nx := data.n\n',
    'data.json': '{"n": 1}',
    '.manifest': '{"revision": "1"}',
  });

  test('change data, compile nothing, and can be rolled back', async () => {
    const server = await startServer(serve(snapshot));
    const { source, lines } = observe(from(server.url));
    await source.ready;
    for (const n of [2, 3]) {
      server.answer = serve(delta(String(n), [{ op: 'replace', path: '/n', value: n }]));
      await until(() => source.current!.revisions['main'] === String(n));
      expect([answer(source.current), source.status().bundles['main']!.type]).toEqual([n, 'delta']);
    }
    expect(lines.filter((line) => line.endsWith('(nothing to compile)'))).toHaveLength(2);
    expect(answer(await source.rollback('main'))).toBe(2);
    expect(answer(await source.rollback('main', '1'))).toBe(1);
  });

  test('that do not fit are refused, and a snapshot is asked for', async () => {
    const server = await startServer(serve(snapshot));
    const { source } = observe(from(server.url));
    const first = await source.ready;
    server.answer = serve(delta('2', [{ op: 'replace', path: '/m', value: 2 }]));
    await until(() => source.status().bundles['main']!.message?.includes("'/m': the document does not exist") === true);
    server.answer = serve(delta('2', [{ op: 'replace', path: '/n', value: 2 }], ['n']));
    await until(() => source.status().bundles['main']!.message?.includes('other roots') === true);
    expect([source.current === first, server.requests.at(-1)!.headers['if-none-match']]).toEqual([true, undefined]);
  });

  test('that come first are refused', async () => {
    const server = await startServer(serve(delta('2', [{ op: 'upsert', path: '/n', value: 2 }])));
    await expect(observe(from(server.url)).source.ready).rejects.toMatchObject({ code: 'patch_invalid' });
  });
});
