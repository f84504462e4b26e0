// One evaluation of the policy: input as JSON in, a well-formed decision out. Every failure is DecisionFailed.
import { EvaluationError } from '../../engine/host/evaluation-error.ts';
import { DecisionFailed } from '../errors.ts';
import type { Json } from '../request/strict-json.ts';
import { readDecision, type Decision } from './decision.ts';
import { MalformedDecision } from './malformed-decision.ts';
import { DECISION_ENTRYPOINT, type LoadedPolicy } from './policy.ts';

const ENCODER = new TextEncoder();

/** The decision, and the policy's result as it came. Throws DecisionFailed. */
export function evaluate(loaded: LoadedPolicy, inputText: string): { decision: Decision; json: Json } {
  try {
    return readDecision(loaded.policy.evaluateJson(DECISION_ENTRYPOINT, ENCODER.encode(inputText)));
  } catch (error) {
    throw new DecisionFailed(describe(error));
  }
}

/** What went wrong, without the texts of errors that quote the input: it has no masks yet, and the log keeps this. */
function describe(error: unknown): string {
  if (error instanceof MalformedDecision) return error.message;
  if (!(error instanceof EvaluationError)) return error instanceof Error ? error.name : 'unknown';
  const { location, code } = error;
  return location === undefined ? code : `${location.file}:${location.row}: ${code}`;
}
