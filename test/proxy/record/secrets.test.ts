// A corpus of secrets, sent in every place where one can be sent: none of them is in the store, the queue, the log or what the process says,
// though callers and upstreams get each of them.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../../proxy/store/embedded.ts';
import { type Seen, startWorld, type World } from '../harness.ts';
import { copyEmbedded } from '../store/stores.ts';

/** By detector. */
const SECRETS = [
  'grace.hopper@navy.example.mil',
  '4111 1111 1111 1111',
  '5500005555555559',
  'DE89370400440532013000',
  '123-45-6789',
  '+44 20 7946 0958',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  '-----BEGIN PRIVATE KEY-----MIIBVgIBADANBg-----END PRIVATE KEY-----',
  '203.0.113.77',
];
/** What every secret is found by, however it was escaped on the way. */
const needles = SECRETS.map((secret) => secret.replace('-----BEGIN PRIVATE KEY-----', '').slice(0, 14));

const POLICY = `package gateway

decision := {"action": "allow", "mask": {"log": [{"detect": "all"}]}} if not input.mcp.tool == "denied"

decision := {"action": "deny", "reason": "no", "mask": {"log": [{"detect": "all"}]}} if input.mcp.tool == "denied"
`;
const folder = mkdtempSync(join(tmpdir(), 'regate-secrets-'));
let store: string;
let world: World;
let given: (response: ServerResponse, id: unknown) => void;

beforeAll(async () => {
  store = await copyEmbedded();
  world = await startWorld({
    policy: { 'gateway.rego': POLICY },
    settings: `store: {directory: ${store}}\nrecording: {directory: ${folder}}`,
    connectionsFor: (url) =>
      `  - {name: noted, kind: http, path: /noted, upstream: "${url}/v1", credential: {kind: none}, forwardHeaders: [x-note]}`,
  });
  world.respond = (request: Seen, response) =>
    given(response, (JSON.parse(request.body || '{}') as { id?: unknown }).id);
});
afterAll(() => world.close());

const json =
  (body: (id: unknown) => unknown, status = 200) =>
  (response: ServerResponse, id: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body(id)));
  };
const plain = json(() => ({ ok: true }));

async function call(tool: string, args: unknown): Promise<string> {
  const answer = await fetch(`${world.url}/mcp/tools`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${await world.token()}`,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } }),
  });
  return answer.text();
}

async function http(path: string, init: RequestInit = {}): Promise<string> {
  const headers = { ...init.headers, authorization: `Bearer ${await world.token()}` };
  return (await fetch(`${world.url}${path}`, { ...init, headers })).text();
}

/** Each sends one secret in its place, and says where the other side should have seen it. */
const PLACES: Readonly<Record<string, (secret: string) => Promise<string>>> = {
  'an argument': async (secret) => {
    given = json((id) => ({ jsonrpc: '2.0', id, result: { content: [] } }));
    await call('send', { to: [{ text: `x ${secret} y` }] });
    return world.seen.at(-1)!.body;
  },
  'the name of a member': async (secret) => {
    await call('send', { [secret]: 1 });
    return world.seen.at(-1)!.body;
  },
  'JSON in a text': async (secret) => {
    await call('send', { document: JSON.stringify({ deep: JSON.stringify({ deeper: secret }) }) });
    return world.seen.at(-1)!.body;
  },
  'a denied call': async (secret) => {
    await call('denied', { text: secret });
    return secret;
  },
  'a header': async (secret) => {
    given = plain;
    await http('/noted/x', { headers: { 'x-note': `n ${secret}` } });
    return String(world.seen.at(-1)!.headers['x-note']);
  },
  'the query': async (secret) => {
    await http(`/noted/x?q=${encodeURIComponent(secret)}`);
    return decodeURIComponent(world.seen.at(-1)!.url.replaceAll('+', ' '));
  },
  'an answer': async (secret) => {
    given = json((id) => ({
      jsonrpc: '2.0',
      id,
      result: { structuredContent: { a: [secret] }, content: [{ type: 'text', text: secret }] },
    }));
    return call('read', {});
  },
  'JSON in the text of an answer': async (secret) => {
    given = json((id) => ({
      jsonrpc: '2.0',
      id,
      result: { content: [{ type: 'text', text: JSON.stringify({ a: secret }) }] },
    }));
    return call('read', {});
  },
  'a stream': async (secret) => {
    given = (response, id) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(
        `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":${JSON.stringify(secret)}}}\n\n`,
      );
      response.end(
        `data: ${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: secret }] } })}\n\n`,
      );
    };
    return call('read', {});
  },
  'an error': async (secret) => {
    given = json((id) => ({
      jsonrpc: '2.0',
      id,
      error: { code: -32000, message: `no such ${secret}`, data: { secret } },
    }));
    return call('read', {});
  },
  'an error of HTTP': async (secret) => {
    given = json(() => ({ message: secret }), 500);
    return http('/noted/y');
  },
  'plain text': async (secret) => {
    given = (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(`hello ${secret}`);
    return http('/noted/z');
  },
};

test.each(Object.keys(PLACES))('sent in %s', async (name) => {
  for (const [i, secret] of SECRETS.entries()) {
    const seen = await PLACES[name]!(secret);
    // It did get there: what is not sent is not found either.
    expect(seen).toContain(needles[i]);
  }
});

test('and found nowhere', async () => {
  await world.close();
  const opened = await openEmbedded(store);
  const rows = await opened.query<{ readonly all: string }>('SELECT row_to_json(r)::text AS all FROM regate.record r');
  await opened.close();
  expect(rows.length).toBeGreaterThan(SECRETS.length * Object.keys(PLACES).length - 1);
  const queue = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const places = {
    store: rows.map(({ all }) => all).join('\n'),
    queue: queue.join('\n'),
    log: readFileSync(world.logFile, 'utf8'),
    process: world.reports.join('\n'),
  };
  const found = Object.entries(places).flatMap(([place, text]) =>
    needles.filter((needle) => text.includes(needle)).map((needle) => `${place}: ${needle}`),
  );
  expect(found).toEqual([]);
  expect(places.store).toContain('[redacted');
  // Not in the database's own files either.
  expect(filesBelow(store).flatMap((file) => needles.filter((needle) => readFileSync(file).includes(needle)))).toEqual(
    [],
  );
});

function filesBelow(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
