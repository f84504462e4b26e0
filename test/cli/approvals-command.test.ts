// `regate approvals` against a gate that holds calls: what approvers see and do, with a token or a key, and what they are refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { decodeJwt, exportPKCS8, generateKeyPair } from 'jose';
import { post, toolCall, type World } from '../proxy/harness.ts';
import { Approver, SETTINGS, startHoldWorld, startTools, type ToolServer } from '../proxy/hold/world.ts';
import { copyEmbedded } from '../proxy/store/stores.ts';
import { type CliOutcome, runRegate } from './run-regate.ts';

const folder = mkdtempSync(join(tmpdir(), 'regate-approvals-'));
let directory: string;
let tools: ToolServer;
let world: World;
let lead: Approver;
let token: string;

beforeAll(async () => {
  directory = await copyEmbedded();
  tools = await startTools();
  world = await startHoldWorld(`{directory: "${directory}"}`, tools, {
    // Commands take a while to start.
    settings: SETTINGS.replace('silentMs: 1500', 'silentMs: 50000'),
  });
  lead = await Approver.of(world, 'grace');
  token = await world.token({ sub: 'grace', groups: ['leads'] });
}, 60_000);
afterAll(async () => {
  await world.close();
  await tools.close();
  rmSync(directory, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

let amount = 0;
let id: string;
let call: Promise<Response>;
beforeEach(async () => {
  call = post(world, toolCall('wire', { amount: ++amount, note: 'a\u001b[2Jb\u202ec' }));
  id = (await lead.pending([id])).id;
});

const regate = (...args: readonly string[]): Promise<CliOutcome> =>
  runRegate({ REGATE_ADMIN: world.adminUrl, REGATE_TOKEN: token }, 'approvals', ...args);

test('list, show and approve', async () => {
  const list = await regate('list');
  expect(list.stdout).toMatch(new RegExp(`${id}  pending  0/1    ada {2}tools {7}wire {2}until .* yes`));
  const shown = await regate('show', id);
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toContain(`arguments   {"amount":${amount},"note":"a\\u001b[2Jb\\u202ec"}`);
  expect(shown.stdout).toMatch(/who {9}ada \(http/);
  const approved = await regate('approve', id, '--reason', 'ticket 4711');
  expect(approved.stdout).toMatch(/state {7}approved[^]*approved by grace: ticket 4711/);
  expect(await (await call).text()).toContain('done');
  const again = await regate('approve', id);
  expect(again).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'error: This call is used already. (approval_closed)\n',
  });
  expect((await regate('list')).stdout).toBe('no approvals\n');
  const used = JSON.parse((await regate('list', '--state', 'used', '--format', 'json')).stdout) as {
    approvals: unknown[];
  };
  expect(used.approvals).toMatchObject([
    { id, state: 'used', verdicts: [{ subject: 'grace', reason: 'ticket 4711' }] },
  ]);
}, 60_000);

test('deny with a reason that the caller is told', async () => {
  expect(await regate('deny', id, '--reason', 'not today')).toMatchObject({ status: 0 });
  expect(await (await call).text()).toContain('not today');
}, 60_000);

test('what is refused', async () => {
  const own = await world.token({ sub: 'ada', groups: ['leads'] });
  const stranger = await world.token({ sub: 'mallory', groups: ['staff'] });
  const cases: readonly [string, readonly string[], string][] = [
    [own, ['approve', id], 'error: Nobody decides on his own call. (approver_is_requester)'],
    [stranger, ['approve', id], 'error: This call is for others to approve. (not_an_approver)'],
    [token, ['approve', 'apr_AAAAAAAAAAAAAAAAAAAAAA'], 'not_found'],
    [token, ['deny', id, '--reason', 'x'.repeat(1001)], '"reason" has to be a text of at most 1000 characters'],
    [token, ['list', '--state', 'open'], 'invalid argument "open" for "--state" flag'],
  ];
  for (const [as, args, message] of cases) {
    const outcome = await runRegate({ REGATE_ADMIN: world.adminUrl, REGATE_TOKEN: as }, 'approvals', ...args);
    expect(outcome).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toContain(message);
  }
  expect(await lead.state(id)).toBe('pending');
  await lead.deny(id);
}, 120_000);

test('an approver with a key in place of a token', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  writeFileSync(join(folder, 'key.pem'), await exportPKCS8(privateKey));
  const asked: URLSearchParams[] = [];
  const issuer: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    if (request.url === '/token') asked.push(new URLSearchParams(body));
    const answer =
      request.url === '/token'
        ? { access_token: token, token_type: 'Bearer', expires_in: 60 }
        : { issuer: url, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  const flags = ['--issuer', address, '--client-id', 'desk', '--client-key', join(folder, 'key.pem')];
  const outcome = await runRegate({ REGATE_ADMIN: world.adminUrl }, 'approvals', 'deny', id, ...flags);
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  expect(asked[0]!.get('grant_type')).toBe('client_credentials');
  expect(decodeJwt(asked[0]!.get('client_assertion')!)).toMatchObject({ iss: 'desk', sub: 'desk', aud: address });
  issuer.closeAllConnections();
  issuer.close();
}, 60_000);
