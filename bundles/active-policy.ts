// The policy that is in force: one immutable snapshot of all bundles, ready to evaluate.
// How it comes to be in force is policy-source.ts.
import { createHash } from 'node:crypto';
import { EvaluationError } from '../engine/host/evaluation-error.ts';
import { load } from '../engine/host/load-async.ts';
import type { LoadOptions } from '../engine/host/instantiate.ts';
import type { Policy } from '../engine/host/policy.ts';

/**
 * One state of the policy. A request takes `current` once and uses it from its start to its end: what it was given never changes,
 * and lives as long as someone holds it.
 */
export interface ActivePolicy {
  /** Revisions by bundle name: the manifest's, or the bundle's SHA-256 where the manifest has none. */
  readonly revisions: Readonly<Record<string, string>>;
  /** SHA-256 over the contents of all bundles: equal when and only when the same policy is in force. */
  readonly digest: string;
  /** `pkg/rule` names, sorted. */
  readonly entrypoints: readonly string[];
  readonly activatedAt: Date;
  has(entrypoint: string): boolean;
  /** The rule's value as JSON text, or undefined; `input` is JSON text. Throws EvaluationError, also for an unknown entry point. */
  evaluateJson(entrypoint: string, input?: Uint8Array | string): Uint8Array | undefined;
  /** The module that decides the entry point, for other ways to evaluate; undefined when there is none. */
  policy(entrypoint: string): Policy | undefined;
}

/** Instantiates the modules, each with the data. Throws PolicyLoadError or EvaluationError. */
export async function openActivePolicy(
  modules: readonly { readonly module: WebAssembly.Module; readonly entrypoints: readonly string[] }[],
  data: Uint8Array,
  bundles: readonly { readonly name: string; readonly revision: string; readonly digest: string }[],
  options: LoadOptions,
): Promise<ActivePolicy> {
  const policies = new Map<string, Policy>();
  for (const { module, entrypoints } of modules) {
    const policy = await load(module, options);
    policy.setData(data);
    for (const entrypoint of entrypoints) policies.set(entrypoint, policy);
  }
  const hash = createHash('sha256');
  for (const { name, digest } of bundles) hash.update(`${name} ${digest}\n`);
  return Object.freeze({
    revisions: Object.freeze(Object.fromEntries(bundles.map(({ name, revision }) => [name, revision]))),
    digest: hash.digest('hex'),
    entrypoints: Object.freeze([...policies.keys()].sort()),
    activatedAt: new Date(),
    has: (entrypoint: string) => policies.has(entrypoint),
    evaluateJson(entrypoint: string, input?: Uint8Array | string) {
      const policy = policies.get(entrypoint);
      if (policy === undefined)
        throw new EvaluationError('eval_entrypoint_error', `the policy has no entrypoint ${entrypoint}`);
      return policy.evaluateJson(entrypoint, input);
    },
    policy: (entrypoint: string) => policies.get(entrypoint),
  });
}
