// Policy sources and the reference: bundles it builds are put in force by ours, ours by it, and both report the same status.
import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { verificationKeys } from '../../bundles/keys.ts';
import type { BundleStatus } from '../../bundles/status.ts';
import { archiveOf, serve, startServer, status } from './bundle-server.ts';
import { observe, until } from './observe.ts';
import { bytes, describeWithOpa, folderWith, opa } from './opa.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = {
  'private.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  'public.pem': publicKey.export({ type: 'spki', format: 'pem' }) as string,
};
const V1 = {
  'p/.manifest': '{"revision": "r"}',
  'p/p.rego': 'package authz\n\nallow if input.user in data.staff\n',
  'p/data.json': '{"staff": ["ada"]}',
};
const V0 = { ...V1, 'p/p.rego': 'package authz\n\nallow { input.user == data.staff[_] }\n' };
const SIGN = ['--signing-key', 'private.pem'];
const WASM = ['-t', 'wasm', '-e', 'authz/allow'];

const built: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ['Rego', V1, []],
  ['Rego, signed', V1, SIGN],
  ['v0', V0, ['--v0-compatible']],
  ['v0, signed', V0, ['--v0-compatible', ...SIGN]],
  ['WebAssembly', V1, WASM],
  ['WebAssembly, signed', V1, [...WASM, ...SIGN]],
  ['WebAssembly of v0', V0, ['--v0-compatible', ...WASM]],
];

const isSigned = (args: readonly string[]): boolean => args.includes('--signing-key');

/** An OPA server that fetches its bundle from `url`; ended after `use`. */
async function withOpaServer<T>(
  folder: string,
  url: string,
  more: readonly string[],
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const free = createServer();
  await new Promise<void>((ready) => free.listen(0, '127.0.0.1', ready));
  const { port } = free.address() as AddressInfo;
  await new Promise((closed) => free.close(closed));
  const { origin, pathname } = new URL(url);
  const settings = [
    `services.s.url=${origin}`,
    'bundles.main.service=s',
    `bundles.main.resource=${pathname}`,
    'bundles.main.polling.min_delay_seconds=1',
    'bundles.main.polling.max_delay_seconds=1',
    'status.console=true',
    ...more,
  ];
  const binary = resolve(process.env['OPA'] ?? '.cache/opa');
  const flags = ['run', '--server', '--addr', `127.0.0.1:${port}`, '--log-level', 'error', '--disable-telemetry'];
  const server = spawn(binary, [...flags, ...settings.flatMap((each) => ['--set', each])], {
    cwd: folder,
    stdio: 'ignore',
  });
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    server.kill();
  }
}

/** What a path of the server's API says, once it is what is waited for. */
async function ask(url: string, isIt: (body: { result?: unknown }) => boolean, body?: unknown): Promise<unknown> {
  const end = Date.now() + 20_000;
  for (;;) {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(url, init).then(
      async (response) => (await response.json()) as { result?: unknown },
      () => ({}),
    );
    if (isIt(answer)) return (answer as { result?: unknown }).result;
    if (Date.now() > end) throw new Error(`not what was waited for: ${JSON.stringify(answer)}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

describeWithOpa('policy sources and the reference', () => {
  test.each(built)('what it builds is put in force: %s', async (_, files, args) => {
    const folder = folderWith({ ...files, ...PEM });
    opa(folder, 'build', '-o', 'b.tar.gz', ...args, '-b', 'p');
    const server = await startServer(serve(readFileSync(join(folder, 'b.tar.gz'))));
    const keys = verificationKeys(PEM['public.pem'], { id: 'default', algorithm: 'RS256' });
    const { source } = observe({
      bundles: [
        {
          name: 'main',
          source: { kind: 'http', url: server.url },
          ...(isSigned(args) ? { verification: { keys } } : {}),
        },
      ],
      evaluation: { entrypoints: ['authz/allow'] },
    });
    const policy = await source.ready;
    const decide = (user: string): string | undefined => {
      const result = policy.evaluateJson('authz/allow', bytes(JSON.stringify({ user })));
      return result && new TextDecoder().decode(result);
    };
    expect([policy.revisions, decide('ada'), decide('eve')]).toEqual([{ main: 'r' }, 'true', undefined]);
  });

  test.each([built[0]!, built[1]!, built[3]!, built[4]!, built[5]!])(
    'it puts in force what ours builds: %s',
    async (_, files, args) => {
      const folder = folderWith({ ...files, ...PEM });
      const flags = [
        '--disable-warning=ExperimentalWarning',
        resolve('test/bundles/regate.ts'),
        'build',
        '-o',
        'b.tar.gz',
      ];
      execFileSync(process.execPath, [...flags, ...args, '-b', 'p'], { cwd: folder, stdio: 'pipe' });
      const server = await startServer(serve(readFileSync(join(folder, 'b.tar.gz'))));
      const more = isSigned(args)
        ? [`keys.default.key=${PEM['public.pem']}`, 'bundles.main.signing.keyid=default']
        : [];
      await withOpaServer(folder, server.url, more, async (origin) => {
        const url = `${origin}/v1/data/authz/allow`;
        expect(await ask(url, ({ result }) => result !== undefined, { input: { user: 'ada' } })).toBe(true);
        expect(await ask(url, ({ result }) => result === undefined, { input: { user: 'eve' } })).toBeUndefined();
      });
    },
  );

  test('both report the same status', async () => {
    const good = serve(archiveOf({ 'a.rego': 'package a\n\nx := 1\n', '.manifest': '{"revision": "7"}' }));
    const broken = serve(archiveOf({ 'a.rego': 'package a\n\nx := y\n', '.manifest': '{"revision": "8"}' }));
    const server = await startServer(good);
    const { source } = observe({
      bundles: [{ name: 'main', source: { kind: 'http', url: server.url, minDelayMs: 50, maxDelayMs: 100 } }],
    });
    const ours = (): BundleStatus => source.status().bundles['main']!;
    await withOpaServer(folderWith({}), server.url, [], async (origin) => {
      const theirs = (isIt: (status: BundleStatus) => boolean): Promise<BundleStatus> => {
        const pick = (result: unknown): BundleStatus | undefined =>
          (result as { bundles?: { main?: BundleStatus } } | undefined)?.bundles?.main;
        return ask(`${origin}/v1/status`, ({ result }) => pick(result) !== undefined && isIt(pick(result)!)).then(
          (result) => pick(result)!,
        );
      };
      /** Without what differs from run to run: of times, whether they ever were. */
      const plain = ({ metrics: _, ...each }: BundleStatus): object => ({
        ...Object.fromEntries(
          Object.entries(each).map(([key, value]) => [
            key,
            key.startsWith('last_') ? !String(value).startsWith('0001') : value,
          ]),
        ),
      });
      await until(() => ours().active_revision === '7');
      expect(plain(ours())).toEqual(plain(await theirs((each) => each.active_revision === '7')));
      server.answer = status(404);
      await until(() => ours().code !== undefined);
      expect(plain(ours())).toEqual(plain(await theirs((each) => each.code !== undefined)));
      server.answer = broken;
      await until(() => ours().errors !== undefined);
      const [own, other] = [ours(), await theirs((each) => each.errors !== undefined)];
      // OPA roots the names of files in the bundle.
      const { errors, ...rest } = plain(own) as { errors: { location: { file: string } }[] };
      const { errors: theirErrors, ...theirRest } = plain(other) as typeof rest & { errors: unknown[] };
      expect(rest).toEqual(theirRest);
      expect(
        errors.map((each) => ({ ...each, location: { ...each.location, file: `/${each.location.file}` } })),
      ).toEqual(theirErrors);
    });
  }, 60_000);
});
