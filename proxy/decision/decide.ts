// Asks the policy about a request: builds the input of its contract (docs/decision.md), evaluates, and notes the decision.
import type { LoadedPolicy } from './policy.ts';
import { evaluate } from './evaluate.ts';
import { InternalError, PolicyUnavailable } from '../errors.ts';
import type { Exchange, Identity, McpMessage } from '../exchange.ts';
import { forwardableHeaders } from '../request/headers.ts';
import type { JsonObject } from '../request/strict-json.ts';

/** Of the input's contract: docs/schemas/decision-input.v1.json. */
const INPUT_VERSION = 1;

/** What is different when a held call is released. */
export interface ReleaseFacts {
  /** Who has approved; null when what was approved was asked for under another policy. */
  readonly approval: JsonObject | null;
  readonly at: Date;
}

/** The policy's input for what is known of a request. */
export function buildInput(exchange: Exchange, release?: ReleaseFacts): JsonObject {
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
    mcp: message === undefined ? null : mcpInput(message),
    phase: 'request',
    approval: release?.approval ?? null,
    time: (release?.at ?? exchange.startedAt).toISOString(),
  };
}

/** The part of the input that says what an MCP message is about. */
export function mcpInput(message: McpMessage): JsonObject {
  return {
    kind: message.kind,
    method: message.method,
    tool: message.tool,
    resource: message.resource,
    prompt: message.prompt,
    arguments: message.arguments,
    protocol_version: message.protocolVersion,
    session_id: message.sessionId,
  };
}

/** What a verified token says is the same in many requests. */
const identityTexts = new WeakMap<Identity, string>();

/** The input as JSON, and the body in it, which goes upstream as the same text. */
function print(input: JsonObject, identity: Identity): NonNullable<Exchange['printed']> {
  let identityText = identityTexts.get(identity);
  if (identityText === undefined) identityTexts.set(identity, (identityText = JSON.stringify(identity)));
  const request = input.request as JsonObject;
  const body = JSON.stringify(request.body);
  const others = JSON.stringify({ ...input, identity: undefined, request: undefined }).slice(0, -1);
  const head = JSON.stringify({ ...request, body: undefined }).slice(0, -1);
  return { input: `${others},"identity":${identityText},"request":${head},"body":${body}}}`, body };
}

/** Decides on the exchange's input and notes the decision. Throws DecisionFailed. What it means is enforce.ts. */
export function decide(exchange: Exchange, loaded: LoadedPolicy | undefined, release?: ReleaseFacts): void {
  exchange.input = buildInput(exchange, release);
  // An earlier decision, of a call that was held, says nothing about this one.
  delete exchange.decision;
  delete exchange.result;
  if (loaded === undefined) throw new PolicyUnavailable();
  const started = process.hrtime.bigint();
  try {
    exchange.printed = print(exchange.input, exchange.identity!);
    const { decision, json } = evaluate(loaded, exchange.printed.input);
    exchange.decision = decision;
    exchange.result = json;
  } finally {
    exchange.metrics.timer_rego_query_eval_ns = Number(process.hrtime.bigint() - started);
  }
}
