// An event of the decision log in OPA's format, made of what is known of a request when it ends. Masking and writing are elsewhere.
import { DECISION_ENTRYPOINT } from '../decision/policy.ts';
import type { GateError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

/** OPA's names; `error` is for failures of any kind, `custom` for what OPA has no place for. */
export interface LogEvent {
  readonly labels: Readonly<Record<string, string>>;
  readonly decision_id: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly bundles?: Readonly<Record<string, { readonly revision: string }>>;
  readonly path: string;
  readonly input: unknown;
  readonly result?: unknown;
  readonly requested_by: string;
  readonly timestamp: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly req_id: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly custom?: Readonly<Record<string, unknown>>;
  readonly erased?: readonly string[];
  readonly masked?: readonly string[];
}

/** The event of an exchange, not masked yet. It shares its parts with the exchange. */
export function eventOf(
  exchange: Exchange,
  error: GateError | undefined,
  labels: LogEvent['labels'],
  count: number,
): LogEvent {
  const { loaded, trace } = exchange;
  return {
    labels,
    decision_id: exchange.decisionId,
    ...(trace === undefined ? {} : { trace_id: trace.traceId, span_id: trace.spanId }),
    ...(loaded === undefined ? {} : { bundles: loaded.bundles }),
    path: DECISION_ENTRYPOINT,
    input: exchange.input ?? partialInput(exchange),
    ...(exchange.result === undefined ? {} : { result: exchange.result }),
    requested_by: exchange.remoteAddress,
    timestamp: exchange.startedAt.toISOString(),
    metrics: {
      ...exchange.metrics,
      timer_server_handler_ns: Math.round((performance.now() - exchange.startedMs) * 1e6),
    },
    req_id: count,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.detail ?? error.message } }),
    ...(exchange.isDryRun || exchange.listed !== undefined ? { custom: custom(exchange) } : {}),
  };
}

/** What the gate would have done, where it only looks on; how much of a list the caller sees. */
function custom({ isDryRun, spared, listed }: Exchange): Record<string, unknown> {
  return {
    ...(isDryRun ? { dry_run: true } : {}),
    ...(listed === undefined ? {} : { listed: { ...listed } }),
    ...(spared === undefined ? {} : { would_be: { code: spared.code, message: spared.detail ?? spared.message } }),
  };
}

/** What is known of a request that got no decision. */
function partialInput({ identity, connection, request, target, remoteAddress }: Exchange): Record<string, unknown> {
  return {
    identity: identity ?? null,
    connection: connection?.name ?? null,
    request: { method: request.method ?? null, path: target?.path ?? null, remote_addr: remoteAddress },
  };
}

/** The event as JSON; `inputText` is that of its input, when it is at hand already. */
export function printEvent(event: LogEvent, inputText: string | undefined): string {
  if (inputText === undefined) return JSON.stringify(event);
  const { input: _, ...rest } = event;
  return `${JSON.stringify(rest).slice(0, -1)},"input":${inputText}}`;
}
