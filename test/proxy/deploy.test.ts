// The deployment's files say what is true: the Kubernetes example is a valid configuration with a policy that works, its probes exist, and
// the Dockerfile copies what is there.
import { expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { healthRoutes } from '../../proxy/admin/routes/health.ts';
import { parseConfig } from '../../proxy/config/config.ts';
import { openGatePolicy } from '../../proxy/decision/policy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly {
          readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
          readonly [probe: string]: unknown;
        }[];
      };
    };
  };
}

const manifests = parseAllDocuments(read('docs/kubernetes.yaml')).map((each) => each.toJS() as Manifest);
const find = (kind: string, name = 'regate'): Manifest =>
  manifests.find((each) => each.kind === kind && each.metadata.name === name)!;

test('the configuration is valid, and agrees with the pod', () => {
  const directory = mkdtempSync(join(tmpdir(), 'regate-deploy-'));
  const secrets = {
    'shop-token': 'a',
    'store-url': 'postgres://db/regate',
    'session-secret': 's'.repeat(32),
    'log-token': 'b',
  };
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(directory, name), text);
  const text = find('ConfigMap').data['gate.yaml']!.replaceAll('/run/secrets/regate', directory);
  const config = parseConfig(text, join(directory, 'gate.yaml'), {});
  const { containers, terminationGracePeriodSeconds } = find('Deployment').spec.template.spec;
  const [container] = containers;
  expect(container!.ports.map(({ containerPort }) => containerPort)).toEqual([config.listen.port, config.admin!.port]);
  const { delayMs, timeoutMs } = config.operations.drain;
  expect(terminationGracePeriodSeconds * 1000).toBeGreaterThan(delayMs + timeoutMs + 3_000);
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { httpGet } = container![probe] as { httpGet: { path: string; port: string } };
    expect(httpGet.port).toBe('admin');
    expect(healthRoutes.find(({ path }) => path === httpGet.path)).toMatchObject({ access: 'open' });
  }
});

test('a ConfigMap of policies is read, and taken up when it is swapped', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'regate-configmap-'));
  const { data } = find('ConfigMap', 'regate-policies');
  // As the kubelet lays it out: names link into ..data, which is swapped as a whole.
  const put = (version: string, text: string): void => {
    mkdirSync(join(directory, version));
    writeFileSync(join(directory, version, 'gateway.rego'), text);
    symlinkSync(version, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  };
  put('..1', data['gateway.rego']!);
  symlinkSync(join('..data', 'gateway.rego'), join(directory, 'gateway.rego'));
  const opened = await openGatePolicy(
    { bundles: [{ name: 'policy', source: { kind: 'directory', directory } }] },
    { policyMemoryPages: 1024, policyTimeoutMs: 500 },
    () => {},
  );
  const decide = (tool: string): unknown => {
    const input = { identity: { groups: ['support'] }, mcp: { method: 'tools/call', tool } };
    return JSON.parse(
      Buffer.from(opened.current!.policy.evaluateJson('gateway/decision', JSON.stringify(input))!).toString(),
    );
  };
  try {
    expect(decide('get_customer')).toEqual({ action: 'allow', mask: { response: ['$..card_number'] } });
    expect(decide('refund')).toMatchObject({ action: 'deny' });
    const first = opened.current!.revision;
    put('..2', data['gateway.rego']!.replace('"get_customer"', '"refund"'));
    const end = Date.now() + 20_000;
    while (opened.current!.revision === first && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(decide('refund')).toMatchObject({ action: 'allow' });
  } finally {
    await opened.close();
  }
});

test('the Dockerfile copies what is there, keeps what it needs, and runs without root', () => {
  const text = read('Dockerfile');
  const copied = [...text.matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm)].flatMap(([, names]) => names!.split(' '));
  const made = ['.', 'dist', 'node_modules'];
  for (const name of copied.map((each) => each.replace('/src/', '')))
    if (!made.includes(name)) expect([name, existsSync(join(root, name))]).toEqual([name, true]);
  const ignored = read('.dockerignore').split('\n').filter(Boolean);
  for (const needed of ['cli', 'engine', 'bundles', 'proxy', 'policies', 'scripts', 'package.json', 'LICENSE'])
    expect(ignored).not.toContain(needed);
  expect(text.match(/^FROM /gm)).toHaveLength(2);
  expect(text.indexOf('USER 10001')).toBeGreaterThan(text.lastIndexOf('RUN '));
});
