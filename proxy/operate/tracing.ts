// Traces: W3C Trace Context in and out, and when a collector is configured, OpenTelemetry spans of each exchange and of its upstream request.
// Spans carry names of the configuration and codes, never contents.
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace as api,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config/operations.ts';
import { Denial, type GateError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** What the log and the upstream are told of a request's trace. */
export interface TraceOfExchange {
  readonly traceId: string;
  readonly spanId: string;
  /** For the upstream; undefined: what came goes on as it is. */
  readonly traceparent: string | undefined;
  readonly spans: { readonly server: Span; readonly client: Span } | undefined;
}

/** Traces of one gate. */
export class Tracing {
  readonly #provider: TracerProvider | undefined;
  readonly #tracer: Tracer | undefined;

  constructor(config: TracingConfig | undefined) {
    if (config === undefined) return;
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'regate' }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.samplePercent / 100) }),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({ url: config.url, headers: { ...config.headers } }),
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('regate');
  }

  /** The trace of a request that has just come; undefined when nobody traces it. */
  begin({ request, startedAt }: Pick<Exchange, 'request' | 'startedAt'>): TraceOfExchange | undefined {
    const { traceparent } = request.headers;
    const match = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
    const [, traceId, parentId, flags] = match ?? [];
    if (this.#tracer === undefined) {
      if (traceId === undefined || parentId === undefined) return undefined;
      return { traceId, spanId: parentId, traceparent: undefined, spans: undefined };
    }
    const parent: Context =
      traceId === undefined || parentId === undefined
        ? ROOT_CONTEXT
        : api.setSpanContext(ROOT_CONTEXT, {
            traceId,
            spanId: parentId,
            traceFlags: Number.parseInt(flags!, 16) & TraceFlags.SAMPLED,
            isRemote: true,
          });
    const server = this.#tracer.startSpan('regate', { kind: SpanKind.SERVER, startTime: startedAt }, parent);
    const client = this.#tracer.startSpan('upstream', { kind: SpanKind.CLIENT }, api.setSpan(parent, server));
    const { spanId, traceFlags } = client.spanContext();
    const context = server.spanContext();
    return {
      traceId: context.traceId,
      spanId: context.spanId,
      traceparent: `00-${context.traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`,
      spans: { server, client },
    };
  }

  /** The exchange's answer is about to leave. */
  end({ trace, connection, message, decisionId, decision, loaded }: Exchange, error: GateError | undefined): void {
    if (trace?.spans === undefined) return;
    const { server, client } = trace.spans;
    if (connection !== undefined) {
      server.updateName(`regate ${connection.name}`);
      server.setAttribute('regate.connection', connection.name);
    }
    server.setAttribute('regate.decision_id', decisionId);
    if (message?.method != null && message.kind !== 'none')
      server.setAttribute('rpc.method', message.method.slice(0, 100));
    if (decision !== undefined) server.setAttribute('regate.action', decision.action);
    if (loaded !== undefined) server.setAttribute('regate.policy', loaded.revision);
    if (error !== undefined) {
      server.setAttribute('error.type', error.code);
      // A denial is the gate at work, not at fault.
      if (!(error instanceof Denial) && error.status >= 500) server.setStatus({ code: SpanStatusCode.ERROR });
    }
    client.end();
    server.end();
  }

  /** Sends what is waiting. */
  async close(): Promise<void> {
    await this.#provider?.shutdown();
  }
}
