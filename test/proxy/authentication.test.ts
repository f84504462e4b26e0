// Tokens that must not pass, challenges, and the resource's metadata.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { otherKeys, post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy: POLICY });
});
afterAll(() => world.close());

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** RFC 9449 section 7.1: where the token is bound to a key, that is the scheme to use. */
async function expectProofWanted(authorization: string): Promise<void> {
  const answer = await post(world, toolCall('free'), { authorization });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="invalid_dpop_proof", .*algs="ES256 /);
  expect(world.log().at(-1)!.error!.code).toBe('invalid_dpop_proof');
}

function claims(): Record<string, unknown> {
  return {
    iss: world.issuer,
    aud: 'https://gate.example',
    sub: 'ada',
    scope: 'mcp',
    exp: Math.floor(Date.now() / 1000) + 60,
  };
}

/** Refused with 401, nothing forwarded, the reason not shown, and a line in the log. */
async function expectRefused(authorization: string | undefined, why?: RegExp): Promise<void> {
  const before = world.seen.length;
  const answer = await fetch(`${world.url}/mcp/tools`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body: JSON.stringify(toolCall('free')),
  });
  expect(answer.status).toBe(401);
  const challenge = answer.headers.get('www-authenticate')!;
  expect(challenge).toContain(
    'resource_metadata="https://gate.example/.well-known/oauth-protected-resource/mcp/tools"',
  );
  expect(challenge.includes('error="invalid_token"')).toBe(authorization !== undefined);
  const body = (await answer.json()) as { error: { code: number; message: string; data: Record<string, string> } };
  expect(body.error.code < -32768 || body.error.code > -32000).toBe(true);
  expect(body.error.message).toMatch(/^(An access token is needed|The access token is not valid here)\.$/);
  expect(world.seen.length).toBe(before);
  const event = world.log().at(-1)!;
  expect(event.decision_id).toBe(body.error.data.decision_id);
  expect(event.error!.code).toBe(body.error.data.code);
  expect(event.input.identity).toBeNull();
  if (why !== undefined) expect(event.error!.message).toMatch(why);
}

describe('tokens that are refused', () => {
  test('none', () => expectRefused(undefined));
  test('garbage', () => expectRefused('Bearer garbage'));
  test('another scheme', () => expectRefused('Basic YWRhOmFkYQ=='));
  test('an empty one', () => expectRefused('Bearer '));
  test('alg none', () => expectRefused(`Bearer ${base64({ alg: 'none', typ: 'at+jwt' })}.${base64(claims())}.`));
  test('alg None', () => expectRefused(`Bearer ${base64({ alg: 'None', typ: 'at+jwt' })}.${base64(claims())}.x`));
  test('HS256 with the public key for a secret', () => {
    const head = `${base64({ alg: 'HS256', kid: 'one', typ: 'at+jwt' })}.${base64(claims())}`;
    return expectRefused(`Bearer ${head}.${createHmac('sha256', 'public').update(head).digest('base64url')}`);
  });
  test('another issuer', async () =>
    expectRefused(
      `Bearer ${await world.token({ iss: 'https://evil.example' })}`,
      /^the issuer "https:\/\/evil.example" is not/,
    ));
  test('another audience', async () =>
    expectRefused(
      `Bearer ${await world.token({ aud: 'https://other.example' })}`,
      /^the claim aud is "https:\/\/other/,
    ));
  test('no audience', async () => expectRefused(`Bearer ${await world.token({ aud: undefined })}`, /^no claim aud$/));
  test('expired', async () => expectRefused(`Bearer ${await world.token({}, { expires: -10 })}`, /^expired at \d{4}-/));
  test('no expiry', async () => expectRefused(`Bearer ${await world.token({ exp: undefined })}`, /^no claim exp$/));
  test('not yet valid', async () =>
    expectRefused(
      `Bearer ${await world.token({ nbf: Math.floor(Date.now() / 1000) + 60 })}`,
      /^not valid before \d{4}-/,
    ));
  test('no subject', async () => expectRefused(`Bearer ${await world.token({ sub: undefined })}`));
  test('a key of somebody else under our kid', async () =>
    expectRefused(`Bearer ${await world.token({}, { key: otherKeys.privateKey })}`, /^the signature is wrong$/));
  test('an unknown kid', async () =>
    expectRefused(`Bearer ${await world.token({}, { kid: 'two' })}`, /^the issuer has no key for it/));
  test('another typ', async () =>
    expectRefused(`Bearer ${await world.token({}, { typ: 'JWT' })}`, /^the typ is "jwt", not "at\+jwt"$/));
  test('a key-bound one without proof', async () =>
    expectProofWanted(`Bearer ${await world.token({ cnf: { jkt: 'x' } })}`));
  test('one bound in a way that is not known', async () =>
    expectRefused(`Bearer ${await world.token({ cnf: { 'x5t#S256': 'x' } })}`));
  test('a changed payload', async () => {
    const [head, , signature] = (await world.token()).split('.');
    return expectRefused(`Bearer ${head}.${base64({ ...claims(), sub: 'root' })}.${signature}`);
  });
});

test('whatever is not the token as it was issued is refused, in an answer that is well formed', async () => {
  const token = await world.token({ jti: 'x'.repeat(20) });
  const before = world.seen.length;
  const alphabet = 'ABCxyz019-_.=+/ ,"~';
  const changed = fc.oneof(
    // One character is another one. The last of the signature may hold bits that nothing looks at.
    fc
      .tuple(fc.nat(token.length - 2), fc.constantFrom(...alphabet))
      .map(([at, character]) => token.slice(0, at) + character + token.slice(at + 1))
      .filter((text) => text !== token),
    fc.nat(token.length - 1).map((end) => token.slice(0, end)),
    fc
      .array(fc.constantFrom(...token.split('.'), '', 'e30', 'bnVsbA'), { maxLength: 6 })
      .map((parts) => parts.join('.')),
    fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 40 }),
  );
  await fc.assert(
    fc.asyncProperty(
      changed.filter((text) => text !== token),
      async (text) => {
        const answer = await post(world, toolCall('free'), { authorization: `Bearer ${text}` });
        expect(answer.status).toBe(401);
        expect(await answer.json()).toMatchObject({
          jsonrpc: '2.0',
          error: { data: { decision_id: expect.any(String) } },
        });
      },
    ),
    { numRuns: 150 },
  );
  expect(world.seen.length).toBe(before);
});

test('clocks may differ by less than five seconds', async () => {
  const answer = await post(world, toolCall('free'), {
    authorization: `Bearer ${await world.token({}, { expires: -2 })}`,
  });
  expect(answer.status).toBe(200);
});

test('a verified token is not believed beyond its expiry', async () => {
  // The clocks' tolerance is part of its life: it has three seconds.
  const ends = Date.now() + 3_000;
  const authorization = `Bearer ${await world.token({}, { expires: -2 })}`;
  expect((await post(world, toolCall('free'), { authorization })).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, ends - Date.now() + 50));
  expect((await post(world, toolCall('free'), { authorization })).status).toBe(401);
});

test('a missing scope is asked for', async () => {
  const answer = await post(world, toolCall('free'), {
    authorization: `Bearer ${await world.token({ scope: 'other' })}`,
  });
  expect(answer.status).toBe(403);
  expect(answer.headers.get('www-authenticate')).toMatch(
    /^Bearer error="insufficient_scope", scope="mcp", resource_metadata=/,
  );
});

test('a token in the query is refused', async () => {
  const answer = await fetch(`${world.url}/mcp/tools?access_token=x`, { method: 'POST' });
  expect(answer.status).toBe(400);
});

describe('protected resource metadata', () => {
  test('of a connection', async () => {
    const answer = await fetch(`${world.url}/.well-known/oauth-protected-resource/mcp/tools`);
    expect(await answer.json()).toEqual({
      resource: 'https://gate.example/mcp/tools',
      authorization_servers: [world.issuer],
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256', 'EdDSA']),
      scopes_supported: ['mcp'],
      resource_name: 'tools',
    });
  });
  test('of the gate', async () => {
    const answer = await fetch(`${world.url}/.well-known/oauth-protected-resource`);
    expect(await answer.json()).toMatchObject({ resource: 'https://gate.example' });
  });
  test('of nothing', async () => {
    expect((await fetch(`${world.url}/.well-known/oauth-protected-resource/mcp/other`)).status).toBe(404);
  });
});

test('an issuer that cannot be reached: 503, not 401', async () => {
  const lonely = await startWorld({ policy: POLICY });
  try {
    const authorization = `Bearer ${await lonely.token({ iss: 'http://127.0.0.1:9' })}`;
    // The issuer is not configured: that is the token's fault.
    expect((await post(lonely, toolCall('free'), { authorization })).status).toBe(401);
  } finally {
    await lonely.close();
  }
  const down = await startWorld({ policy: POLICY });
  await down.closeIssuer();
  const answer = await post(down, toolCall('free'));
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain(down.issuer);
  await down.close();
});
