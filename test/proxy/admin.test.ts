// The admin listener: who gets in, what it answers, and that traffic's port knows nothing of it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTES } from '../../proxy/admin/routes.ts';
import { startWorld, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const PAGE = 'https://console.example';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    policy: POLICY,
    settings: `admin: {port: 0, requiredScopes: [admin], groups: [ops], allowedOrigins: ["${PAGE}"]}`,
  });
});
afterAll(() => world.close());

const ADMIN = { scope: 'admin', groups: ['ops'] };

async function get(path: string, token?: string, headers: Record<string, string> = {}): Promise<Response> {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${world.adminUrl}${path}`, { headers: { ...authorization, ...headers } });
}

describe('who gets in', () => {
  test('health asks for no token', async () => {
    const answer = await get('/health');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });
  test('an administrator', async () => {
    const answer = await get('/v1/status', await world.token(ADMIN));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ policy: { revision: expect.stringMatching(/^[0-9a-f]{64}$/) } });
    expect(world.reports.at(-1)).toMatch(/^admin [0-9a-f-]{36}: GET \/v1\/status 200 by "ada" of http/);
  });
  test('nobody without a token', async () => {
    const answer = await get('/v1/status');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer scope="admin"');
    expect(await answer.json()).toEqual({
      error: 'missing_token',
      message: 'An access token is needed.',
      request_id: expect.any(String),
    });
  });
  test('nobody without the scope', async () => {
    const answer = await get('/v1/status', await world.token({ groups: ['ops'] }));
    expect(answer.status).toBe(403);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="admin"');
  });
  test('nobody outside the groups', async () => {
    const answer = await get('/v1/status', await world.token({ scope: 'admin' }));
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: 'admin_forbidden' }]);
  });
  test('every caller where the handler decides', async () => {
    const answer = await get('/v1/whoami', await world.token());
    expect(await answer.json()).toMatchObject({ issuer: world.issuer, subject: 'ada', groups: ['staff'] });
  });
  test('no page of another origin', async () => {
    const answer = await get('/health', undefined, { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
  });
  test('pages of an allowed origin, which may ask first', async () => {
    const asked = await fetch(`${world.adminUrl}/v1/status`, {
      method: 'OPTIONS',
      headers: {
        origin: PAGE,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
    const allowed = ['access-control-allow-origin', 'access-control-allow-headers'].map((name) =>
      asked.headers.get(name),
    );
    expect([asked.status, ...allowed]).toEqual([204, PAGE, 'authorization']);
    const answer = await get('/v1/status', await world.token(ADMIN), { origin: PAGE });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
    expect((await get('/v1/status', undefined, { origin: PAGE })).status).toBe(401);
  });
});

test('what is not there', async () => {
  expect((await get('/v2')).status).toBe(404);
  expect((await get('/health/')).status).toBe(404);
  expect((await get('/%zz')).status).toBe(404);
  expect((await fetch(`${world.adminUrl}/health`, { method: 'DELETE' })).status).toBe(405);
});

test('nothing of it can be reached where traffic comes in', async () => {
  const authorization = `Bearer ${await world.token(ADMIN)}`;
  for (const { path, method } of ROUTES) {
    const answer = await fetch(`${world.url}${path}`, { method, headers: { authorization } });
    expect([path, answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
      path,
      404,
      'unknown_connection',
    ]);
  }
});
