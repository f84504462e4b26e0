// Shipping the decision log: whatever the sink and the process do, every event arrives, and none is kept in memory meanwhile.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LogFileConfig, ShipConfig } from '../../proxy/config/decision-log.ts';
import { Journal } from '../../proxy/log/journal.ts';
import { readPosition } from '../../proxy/log/segments.ts';
import { Shipper } from '../../proxy/log/shipper.ts';

interface Post {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly ids: readonly number[];
  readonly bytes: number;
}

let sink: Server;
let url: string;
let posts: Post[];
/** The status of the next answers; the last one stays. */
let answer: (post: Post, response: ServerResponse) => void;
let settings: LogFileConfig;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  posts = [];
  answer = (post, response) => {
    posts.push(post);
    response.writeHead(200).end();
  };
  sink = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = gunzipSync(Buffer.concat(chunks)).toString('utf8');
    const ids = (JSON.parse(text) as { id: number }[]).map(({ id }) => id);
    answer({ url: request.url!, headers: request.headers, ids, bytes: text.length }, response);
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  settings = {
    file: join(mkdtempSync(join(tmpdir(), 'regate-ship-')), 'decisions.jsonl'),
    durability: 'process',
    rotation: { bytes: 500, hours: 24 },
    retention: { files: 1, days: undefined },
  };
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  sink.closeAllConnections();
  await new Promise((resolve) => sink.close(resolve));
});

function start(ship: Partial<ShipConfig> = {}, reports: string[] = []): { journal: Journal; shipper: Shipper } {
  const report = (text: string): void => void reports.push(text);
  const journal = new Journal(settings, report);
  const headers = { authorization: 'Bearer sink-token' };
  const config = { url: `${url}/logs`, headers, batchBytes: 1000, delayMs: 1, timeoutMs: 1_000, ...ship };
  const shipper = new Shipper(config, journal, report);
  closers.push(async () => {
    await shipper.close(0);
    await journal.close();
  });
  return { journal, shipper };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const event = (id: number, size = 80): string => JSON.stringify({ id, text: 'x'.repeat(size) });
const append = (journal: Journal, from: number, to: number): Promise<unknown> =>
  Promise.all(Array.from({ length: to - from }, (_, i) => journal.append(event(from + i))));
const arrived = (): number[] => posts.flatMap(({ ids }) => ids);
const range = (to: number): number[] => Array.from({ length: to }, (_, i) => i);

test('gzipped JSON arrays at /logs, with the credential, in batches, over rotated files', async () => {
  const { journal, shipper } = start();
  for (let i = 0; i < 40; i += 4) await append(journal, i, i + 4);
  await until(() => arrived().length === 40);
  expect(arrived()).toEqual(range(40));
  expect(posts[0]).toMatchObject({
    url: '/logs',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', authorization: 'Bearer sink-token' },
  });
  for (const { bytes } of posts) expect(bytes).toBeLessThanOrEqual(1001);
  await until(() => shipper.backlogBytes === 0);
  expect(shipper.counts).toEqual({ events: 40, failures: 0, setAside: 0 });
});

test('a dead sink: events wait in the files, retention spares them, and all arrive when it is back', async () => {
  const reports: string[] = [];
  let isDead = true;
  const takes = answer;
  answer = (post, response) => (isDead ? void response.writeHead(503).end() : takes(post, response));
  const { journal, shipper } = start({}, reports);
  for (let i = 0; i < 40; i += 4) await append(journal, i, i + 4);
  await until(() => shipper.counts.failures >= 2);
  expect(shipper.backlogBytes).toBeGreaterThan(3_000);
  expect(reports.join('\n')).toContain('the sink answers 503');
  isDead = false;
  await until(() => arrived().length === 40);
  expect(arrived()).toEqual(range(40));
});

test('a new process goes on where the sink has acknowledged', async () => {
  const first = start();
  await append(first.journal, 0, 5);
  await until(() => readPosition(settings.file)?.offset === first.journal.committed);
  answer = (_, response) => response.destroy();
  await append(first.journal, 5, 9);
  await until(() => first.shipper.counts.failures > 0);
  for (const close of closers.splice(0)) await close();
  answer = (post, response) => {
    posts.push(post);
    response.writeHead(204).end();
  };
  const second = start();
  await append(second.journal, 9, 12);
  await until(() => arrived().length >= 12);
  expect(arrived()).toEqual(range(12));
});

test('a lost position ships again rather than not at all', async () => {
  const first = start();
  await append(first.journal, 0, 3);
  await until(() => arrived().length === 3 && first.shipper.backlogBytes === 0);
  for (const close of closers.splice(0)) await close();
  writeFileSync(`${settings.file}.position`, '{"segm');
  start();
  await until(() => arrived().length === 6);
  expect(arrived()).toEqual([0, 1, 2, 0, 1, 2]);
});

test('too large for the sink: halved, and a single event set aside, the others arrive', async () => {
  const takes = answer;
  answer = (post, response) => (post.bytes > 300 ? void response.writeHead(413).end() : takes(post, response));
  const { journal, shipper } = start();
  await append(journal, 0, 8);
  await journal.append(event(8, 2000));
  await append(journal, 9, 12);
  await until(() => arrived().length === 11);
  expect(arrived()).toEqual(range(12).filter((id) => id !== 8));
  expect(shipper.counts.setAside).toBe(1);
  expect(JSON.parse(readFileSync(`${settings.file}.refused`, 'utf8'))).toMatchObject({ id: 8 });
});

test('damage in the file is passed over', async () => {
  const { journal } = start();
  await append(journal, 0, 2);
  await until(() => arrived().length === 2);
  for (const close of closers.splice(0)) await close();
  appendFileSync(settings.file, `\0\0\0\0\n{"id":2}\n`);
  start();
  await until(() => arrived().length === 3);
  expect(arrived()).toEqual([0, 1, 2]);
});

test('stopping ships what is left, and does not wait for a sink that hangs', async () => {
  const { journal, shipper } = start({ delayMs: 60_000 });
  await append(journal, 0, 3);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await shipper.close(5_000);
  expect(arrived()).toEqual([0, 1, 2]);
  closers.length = 0;
  await journal.close();
  answer = () => {};
  const hanging = start();
  await append(hanging.journal, 3, 4);
  await hanging.shipper.close(100);
});
