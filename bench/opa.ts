// The reference for comparisons: OPA's binary, its WebAssembly target and its `bench` command.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Path of the reference OPA binary, or undefined: the environment variable OPA, else `.cache/opa`. */
export function referenceOpa(): string | undefined {
  const path = process.env['OPA'] ?? join(import.meta.dirname, '..', '.cache', 'opa');
  return existsSync(path) ? resolve(path) : undefined;
}

/** Runs `run` in a folder of its own with these files. */
export function inFolder<T>(files: Readonly<Record<string, string>>, run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'regate-bench-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `opa build -t wasm`: the module, and the milliseconds of the whole process. */
export function buildWithOpa(opa: string, policy: string, entrypoint: string): { wasm: Uint8Array; ms: number } {
  return inFolder({ 'policy.rego': policy }, (folder) => {
    const start = performance.now();
    execFileSync(opa, ['build', '-t', 'wasm', '-e', entrypoint, '-o', 'bundle.tar.gz', 'policy.rego'], { cwd: folder });
    const ms = performance.now() - start;
    execFileSync('tar', ['xzf', 'bundle.tar.gz', '/policy.wasm'], { cwd: folder, stdio: 'ignore' });
    return { wasm: new Uint8Array(readFileSync(join(folder, 'policy.wasm'))), ms };
  });
}

/** Nanoseconds per evaluation by OPA's own evaluator (`opa bench`): the median of its histogram. */
export function benchWithOpa(opa: string, policy: string, query: string, data: unknown, input: unknown): number {
  const files = { 'policy.rego': policy, 'data.json': JSON.stringify(data), 'input.json': JSON.stringify(input) };
  return inFolder(files, (folder) => {
    const args = [
      'bench',
      '--format',
      'json',
      '--count',
      '1',
      '-d',
      'policy.rego',
      '-d',
      'data.json',
      '-i',
      'input.json',
      query,
    ];
    const out = execFileSync(opa, args, { cwd: folder, encoding: 'utf8' });
    const report = JSON.parse(out) as { Extra?: Record<string, number> };
    return report.Extra?.['histogram_timer_rego_query_eval_ns_median'] ?? Number.NaN;
  });
}
