// Asks the policy: builds the input of its contract (docs/decision.md), evaluates, and takes nothing but a well-formed
// decision for an answer. Every failure is a denial.
import { EvaluationError } from '../../engine/host/evaluation-error.ts';
import type { LoadedPolicy } from './policy.ts';
import { DECISION_ENTRYPOINT } from './policy.ts';
import { readDecision } from './decision.ts';
import { MalformedDecision } from './malformed-decision.ts';
import { DecisionFailed, InternalError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { forwardableHeaders } from '../request/headers.ts';
import type { JsonObject } from '../request/strict-json.ts';

/** Of the input's contract: docs/schemas/decision-input.v1.json. */
const INPUT_VERSION = 1;
const ENCODER = new TextEncoder();

/** The policy's input for what is known of a request. */
export function buildInput(exchange: Exchange): JsonObject {
  const { identity, connection, request, target, message } = exchange;
  if (identity === undefined || connection === undefined || target === undefined)
    throw new InternalError('the input is asked for too early');
  return {
    version: INPUT_VERSION,
    identity: identity as unknown as JsonObject,
    connection: connection.name,
    request: {
      method: request.method ?? '',
      path: target.path,
      query: Object.fromEntries(target.query) as Record<string, string[]>,
      headers: forwardableHeaders(request.headers, connection.forwardHeaders),
      body: exchange.body ?? null,
      remote_addr: exchange.remoteAddress,
    },
    mcp:
      message === undefined
        ? null
        : {
            kind: message.kind,
            method: message.method,
            tool: message.tool,
            resource: message.resource,
            prompt: message.prompt,
            arguments: message.arguments,
            protocol_version: message.protocolVersion,
            session_id: message.sessionId,
          },
    phase: 'request',
    approval: null,
    time: exchange.startedAt.toISOString(),
  };
}

/** Decides on the exchange's input and notes the decision. Throws DecisionFailed. What it means is enforce.ts. */
export function decide(exchange: Exchange, loaded: LoadedPolicy): void {
  exchange.input = buildInput(exchange);
  const started = process.hrtime.bigint();
  let result: Uint8Array | undefined;
  let decided: ReturnType<typeof readDecision>;
  try {
    exchange.inputText = JSON.stringify(exchange.input);
    result = loaded.policy.evaluateJson(DECISION_ENTRYPOINT, ENCODER.encode(exchange.inputText));
    decided = readDecision(result);
  } catch (error) {
    throw new DecisionFailed(describe(error));
  } finally {
    exchange.metrics.timer_rego_query_eval_ns = Number(process.hrtime.bigint() - started);
  }
  exchange.decision = decided.decision;
  exchange.result = decided.json;
}

/** What went wrong, without the texts of errors that quote the input: it has no masks yet, and the log keeps this. */
function describe(error: unknown): string {
  if (error instanceof MalformedDecision) return error.message;
  if (!(error instanceof EvaluationError)) return error instanceof Error ? error.name : 'unknown';
  const { location, code } = error;
  return location === undefined ? code : `${location.file}:${location.row}: ${code}`;
}
