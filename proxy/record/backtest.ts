// What another policy would have decided: recorded inputs evaluated anew, and what comes of them compared with what was decided then.
import { evaluate } from '../decision/evaluate.ts';
import type { LoadedPolicy } from '../decision/policy.ts';
import { GateError } from '../errors.ts';
import type { RecordedEvent } from './entry.ts';

/** A decision as it is compared. */
export interface Outcome {
  /** `allow`, `deny`, `approve`, or `failed` for no decision at all. */
  readonly action: string;
  readonly reason: string | null;
  /** All of it, as JSON with sorted keys. */
  readonly text: string;
}

export interface Change {
  readonly decision_id: string;
  readonly at: string;
  readonly connection: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly method: string | null;
  readonly name: string | null;
  readonly from: Outcome;
  readonly to: Outcome;
  /** Parts of the input were masked: the new decision may be another with them. */
  readonly uncertain: boolean;
}

export interface Count {
  readonly key: string;
  readonly count: number;
}

/** Sums over a back-test. */
export class Backtest {
  readonly changes: Change[] = [];
  evaluated = 0;
  /** Of those, on inputs that were masked in part. */
  uncertain = 0;
  /** Events that hold no decision: requests that were refused before, or lines of something else. */
  skipped = 0;
  readonly #rules = new Map<string, number>();
  readonly #callers = new Map<string, number>();
  readonly #policy: LoadedPolicy;

  constructor(policy: LoadedPolicy) {
    this.#policy = policy;
  }

  /** Evaluates one event of a decision log or a record. */
  add(event: RecordedEvent): Change | undefined {
    const { input } = event;
    const from = recorded(event);
    if (from === undefined || (input as { readonly version?: unknown } | undefined)?.version === undefined) {
      this.skipped++;
      return undefined;
    }
    this.evaluated++;
    const uncertain = isMasked(event);
    if (uncertain) this.uncertain++;
    const to = this.#decide(JSON.stringify(input));
    if (to.text === from.text) return undefined;
    const { identity, mcp, request } = input;
    const change: Change = {
      decision_id: event.decision_id,
      at: event.timestamp,
      connection: input.connection ?? null,
      issuer: identity?.issuer ?? null,
      subject: identity?.subject ?? null,
      method: mcp?.method ?? request?.method ?? null,
      name: mcp?.tool ?? mcp?.resource ?? mcp?.prompt ?? (mcp == null ? (request?.path ?? null) : null),
      from,
      to,
      uncertain,
    };
    this.changes.push(change);
    count(this.#rules, `${from.action} -> ${to.action}${to.reason === null ? '' : `: ${to.reason}`}`);
    count(this.#callers, `${change.subject ?? '?'} of ${change.issuer ?? '?'}`);
    return change;
  }

  /** Changes by what was decided and what would be, with the new reason; the most frequent first. */
  get byRule(): readonly Count[] {
    return sorted(this.#rules);
  }

  get byCaller(): readonly Count[] {
    return sorted(this.#callers);
  }

  #decide(inputText: string): Outcome {
    try {
      return outcomeOf(evaluate(this.#policy, inputText).json);
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      return { action: 'failed', reason: error.detail ?? error.message, text: 'failed' };
    }
  }
}

/** What was decided; undefined when nothing was. */
function recorded({ result, error }: RecordedEvent): Outcome | undefined {
  if (result != null && typeof result.action === 'string') return outcomeOf(result);
  return error?.code === 'decision_failed' ? { action: 'failed', reason: null, text: 'failed' } : undefined;
}

function outcomeOf(json: unknown): Outcome {
  const { action, reason } = json as { readonly action: string; readonly reason?: string };
  return { action, reason: reason ?? null, text: sortedText(json) };
}

function sortedText(json: unknown): string {
  return JSON.stringify(json, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** What policies are not asked about may be erased; anything else may have decided. */
function isMasked(event: RecordedEvent): boolean {
  const { masked = [], erased = [] } = event as {
    readonly masked?: readonly string[];
    readonly erased?: readonly string[];
  };
  return [...masked, ...erased].some((path) => !/session_id$|mcp-session-id$/.test(path));
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): readonly Count[] {
  return [...counts].map(([key, number]) => ({ key, count: number })).sort((a, b) => b.count - a.count);
}
