// Runs the command line out of its sources, in a process of its own.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface CliOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runRegate(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CliOutcome> {
  const script = `const { main } = await import('./cli/main.ts'); await main(process.argv.slice(1));`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, '--'];
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => (stdout += String(data)));
  child.stderr.on('data', (data) => (stderr += String(data)));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}
