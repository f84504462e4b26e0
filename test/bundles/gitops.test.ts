// docs/gitops.md as it is written: its steps run in order, and its configuration brings what they publish in force.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readPolicySource } from '../../bundles/source-settings.ts';
import { ObjectReader } from '../../proxy/config/reader.ts';
import { observe } from './observe.ts';
import { bytes, folderWith } from './opa.ts';

const text = readFileSync('docs/gitops.md', 'utf8');
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map((match) => match[1]!);

const POLICY = `package gateway

default decision := {"action": "deny"}

decision := {"action": "allow"} if input.user in data.staff
`;
const TESTS = `package gateway_test

test_staff if data.gateway.decision.action == "allow" with input as {"user": "ada"} with data.staff as ["ada"]

test_others if data.gateway.decision.action == "deny" with input as {"user": "eve"} with data.staff as ["ada"]
`;

/** A store that takes PUT from whoever has the token, and serves with an ETag. */
const stored = new Map<string, { readonly body: Buffer; readonly etag: string }>();
const store = createServer((request, response) => {
  const path = request.url ?? '';
  const found = stored.get(path);
  if (request.method === 'PUT') {
    if (request.headers.authorization !== 'Bearer t0ken') return response.writeHead(401).end();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      stored.set(path, { body: Buffer.concat(chunks), etag: `"${stored.size + Math.random()}"` });
      response.writeHead(201).end();
    });
    return undefined;
  }
  if (found === undefined) return response.writeHead(404).end();
  if (request.headers['if-none-match'] === found.etag) return response.writeHead(304).end();
  return response.writeHead(200, { etag: found.etag }).end(found.body);
});
afterAll(() => void store.close());

const hasTools = ((): boolean => {
  try {
    for (const [tool, flag] of [
      ['openssl', 'version'],
      ['curl', '--version'],
      ['bash', '--version'],
    ] as const)
      execFileSync(tool, [flag], { stdio: 'pipe' });
    return true;
  } catch {
    process.stderr.write('skipped: docs/gitops.md (it needs openssl, curl and bash)\n');
    return false;
  }
})();

(hasTools ? test : test.skip)(
  'the steps work as they are written',
  async () => {
    await new Promise<void>((ready) => store.listen(0, '127.0.0.1', ready));
    const origin = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
    const regate = `#!/bin/sh
exec ${process.execPath} --disable-warning=ExperimentalWarning ${resolve('test/bundles/regate.ts')} "$@"
`;
    const folder = folderWith({
      'bin/regate': regate,
      'policies/gateway.rego': POLICY,
      'policies/gateway_test.rego': TESTS,
      'policies/data.json': '{"staff": ["ada"]}\n',
    });
    chmodSync(join(folder, 'bin/regate'), 0o755);
    const run = (steps: readonly string[], revision: string): Promise<string> => {
      const env = {
        ...process.env,
        PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
        CI_COMMIT: revision,
        STORE: origin,
        STORE_TOKEN: 't0ken',
      };
      const shell = spawn('bash', ['-euo', 'pipefail', '-c', steps.join('\n')], { cwd: folder, env, stdio: 'pipe' });
      let output = '';
      for (const stream of [shell.stdout, shell.stderr])
        stream.on('data', (chunk: Buffer) => (output += String(chunk)));
      return new Promise((done, fail) =>
        shell.on('close', (code) => (code === 0 ? done(output) : fail(new Error(`exit code ${code}: ${output}`)))),
      );
    };
    const [keys, ...steps] = blocks('sh');
    expect(steps).toHaveLength(3);
    await run([keys!, ...steps], 'c1');

    const faults: string[] = [];
    const [settings] = blocks('yaml');
    const { policy: written } = parse(settings!.replace('http://127.0.0.1:8000', origin)) as { policy: unknown };
    const reader = new ObjectReader(written, 'policy', {
      faults,
      directory: folder,
      env: {},
      sources: [],
    });
    const config = readPolicySource(reader);
    reader.end();
    expect(faults).toEqual([]);
    const { source } = observe({ ...config, evaluation: { entrypoints: ['gateway/decision'] } });
    const policy = await source.ready;
    const decide = (user: string): unknown =>
      JSON.parse(
        new TextDecoder().decode(source.current!.evaluateJson('gateway/decision', bytes(JSON.stringify({ user })))),
      );
    expect([policy.revisions, decide('ada'), decide('eve')]).toEqual([
      { authz: 'c1' },
      { action: 'allow' },
      { action: 'deny' },
    ]);

    // The next change: the reviewer sees what it is, the gate takes it.
    const output = await run([`echo '{"staff": ["ada", "eve"]}' > policies/data.json`, ...steps], 'c2');
    expect(output).toContain('revision: "c1" -> "c2"\ndata:\n  ~ /staff: ["ada"] -> ["ada","eve"]\n');
    await source.refresh();
    expect([source.current!.revisions, decide('eve')]).toEqual([{ authz: 'c2' }, { action: 'allow' }]);

    // A change that is not tested well enough is not published.
    const untested = `echo 'package more

x := 1 if input.a

y := 2 if input.b

z := 3 if input.c

v := 4 if input.d' > policies/more.rego`;
    await expect(run([untested, ...steps], 'c3')).rejects.toThrow(/exit code 2/);
    await source.refresh();
    expect(source.current!.revisions).toEqual({ authz: 'c2' });
  },
  60_000,
);
