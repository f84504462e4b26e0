// The commands on bundles against OPA's: each reads what the other has built, and says the same of it.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { readBundleArchive } from '../../bundles/bundle.ts';
import { loadBundle } from '../../bundles/load-bundle.ts';
import { describeWithOpa, folderWith, opa, opaFault } from './opa.ts';

const START = `import { main } from ${JSON.stringify(resolve('cli/main.ts'))}; await main(process.argv.slice(2));`;
const script = join(folderWith({ 'start.mjs': START }), 'start.mjs');

function regate(cwd: string, ...args: readonly string[]): { status: number; stdout: string; stderr: string } {
  const flags = ['--disable-warning=ExperimentalWarning', script, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { cwd, encoding: 'utf8', timeout: 10_000 });
  return { status: status ?? -1, stdout, stderr };
}

const FILES = {
  'src/.manifest': '{"revision": "r1", "roots": ["authz", "users", "lib"], "metadata": {"k": [1, "<"]}}',
  'src/authz.rego': `# METADATA
# title: Authz
# description: Who may what
package authz

import data.lib

# METADATA
# entrypoint: true
# title: Allow
# organizations:
# - Acme
default allow := false

allow if input.user == "ada"

allow if lib.known(input.user)
`,
  'src/lib/lib.rego': 'package lib\n\nknown(name) if count([u | some u in data.users.list; u == name]) > 0\n',
  'src/users/data.yaml': 'list: [bob, eve]\nn: 12345678901234567890\n',
};

describeWithOpa('commands on bundles, with OPA', () => {
  const decide = (folder: string, bundle: string, user: string): string => {
    const input = folderWith({ 'input.json': JSON.stringify({ user }) });
    return opa(folder, 'eval', '-b', bundle, '-i', join(input, 'input.json'), '-f', 'raw', 'data.authz.allow').trim();
  };

  test('what we build, OPA runs and describes as its own', () => {
    const folder = folderWith(FILES);
    for (const target of ['rego', 'wasm', 'plan']) {
      const args = ['build', '-b', 'src', '-t', target, '-e', 'authz/allow'];
      expect(regate(folder, ...args, '-o', 'ours.tar.gz')).toEqual({ status: 0, stdout: '', stderr: '' });
      opa(folder, ...args, '-o', 'theirs.tar.gz');
      for (const user of ['ada', 'bob', 'mallory'])
        expect([target, user, decide(folder, 'ours.tar.gz', user)]).toEqual([target, user, String(user !== 'mallory')]);
      const [ours, theirs] = ['ours', 'theirs'].map((name) =>
        readBundleArchive(readFileSync(join(folder, `${name}.tar.gz`))),
      );
      expect(ours!.manifest).toEqual(theirs!.manifest);
      expect(ours!.data).toEqual(theirs!.data);
      expect(ours!.modules.map(({ path }) => path).sort()).toEqual(theirs!.modules.map(({ path }) => path).sort());
    }
  });

  test('what OPA builds, we run', async () => {
    const folder = folderWith(FILES);
    for (const target of ['rego', 'wasm']) {
      opa(folder, 'build', '-b', 'src', '-t', target, '-e', 'authz/allow', '-o', 'b.tar.gz');
      const loaded = await loadBundle(readBundleArchive(readFileSync(join(folder, 'b.tar.gz'))));
      const policy = loaded.policy('authz/allow')!;
      expect(['ada', 'bob', 'mallory'].map((user) => policy.evaluate('authz/allow', { user }))).toEqual([
        true,
        true,
        false,
      ]);
      const { stdout } = regate(folder, 'eval', '-b', 'b.tar.gz', '-f', 'raw', 'data.authz.allow');
      expect([target, stdout]).toEqual([target, 'false\n']);
    }
  });

  test('our module runs in the SDK', async () => {
    const folder = folderWith(FILES);
    regate(folder, 'build', '-b', 'src', '-t', 'wasm', '-e', 'authz/allow');
    const { wasm } = readBundleArchive(readFileSync(join(folder, 'bundle.tar.gz')));
    const policy = await loadPolicy(wasm[0]!.content as Uint8Array<ArrayBuffer>);
    policy.setData({ users: { list: ['bob'] } });
    expect(policy.evaluate({ user: 'bob' })).toEqual([{ result: true }]);
  });

  test('builds are the same bytes each time', () => {
    const folder = folderWith(FILES);
    const build = (): string => {
      regate(folder, 'build', '-b', 'src', '-t', 'wasm', '-e', 'authz/allow');
      return readFileSync(join(folder, 'bundle.tar.gz'), 'base64');
    };
    expect(build()).toBe(build());
  });

  test('inspect prints what OPA prints', () => {
    const folder = folderWith(FILES);
    opa(folder, 'build', '-b', 'src', '-o', 'rego.tar.gz', '--signing-alg', 'HS256', '--signing-key', 'secret');
    opa(folder, 'build', '-b', 'src', '-t', 'wasm', '-e', 'authz/allow', '-o', 'wasm.tar.gz');
    for (const path of ['rego.tar.gz', 'wasm.tar.gz', 'src', 'src/lib/lib.rego'])
      for (const flags of [[], ['-a'], ['-f', 'json'], ['-a', '-f', 'json']]) {
        const expected = opa(folder, 'inspect', ...flags, path);
        expect([path, flags, regate(folder, 'inspect', ...flags, path).stdout]).toEqual([path, flags, expected]);
      }
  }, 30_000);

  test('a signed build is accepted by both, a changed one by neither', () => {
    const folder = folderWith(FILES);
    execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'key.pem'], {
      cwd: folder,
      stdio: 'pipe',
    });
    execFileSync('openssl', ['pkey', '-in', 'key.pem', '-pubout', '-out', 'key.pub'], { cwd: folder, stdio: 'pipe' });
    expect(regate(folder, 'build', '-b', 'src', '--signing-key', 'key.pem', '-o', 'ours.tar.gz').status).toBe(0);
    opa(folder, 'build', '-b', 'src', '--signing-key', 'key.pem', '-o', 'theirs.tar.gz');
    for (const name of ['ours.tar.gz', 'theirs.tar.gz']) {
      const check = ['build', '-b', name, '--verification-key', 'key.pub', '-o', 'out.tar.gz'];
      expect([name, opaFault(folder, ...check)]).toEqual([name, undefined]);
      expect([name, regate(folder, ...check).stderr]).toEqual([name, '']);
      expect(regate(folder, 'verify', '--verification-key', 'key.pub', name).stdout).toContain('is good');
      const unchecked = regate(folder, 'build', '-b', name, '-o', 'out.tar.gz');
      expect([unchecked.status, unchecked.stderr]).toEqual([
        1,
        `error: load error: bundle ${name}: verification key not provided\n`,
      ]);
    }
    const unsigned = regate(folder, 'verify', '--verification-key', 'key.pub', 'src');
    expect([unsigned.status, unsigned.stderr]).toEqual([
      1,
      'error: bundle src: bundle missing .signatures.json file\n',
    ]);
    const asSecret = regate(folder, 'verify', '--signing-alg', 'HS256', '--verification-key', 'key.pub', 'ours.tar.gz');
    expect(asSecret.status).toBe(1);
  });

  test('faults in the words of OPA', () => {
    const folder = folderWith({ ...FILES, 'two/data.json': '{"x": 1}', 'three/data.json': '{}' });
    for (const args of [
      ['build', '-b', 'nowhere'],
      ['build', 'src/lib', '-t', 'wasm', '-e', 'authz/none'],
      ['build', 'src/lib', '-t', 'wasm'],
      ['build', 'src', '--signing-key', 'x', '--signing-alg', 'HS256'],
      ['build', '-b', 'src', '--signing-key', 'x'],
      ['sign', '-b', 'src', '--signing-key', 'x', '--signing-alg', 'foo'],
      ['inspect', 'nowhere'],
    ]) {
      const { status, stdout, stderr } = regate(folder, ...args);
      expect([args, status, stdout + stderr]).toEqual([args, 1, opaFault(folder, ...args)]);
    }
    expect(regate(folder, 'build', '-b', 'two', 'three').stderr).toMatch(/^error: bundle merge failed: /);
  }, 30_000);
});
