// A stream of server-sent events from the upstream to the client: each event edited as it comes, ids of MCP's legacy streams sealed, comments
// sent while nothing happens, so that nothing on the way takes the silence for the end.
import type { ConnectionConfig } from '../config/connections.ts';
import { GateError, ResponseWithheld } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { areTextMasks, maskTextDocument } from '../mask/mask.ts';
import { type CallContext, sealEventId } from '../mcp/event-id.ts';
import { isModern } from '../mcp/version.ts';
import { isObject, type Json, parseStrict, StrictJsonError } from '../request/strict-json.ts';
import type { AnswerEdit } from './edit.ts';
import { rpcAnswer } from './reply.ts';
import { printSse, SseReader, type SseEvent } from './sse.ts';

type Chunks = AsyncIterable<Uint8Array>;

/** The client's stream. What cannot be read where it has to be ends it. */
export function eventStream(
  gate: Gate,
  exchange: Exchange,
  connection: ConnectionConfig,
  edit: AnswerEdit,
  upstream: Chunks,
): AsyncIterable<Uint8Array | string> {
  const sealsIds = connection.kind === 'mcp' && !isModern(exchange.message?.protocolVersion);
  const stream =
    edit.document !== undefined || sealsIds
      ? rewritten(gate, exchange, connection, edit, sealsIds, upstream)
      : upstream;
  return withKeepAlives(stream, gate.config.limits.keepAliveMs);
}

async function* rewritten(
  gate: Gate,
  exchange: Exchange,
  connection: ConnectionConfig,
  edit: AnswerEdit,
  sealsIds: boolean,
  upstream: Chunks,
): AsyncIterable<string> {
  const reader = new SseReader(gate.config.limits.eventBytes);
  const call = sealsIds ? callContext(exchange) : undefined;
  // An answer that the policy wants to see cannot be seen by it again later.
  const isResumable = !edit.isJudged;
  const idOf = (id: string): string | undefined =>
    isResumable ? sealEventId(gate.sessionSecret, id, call, connection.name, exchange.identity!) : undefined;
  for await (const chunk of upstream) {
    let out = '';
    let isLast = false;
    for (const read of reader.push(chunk)) {
      const event = edit.document === undefined ? read : { ...read, others: read.others.flatMap(knownLine) };
      const hasData = event.data !== undefined && event.data !== '';
      const edited: Edited = hasData ? await editEvent(gate, exchange, edit, event) : { event };
      const { id } = edited.event;
      out += printSse({ ...edited.event, id: id === undefined || id === '' || !sealsIds ? id : idOf(id) });
      isLast = edited.isLast === true;
      if (isLast) break;
    }
    if (out !== '') yield out;
    if (isLast) return;
  }
}

/** Under an edit, lines that could say anything do not pass: comments are emptied, fields that nobody knows and names that are none are dropped. */
function knownLine(line: string): readonly string[] {
  if (line.startsWith(':')) return [':'];
  return /^(?:event: ?[\w./-]{0,64}|retry: ?\d{1,9})$/.test(line) ? [line] : [];
}

interface Edited {
  readonly event: SseEvent;
  /** The call has been answered in the upstream's place: what follows would be a second answer. */
  readonly isLast?: boolean;
}

async function editEvent(gate: Gate, exchange: Exchange, edit: AnswerEdit, event: SseEvent): Promise<Edited> {
  if (edit.document === undefined) return { event };
  let json: Json;
  try {
    json = parseStrict(event.data!);
  } catch (error) {
    const isPlain = exchange.message === undefined && !edit.isJudged && areTextMasks(edit.masks);
    if (!(error instanceof StrictJsonError)) throw error;
    if (!isPlain) return refusedEvent(exchange, event, new ResponseWithheld(error.message));
    return { event: { ...event, data: maskTextDocument(event.data!, edit.masks, gate.maskKey) } };
  }
  try {
    const edited = await edit.document(json);
    // The id counts for resumption, whether or not the event is shown.
    return { event: edited === undefined ? emptied(event) : { ...event, data: JSON.stringify(edited) } };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return refusedEvent(exchange, event, error);
  }
}

/** What stands in the place of an event that must not pass: the answer to the call, where one waits for it. Throws where nobody could read that. */
function refusedEvent(exchange: Exchange, event: SseEvent, error: GateError): Edited {
  if (exchange.message === undefined) throw error;
  // On a stream of its own nobody waits for it.
  if (exchange.message.kind !== 'request') return { event: emptied(event) };
  return { event: { ...event, data: JSON.stringify(rpcAnswer(exchange, error).body) }, isLast: true };
}

function emptied({ id }: SseEvent): SseEvent {
  return { id, data: undefined, others: [] };
}

/** What an answer on this stream needs to be passed on later: nothing for streams that have none. */
function callContext({ message, decision, resumed, result }: Exchange): CallContext | undefined {
  if (resumed !== undefined) return resumed.call;
  if (message?.kind !== 'request') return undefined;
  const mask = isObject(result) && isObject(result.mask) ? result.mask.response : undefined;
  return { method: message.method, tool: message.tool, masks: decision === undefined ? [] : (mask ?? []) };
}

const KEEP_ALIVE = ': keep-alive\n\n';

/** The stream with comments in its pauses, but never inside an event. */
async function* withKeepAlives(
  stream: AsyncIterable<Uint8Array | string>,
  intervalMs: number,
): AsyncIterable<Uint8Array | string> {
  const pieces = stream[Symbol.asyncIterator]();
  let isBetween = true;
  let next: Awaited<ReturnType<typeof pieces.next>> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const read = (): void => {
    next = undefined;
    pieces.next().then(
      (piece) => {
        next = piece;
        wake?.();
      },
      (error: unknown) => {
        failure = { error };
        wake?.();
      },
    );
  };
  // A stream may be quiet for days: each pause leaves nothing behind.
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, intervalMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  try {
    read();
    for (;;) {
      if (next === undefined && failure === undefined) await pause();
      if (failure !== undefined) throw failure.error;
      if (next === undefined) {
        if (isBetween) yield KEEP_ALIVE;
        continue;
      }
      if (next.done === true) return;
      yield next.value;
      isBetween = endsEvent(next.value);
      read();
    }
  } finally {
    await pieces.return?.();
  }
}

function endsEvent(piece: Uint8Array | string): boolean {
  const end = Buffer.from(typeof piece === 'string' ? piece.slice(-4) : piece.subarray(-4)).toString('latin1');
  return /(?:\n\n|\r\r|\r\n\r\n)$/.test(end);
}
