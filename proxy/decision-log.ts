// The decision log: one event a request in OPA's format, one JSON line each, written before the answer leaves. Masking comes
// before the writing, so that nothing secret is ever on disk.
import { closeSync, openSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { LogConfig } from './config.ts';
import { DecisionFailed, type GateError, LogUnavailable } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { DECISION_ENTRYPOINT } from './policy.ts';
import { type Json, type JsonObject, parseStrict } from './strict-json.ts';

/** What is never written, whatever the configuration: who holds a session's id holds the session. */
const ALWAYS_ERASED = ['/input/mcp/session_id', '/input/request/headers/mcp-session-id'];
/** What has no mask yet when the policy fails: the parts that masks are for. */
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

  #event(exchange: Exchange, error: GateError | undefined): Record<string, unknown> {
    const event = {
      labels: this.#labels,
      decision_id: exchange.decisionId,
      ...(exchange.revision === undefined ? {} : { bundles: { policy: { revision: exchange.revision } } }),
      path: DECISION_ENTRYPOINT,
      // A copy: what is erased for the log is still to be sent.
      input: parseStrict(JSON.stringify(exchange.input ?? partialInput(exchange))),
      ...(exchange.result === undefined ? {} : { result: parseStrict(JSON.stringify(exchange.result)) }),
      requested_by: exchange.remoteAddress,
      timestamp: exchange.startedAt.toISOString(),
      metrics: {
        ...exchange.metrics,
        timer_server_handler_ns: Math.round((performance.now() - exchange.startedMs) * 1e6),
      },
      req_id: ++this.#count,
      ...(error === undefined ? {} : { error: { code: error.code, message: error.detail ?? error.message } }),
    };
    const unmasked =
      error instanceof DecisionFailed || (exchange.input !== undefined && exchange.decision === undefined);
    const pointers = [...ALWAYS_ERASED, ...this.#config.mask, ...(unmasked ? CONTENTS : [])];
    const erased = pointers.filter((pointer) => erase(event as unknown as JsonObject, pointer));
    const masked = exchange.decision?.maskRequest.map(({ text }) => text) ?? [];
    return { ...event, ...(erased.length > 0 ? { erased } : {}), ...(masked.length > 0 ? { masked } : {}) };
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

/** Removes what a JSON pointer (RFC 6901) leads to; whether there was something. */
function erase(event: JsonObject, pointer: string): boolean {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  let node: Json | undefined = event;
  for (const key of keys.slice(0, -1)) node = child(node, key);
  const last = keys.at(-1)!;
  const found = child(node, last);
  if (found === undefined || found === null) return false;
  delete (node as JsonObject)[last];
  return true;
}

function child(node: Json | undefined, key: string): Json | undefined {
  return typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? (node as JsonObject)[key] : undefined;
}
