// Fills in the outcomes of case files from the reference: `node test/builtins/golden.ts FAMILY…` (all without arguments).
// Needs the reference binary: env OPA, or `.cache/opa`. A file may hold bare strings (calls); they become cases.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { caseFile, families, parseArgs, splitCall } from './cases.ts';
import type { BuiltinCase } from './cases.ts';

const ADDRESS = `127.0.0.1:${20000 + (process.pid % 20000)}`;

/** A rule per case. Arguments go through `walk`, after which the reference's type checker knows nothing about them. */
function moduleOf(calls: readonly string[]): string {
  const rules = calls.map((call, i) => {
    const { name, args } = splitCall(call);
    const names = parseArgs(call).map((_, k) => `a[${k}]`);
    return `r${i} := sprintf("%v", [[x]]) if { walk([${args}], [[0], a]); x := ${name}(${names.join(', ')}) }`;
  });
  return `package golden\n\n${rules.join('\n')}\n`;
}

interface Reply {
  readonly result?: string;
  readonly errors?: readonly { readonly code: string; readonly message: string }[];
  readonly message?: string;
}

async function request(path: string, init?: RequestInit): Promise<Reply> {
  const response = await fetch(`http://${ADDRESS}${path}`, init);
  return (await response.json()) as Reply;
}

/** Undefined when the reference itself breaks down on the call. */
async function outcome(call: string, index: number): Promise<BuiltinCase | undefined> {
  let reply: Reply;
  try {
    reply = await request(`/v1/data/golden/r${index}?strict-builtin-errors=true`);
  } catch {
    console.log(`left out, the reference breaks down: ${call}`);
    return undefined;
  }
  if (reply.result !== undefined) return { call, want: reply.result.slice(1, -1) };
  const error = reply.errors?.[0];
  if (error !== undefined) return { call, error: `${error.code}: ${error.message}` };
  if (reply.message !== undefined) throw new Error(`${call}: ${reply.message}`);
  return { call };
}

async function fill(family: string): Promise<void> {
  const file = caseFile(family);
  const old = (JSON.parse(readFileSync(file, 'utf8')) as (string | BuiltinCase)[]).map((item) =>
    typeof item === 'string' ? { call: item } : item,
  );
  const loaded = await request('/v1/policies/golden', { method: 'PUT', body: moduleOf(old.map((item) => item.call)) });
  if (loaded.message !== undefined) throw new Error(`${family}: ${JSON.stringify(loaded, null, 1)}`);
  const lines: string[] = [];
  for (const [i, item] of old.entries()) {
    const filled = await outcome(item.call, i);
    if (filled === undefined) continue;
    lines.push(
      JSON.stringify(
        (item as BuiltinCase).skip === undefined ? filled : { ...filled, skip: (item as BuiltinCase).skip },
      ),
    );
  }
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
  console.log(`${family}: ${lines.length} cases`);
}

const opa = process.env['OPA'] ?? '.cache/opa';
if (!existsSync(opa)) throw new Error(`the reference binary is not at ${opa}; set OPA`);
const server = spawn(opa, ['run', '--server', '--addr', ADDRESS, '--log-level', 'error', '--disable-telemetry'], {
  stdio: 'inherit',
});
try {
  for (let tries = 0; ; tries++) {
    try {
      await request('/v1/policies');
      break;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  const names = process.argv.slice(2);
  for (const family of names.length > 0 ? names : families()) await fill(family);
} finally {
  server.kill();
}
