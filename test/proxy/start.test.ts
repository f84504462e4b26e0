// What a newcomer runs: the sample policies' tests, `npm start` with the lines it prints, and `regate serve`.
import { expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const quiet = '--disable-warning=ExperimentalWarning';
const env = { ...process.env, NODE_OPTIONS: '' };

/** The command line out of its sources. */
function regate(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const script = `const { main } = await import('./cli/main.ts'); await main(process.argv.slice(1));`;
  return spawnSync(process.execPath, [quiet, '--input-type=module', '-e', script, '--', ...args], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the sample policies pass their tests', () => {
  const { status, stdout } = regate('test', 'policies');
  expect(stdout).toMatch(/PASS: (\d+)\/\1/);
  expect(status).toBe(0);
  // No line is without a test.
  expect(JSON.parse(regate('test', '-c', 'policies').stdout)).toMatchObject({ coverage: 100 });
});

test('npm start prints lines that work', async () => {
  const port = await freePort();
  const demo = spawn(process.execPath, [quiet, 'proxy/demo/main.ts'], {
    cwd: root,
    env: { ...env, PORT: String(port), ADMIN_PORT: '0' },
  });
  try {
    const printed = await new Promise<string>((resolve, reject) => {
      let text = '';
      demo.stdout.on('data', (chunk) => {
        text += String(chunk);
        if (text.includes('Decisions:')) resolve(text);
      });
      demo.once('exit', () => reject(new Error(text)));
    });
    const lines = printed.slice(printed.indexOf('token()'), printed.indexOf('Decisions:'));
    const { stdout } = spawnSync('sh', ['-c', lines], { encoding: 'utf8' });
    expect(stdout).toContain('HTTP/1.1 401');
    expect(stdout).toContain('resource_metadata=');
    const answers = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { readonly id: number | null });
    const answerTo = (id: number): string => JSON.stringify(answers.find((each) => each.id === id));
    expect(answerTo(1)).toContain('"tools":[{"name":"get_customer"');
    expect(answerTo(1)).not.toContain('Pays money back');
    expect(answerTo(2)).toContain('Pays money back');
    expect(answerTo(3)).toContain('"card_number":"[redacted]"');
    expect(answerTo(3)).not.toContain('4111');
    expect(answerTo(4)).toContain('"card_number":"4111 1111 1111 1111"');
    expect(answerTo(5)).toContain('Denied by policy');
    expect(answerTo(6)).toContain('{"refunded":20,"seen":["id","amount"]}');
    expect(answerTo(7)).toContain('{"refunded":900');
  } finally {
    demo.kill();
  }
});

test('npm run demo:tour shows each outcome and its log line', () => {
  const { stdout, status } = spawnSync(process.execPath, [quiet, 'proxy/demo/tour.ts'], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  for (const outcome of [
    /client +get_customer, list_orders\n +log .* allow +ada +tools\/list/,
    /"card_number":"\[redacted\]"/,
    /Denied by policy: no rule allows this/,
    /log .* deny +ada +refund/,
    /"seen":\["id","amount"\]/,
    /log .* allow +grace +refund .*masked \$\.internal_note/,
    /lin +approves apr_/,
    /\{"refunded":900/,
    /has been revoked/,
    /log .* refused .*token_revoked/,
  ])
    expect(stdout).toMatch(outcome);
});

test('regate config schema prints what is published', () => {
  const published = readFileSync(join(root, 'docs/schemas/config.v1.json'), 'utf8');
  expect(JSON.parse(regate('config', 'schema').stdout)).toEqual(JSON.parse(published));
});

test('regate config check says what is wrong, or the revision', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'regate-serve-')), 'gate.yaml');
  const settings = (directory: string): string => `
policy: {directory: ${directory}}
issuers: [{issuer: "https://idp.example", audience: me}]
decisionLog: {stdout: true}
connections: [{name: a, kind: mcp, path: /mcp, upstream: "https://a.example/mcp", credential: {kind: none}}]
`;
  writeFileSync(file, settings(join(root, 'policies')));
  expect(regate('config', 'check', file).stdout).toMatch(/is valid; the policy's revision is [0-9a-f]{64}/);
  writeFileSync(file, `${settings('nowhere')}\nmore: 1\n`);
  for (const faulty of [regate('serve', '--config', file), regate('config', 'check', file)])
    expect([faulty.status, faulty.stderr]).toEqual([1, expect.stringContaining('more: is not a setting')]);
});

test('regate serve ends when it cannot listen, and says which listener', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const file = join(mkdtempSync(join(tmpdir(), 'regate-serve-')), 'gate.yaml');
  const serve = (listeners: string): ReturnType<typeof regate> => {
    writeFileSync(
      file,
      `${listeners}
policy: {directory: ${join(root, 'policies')}}
issuers: [{issuer: "https://idp.example", audience: me}]
decisionLog: {stdout: true}
connections: [{name: a, kind: mcp, path: /mcp, upstream: "https://a.example/mcp", credential: {kind: none}}]
`,
    );
    return regate('serve', '--config', file);
  };
  try {
    const traffic = serve(`listen: {port: ${port}}`);
    expect([traffic.status, traffic.stderr]).toEqual([1, expect.stringContaining('listen: listen EADDRINUSE')]);
    const admin = serve(`listen: {port: 0}\nadmin: {port: ${port}, groups: [ops]}`);
    expect([admin.status, admin.stderr]).toEqual([1, expect.stringContaining('admin: listen EADDRINUSE')]);
    const both = serve(`listen: {port: ${port}}\nadmin: {port: ${port}, groups: [ops]}`);
    expect([both.status, both.stderr]).toEqual([1, expect.stringContaining('admin.port: is the port of listen')]);
  } finally {
    taken.close();
  }
});
