// Running a gate: health and readiness, metrics, traces, limits, dry runs, draining.
import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { ConnectionConfig } from '../../proxy/config/connections.ts';
import { DpopNonceNeeded, IssuerUnavailable, MissingToken, RateLimited } from '../../proxy/errors.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { openLogger, withoutSecrets } from '../../proxy/operate/logger.ts';
import { RateLimiter } from '../../proxy/operate/rate-limit.ts';
import { echo, post, startWorld, toolCall, type World, type WorldOptions } from './harness.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const POLICY = `package gateway

default decision := {"action": "deny", "reason": "no"}

decision := {"action": "allow"} if input.mcp.tool == "free"
decision := {"action": "allow", "mask": {"request": ["$.pin"], "response": ["$..secret"]}} if input.mcp.tool == "masked"
decision := {"action": "allow", "mask": {"request": [{"path": "$", "with": "remove"}]}} if input.mcp.tool == "mask-all"
decision := 1 if input.mcp.tool == "faulty"
`;
const ADMIN = 'admin: {port: 0, requiredScopes: [mcp]}';

async function start(settings = '', more: Partial<WorldOptions> = {}): Promise<World> {
  const world = await startWorld({ policy: { 'gateway.rego': POLICY }, settings: `${ADMIN}\n${settings}`, ...more });
  closers.push(() => world.close());
  return world;
}

async function until(isDone: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('health and readiness', () => {
  test('ready once the issuer has been reached; neither is on the port of traffic', async () => {
    const world = await start();
    expect((await fetch(`${world.adminUrl}/health`)).status).toBe(200);
    await until(async () => (await fetch(`${world.adminUrl}/ready`)).status === 200);
    expect(await (await fetch(`${world.adminUrl}/ready`)).json()).toEqual({
      status: 'ready',
      checks: { serving: true, policy: true, issuers: true, store: true, log: true },
    });
    for (const path of ['/health', '/ready', '/metrics']) expect((await fetch(`${world.url}${path}`)).status).toBe(404);
  });

  test('not ready while an issuer has never answered, or the log cannot be written', async () => {
    const away = await start();
    await away.closeIssuer();
    for (let i = 0; i < 3; i++) expect((await fetch(`${away.adminUrl}/ready`)).status).toBe(503);
    const full = await start('', { logFile: '/dev/full' });
    await post(full, toolCall('free'));
    const answer = await fetch(`${full.adminUrl}/ready`);
    expect(await answer.json()).toMatchObject({ status: 'not_ready', checks: { log: false, issuers: true } });
  });
});

describe('metrics', () => {
  test('need a token unless they are open; count by connection, outcome and code', async () => {
    const world = await start();
    expect((await fetch(`${world.adminUrl}/metrics`)).status).toBe(401);
    await post(world, toolCall('free'));
    await post(world, toolCall('free'));
    await post(world, toolCall('other'));
    await post(world, 'x');
    await post(world, toolCall('free'), { authorization: 'Bearer x' });
    await fetch(`${world.url}/no/such/path-${'x'.repeat(50)}`);
    const authorization = `Bearer ${await world.token()}`;
    const text = await (await fetch(`${world.adminUrl}/metrics`, { headers: { authorization } })).text();
    const total = (labels: string): string | undefined =>
      new RegExp(`^regate_requests_total\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1];
    expect(total('connection="tools",outcome="allowed",code="none"')).toBe('2');
    expect(total('connection="tools",outcome="denied",code="policy_denied"')).toBe('1');
    expect(total('connection="tools",outcome="refused",code="malformed_json"')).toBe('1');
    expect(total('connection="tools",outcome="refused",code="invalid_token"')).toBe('1');
    expect(total('connection="none",outcome="refused",code="unknown_connection"')).toBe('1');
    expect(text).toContain('regate_decision_duration_seconds_count{connection="tools"} 3');
    expect(text).toContain('regate_policy_active 1');
    expect(text).toMatch(/^regate_log_events_total 6$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    // Nothing that callers choose.
    expect(text).not.toMatch(/path-x|ada|eyJ/);
  });

  test('administrators can ask for the state in one answer', async () => {
    const world = await start('dryRun: true');
    await post(world, toolCall('free'));
    const authorization = `Bearer ${await world.token()}`;
    const answer = await fetch(`${world.adminUrl}/v1/status`, { headers: { authorization } });
    expect(await answer.json()).toMatchObject({
      dry_run: true,
      readiness: { serving: true, policy: true },
      decision_log: { writable: true, events: 1, dropped: 0, shipping: null },
      policy: { bundles: { policy: { active_revision: expect.any(String) } } },
    });
  });

  test('open ones need no token', async () => {
    const world = await start('metrics: {open: true}');
    expect((await fetch(`${world.adminUrl}/metrics`)).status).toBe(200);
  });
});

describe('traces', () => {
  const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  test('without a collector the context goes through, and the log names it', async () => {
    const world = await start();
    await post(world, toolCall('free'), { traceparent: PARENT, tracestate: 'a=1' });
    expect(world.seen[0]!.headers).toMatchObject({ traceparent: PARENT, tracestate: 'a=1' });
    expect(world.log()[0]).toMatchObject({ trace_id: PARENT.slice(3, 35), span_id: PARENT.slice(36, 52) });
    await post(world, toolCall('free'));
    expect(world.log()[1]).not.toHaveProperty('trace_id');
  });

  test("with a collector, spans of the exchange and of its upstream request join the caller's trace", async () => {
    const bodies: string[] = [];
    const collector = createServer(async (request: IncomingMessage, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      bodies.push(text);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => collector.close(resolve)));
    const { port } = collector.address() as AddressInfo;
    const world = await startWorld({
      policy: { 'gateway.rego': POLICY },
      settings: `tracing: {url: "http://127.0.0.1:${port}/v1/traces"}`,
    });
    await post(world, toolCall('free'), { traceparent: PARENT });
    await post(world, toolCall('other'));
    const sent = world.seen[0]!.headers.traceparent as string;
    const event = world.log()[0] as unknown as { trace_id: string; span_id: string };
    expect(sent).toMatch(new RegExp(`^00-${PARENT.slice(3, 35)}-[0-9a-f]{16}-01$`));
    expect(sent).not.toContain(PARENT.slice(36, 52));
    expect(event.trace_id).toBe(PARENT.slice(3, 35));
    await world.close();
    interface Exported {
      readonly resourceSpans: { scopeSpans: { spans: { name: string; spanId: string; parentSpanId?: string }[] }[] }[];
    }
    const spans = bodies.flatMap((text) =>
      (JSON.parse(text) as Exported).resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((each) => each.spans),
      ),
    );
    const server = spans.find(({ spanId }) => spanId === event.span_id)!;
    expect(server).toMatchObject({ name: 'regate tools', parentSpanId: PARENT.slice(36, 52) });
    expect(spans.find(({ spanId }) => spanId === sent.slice(36, 52))).toMatchObject({ parentSpanId: event.span_id });
    expect(spans).toHaveLength(4);
  });
});

describe('rate limits', () => {
  const connections = (upstream: string): string =>
    `  - {name: slow, kind: mcp, path: /mcp/slow, upstream: "${upstream}/mcp", credential: {kind: none}, rateLimit: {principal: {perMinute: 60, burst: 2}, connection: {perMinute: 60, burst: 3}}}`;

  test('each caller for himself, and all together: 429 in JSON-RPC with Retry-After', async () => {
    const world = await start('', { connectionsFor: connections });
    const call = async (sub: string): Promise<Response> =>
      fetch(`${world.url}/mcp/slow`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.token({ sub })}` },
        body: JSON.stringify(toolCall('free')),
      });
    expect((await call('ada')).status).toBe(200);
    expect((await call('ada')).status).toBe(200);
    const refused = await call('ada');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -31701, data: { code: 'rate_limited' } },
    });
    expect((await call('grace')).status).toBe(200);
    expect((await call('grace')).status).toBe(429);
    expect(world.log().map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      'rate_limited',
      undefined,
      'rate_limited',
    ]);
  });

  test('an address that comes without good tokens is not heard any more, whatever it shows', async () => {
    const world = await start('rateLimit: {address: {perMinute: 1, burst: 2}}');
    const call = (token: string): Promise<Response> =>
      post(world, toolCall('free'), { authorization: `Bearer ${token}` });
    const good = await world.token();
    for (const token of [good, good, good, 'garbage', good, `${good.slice(0, -4)}AAAA`])
      expect((await call(token)).status).toBe(token === good ? 200 : 401);
    for (const token of ['garbage', good]) {
      const refused = await call(token);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
      expect(await refused.json()).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'address_limited' } } });
    }
    expect(world.log().at(-1)).toMatchObject({
      error: { code: 'address_limited' },
      input: { identity: null, connection: 'tools' },
      requested_by: '127.0.0.1',
    });
    expect(await world.gate.metrics.text(world.gate)).toContain(
      'regate_requests_total{connection="tools",outcome="refused",code="address_limited"} 2',
    );
  });

  test.each([
    ['1.2.3.4', '::ffff:1.2.3.4', '1.2.3.5'],
    ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8:0:1::1'],
    ['::1', '0:0:0:0:1::', '0:0:0:1::'],
  ])('%s is at home with %s, and not with %s', (one, neighbour, other) => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    const rate = { perMinute: 1, burst: 1 };
    const from = (remoteAddress: string): Exchange => ({ remoteAddress }) as Exchange;
    limiter.noteRefused(from(one), rate, new MissingToken());
    expect(() => limiter.admitAddress(from(neighbour), rate)).toThrow(RateLimited);
    limiter.admitAddress(from(other), rate);
    // What is not the caller's fault does not count.
    limiter.noteRefused(from(other), rate, new IssuerUnavailable('down'));
    limiter.noteRefused(from(other), rate, new DpopNonceNeeded('n'));
    limiter.admitAddress(from(other), rate);
    now += 59_999;
    expect(() => limiter.admitAddress(from(one), rate)).toThrow(RateLimited);
    now += 1;
    limiter.admitAddress(from(one), rate);
  });

  test('buckets fill again, and are bounded in number', () => {
    let now = 0;
    const limiter = new RateLimiter(() => now);
    const exchange = (subject: string): Exchange => {
      const rateLimit = { principal: { perMinute: 60, burst: 2 }, connection: undefined };
      const connection = { name: 'a', rateLimit } as Partial<ConnectionConfig> as ConnectionConfig;
      return { connection, identity: { issuer: 'i', subject } } as unknown as Exchange;
    };
    const admit = (subject: string): number => {
      try {
        limiter.admit(exchange(subject));
        return 0;
      } catch (error) {
        return (error as RateLimited).retryAfterMs;
      }
    };
    expect([admit('a'), admit('a'), admit('a')]).toEqual([0, 0, 1000]);
    now += 900;
    expect(admit('a')).toBeLessThanOrEqual(101);
    now += 101;
    expect(admit('a')).toBe(0);
    expect(admit('a')).toBeGreaterThan(990);
    now += 3_600_000;
    expect([admit('a'), admit('a'), admit('a')]).toEqual([0, 0, 1000]);
    for (let i = 0; i < 50_100; i++) admit(`s${i}`);
    expect(limiter.size).toBe(50_000);
  });
});

test('a dry run decides and logs, and lets everything pass as it came', async () => {
  const world = await start('dryRun: true');
  world.respond = (request, response) => {
    const { id } = JSON.parse(request.body) as { id: unknown };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result: { structuredContent: { secret: 's3' }, content: [] } }));
  };
  for (const tool of ['masked', 'other', 'faulty', 'mask-all']) {
    const answer = await post(world, toolCall(tool, { pin: 'p-1234' }));
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"secret":"s3"')]);
    expect(world.seen.at(-1)!.body).toContain('"pin":"p-1234"');
  }
  const events = world.log() as unknown as { custom: { dry_run: boolean; would_be?: { code: string } } }[];
  expect(events.map(({ custom }) => custom.would_be?.code)).toEqual([
    undefined,
    'policy_denied',
    'decision_failed',
    'request_not_maskable',
  ]);
  expect(events.every(({ custom }) => custom.dry_run)).toBe(true);
  // What is to be masked is not written, dry run or not.
  expect(JSON.stringify([events[0], events[2], events[3]])).not.toContain('p-1234');
  // Who calls is not the policy's question.
  expect((await post(world, toolCall('free'), { authorization: 'Bearer x' })).status).toBe(401);
});

describe('draining', () => {
  test('not ready, no new connections, what is under way is finished', async () => {
    const world = await start('drain: {delayMs: 300, timeoutMs: 5000}');
    await until(async () => (await fetch(`${world.adminUrl}/ready`)).status === 200);
    let finish = (): void => {};
    world.respond = (request, response) => {
      finish = () => echo(request, response);
      world.respond = echo;
    };
    const slow = post(world, toolCall('free'));
    await until(() => world.seen.length === 1);
    const drained = world.drain();
    await until(async () => (await fetch(`${world.adminUrl}/ready`)).status === 503);
    const late = await post(world, toolCall('free'));
    expect([late.status, late.headers.get('connection')]).toEqual([200, 'close']);
    await until(() =>
      post(world, toolCall('free')).then(
        () => false,
        () => true,
      ),
    );
    finish();
    expect((await slow).status).toBe(200);
    await drained;
    expect(world.log().filter(({ error }) => error === undefined).length).toBeGreaterThanOrEqual(2);
  });

  test('streams get their time, and are cut then', async () => {
    const world = await start('drain: {timeoutMs: 300}');
    world.respond = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n');
    };
    const stream = await post(world, toolCall('free'));
    const reader = stream.body!.getReader();
    await reader.read();
    const started = Date.now();
    await world.drain();
    expect(Date.now() - started).toBeGreaterThanOrEqual(290);
    await expect(reader.read()).rejects.toThrow();
    expect(world.reports.join()).toContain('what is still under way is cut');
  });
});

test('a client that does not read its answer is cut', async () => {
  const world = await start('metrics: {open: true}\nlimits: {idleTimeoutMs: 200}');
  world.respond = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"text":"${'x'.repeat(12_000_000)}"}`);
  };
  const body = JSON.stringify(toolCall('free'));
  const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(
    `POST /mcp/tools HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${await world.token()}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
  const open = async (): Promise<string | undefined> =>
    /^regate_open_requests (\d+)/m.exec(await (await fetch(`${world.adminUrl}/metrics`)).text())?.[1];
  await until(async () => (await open()) === '1');
  await until(async () => (await open()) === '0');
  socket.destroy();
});

test('structured lines, without what looks like a secret', () => {
  const lines: string[] = [];
  const report = openLogger('info', (line) => lines.push(line));
  report('hidden', 'debug');
  report(
    'upstream said: Authorization: Bearer abc.def-1 and eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln at https://u:pw@host/',
    'warn',
  );
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'warn',
    app: 'regate',
    time: expect.stringMatching(/^\d{4}-/),
    msg: 'upstream said: Authorization: Bearer [token] and [token] at https://[credentials]@host/',
  });
  expect(withoutSecrets('plain text')).toBe('plain text');
});
