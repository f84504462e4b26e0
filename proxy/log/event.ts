// An event of the decision log in OPA's format, made of what is known of a request when it ends. Masking and writing are elsewhere.
import { DECISION_ENTRYPOINT } from '../decision/policy.ts';
import type { GateError } from '../errors.ts';
import type { Exchange, Identity } from '../exchange.ts';

/** OPA's names; `error` is for failures of any kind, `custom` for what OPA has no place for. */
export interface LogEvent {
  readonly labels: Readonly<Record<string, string>>;
  readonly decision_id: string;
  readonly trace_id?: string | undefined;
  readonly span_id?: string | undefined;
  readonly bundles?: Readonly<Record<string, { readonly revision: string }>> | undefined;
  readonly path: string;
  readonly input: unknown;
  readonly result?: unknown | undefined;
  readonly requested_by: string;
  readonly timestamp: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly req_id: number;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly custom?: Readonly<Record<string, unknown>> | undefined;
  readonly erased?: readonly string[] | undefined;
  readonly masked?: readonly string[] | undefined;
}

/** The event of an exchange, not masked yet. It shares its parts with the exchange. */
export function eventOf(
  exchange: Exchange,
  error: GateError | undefined,
  labels: LogEvent['labels'],
  count: number,
): LogEvent {
  const { loaded, trace } = exchange;
  // What is undefined is not printed; one shape for all events is what makes printing fast.
  return {
    labels,
    decision_id: exchange.decisionId,
    trace_id: trace?.traceId,
    span_id: trace?.spanId,
    bundles: loaded?.bundles,
    path: DECISION_ENTRYPOINT,
    input: exchange.input ?? partialInput(exchange),
    result: exchange.result,
    requested_by: exchange.remoteAddress,
    timestamp: exchange.startedAt.toISOString(),
    metrics: metricsOf(exchange),
    req_id: count,
    error: error === undefined ? undefined : { code: error.code, message: error.detail ?? error.message },
    custom: exchange.isDryRun || exchange.listed !== undefined ? custom(exchange) : undefined,
    erased: undefined,
    masked: undefined,
  };
}

function metricsOf({ metrics, startedMs }: Exchange): LogEvent['metrics'] {
  return { ...metrics, timer_server_handler_ns: Math.round((performance.now() - startedMs) * 1e6) };
}

/** What the gate would have done, where it only looks on; how much of a list the caller sees. */
function custom({ isDryRun, spared, listed }: Exchange): Record<string, unknown> {
  return {
    ...(isDryRun ? { dry_run: true } : {}),
    ...(listed === undefined ? {} : { listed: { ...listed } }),
    ...(spared === undefined ? {} : { would_be: { code: spared.code, message: spared.detail ?? spared.message } }),
  };
}

/** What is known of a request that got no decision. Of a token that was refused, whose it was; its claims are nobody's business any more. */
function partialInput(exchange: Exchange): Record<string, unknown> {
  const { identity, tokenOwner, connection, request, target, remoteAddress } = exchange;
  return {
    identity: identity ?? (tokenOwner === undefined ? null : nameOf(tokenOwner)),
    connection: connection?.name ?? null,
    request: { method: request.method ?? null, path: target?.path ?? null, remote_addr: remoteAddress },
  };
}

function nameOf({ issuer, subject, client_id, token_id }: Identity): Record<string, unknown> {
  return { issuer, subject, client_id, token_id };
}

/** The event as JSON; `inputText` is that of its input, when it is at hand already. */
export function printEvent(event: LogEvent, inputText: string | undefined): string {
  if (inputText === undefined) return JSON.stringify(event);
  return `${JSON.stringify({ ...event, input: undefined }).slice(0, -1)},"input":${inputText}}`;
}

/** An event's line but for what is known only when its answer leaves, and what of the exchange it holds. */
export interface PreparedLine extends Pick<Exchange, 'input' | 'decision' | 'result'> {
  readonly head: string;
  readonly tail: string;
}

/** The line of an event without an error, made ready; `inputText` as for `printEvent`. */
export function prepareLine(
  { input, decision, result }: Exchange,
  event: LogEvent,
  inputText: string | undefined,
): PreparedLine {
  const { erased, masked } = event;
  const late = { metrics: undefined, req_id: undefined, input: undefined, erased: undefined, masked: undefined };
  const head = JSON.stringify({ ...event, ...late }).slice(0, -1);
  const paths = JSON.stringify({ erased, masked }).slice(1, -1);
  const tail = `${paths === '' ? '' : `,${paths}`},"input":${inputText ?? JSON.stringify(event.input)}}`;
  return { head, tail, input, decision, result };
}

/** What was made ready, completed; undefined when the exchange says something else by now. */
export function completeLine(
  prepared: PreparedLine,
  exchange: Exchange,
  error: GateError | undefined,
  count: number,
): string | undefined {
  const { input, decision, result, head, tail } = prepared;
  const isSame = exchange.input === input && exchange.decision === decision && exchange.result === result;
  if (!isSame || error !== undefined || exchange.listed !== undefined) return undefined;
  return `${head},"metrics":${JSON.stringify(metricsOf(exchange))},"req_id":${count}${tail}`;
}
