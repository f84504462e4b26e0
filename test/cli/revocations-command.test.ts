// `regate revocations` against a gate: what it refuses, shows and takes back, and what it is refused itself.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { post, startWorld, toolCall, type World } from '../proxy/harness.ts';
import { POLICY } from '../proxy/policy-for-tests.ts';
import { type CliOutcome, runRegate } from './run-regate.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await startWorld({ policy: POLICY, settings: 'admin: {port: 0, groups: [ops]}' });
  token = await world.token({ sub: 'root', groups: ['ops'] });
});
afterAll(() => world.close());

const regate = (...args: readonly string[]): Promise<CliOutcome> =>
  runRegate({ REGATE_ADMIN: world.adminUrl, REGATE_TOKEN: token }, 'revocations', ...args);
const status = async (): Promise<number> => (await post(world, toolCall('free'))).status;

test('a subject is refused, shown and admitted again', async () => {
  expect(await status()).toBe(200);
  const added = await regate('add', '--subject', 'ada', '--for', '90m', '--reason', 'lost\u001b[2J');
  expect(added).toMatchObject({ status: 0, stderr: '' });
  expect(added.stdout).toMatch(
    /^ID .*\n[0-9a-f-]{36} {2}subject ada {2}http.* all .* root {2}lost\\u001b\[2J\ncut: 0\n$/,
  );
  expect(await status()).toBe(401);
  const listed = JSON.parse((await regate('list', '--format', 'json')).stdout) as {
    revocations: { id: string; expires_at: string }[];
  };
  const [{ id, expires_at: end }] = listed.revocations as [{ id: string; expires_at: string }];
  expect(Math.abs(Date.parse(end) - Date.now() - 90 * 60_000)).toBeLessThan(60_000);
  expect((await regate('remove', id)).stdout).toBe(`removed: ${id}\n`);
  expect((await regate('list')).stdout).toBe('no revocations\n');
  expect(await status()).toBe(200);
}, 60_000);

test('what cannot be done is said', async () => {
  expect(await regate('add')).toMatchObject({
    status: 1,
    stderr: 'error: say who is refused, by one of --token, --subject and --client\n',
  });
  expect(await regate('remove', 'x/y')).toMatchObject({ status: 1, stderr: expect.stringContaining('(not_found)') });
  expect(await regate('add', '--token', 'a', '--of', 'https://other.example')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('issuer has to be one of the configured issuers'),
  });
}, 60_000);
