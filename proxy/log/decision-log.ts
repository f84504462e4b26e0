// The decision log: one event a request in OPA's format, one JSON line each, written before the answer leaves. Masking comes
// before the writing, so that nothing secret is ever on disk.
import { closeSync, openSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { LogConfig } from '../config/decision-log.ts';
import { type GateError, LogUnavailable, RequestNotMaskable } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { DECISION_ENTRYPOINT } from '../decision/policy.ts';
import { applyLogMask, type LogMask, policyMasks } from './log-mask.ts';
import { type JsonObject, parseStrict } from '../request/strict-json.ts';

/** What is never written, whatever the configuration: who holds a session's id holds the session. */
const ALWAYS_ERASED = ['/input/mcp/session_id', '/input/request/headers/mcp-session-id'];
/** What is unmasked when the policy or its masks fail: the parts that masks are for. */
const CONTENTS = ['/input/request/body', '/input/mcp/arguments', '/input/request/query'];

/** An open log. */
export class DecisionLog {
  readonly #config: LogConfig;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #file: number | undefined;
  #count = 0;

  /** Opens the file; throws when it cannot be opened. */
  constructor(config: LogConfig) {
    this.#config = config;
    this.#labels = { app: 'regate', id: randomUUID(), ...config.labels };
    this.#file = config.file === undefined ? undefined : openSync(config.file, 'a', 0o600);
  }

  /** Writes the exchange's event. Throws LogUnavailable: then the answer must not leave. */
  async write(exchange: Exchange, error: GateError | undefined): Promise<void> {
    if (exchange.isLogged) return;
    exchange.isLogged = true;
    try {
      await this.#append(`${JSON.stringify(this.#event(exchange, error))}\n`);
    } catch (fault) {
      throw new LogUnavailable(fault instanceof Error ? fault.message : String(fault));
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #event(exchange: Exchange, error: GateError | undefined): JsonObject {
    const { loaded } = exchange;
    const event: Record<string, unknown> = {
      labels: this.#labels,
      decision_id: exchange.decisionId,
      ...(loaded === undefined ? {} : { bundles: { policy: { revision: loaded.revision } } }),
      path: DECISION_ENTRYPOINT,
      input: exchange.input ?? partialInput(exchange),
      ...(exchange.result === undefined ? {} : { result: exchange.result }),
      requested_by: exchange.remoteAddress,
      timestamp: exchange.startedAt.toISOString(),
      metrics: {
        ...exchange.metrics,
        timer_server_handler_ns: Math.round((performance.now() - exchange.startedMs) * 1e6),
      },
      req_id: ++this.#count,
      ...(error === undefined ? {} : { error: { code: error.code, message: error.detail ?? error.message } }),
    };
    // A copy: what is erased for the log is still to be sent.
    const copy = parseStrict(JSON.stringify(event)) as JsonObject;
    const hasNoMasks =
      exchange.input !== undefined && (exchange.decision === undefined || error instanceof RequestNotMaskable);
    const pointers = [...ALWAYS_ERASED, ...this.#config.mask, ...(hasNoMasks ? CONTENTS : [])];
    const masks: LogMask[] = [
      ...pointers.map((path): LogMask => ({ op: 'remove', path })),
      ...policyMasks(loaded, copy),
    ];
    const done = masks.filter((mask) => applyLogMask(copy, mask));
    const erased = done.filter(({ op }) => op === 'remove').map(({ path }) => path);
    const upserted = done.filter(({ op }) => op === 'upsert').map(({ path }) => path);
    const masked = [...(exchange.decision?.maskRequest.map(({ text }) => text) ?? []), ...upserted];
    if (erased.length > 0) copy.erased = erased;
    if (masked.length > 0) copy.masked = masked;
    return copy;
  }

  #append(line: string): Promise<void> {
    if (this.#file === undefined) {
      return new Promise((resolve, reject) => {
        process.stdout.write(line, (error) => (error == null ? resolve() : reject(error)));
      });
    }
    const bytes = Buffer.from(line);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    return Promise.resolve();
  }
}

/** What is known of a request that got no decision. */
function partialInput({ identity, connection, request, target, remoteAddress }: Exchange): Record<string, unknown> {
  return {
    identity: identity ?? null,
    connection: connection?.name ?? null,
    request: { method: request.method ?? null, path: target?.path ?? null, remote_addr: remoteAddress },
  };
}
