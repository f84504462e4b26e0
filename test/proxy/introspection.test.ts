// Introspection (RFC 7662): the issuer's word on every request, remembered for no longer than configured, and never assumed.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, jwtVerify } from 'jose';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});
const directory = mkdtempSync(join(tmpdir(), 'regate-introspection-'));
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
writeFileSync(join(directory, 'key.pem'), pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
writeFileSync(join(directory, 'secret'), 'p:ss w%rd\n');

async function setUp(introspection: string): Promise<{ idp: AuthorizationServer; world: World }> {
  const idp = await startAuthorizationServer();
  const issuers = `  - {issuer: "${idp.issuer}", audience: ["https://gate.example"], algorithms: [ES256], introspection: {${introspection}}}`;
  const world = await startWorld({ policy: POLICY, issuers });
  closing.push(idp, world);
  return { idp, world };
}

const BASIC = `client: {id: "gate:1", method: client_secret_basic, secret: {file: "${directory}/secret"}}`;
const active = (more: object = {}): { body: object } => ({
  body: {
    active: true,
    sub: 'ada',
    scope: 'mcp',
    client_id: 'agent',
    aud: 'https://gate.example',
    exp: Math.floor(Date.now() / 1000) + 60,
    ...more,
  },
});
const call = async (world: World, token: string): Promise<number> =>
  (await post(world, toolCall('free'), { authorization: `Bearer ${token}` })).status;
const why = (world: World): string => world.log().at(-1)!.error!.message;

test('a JWT that its issuer has revoked is refused at the next request', async () => {
  const { idp, world } = await setUp(BASIC);
  idp.onIntrospect = () => active();
  const token = await idp.sign({ scope: 'mcp' });
  expect(await call(world, token)).toBe(200);
  idp.onIntrospect = () => ({ body: { active: false } });
  expect(await call(world, token)).toBe(401);
  expect(why(world)).toBe('introspected: not active');
  expect(world.log().at(-1)!.input.identity).toMatchObject({ issuer: idp.issuer, subject: 'ada' });
  const { form, headers } = idp.asked.at(-1)!;
  expect(Object.fromEntries(form)).toEqual({ token, token_type_hint: 'access_token' });
  // RFC 6749 section 2.3.1: encoded before they are put together.
  expect(Buffer.from(headers.authorization!.slice(6), 'base64').toString()).toBe('gate%3A1:p%3Ass+w%25rd');
});

test('a JWT that does not verify is not shown to the issuer', async () => {
  const { idp, world } = await setUp(BASIC);
  idp.onIntrospect = () => active();
  expect(await call(world, await idp.sign({ scope: 'mcp', aud: 'https://other.example' }))).toBe(401);
  expect(idp.count('/introspect')).toBe(0);
});

test('the word is remembered for as long as configured, and asked for once by many', async () => {
  const { idp, world } = await setUp(`cacheSeconds: 30, ${BASIC}`);
  idp.onIntrospect = () => active();
  const token = await idp.sign({ scope: 'mcp' });
  expect(await Promise.all(Array.from({ length: 10 }, () => call(world, token)))).toEqual(Array(10).fill(200));
  expect(idp.count('/introspect')).toBe(1);
  idp.onIntrospect = () => ({ body: { active: false } });
  expect(await call(world, token)).toBe(200);
  const now = Date.now;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 31_000);
  try {
    expect(await call(world, token)).toBe(401);
    expect(await call(world, token)).toBe(401);
    expect(idp.count('/introspect')).toBe(2);
  } finally {
    clock.mockRestore();
  }
});

test('without an answer nobody passes', async () => {
  const { idp, world } = await setUp(BASIC);
  const token = await idp.sign({ scope: 'mcp' });
  const answers = [
    { status: 500, body: { active: true } },
    { status: 401, body: { error: 'invalid_client' } },
    { body: {} },
    { body: { active: 'true' } },
    { body: [] },
  ];
  for (const answer of answers) {
    idp.onIntrospect = () => answer;
    expect(await call(world, token)).toBe(503);
    expect(why(world)).toMatch(/^introspection: /);
  }
  await idp.close();
  expect(await call(world, token)).toBe(503);
});

test('an opaque token is what its issuer says', async () => {
  const { idp, world } = await setUp(BASIC);
  idp.onIntrospect = (form) => (form.get('token') === 'opaque-1' ? active({ jti: 'j1' }) : { body: { active: false } });
  expect(await call(world, 'opaque-1')).toBe(200);
  expect(world.log().at(-1)!.input.identity).toMatchObject({
    issuer: idp.issuer,
    subject: 'ada',
    client_id: 'agent',
    scopes: ['mcp'],
    token_id: 'j1',
  });
  expect(await call(world, 'opaque-2')).toBe(401);
  for (const wrong of [
    { aud: 'https://other.example' },
    { aud: undefined },
    { exp: 1 },
    { exp: undefined },
    { nbf: Math.floor(Date.now() / 1000) + 60 },
    { iss: 'https://evil.example' },
    { sub: undefined },
    { cnf: { 'x5t#S256': 'x' } },
    { cnf: { jkt: 'x' } },
  ]) {
    idp.onIntrospect = () => active(wrong);
    expect([wrong, await call(world, 'opaque-1')]).toEqual([wrong, 401]);
  }
  idp.onIntrospect = () => active({ scope: 'other' });
  expect(await call(world, 'opaque-1')).toBe(403);
});

test('opaque tokens only, where JWTs are trusted', async () => {
  const { idp, world } = await setUp(`tokens: opaque, ${BASIC}`);
  expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(200);
  expect(idp.count('/introspect')).toBe(0);
});

test('another subject than the token says is not believed', async () => {
  const { idp, world } = await setUp(BASIC);
  idp.onIntrospect = () => active({ sub: 'grace' });
  expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(401);
});

test("the gate's own key signs for it", async () => {
  const { idp, world } = await setUp(
    `client: {id: gate, method: private_key_jwt, key: {file: "${directory}/key.pem"}, keyId: g1}`,
  );
  const ids = new Set<unknown>();
  idp.onIntrospect = async (form) => {
    const assertion = form.get('client_assertion')!;
    const { payload, protectedHeader } = await jwtVerify(assertion, pair.publicKey, {
      issuer: 'gate',
      subject: 'gate',
      audience: idp.issuer,
      maxTokenAge: 60,
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'g1' });
    ids.add(payload.jti);
    return active();
  };
  expect(await call(world, 'opaque')).toBe(200);
  expect(await call(world, 'opaque')).toBe(200);
  expect(ids.size).toBe(2);
});

test('a platform signs for it, by a file that changes', async () => {
  const file = join(directory, 'assertion');
  writeFileSync(file, 'first\n');
  const { idp, world } = await setUp(`client: {id: gate, method: assertion_file, file: "${file}"}`);
  idp.onIntrospect = () => active();
  await call(world, 'opaque');
  writeFileSync(file, 'second\n');
  await call(world, 'opaque');
  expect(
    idp.asked.filter(({ path }) => path === '/introspect').map(({ form }) => form.get('client_assertion')),
  ).toEqual(['first', 'second']);
});

describe('while a stream is open', () => {
  const everySecond = (more: string): string => `recheckSeconds: 1, ${more}, ${BASIC}`;

  /** Opens streams with a token; each is over when its text is whole, or has broken off. */
  async function open(world: World, token: string, count = 1): Promise<readonly Promise<string>[]> {
    world.respond = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    };
    const answers = Array.from({ length: count }, () =>
      post(world, toolCall('free'), { authorization: `Bearer ${token}` }),
    );
    return (await Promise.all(answers)).map((answer) => answer.text().catch(() => 'cut'));
  }

  test.each(['JWT', 'opaque token'])(
    'its %s is asked about again, and an issuer that says no ends it',
    async (kind) => {
      const { idp, world } = await setUp(everySecond('cacheSeconds: 3600'));
      idp.onIntrospect = () => active();
      const token = kind === 'JWT' ? await idp.sign({ scope: 'mcp' }) : 'opaque';
      const [first, second] = await open(world, token, 2);
      const asked = idp.count('/introspect');
      // What other streams were opened with goes on.
      const [other] = await open(world, await world.token());
      let isOver = false;
      void other!.then(() => (isOver = true));
      while (idp.count('/introspect') === asked) await new Promise((wake) => setTimeout(wake, 20));
      idp.onIntrospect = () => ({ body: { active: false } });
      expect(await Promise.all([first, second])).toEqual(['cut', 'cut']);
      // Once for both each time, whatever is remembered; and whoever comes then is refused.
      expect(idp.count('/introspect')).toBe(asked + 2);
      expect(await call(world, token)).toBe(401);
      expect(isOver).toBe(false);
      expect(world.gate.rechecks.size).toBe(0);
    },
  );

  test('an issuer that does not answer ends it after the time of grace', async () => {
    const { idp, world } = await setUp(everySecond('graceSeconds: 1'));
    idp.onIntrospect = () => active();
    const [stream] = await open(world, await idp.sign({ scope: 'mcp' }));
    idp.isDown = true;
    expect(await stream).toBe('cut');
    expect(idp.count('/introspect')).toBeGreaterThanOrEqual(3);
  });

  test('nobody asks about what has ended', async () => {
    const { idp, world } = await setUp(everySecond('graceSeconds: 0'));
    idp.onIntrospect = () => active();
    expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(200);
    expect(world.gate.rechecks.size).toBe(0);
  });
});

test('nothing of the exchange is in the log', async () => {
  const { idp, world } = await setUp(BASIC);
  idp.onIntrospect = () => active();
  const token = await idp.sign({ scope: 'mcp', name: 'x' });
  await call(world, token);
  const text = JSON.stringify(world.log());
  expect(decodeJwt(token).sub).toBe('ada');
  expect(text).not.toContain(token.split('.')[2]);
  expect(text).not.toContain('p:ss');
});
