// The decision log: one event a request, one JSON line each, written before the answer leaves. Masking comes before the writing, so
// that nothing secret is ever on disk. The file is journal.ts, sending it on is shipper.ts.
import { randomUUID } from 'node:crypto';
import type { LogConfig } from '../config/decision-log.ts';
import { type GateError, LogUnavailable, RequestNotMaskable } from '../errors.ts';
import type { Decision } from '../decision/decision.ts';
import type { Exchange } from '../exchange.ts';
import { buildInput } from '../decision/decide.ts';
import { maskForLog } from '../mask/mask-log.ts';
import { maskRequest } from '../mask/mask-request.ts';
import { isObject, type JsonObject, parseStrict } from '../request/strict-json.ts';
import { completeLine, eventOf, prepareLine, printEvent, type LogEvent } from './event.ts';
import { Journal, type JournalCounts } from './journal.ts';
import { applyLogMask, type LogMask, policyDrops, policyMasks, removal } from './log-mask.ts';
import { Shipper, type ShipperCounts } from './shipper.ts';
import type { Report } from '../operate/logger.ts';

/** What is never written, whatever the configuration: who holds a session's id holds the session. */
const ALWAYS_ERASED = ['/input/mcp/session_id', '/input/request/headers/mcp-session-id'].map(removal);
/** What is unmasked when the policy or its masks fail: the parts that masks are for. */
const CONTENTS = ['/input/request/body', '/input/mcp/arguments', '/input/request/query'].map(removal);
/** How long a stopping gate goes on shipping what is left. */
const SHIP_GRACE_MS = 3_000;

/** What metrics ask for. */
export interface LogState {
  readonly journal: JournalCounts | undefined;
  readonly shipper: ShipperCounts | undefined;
  readonly backlogBytes: number | undefined;
  readonly dropped: number;
  /** Whether the last event could be written. */
  readonly isWritable: boolean;
}

/** An open log. */
export class DecisionLog {
  readonly #maskKey: Buffer;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #masks: readonly LogMask[];
  readonly #report: Report;
  readonly #journal: Journal | undefined;
  readonly #shipper: Shipper | undefined;
  #count = 0;
  #dropped = 0;
  #isWritable = true;

  /** Opens the file; throws when it cannot be opened. */
  constructor(config: LogConfig, maskKey: Buffer, report: Report) {
    this.#maskKey = maskKey;
    this.#labels = { app: 'regate', id: randomUUID(), ...config.labels };
    this.#masks = [...ALWAYS_ERASED, ...config.mask.map(removal)];
    this.#report = report;
    this.#journal = config.file === undefined ? undefined : new Journal(config.file, report);
    if (config.ship !== undefined && this.#journal !== undefined)
      this.#shipper = new Shipper(config.ship, this.#journal, report);
  }

  get state(): LogState {
    return {
      journal: this.#journal?.counts,
      shipper: this.#shipper?.counts,
      backlogBytes: this.#shipper?.backlogBytes,
      dropped: this.#dropped,
      isWritable: this.#isWritable,
    };
  }

  /**
   * Makes ready what the exchange's line will say if all goes well, while nobody waits for it. Never throws: what cannot be made ready is found
   * out by `write`.
   */
  prepare(exchange: Exchange): void {
    const { loaded, decision, input } = exchange;
    if (exchange.isLogged || exchange.isDryRun || input === undefined || decision === undefined) return;
    if (decision.maskLog.length > 0 || loaded === undefined || loaded.masksLog || loaded.dropsLog) return;
    try {
      const event = masked(eventOf(exchange, undefined, this.#labels, 0), this.#masks, decision);
      exchange.preparedLine = prepareLine(exchange, event, event.input === input ? exchange.printed?.input : undefined);
    } catch {
      // Said when it is written.
    }
  }

  /**
   * Writes the exchange's event; the event, masked, as JSON, whether it was written or dropped, and undefined when that was done
   * before. Throws LogUnavailable: then the answer must not leave.
   */
  async write(exchange: Exchange, error: GateError | undefined): Promise<string | undefined> {
    if (exchange.isLogged) return undefined;
    exchange.isLogged = true;
    try {
      const { preparedLine } = exchange;
      const ready = preparedLine && completeLine(preparedLine, exchange, error, this.#count + 1);
      // A stream's exchange may live for hours.
      exchange.preparedLine = undefined;
      if (ready !== undefined) this.#count++;
      const { line, isDropped } = ready === undefined ? this.#line(exchange, error) : { line: ready, isDropped: false };
      if (isDropped) this.#dropped++;
      else await (this.#journal === undefined ? print(line) : this.#journal.append(line));
      this.#isWritable = true;
      return line;
    } catch (fault) {
      this.#isWritable = false;
      throw new LogUnavailable(fault instanceof Error ? fault.message : String(fault));
    }
  }

  /**
   * The input of an exchange as it may be shown and kept: JSON, without what the decision masks of request and log, and what the log
   * never holds. Throws RequestNotMaskable, or what failing log masks throw.
   */
  preview(exchange: Exchange): string {
    const copy = copyForMasks(exchange);
    maskRequest(copy, this.#maskKey);
    const { input } = parseStrict(this.#line(copy, undefined, true).line) as JsonObject;
    return JSON.stringify(input);
  }

  /** Writes what is waiting and ships what can be shipped in little time. */
  async close(): Promise<void> {
    await this.#shipper?.close(SHIP_GRACE_MS);
    await this.#journal?.close();
  }

  /** The event's line, and whether the policy drops it. */
  #line(
    exchange: Exchange,
    error: GateError | undefined,
    isPreview = false,
  ): { readonly line: string; readonly isDropped: boolean } {
    const { loaded, decision, input } = exchange;
    const own = decision?.maskLog ?? [];
    const whole = eventOf(exchange, error, this.#labels, isPreview ? 0 : ++this.#count);
    const event =
      own.length === 0
        ? whole
        : (maskForLog(parseStrict(JSON.stringify(whole)) as JsonObject, own, this.#maskKey) as object as LogEvent);
    let full: Uint8Array | undefined;
    const asJson = (): Uint8Array =>
      (full ??= Buffer.from(printEvent(event, own.length === 0 ? exchange.printed?.input : undefined)));
    const isDropped = !isPreview && loaded?.dropsLog === true && this.#isDropped(exchange, asJson);
    const hasNoMasks =
      input !== undefined && (decision === undefined || (error ?? exchange.spared) instanceof RequestNotMaskable);
    const masks =
      hasNoMasks || loaded?.masksLog === true
        ? [
            ...this.#masks,
            ...(hasNoMasks ? CONTENTS : []),
            ...(loaded?.masksLog === true ? policyMasks(loaded, asJson()) : []),
          ]
        : this.#masks;
    const printed = masked(event, masks, decision);
    return { line: printEvent(printed, printed.input === input ? exchange.printed?.input : undefined), isDropped };
  }

  #isDropped({ loaded, decisionId }: Exchange, asJson: () => Uint8Array): boolean {
    try {
      return policyDrops(loaded!, asJson());
    } catch (error) {
      this.#report(`${decisionId}: data.system.log.drop failed, the event is kept: ${String(error)}`, 'error');
      return false;
    }
  }
}

/** The event with masks applied, and what it says of them. */
function masked(event: LogEvent, masks: readonly LogMask[], decision: Decision | undefined): LogEvent {
  let current: object = event;
  const erased: string[] = [];
  const changed: string[] = [];
  for (const mask of masks) {
    const next = applyLogMask(current, mask);
    if (next === current) continue;
    current = next;
    (mask.op === 'remove' ? erased : changed).push(mask.path);
  }
  for (const { text } of decision?.maskRequest ?? []) changed.push(text);
  for (const { text } of decision?.maskLog ?? []) changed.push(text);
  return {
    ...(current as LogEvent),
    erased: erased.length > 0 ? erased : undefined,
    masked: changed.length > 0 ? changed : undefined,
  };
}

/** An exchange whose body and input may be changed without the original's noticing. */
function copyForMasks(exchange: Exchange): Exchange {
  const body = exchange.body === undefined ? undefined : parseStrict(JSON.stringify(exchange.body));
  const params = isObject(body) && isObject(body.params) ? body.params : undefined;
  const message = exchange.message && { ...exchange.message, arguments: params?.arguments ?? null };
  const copy: Exchange = { ...exchange, body, message, printed: undefined };
  copy.input = buildInput(copy);
  return copy;
}

function print(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => (error == null ? resolve() : reject(error)));
  });
}
