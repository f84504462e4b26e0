// The policy of a gate: a directory of Rego and data, compiled in this process. Tests beside the policy stay out of it.
// What is asked of it and what it may answer is decide.ts and decision.ts.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { compile, type Source } from '../../engine/compile.ts';
import { toOpaErrorText } from '../../engine/diagnostics/render.ts';
import { load, type Policy } from '../../engine/host/load.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { printTerm } from '../../engine/syntax/print.ts';

/** The rule that decides. */
export const DECISION_ENTRYPOINT = 'gateway/decision';
/** OPA's rule for masking decision logs; used when the policy has its package. */
export const LOG_MASK_ENTRYPOINT = 'system/log/mask';
/** OPA's rule for dropping them. */
export const LOG_DROP_ENTRYPOINT = 'system/log/drop';

/** A policy that cannot be used. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

export interface LoadedPolicy {
  readonly policy: Policy;
  /** SHA-256 over the files' names and bytes. */
  readonly revision: string;
  /** The revisions of what the policy is made of, for the log. */
  readonly bundles: Readonly<Record<string, { readonly revision: string }>>;
  readonly masksLog: boolean;
  readonly dropsLog: boolean;
}

/** Compiles and loads a directory. Throws PolicyError with the compiler's findings. */
export async function loadPolicy(directory: string, maxMemoryPages: number): Promise<LoadedPolicy> {
  const hash = createHash('sha256');
  const sources: Source[] = [];
  const data: Record<string, unknown> = {};
  for (const file of listFiles(directory)) {
    const name = relative(directory, file).replaceAll('\\', '/');
    const bytes = readFileSync(file);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
    if (name.endsWith('.rego')) sources.push({ file: name, text: bytes });
    else graft(data, name.split('/').slice(0, -1), readData(name, bytes), name);
  }
  if (sources.length === 0) throw new PolicyError(`${directory}: there is no Rego here`);
  const logRules = rulesOfLogPackage(sources);
  const masksLog = logRules.has('mask');
  const dropsLog = logRules.has('drop');
  // Strict: otherwise a failing built-in makes a deny rule undefined, which is to say, lets the request through.
  const compiled = compile(sources, {
    entrypoints: [
      DECISION_ENTRYPOINT,
      ...(masksLog ? [LOG_MASK_ENTRYPOINT] : []),
      ...(dropsLog ? [LOG_DROP_ENTRYPOINT] : []),
    ],
    strictBuiltinErrors: true,
    enablePrint: false,
  });
  if (compiled.wasm === undefined)
    throw new PolicyError(toOpaErrorText(compiled.diagnostics.filter(({ severity }) => severity === 'error')));
  try {
    const policy = await load(compiled.wasm, { maxMemoryPages });
    policy.setData(data);
    const revision = hash.digest('hex');
    return { policy, revision, bundles: { policy: { revision } }, masksLog, dropsLog };
  } catch (error) {
    throw new PolicyError(`${directory}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The names of the rules in `package system.log`. */
function rulesOfLogPackage(sources: readonly Source[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { file, text } of sources) {
    const { module } = parseModule(text, { file, version: 'v1' });
    if (module === undefined || printTerm(module.package.path) !== 'data.system.log') continue;
    for (const { head } of module.rules) names.add(printTerm(head.ref));
  }
  return names;
}

/** Rego (without tests) and `data.json`, `data.yaml`, in a stable order. */
function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(
        (entry) =>
          !entry.isDirectory() &&
          /(?:\.rego|^data\.(?:json|ya?ml))$/.test(entry.name) &&
          !entry.name.endsWith('_test.rego'),
      )
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    throw new PolicyError(`${directory}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readData(name: string, bytes: Buffer): unknown {
  try {
    return name.endsWith('.json') ? JSON.parse(bytes.toString('utf8')) : parseYaml(bytes.toString('utf8'));
  } catch (error) {
    throw new PolicyError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Puts a file's document at its folder's place; two files may not say the same thing. */
function graft(root: Record<string, unknown>, path: readonly string[], document: unknown, name: string): void {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new PolicyError(`${name}: the document has to be an object`);
  let node = root;
  for (const key of path) {
    if (!Object.hasOwn(node, key)) node[key] = {};
    const next = node[key];
    if (typeof next !== 'object' || next === null || Array.isArray(next))
      throw new PolicyError(`${name}: ${key} is a value already`);
    node = next as Record<string, unknown>;
  }
  for (const [key, value] of Object.entries(document)) {
    if (Object.hasOwn(node, key)) throw new PolicyError(`${name}: ${key} is there already`);
    node[key] = value;
  }
}
