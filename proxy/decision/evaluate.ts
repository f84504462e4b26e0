// One evaluation of the policy: input as JSON in, a well-formed decision out. Every failure is DecisionFailed.
import { EvaluationError } from '../../engine/host/evaluation-error.ts';
import { DecisionFailed } from '../errors.ts';
import type { Json } from '../request/strict-json.ts';
import { readDecision, type Decision } from './decision.ts';
import { MalformedDecision } from './malformed-decision.ts';
import { DECISION_ENTRYPOINT, type LoadedPolicy } from './policy.ts';

/** Policies say the same few things over and over: what has been read once is kept, by its text. Nobody changes a decision. */
const known = new Map<string, Decided>();
const KNOWN_SIZE = 1000;
const KNOWN_LENGTH = 4096;

interface Decided {
  readonly decision: Decision;
  readonly json: Json;
}

/** The decision, and the policy's result as it came. Throws DecisionFailed. */
export function evaluate(loaded: LoadedPolicy, inputText: string): Decided {
  try {
    const result = loaded.policy.evaluateJson(DECISION_ENTRYPOINT, inputText);
    if (result === undefined || result.length > KNOWN_LENGTH) return readDecision(result);
    // Byte for byte, so that no two texts look alike.
    const text = Buffer.from(result.buffer, result.byteOffset, result.length).toString('latin1');
    const found = known.get(text);
    if (found !== undefined) return found;
    const decided = readDecision(result);
    if (known.size >= KNOWN_SIZE) known.delete(known.keys().next().value!);
    known.set(text, decided);
    return decided;
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
