// The policy asked again, with the upstream's answer: only when its first decision says `response_phase`. It allows, with masks, or denies.
import { randomUUID } from 'node:crypto';
import { DecisionFailed, PolicyDenied } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import type { Json } from '../request/strict-json.ts';
import { evaluate } from './evaluate.ts';
import type { Mask } from './masks.ts';

/** The upstream's answer as the policy sees it. */
export interface UpstreamAnswer {
  readonly status: number;
  /** Those that are passed on. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; null when there is none. */
  readonly body: Json;
}

/**
 * Decides on an answer; the masks to put on it, besides those of the request's decision. The decision has a line of its own in the
 * log, without the answer's body. Throws PolicyDenied, DecisionFailed or LogUnavailable.
 */
export async function decideOnResponse(
  gate: Gate,
  exchange: Exchange,
  answer: UpstreamAnswer,
): Promise<readonly Mask[]> {
  const { loaded, input } = exchange;
  if (loaded === undefined || input === undefined) throw new DecisionFailed('there is no first decision');
  const { status, headers, body } = answer;
  const asked = { ...input, phase: 'response', response: { status, headers: { ...headers }, body } };
  const second: Exchange = {
    ...exchange,
    decisionId: randomUUID(),
    input: { ...asked, response: { status, headers: { ...headers } } },
    printed: undefined,
    metrics: {},
    isLogged: false,
  };
  delete second.decision;
  delete second.result;
  const started = process.hrtime.bigint();
  try {
    const { decision, json } = evaluate(loaded, JSON.stringify(asked));
    // Its masks of the log come to those of the first: the first part of the input is the same.
    const first = exchange.decision;
    second.decision = {
      ...decision,
      maskRequest: first?.maskRequest ?? [],
      maskLog: [...(first?.maskLog ?? []), ...decision.maskLog],
    };
    second.result = json;
    if (decision.action === 'approve') throw new DecisionFailed('an answer cannot be held for an approval');
    if (decision.action === 'deny') throw new PolicyDenied(decision.reason);
  } catch (error) {
    if (error instanceof DecisionFailed || error instanceof PolicyDenied) await gate.log.write(second, error);
    throw error;
  } finally {
    second.metrics.timer_rego_query_eval_ns = Number(process.hrtime.bigint() - started);
  }
  await gate.log.write(second, undefined);
  return second.decision.maskResponse;
}
