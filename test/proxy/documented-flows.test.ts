// The flows of docs/okta.md and docs/workload-identity.md as they stand there: configurations, programs and commands are taken out of the pages and
// run, with issuers of the same shapes on loopback.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { parseConfig } from '../../proxy/config/config.ts';
import { openGate } from '../../proxy/gate.ts';
import { listen, type Listener } from '../../proxy/listen.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';

const page = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8');
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1]!);

interface Flow {
  readonly url: string;
  readonly directory: string;
  /** What the upstream was asked with. */
  readonly seen: IncomingMessage['headers'][];
  identity(): Record<string, unknown> | null;
  close(): Promise<void>;
}

/** A gate by a page's configuration, in which names of the world are replaced by those of the test. */
async function start(settings: string, replaced: Readonly<Record<string, string>>, policy: string): Promise<Flow> {
  const directory = mkdtempSync(join(tmpdir(), 'regate-flow-'));
  mkdirSync(join(directory, 'policies'));
  writeFileSync(join(directory, 'policies', 'gateway.rego'), policy);
  const seen: IncomingMessage['headers'][] = [];
  const upstream = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on('end', () => {
      const body = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'found' }] } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const all = {
    ...replaced,
    'https://shop.internal.example': at,
    'https://deploy.internal.example': at,
    'host: 0.0.0.0, port: 8080': 'port: 0',
  };
  let text = settings;
  for (const [from, to] of Object.entries(all)) {
    if (from.startsWith('https://shop') || from.startsWith('https://deploy') || text.includes(from))
      text = text.replaceAll(from, to);
    else throw new Error(`${from} is not on the page`);
  }
  const gate = await openGate(parseConfig(text, join(directory, 'gate.yaml'), {}), () => {});
  const listener: Listener = await listen(gate);
  return {
    url: `http://127.0.0.1:${listener.port}`,
    directory,
    seen,
    identity() {
      const line = readFileSync(join(directory, 'decisions.jsonl'), 'utf8').trim().split('\n').at(-1)!;
      return (JSON.parse(line) as { input: { identity: Record<string, unknown> | null } }).input.identity;
    },
    async close() {
      await listener.close();
      upstream.closeAllConnections();
      await new Promise((resolve) => upstream.close(resolve));
    },
  };
}

/** Standard output of a program or a shell's commands. Not synchronous: what it talks to is in this process. */
function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH!, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.once('close', () => resolve(text)));
}

describe('Okta', () => {
  const text = page('okta.md');
  const keys = {
    '0oaagent': generateKeyPairSync('rsa', { modulusLength: 2048 }),
    '0oagate': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
  const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }) as string;
  let okta: AuthorizationServer;
  let flow: Flow;
  const kids = mkdtempSync(join(tmpdir(), 'regate-okta-'));

  beforeAll(async () => {
    writeFileSync(join(kids, 'agent.pem'), pem(keys['0oaagent'].privateKey));
    writeFileSync(join(kids, 'gate.pem'), pem(keys['0oagate'].privateKey));
    okta = await startAuthorizationServer('/oauth2/aus9o8', 'oidc', {}, '/v1');
    okta.addKey('okta-1', true, 'rsa');
    // As Okta does: the assertion's audience is the token endpoint, the token has neither typ nor client_id nor scope.
    okta.onToken = async (form) => {
      const assertion = form.get('client_assertion')!;
      const id = decodeJwt(assertion).sub as keyof typeof keys;
      await jwtVerify(assertion, keys[id].publicKey, {
        issuer: id,
        subject: id,
        audience: `${okta.issuer}/v1/token`,
        algorithms: ['RS256'],
        maxTokenAge: 60,
      });
      const scp = form.get('scope')!.split(' ');
      const aud = id === '0oagate' ? 'https://shop.internal.example' : 'https://gate.example';
      const token = await okta.sign({ ver: 1, jti: 'AT.1', cid: id, sub: id, scp, aud }, {}, 'okta-1');
      return { body: { access_token: token, token_type: 'Bearer', expires_in: 300, scope: scp.join(' ') } };
    };
    flow = await start(
      blocks(text, 'yaml')[0]!,
      { 'https://acme.okta.com/oauth2/aus9o8': okta.issuer, 'gate.pem': join(kids, 'gate.pem') },
      `package gateway

default decision := {"action": "deny"}

decision := {"action": "allow"} if {
	input.mcp.tool == "find"
	"shop.use" in input.identity.scopes
}
`,
    );
    writeFileSync(join(flow.directory, 'agent.mjs'), blocks(text, 'js')[0]!);
  });
  afterAll(async () => {
    await flow.close();
    await okta.close();
  });

  const agent = (): Promise<string> =>
    run(process.execPath, [join(flow.directory, 'agent.mjs')], {
      ISSUER: okta.issuer,
      CLIENT_ID: '0oaagent',
      KEY_ID: 'agent-1',
      KEY_FILE: join(kids, 'agent.pem'),
      SERVER: `${flow.url}/mcp/shop`,
    });

  test('from the key to the call, and the gate by its own key', async () => {
    expect(await agent()).toMatch(/^200 .*"text":"found"/);
    const { claims: _, ...identity } = flow.identity()!;
    const documented = JSON.parse(blocks(text, 'json')[0]!.replace('https://acme.okta.com/oauth2/aus9o8', okta.issuer));
    expect(identity).toEqual(documented);
    const upstream = flow.seen.at(-1)!.authorization!.slice('Bearer '.length);
    expect(decodeJwt(upstream)).toMatchObject({ cid: '0oagate', scp: ['shop.upstream'] });
    expect(decodeProtectedHeader(upstream)).toEqual({ alg: 'RS256', kid: 'okta-1' });
  });
  test('over a change of keys', async () => {
    okta.addKey('okta-2', true, 'rsa');
    const { onToken } = okta;
    okta.onToken = async (form, headers) => {
      const { body } = (await onToken(form, headers)) as { body: { access_token: string } };
      const claims = decodeJwt(body.access_token);
      return { body: { ...body, access_token: await okta.sign(claims, {}, 'okta-2') } };
    };
    expect(await agent()).toMatch(/^200 /);
  });
});

describe('workloads', () => {
  const text = page('workload-identity.md');
  const [kubernetesCall, githubCall, spiffeCall] = blocks(text, 'sh');
  let cluster: AuthorizationServer;
  let github: AuthorizationServer;
  let spire: AuthorizationServer;
  let flow: Flow;
  const files = mkdtempSync(join(tmpdir(), 'regate-workload-'));

  beforeAll(async () => {
    cluster = await startAuthorizationServer();
    github = await startAuthorizationServer();
    spire = await startAuthorizationServer();
    cluster.addKey('rsa', true, 'rsa');
    github.addKey('rsa', true, 'rsa');
    // An authority that signs nothing here: the issuers are on loopback.
    writeFileSync(join(files, 'ca.crt'), '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n');
    writeFileSync(join(files, 'token'), 'gates-own-token\n');
    flow = await start(
      blocks(text, 'yaml')[0]!,
      {
        'https://kubernetes.default.svc.cluster.local': cluster.issuer,
        'https://token.actions.githubusercontent.com': github.issuer,
        'https://oidc.spire.example': spire.issuer,
        '/var/run/secrets/kubernetes.io/serviceaccount': files,
      },
      `package gateway

default decision := {"action": "deny"}

decision := {"action": "allow"} if "agents" in input.identity.groups
decision := {"action": "allow"} if "acme/site" in input.identity.groups
decision := {"action": "allow"} if input.identity.subject == "spiffe://prod.example/deployer"
`,
    );
  });
  afterAll(async () => {
    await flow.close();
    await Promise.all([cluster, github, spire].map((each) => each.close()));
  });

  const sh = (script: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
    run('sh', ['-c', script], { GATE: flow.url, ...env });

  test('Kubernetes: a projected token out of its file, as it is at each call', async () => {
    const file = join(files, 'projected');
    const script = kubernetesCall!.replace('/var/run/secrets/gate/token', file);
    const claims = {
      aud: ['https://gate.example'],
      sub: 'system:serviceaccount:agents:deployer',
      jti: 'k1',
      'kubernetes.io': { namespace: 'agents', serviceaccount: { name: 'deployer', uid: 'u' } },
    };
    writeFileSync(file, `${await cluster.sign(claims, {}, 'rsa')}\n`);
    expect(await sh(script)).toContain('found');
    expect(flow.identity()).toMatchObject({ subject: claims.sub, client_id: null, groups: ['agents'], token_id: 'k1' });
    expect(cluster.asked.every(({ headers }) => headers.authorization === 'Bearer gates-own-token')).toBe(true);
    writeFileSync(file, await cluster.sign({ ...claims, jti: 'k2' }, {}, 'rsa'));
    expect(await sh(script)).toContain('found');
    expect(flow.identity()).toMatchObject({ token_id: 'k2' });
    for (const wrong of [
      { sub: 'system:serviceaccount:other:deployer' },
      { aud: ['https://kubernetes.default.svc'] },
    ]) {
      writeFileSync(file, await cluster.sign({ ...claims, ...wrong }, {}, 'rsa'));
      expect(await sh(script)).toContain('invalid_token');
    }
  });

  test('GitHub Actions: a token that the runner gives', async () => {
    let claims: Record<string, unknown> = {
      sub: 'repo:acme/site:ref:refs/heads/main',
      repository: 'acme/site',
      repository_owner_id: '1234567',
      ref: 'refs/heads/main',
      jti: 'g1',
    };
    const runner = createServer(async (request, response) => {
      const asked = new URL(request.url!, 'http://x').searchParams.get('audience')!;
      const isJob = request.headers.authorization === 'bearer job';
      const value = isJob ? await github.sign({ ...claims, aud: asked }, { typ: 'JWT' }, 'rsa') : '';
      response.end(JSON.stringify({ count: 1, value }));
    });
    await new Promise<void>((resolve) => runner.listen(0, '127.0.0.1', resolve));
    try {
      const env = {
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job',
        ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(runner.address() as AddressInfo).port}/token?api-version=2.0`,
      };
      expect(await sh(githubCall!, env)).toContain('found');
      expect(flow.identity()).toMatchObject({ subject: claims.sub, groups: ['acme/site'], token_id: 'g1' });
      // Anybody in the world gets a token for our audience; that he is not ours is what is checked.
      const ours = claims;
      for (const wrong of [{ repository_owner_id: '666' }, { ref: 'refs/pull/1/merge' }]) {
        claims = { ...ours, ...wrong };
        expect(await sh(githubCall!, env)).toContain('invalid_token');
      }
    } finally {
      runner.closeAllConnections();
      await new Promise((resolve) => runner.close(resolve));
    }
  });

  test.each([{ typ: 'JWT' }, { typ: 'JOSE' }, {}])('SPIFFE: an SVID out of the workload API, %j', async (header) => {
    const claims = { sub: 'spiffe://prod.example/deployer', aud: ['https://gate.example'] };
    const agent = async (token: string): Promise<string> => {
      const bin = mkdtempSync(join(tmpdir(), 'regate-spire-'));
      writeFileSync(
        join(bin, 'spire-agent'),
        `#!/bin/sh\nprintf '[{"svids":[{"spiffe_id":"x","svid":"%s"}]}]' '${token}'\n`,
      );
      chmodSync(join(bin, 'spire-agent'), 0o755);
      return sh(spiffeCall!, { PATH: `${bin}:${process.env.PATH}` });
    };
    expect(await agent(await spire.sign(claims, header))).toContain('found');
    expect(flow.identity()).toMatchObject({ subject: claims.sub });
    expect(await agent(await spire.sign({ ...claims, sub: 'spiffe://test.example/deployer' }, header))).toContain(
      'invalid_token',
    );
  });

  test('no client is sent to them for a token', async () => {
    const answer = await fetch(`${flow.url}/.well-known/oauth-protected-resource/deploy`);
    // RFC 9728 section 3.2: what has no values is left out.
    expect(await answer.json()).not.toHaveProperty('authorization_servers');
  });
});
