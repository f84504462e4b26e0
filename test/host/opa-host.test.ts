// Our modules in OPA's own WebAssembly host: `opa eval -b` runs the module of a bundle for its entry points.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { referenceOpa } from '../../bench/opa.ts';
import { compile } from '../../engine/compile.ts';

const opa = referenceOpa();
const text = `package t

default allow := false

allow if input.user in data.admins

roles contains role if some role in {"reader", "writer"}

missing if input.nothing
`;

(opa === undefined ? test.skip : test)('OPA evaluates a module of ours (skipped without the reference OPA)', () => {
  const names = ['t/allow', 't/roles', 't/missing'];
  const { wasm } = compile([{ file: 't.rego', text }], { entrypoints: names });
  const folder = mkdtempSync(join(tmpdir(), 'regate-opa-host-'));
  try {
    writeFileSync(join(folder, 'policy.wasm'), wasm!);
    writeFileSync(join(folder, 'data.json'), JSON.stringify({ admins: ['ada'] }));
    const manifest = { roots: [''], wasm: names.map((entrypoint) => ({ entrypoint, module: '/policy.wasm' })) };
    writeFileSync(join(folder, '.manifest'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'input.json'), JSON.stringify({ user: 'ada' }));
    execFileSync('tar', ['czPf', 'b.tgz', '--transform', 's|^|/|', '.manifest', 'data.json', 'policy.wasm'], {
      cwd: folder,
    });
    const ask = (query: string): string =>
      execFileSync(opa!, ['eval', '-b', 'b.tgz', '-i', 'input.json', '--format', 'raw', query], {
        cwd: folder,
        encoding: 'utf8',
      }).trim();
    expect(ask('data.t.allow')).toBe('true');
    expect(ask('data.t.roles == {"reader", "writer"}')).toBe('true');
    expect(ask('data.t.missing')).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
