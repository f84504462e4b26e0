// A gate whose configuration changes while it runs: what takes effect, what waits, what is cut, and that a broken file changes nothing.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConfigReloader } from '../../proxy/config/reload.ts';
import { readConfig } from '../../proxy/config/config.ts';
import { ENV, post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

let world: World;
let reloader: ConfigReloader;
beforeEach(async () => {
  world = await startWorld({ policy: POLICY, settings: 'admin: {port: 0, groups: [ops]}' });
  reloader = new ConfigReloader(world.gate, () => readConfig(world.configFile, ENV));
});
afterEach(async () => {
  await reloader.close();
  await world.close();
});

const edit = (from: string | RegExp, to: string): void =>
  writeFileSync(world.configFile, readFileSync(world.configFile, 'utf8').replace(from, to));

const call = async (headers: Record<string, string> = {}): Promise<number> =>
  (await post(world, toolCall('free'), headers)).status;

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isSo()).toBe(true);
}

describe('takes effect', () => {
  test('what a connection asks for', async () => {
    expect(await call()).toBe(200);
    edit('requiredScopes: [mcp]', 'requiredScopes: [mcp, more]');
    expect(reloader.reload()).toMatchObject({ changed: ['connections'], waiting: [] });
    expect(await call()).toBe(403);
    expect(world.reports.at(-1)).toBe('configuration reloaded, changed: connections');
  });
  test('another audience, though the token has been verified', async () => {
    expect(await call()).toBe(200);
    edit('audience: ["https://gate.example"]', 'audience: [other]');
    reloader.reload();
    expect(await call()).toBe(401);
  });
  test('a connection that is new, whose bodies pass unread', async () => {
    const get = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${await world.token()}` };
      return (await fetch(`${world.url}/files`, { headers })).status;
    };
    expect(await get()).toBe(404);
    const upstream = world.gate.config.connections[1]!.upstream.origin;
    edit(
      /( {2}- \{name: api.*\n)/,
      `$1  - {name: files, kind: http, inspection: headers, path: /files, upstream: "${upstream}", credential: {kind: none}}\n`,
    );
    expect(reloader.reload()).toMatchObject({ changed: ['connections'] });
    // The policy knows nothing of it; that it is asked is what shows that there is something.
    expect(await get()).toBe(403);
    expect(world.log().at(-1)).toMatchObject({ input: { connection: 'files' }, result: { action: 'deny' } });
  });
  test('who may administer', async () => {
    const status = async (): Promise<number> => {
      const authorization = `Bearer ${await world.token({ groups: ['ops'] })}`;
      return (await fetch(`${world.adminUrl}/v1/status`, { headers: { authorization } })).status;
    };
    expect(await status()).toBe(200);
    edit('groups: [ops]', 'groups: [others]');
    reloader.reload();
    expect(await status()).toBe(403);
  });
  test('a limit, and a secret that has been replaced', async () => {
    const file = join(dirname(world.configFile), 'secret');
    writeFileSync(file, 'first');
    edit('token: {env: UPSTREAM}', 'token: {file: secret}');
    reloader.reload();
    await call();
    writeFileSync(file, 'second');
    expect(reloader.reload()).toMatchObject({ changed: ['connections'] });
    await call();
    expect(world.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
    writeFileSync(world.configFile, `${readFileSync(world.configFile, 'utf8')}\nlimits: {bodyBytes: 10}\n`);
    reloader.reload();
    expect(await call()).toBe(413);
  });
});

describe('waits for the next start', () => {
  test('what sockets, logs and keys hang on; the rest of the same change does not', async () => {
    edit('listen: {port: 0}', 'listen: {port: 1}');
    edit('env=test', 'env=other');
    edit(
      'admin: {port: 0, groups: [ops]}',
      'admin: {port: 2, groups: [more]}\nlimits: {headerBytes: 2048, bodyBytes: 99999}',
    );
    const change = reloader.reload()!;
    expect(change.changed).toEqual(expect.arrayContaining(['admin', 'limits']));
    expect([...change.waiting].sort()).toEqual(['admin.port', 'limits.headerBytes', 'listen.port', 'log']);
    const { config } = world.gate;
    expect([config.listen.port, config.limits.headerBytes, config.limits.bodyBytes]).toEqual([0, 32_768, 99_999]);
    expect(config.admin).toMatchObject({ port: 0, groups: ['more'] });
    expect(world.reports.at(-1)).toContain('; at the next start: ');
  });
  test('administration that was not there', async () => {
    edit(/admin: .*/, '');
    expect(reloader.reload()).toMatchObject({ waiting: ['admin'] });
    expect(world.gate.config.admin).toMatchObject({ groups: ['ops'] });
  });
});

test.each([
  ['no YAML', 'a: ['],
  ['nothing', ''],
  ['a fault', 'policy: {directory: policy}'],
])('a file with %s changes nothing, and is reported', async (_, text) => {
  writeFileSync(world.configFile, text);
  const before = world.gate.config;
  expect(reloader.reload()).toBeUndefined();
  expect(world.gate.config).toBe(before);
  expect(world.reports.at(-1)).toMatch(/^configuration kept as it was: .*gate\.yaml is not a valid configuration/);
  expect(await call()).toBe(200);
});

test('what is under way at a connection that goes is cut, at one that stays it goes on', async () => {
  world.respond = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
  };
  const open = async (path: string): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const answer = await fetch(`${world.url}${path}`, {
      method: path === '/api' ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${await world.token()}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      ...(path === '/api' ? {} : { body: JSON.stringify(toolCall('free')) }),
    });
    const reader = answer.body!.getReader();
    await reader.read();
    return reader;
  };
  const [tools, api] = [await open('/mcp/tools'), await open('/api')];
  edit(/ {2}- \{name: api.*\n/, '');
  const cut = api.read().then(
    () => 'data',
    () => 'cut',
  );
  expect(reloader.reload()).toMatchObject({ changed: ['connections'] });
  expect(await cut).toBe('cut');
  expect(world.gate.openExchanges.size).toBe(1);
  await tools.cancel();
});

test('what has not changed keeps its sockets, keys and tokens', async () => {
  const { connections } = world.gate.config;
  const pools = connections.map((each) => world.gate.poolOf(each));
  const credentials = connections.map((each) => world.gate.credentialOf(each));
  edit('requiredScopes: [mcp]', 'requiredScopes: [more]');
  reloader.reload();
  const now = world.gate.config.connections;
  expect(now[0]).not.toBe(connections[0]);
  expect(now.map((each) => world.gate.poolOf(each))).toEqual(pools);
  now.forEach((each, i) => {
    expect(world.gate.poolOf(each)).toBe(pools[i]);
    expect(world.gate.credentialOf(each)).toBe(credentials[i]);
  });
});

describe('a watched file', () => {
  test('is taken over when it is written, and once it is whole again', async () => {
    await reloader.watch();
    edit('requiredScopes: [mcp]', 'requiredScopes: [more]');
    await until(() => world.reports.some((text) => text.includes('changed: connections')));
    expect(await call()).toBe(403);
    const good = readFileSync(world.configFile, 'utf8');
    writeFileSync(world.configFile, good.slice(0, 40));
    await until(() => world.reports.some((text) => text.startsWith('configuration kept as it was')));
    writeFileSync(world.configFile, good.replace('requiredScopes: [more]', 'requiredScopes: [mcp]'));
    await until(() => world.gate.config.connections[0]!.requiredScopes[0] === 'mcp');
    expect(await call()).toBe(200);
  });
  test('may be a ConfigMap, whose folder is swapped under its links', async () => {
    const mount = join(dirname(world.configFile), 'mount');
    const text = readFileSync(world.configFile, 'utf8').replaceAll('directory: policy', 'directory: ../policy');
    const version = (name: string, contents: string): void => {
      mkdirSync(join(mount, name), { recursive: true });
      writeFileSync(join(mount, name, 'gate.yaml'), contents);
      symlinkSync(name, join(mount, '..data_tmp'));
      renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
    };
    version('..1', text);
    symlinkSync('..data/gate.yaml', join(mount, 'gate.yaml'));
    world.gate.apply(readConfig(join(mount, 'gate.yaml'), ENV));
    const mounted = new ConfigReloader(world.gate, () => readConfig(join(mount, 'gate.yaml'), ENV));
    await mounted.watch();
    try {
      version('..2', text.replace('requiredScopes: [mcp]', 'requiredScopes: [more]'));
      await until(() => world.gate.config.connections[0]!.requiredScopes[0] === 'more');
    } finally {
      await mounted.close();
    }
  });
});

test('regate serve reloads on SIGHUP', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const script = `const { main } = await import('./cli/main.ts'); await main(process.argv.slice(1));`;
  const process_ = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      script,
      '--',
      'serve',
      '-c',
      world.configFile,
    ],
    { cwd: root, env: { ...process.env, ...ENV, NODE_OPTIONS: '' } },
  );
  let printed = '';
  process_.stderr.on('data', (chunk) => (printed += String(chunk)));
  try {
    // The signal may come as soon as the gate says anything.
    await until(() => printed.includes('regate listens on'));
    process_.kill('SIGHUP');
    await until(() => printed.includes('configuration reloaded, nothing has changed'));
  } finally {
    process_.kill('SIGTERM');
  }
  expect(await new Promise((resolve) => process_.once('exit', resolve))).toBe(0);
});
