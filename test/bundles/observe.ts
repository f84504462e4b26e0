// Policy sources under observation, for tests: what they report, and waiting for it. All are closed after the test.
import { afterEach } from '@jest/globals';
import type { ActivePolicy } from '../../bundles/active-policy.ts';
import { openPolicySource, type PolicySource } from '../../bundles/policy-source.ts';
import type { PolicySourceConfig } from '../../bundles/source-config.ts';
import type { StatusEvent } from '../../bundles/status.ts';
import { bytes } from './opa.ts';

const open: PolicySource[] = [];
afterEach(async () => {
  for (const source of open.splice(0)) await source.close();
});

export interface Observed {
  readonly source: PolicySource;
  readonly lines: string[];
  /** Of each line. */
  readonly levels: string[];
  readonly events: StatusEvent[];
  readonly activations: ActivePolicy[];
}

export function observe(config: PolicySourceConfig): Observed {
  const [lines, levels]: [string[], string[]] = [[], []];
  const [events, activations]: [StatusEvent[], ActivePolicy[]] = [[], []];
  const source = openPolicySource(config, {
    report(line, level) {
      lines.push(line);
      levels.push(level);
    },
    onStatus: (event) => events.push(event),
    onActivated: (policy) => activations.push(policy),
  });
  open.push(source);
  return { source, lines, levels, events, activations };
}

/** What the policy says without an input that means anything. */
export function answer(policy: ActivePolicy | undefined, entrypoint = 'a/x'): unknown {
  const result = policy?.evaluateJson(entrypoint, bytes('{}'));
  return result === undefined ? undefined : JSON.parse(new TextDecoder().decode(result));
}

export async function until(isDone: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!isDone()) {
    if (Date.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A policy whose `data.a.x` is the value. */
export const rule = (value: unknown): string => `package a\n\nx := ${JSON.stringify(value)}\n`;
