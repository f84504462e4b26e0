// Listeners that end TLS themselves: traffic and administration, WebSockets, clients that have to show a certificate, certificates
// that are renewed while the gate runs.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { parseConfig } from '../../proxy/config/config.ts';
import { ConfigReloader } from '../../proxy/config/reload.ts';
import { makeCertificate } from './certificates.ts';
import { startWorld, toolCall, type World } from './harness.ts';

const POLICY = { 'gateway.rego': 'package gateway\n\ndecision := {"action": "allow"}\n' };
const directory = mkdtempSync(join(tmpdir(), 'regate-listen-tls-'));
const file = (name: string): string => join(directory, name);
const pem = (name: string): Buffer => readFileSync(file(name));

beforeAll(() => {
  for (const name of ['first', 'second']) makeCertificate(directory, name, name, 'gate.example');
  makeCertificate(directory, 'client', 'ingress');
  makeCertificate(directory, 'stranger', 'stranger');
});

interface Reply {
  readonly status: number;
  readonly body: string;
  /** Of the server's certificate. */
  readonly subject: string;
}

interface Client {
  readonly ca: string;
  readonly certificate?: string;
  readonly version?: 'TLSv1.1' | 'TLSv1.3';
}

function ask(url: string, headers: Readonly<Record<string, string>>, client: Client, body?: string): Promise<Reply> {
  const { ca, certificate, version } = client;
  return new Promise((resolve, reject) => {
    const options = {
      method: body === undefined ? 'GET' : 'POST',
      headers: { host: 'gate.example', ...headers },
      agent: false as const,
      ca: pem(ca),
      servername: 'gate.example',
      ...(certificate !== undefined && { cert: pem(`${certificate}.pem`), key: pem(`${certificate}.key`) }),
      ...(version !== undefined && { minVersion: version, maxVersion: version }),
    };
    request(url, options, (answer) => {
      const subject = String((answer.socket as TLSSocket).getPeerCertificate().subject.CN);
      let text = '';
      answer.on('data', (chunk) => (text += String(chunk)));
      answer.on('end', () => resolve({ status: answer.statusCode!, body: text, subject }));
    })
      .on('error', reject)
      .end(body);
  });
}

describe('a listener with a certificate', () => {
  let world: World;
  let current: string;
  beforeAll(async () => {
    current = mkdtempSync(join(tmpdir(), 'regate-current-'));
    install('first');
    const tls = `tls: {certificate: "${join(current, 'gate.pem')}", key: {file: "${join(current, 'gate.key')}"}}`;
    world = await startWorld({
      policy: POLICY,
      listen: tls,
      settings: `admin: {port: 0, requiredScopes: [admin], ${tls}}`,
      connectionsFor: (upstream) =>
        `  - {name: files, kind: http, inspection: headers, path: /files, upstream: "${upstream}", credential: {kind: none}}`,
    });
  });
  afterAll(() => world.close());

  function install(name: string): void {
    for (const end of ['pem', 'key']) copyFileSync(file(`${name}.${end}`), join(current, `gate.${end}`));
  }

  const call = async (ca = 'first.pem'): Promise<Reply> =>
    ask(
      `${world.url}/mcp/tools`,
      {
        authorization: `Bearer ${await world.token()}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      { ca },
      JSON.stringify(toolCall('free')),
    );

  test('serves traffic and administration, and nothing in the clear', async () => {
    expect(world.url).toMatch(/^https:/);
    expect(await call()).toMatchObject({ status: 200, subject: 'first' });
    expect(await ask(`${world.adminUrl}/health`, {}, { ca: 'first.pem' })).toMatchObject({ status: 200 });
    const plain = await new Promise<string>((resolve) => {
      const socket = connectPlain(Number(new URL(world.url).port), '127.0.0.1');
      let text = '';
      socket
        .on('data', (chunk) => (text += chunk.toString('latin1')))
        .on('close', () => resolve(text))
        .on('error', () => {});
      socket.write('GET /mcp/tools HTTP/1.1\r\nhost: gate.example\r\n\r\n');
    });
    expect(plain).not.toContain('HTTP/1.1 2');
    expect(plain).not.toContain('decision_id');
  });

  test('is not spoken to in old versions, nor by who trusts another authority', async () => {
    await expect(ask(`${world.url}/`, {}, { ca: 'first.pem', version: 'TLSv1.1' })).rejects.toThrow();
    await expect(call('second.pem')).rejects.toThrow('self-signed certificate');
  });

  test('opens WebSockets through the encryption', async () => {
    const token = await world.token();
    const socket = connect({
      port: Number(new URL(world.url).port),
      host: '127.0.0.1',
      ca: pem('first.pem'),
      servername: 'gate.example',
    });
    const answer = new Promise<string>((resolve, reject) => {
      socket.on('error', reject).once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    socket.write(
      `GET /files/x HTTP/1.1\r\nhost: gate.example\r\nauthorization: Bearer ${token}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    // The upstream of this test knows no WebSockets, which is said in HTTP.
    expect(await answer).toContain('upstream_answer_refused');
    socket.destroy();
  });

  test('takes a renewed certificate without a restart, and keeps the old one when the new one is broken', async () => {
    const reloader = new ConfigReloader(world.gate, () =>
      parseConfig(readFileSync(world.configFile, 'utf8'), world.configFile, { UPSTREAM: 'x' }),
    );
    install('second');
    expect(reloader.reload()?.changed).toEqual(expect.arrayContaining(['listen', 'admin']));
    expect(await call('second.pem')).toMatchObject({ status: 200, subject: 'second' });
    expect(await ask(`${world.adminUrl}/health`, {}, { ca: 'second.pem' })).toMatchObject({ subject: 'second' });
    copyFileSync(file('first.pem'), join(current, 'gate.pem'));
    expect(reloader.reload()).toBeUndefined();
    expect(world.reports.at(-1)).toContain('certificate and key do not belong together');
    expect(await call('second.pem')).toMatchObject({ status: 200, subject: 'second' });
    await reloader.close();
  });
});

test('clients without a certificate of the given authority get nothing', async () => {
  const world = await startWorld({
    policy: POLICY,
    listen: `tls: {certificate: "${file('first.pem')}", key: {file: "${file('first.key')}"}, clientCa: "${file('client.pem')}"}`,
  });
  const url = `${world.url}/.well-known/oauth-protected-resource/mcp/tools`;
  try {
    expect(await ask(url, {}, { ca: 'first.pem', certificate: 'client' })).toMatchObject({ status: 200 });
    await expect(ask(url, {}, { ca: 'first.pem' })).rejects.toThrow();
    await expect(ask(url, {}, { ca: 'first.pem', certificate: 'stranger' })).rejects.toThrow();
  } finally {
    await world.close();
  }
});

test('faults are found when the configuration is read', () => {
  const read = (listen: string): string => {
    const text = `listen: {${listen}}\npolicy: {directory: .}\nissuers: []\nconnections: []\ndecisionLog: {stdout: true}\n`;
    try {
      parseConfig(text, join(directory, 'gate.yaml'), { EMPTY: '' });
      return 'valid';
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(read('tls: {certificate: first.pem, key: {file: second.key}}')).toContain(
    'listen.tls: certificate and key do not belong together',
  );
  expect(read('tls: {certificate: none.pem, key: {file: first.key}}')).toContain(
    'listen.tls.certificate: is no file in PEM',
  );
  expect(read('tls: {key: {file: first.key}}')).toContain('listen.tls.certificate: is missing');
  expect(read('tls: {certificate: first.pem, key: {env: EMPTY}}')).toContain(
    'listen.tls.key: the variable EMPTY is not set',
  );
  expect(read('tls: {certificate: first.pem, key: {file: first.key}, clientCa: first.key}')).toContain(
    'listen.tls.clientCa: holds no certificate',
  );
});
