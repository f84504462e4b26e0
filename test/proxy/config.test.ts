// Configurations: what is read, and that every fault is reported at once with its path.
import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../proxy/config/reader.ts';
import { parseConfig } from '../../proxy/config/config.ts';
import type { DirectorySource } from '../../bundles/source-config.ts';
import { type LoadedPolicy, openGatePolicy } from '../../proxy/decision/policy.ts';

const GOOD = `
policy: {directory: policies}
issuers: [{issuer: "https://idp.example", audience: me}]
decisionLog: {stdout: true}
connections:
  - {name: a, kind: mcp, path: /mcp/a, upstream: "https://a.example/mcp", credential: {kind: bearer, token: {env: TOKEN}}}
`;

function faults(text: string): readonly string[] {
  try {
    parseConfig(text, '/etc/gate/gate.yaml', { TOKEN: 't', LINES: 'a\nb' });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

describe('configuration', () => {
  test('with what is not said', () => {
    const config = parseConfig(GOOD, '/etc/gate/gate.yaml', { TOKEN: 't' });
    expect(config.policy.bundles[0]!.source).toEqual({ kind: 'directory', directory: '/etc/gate/policies' });
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.issuers[0]).toEqual({
      issuer: 'https://idp.example',
      audience: ['me'],
      algorithms: ['RS256', 'ES256'],
      typ: ['at+jwt'],
      clockToleranceSeconds: 5,
      claims: {
        subject: ['sub'],
        clientId: ['client_id', 'azp', 'cid'],
        scopes: ['scope', 'scp'],
        groups: ['groups'],
        tokenId: ['jti'],
      },
      requiredClaims: {},
      clients: [],
      jwksCacheSeconds: 600,
      isUnlisted: false,
    });
    expect(config.connections[0]).toMatchObject({
      credential: { kind: 'bearer', token: 't' },
      resource: 'http://127.0.0.1:8080/mcp/a',
    });
  });

  test('all faults at once', () => {
    const text = `
listen: {port: 70000, hots: x}
publicUrl: http://gate.example
issuers:
  - {issuer: "http://idp.example", audience: [], algorithms: [HS256, none]}
  - {issuer: "https://idp.example", audience: me, typ: null}
decisionLog: {file: a, stdout: true, mask: [/labels]}
connections:
  - {name: A b, kind: grpc, path: mcp, upstream: "ftp://x", credential: {kind: bearer, token: s3cret}}
  - {name: b, kind: http, path: /b/../c, upstream: "http://u:p@x/", credential: {kind: header, name: X-Key, value: {env: MISSING}}}
  - {name: b, kind: http, path: /b, upstream: "http://x", forwardHeaders: [authorization, x_y, x-user]}
  - {name: c, kind: http, path: /b, upstream: "http://x", credential: {kind: bearer, token: {env: LINES}}}
approvals: {elicitation: {url: "https://x.example/{id}"}}
extra: 1
`;
    const found = faults(text);
    expect(found.map((fault) => fault.split(':')[0]).sort()).toEqual(
      [
        'listen.port',
        'listen.hots',
        'publicUrl',
        'policy',
        'issuers[0].issuer',
        'issuers[0].audience',
        'issuers[0].algorithms[0]',
        'issuers[0].algorithms[1]',
        'decisionLog',
        'decisionLog.mask[0]',
        'connections[0].name',
        'connections[0].kind',
        'connections[0].path',
        'connections[0].upstream',
        'connections[0].credential.token',
        'connections[1].path',
        'connections[1].upstream',
        'connections[1].credential.name',
        'connections[1].credential.value',
        'connections[2].credential',
        'connections[2].forwardHeaders[0]',
        'connections[2].forwardHeaders[1]',
        'connections[2].forwardHeaders[2]',
        'connections[2].name',
        'connections[3].credential.token',
        'connections[3].path',
        'approvals.elicitation.url',
        'extra',
      ].sort(),
    );
    expect(found.join('\n')).not.toContain('s3cret');
  });

  test('no YAML', () => expect(faults('a: [')[0]).toContain('Flow sequence'));
  test('a key twice', () => expect(faults(`${GOOD}\npolicy: {directory: other}`)[0]).toContain('unique'));
  test('no mapping', () => expect(faults('- a')[0]).toBe('the document: has to be a mapping'));
  test('what is missing as a whole is said once', () =>
    expect(faults('listen: {port: 1}')).toEqual([
      'policy: is missing',
      'connections: is missing',
      'issuers: is missing',
      'decisionLog: is missing',
    ]));

  test("a mount at the gate's own host", () =>
    expect(faults(GOOD.replace('kind: mcp,', 'kind: mcp, host: 127.0.0.1,'))).toEqual([
      "connections[0].host: is the gate's own; leave it out",
    ]));

  test('administration for everybody', () =>
    expect(faults(`${GOOD}\nadmin: {port: 1}`)).toEqual([
      'admin: has to say who may use it, by requiredScopes or groups',
    ]));

  test('faults say where they are, and what may have been meant', () => {
    const text = `${GOOD.replace('kind: mcp,', 'kind: mpc,')}
limits:
  bodyBytes: -1
  bodyTimeoutms: 5
`;
    try {
      parseConfig(text, 'gate.yaml', { TOKEN: 't' });
      throw new Error('it is read');
    } catch (error) {
      expect((error as Error).message.split('\n')).toEqual([
        'gate.yaml is not a valid configuration:',
        '  line 6: connections[0].kind: has to be one of mcp, http',
        expect.stringMatching(/^ {2}line 9: limits\.bodyBytes: has to be an integer from 1 to /),
        '  line 10: limits.bodyTimeoutms: is not a setting; perhaps bodyTimeoutMs',
      ]);
    }
  });

  test('a log that goes nowhere', () => {
    expect(faults(GOOD.replace('stdout: true', 'stdout: false'))).toEqual([
      'decisionLog.stdout: has to be true, or absent',
    ]);
    expect(faults(GOOD.replace('stdout: true', ''))).toEqual(['decisionLog: needs either file or stdout']);
  });
});

test('settings of running a gate are checked as strictly as all others', () => {
  const log = (text: string): string => GOOD.replace('decisionLog: {stdout: true}', `decisionLog: {${text}}`);
  expect(faults(log('stdout: true, ship: {url: "https://logs.example"}'))).toEqual([
    'decisionLog.ship: needs file: the file is the queue',
  ]);
  const wrong =
    'file: a, durability: safe, rotation: {bytes: 1, days: 1}, retention: {files: 0}, ship: {url: "ftp://x", resource: logs}';
  expect(faults(log(wrong)).map((fault) => fault.split(':')[0])).toEqual([
    'decisionLog.durability',
    'decisionLog.rotation.bytes',
    'decisionLog.retention.files',
    'decisionLog.rotation.days',
    'decisionLog.ship.url',
    'decisionLog.ship.resource',
  ]);
  const more =
    'dryRun: yes\nlogging: {level: loud}\nmetrics: {open: no}\ntracing: {samplePercent: 101}\ndrain: {timeoutMs: -1, delay: 1}\n';
  expect(
    faults(`${GOOD}\n${more}`)
      .map((fault) => fault.split(':')[0])
      .sort(),
  ).toEqual([
    'drain.delay',
    'drain.timeoutMs',
    'dryRun',
    'logging.level',
    'metrics.open',
    'tracing.samplePercent',
    'tracing.url',
  ]);
});

describe('policies', () => {
  const load = async (files: Readonly<Record<string, string>>): Promise<LoadedPolicy> => {
    const directory = mkdtempSync(join(tmpdir(), 'regate-policy-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    const source: DirectorySource = { kind: 'directory', directory };
    const limits = { policyMemoryPages: 1024, policyTimeoutMs: 500 };
    const opened = await openGatePolicy({ bundles: [{ name: 'policy', source }] }, limits, () => {});
    await opened.close();
    return opened.current!;
  };
  const rule = 'package gateway\n\ndecision := {"action": data.lib.names[0]}\n';

  test('with data rooted by folders', async () => {
    const { policy } = await load({
      'p.rego': rule,
      'lib/data.json': '{"names": ["allow"]}',
      'lib/more/data.yaml': 'x: 1',
    });
    expect(Buffer.from(policy.evaluateJson('gateway/decision')!).toString()).toBe('{"action":"allow"}');
  });
  test('say the same for the same files', async () => {
    const [a, b, c] = await Promise.all([
      load({ 'p.rego': rule }),
      load({ 'p.rego': rule }),
      load({ 'p.rego': `${rule}\n` }),
    ]);
    expect(a.revision).toBe(b.revision);
    expect(a.revision).not.toBe(c.revision);
  });
  test.each([
    ['faulty Rego', { 'p.rego': 'package gateway\n\ndecision := x\n' }, /rego_unsafe_var_error/],
    ['nothing', {}, /there is no rule for the entry point/],
    ['no decision', { 'p.rego': 'package other\n\ndecision := 1\n' }, /there is no rule for the entry point/],
    ['faulty data', { 'p.rego': rule, 'data.json': '{' }, /data\.json/],
    [
      'the same data twice',
      { 'p.rego': rule, 'data.json': '{"a": 1}', 'data.yaml': 'a: 2' },
      /another file has a value/,
    ],
  ])('with %s', async (_, files, message) => {
    await expect(load(files as Record<string, string>)).rejects.toThrow(message);
  });
});
