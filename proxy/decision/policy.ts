// The gate's policy: what bundles/ keeps in force, as the line, the log and administration look at it. What is asked of it and what it may
// answer is decide.ts and decision.ts.
import type { ActivePolicy } from '../../bundles/active-policy.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { openPolicySource, type PolicySource } from '../../bundles/policy-source.ts';
import type { PolicySourceConfig } from '../../bundles/source-config.ts';
import { toOpaErrorText } from '../../engine/diagnostics/render.ts';
import type { Limits } from '../config/limits.ts';
import type { Report } from '../operate/logger.ts';

/** The rule that decides. */
export const DECISION_ENTRYPOINT = 'gateway/decision';
/** OPA's rule for masking decision logs; used when the policy has it. */
export const LOG_MASK_ENTRYPOINT = 'system/log/mask';
/** OPA's rule for dropping them. */
export const LOG_DROP_ENTRYPOINT = 'system/log/drop';

/** A policy that cannot be used. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** One state of the policy. A request takes it once and keeps it to its end, log line included. */
export interface LoadedPolicy {
  readonly policy: Pick<ActivePolicy, 'evaluateJson'>;
  /** Equal when and only when the same policy is in force. */
  readonly revision: string;
  /** The revision of each bundle, for the log. */
  readonly bundles: Readonly<Record<string, { readonly revision: string }>>;
  readonly masksLog: boolean;
  readonly dropsLog: boolean;
  readonly activatedAt: Date;
}

/** The policy of a gate, which changes while requests flow. */
export interface GatePolicy {
  /** Undefined until there is one: then everything is denied. */
  readonly current: LoadedPolicy | undefined;
  readonly source: PolicySource;
  /** Times that a bundle could not be taken, for metrics. */
  readonly failures: number;
  close(): Promise<void>;
}

/**
 * Opens the policy's source. A policy on this machine has to be good at the start: throws PolicyError with the compiler's findings. One
 * from a server may come later.
 */
export async function openGatePolicy(
  config: Omit<PolicySourceConfig, 'evaluation'>,
  { policyMemoryPages, policyTimeoutMs }: Pick<Limits, 'policyMemoryPages' | 'policyTimeoutMs'>,
  report: Report,
): Promise<GatePolicy> {
  let current: LoadedPolicy | undefined;
  let failures = 0;
  let message: Readonly<Record<string, string | undefined>> = {};
  let isStarting = true;
  const source = openPolicySource(
    {
      ...config,
      evaluation: {
        entrypoints: [DECISION_ENTRYPOINT],
        optionalEntrypoints: [LOG_MASK_ENTRYPOINT, LOG_DROP_ENTRYPOINT],
        // Otherwise a failing built-in makes a deny rule undefined, which is to say, lets the request through.
        strictBuiltinErrors: true,
        maxMemoryPages: policyMemoryPages,
        timeLimitMs: policyTimeoutMs,
      },
    },
    {
      // Faults at the start are thrown, or reported below.
      report: (line, level) => {
        if (!isStarting) report(line, level);
      },
      onActivated: (policy) => (current = view(policy)),
      onStatus({ bundles }) {
        const now = Object.fromEntries(Object.values(bundles).map(({ name, message: fault }) => [name, fault]));
        for (const [name, fault] of Object.entries(now)) if (fault !== undefined && fault !== message[name]) failures++;
        message = now;
      },
    },
  );
  try {
    current = view(await source.ready);
  } catch (error) {
    const mayComeLater = config.bundles.some((bundle) => bundle.source.kind === 'http');
    if (!mayComeLater) {
      await source.close();
      throw new PolicyError(describe(error));
    }
    report(`there is no policy yet, everything is denied: ${describe(error)}`, 'error');
  }
  isStarting = false;
  return {
    get current() {
      return current;
    },
    source,
    get failures() {
      return failures;
    },
    close: () => source.close(),
  };
}

function view(policy: ActivePolicy): LoadedPolicy {
  return {
    policy,
    revision: policy.digest,
    bundles: Object.fromEntries(Object.entries(policy.revisions).map(([name, revision]) => [name, { revision }])),
    masksLog: policy.has(LOG_MASK_ENTRYPOINT),
    dropsLog: policy.has(LOG_DROP_ENTRYPOINT),
    activatedAt: policy.activatedAt,
  };
}

function describe(error: unknown): string {
  if (!(error instanceof BundleError)) return error instanceof Error ? error.message : String(error);
  const faults = error.diagnostics.filter(({ severity }) => severity === 'error');
  return faults.length > 0 ? toOpaErrorText(faults) : error.message;
}
