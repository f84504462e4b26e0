// The step of the line that records: an exchange with its answer before the answer leaves. Streams are recorded when they begin and, with
// what was sent, before they end. What callers without a good token send is logged, but not recorded: nobody's store fills by it.
import type { Answer } from '../answer/answer.ts';
import { refusalOf } from '../answer/reply.ts';
import { ClientGone, type GateError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { Capture } from './capture.ts';
import { type Entry, sessionOf } from './entry.ts';

/** Whether the exchange is one that is recorded. */
function isRecorded(gate: Gate, exchange: Exchange): boolean {
  return gate.recorder !== undefined && exchange.connection?.record === true && exchange.identity !== undefined;
}

/**
 * Records an exchange and the answer that it gets; the answer to send. `event` is the event of the decision log, masked, as JSON.
 * Throws RecordUnavailable: then the answer must not leave.
 */
export async function recordAnswer(
  gate: Gate,
  exchange: Exchange,
  event: string,
  answer: Answer,
  upstreamStatus: number | null,
): Promise<Answer> {
  if (!isRecorded(gate, exchange)) return answer;
  const recorder = gate.recorder!;
  const masks = exchange.decision?.maskLog ?? [];
  const capture = new Capture(recorder.bodyBytes);
  const read = (isBroken: boolean): string => capture.answer(answer, masks, gate.maskKey, isBroken);
  const { body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    capture.add(body);
    await recorder.append(lineOf(exchange, 'exchange', upstreamStatus, read(false), event));
    return answer;
  }
  const pieces = body[Symbol.asyncIterator]();
  const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true;
  const early = isStream ? { pieces: [], isWhole: false } : await gather(pieces);
  for (const piece of early.pieces) capture.add(piece);
  if (early.isWhole) {
    await recorder.append(lineOf(exchange, 'exchange', upstreamStatus, read(false), event));
    return { ...answer, body: Buffer.concat(early.pieces.map((piece) => Buffer.from(piece))) };
  }
  await recorder.append(lineOf(exchange, 'begin', upstreamStatus, 'null', event));
  const recorded = async function* (): AsyncIterable<Uint8Array | string> {
    let isWhole = false;
    try {
      yield* early.pieces;
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
        capture.add(next.value);
        yield next.value;
      }
      isWhole = true;
    } finally {
      if (!isWhole) await pieces.return?.();
      // Before the client is told that this was all.
      await recorder.append(lineOf(exchange, 'end', upstreamStatus, read(!isWhole), undefined));
    }
  };
  return { ...answer, body: recorded() };
}

/** Answers up to this many bytes are recorded in one piece. */
const GATHERED_BYTES = 64 * 1024;

/** The first pieces of a body, and whether they are all. */
async function gather(
  pieces: AsyncIterator<Uint8Array | string>,
): Promise<{ readonly pieces: readonly (Uint8Array | string)[]; readonly isWhole: boolean }> {
  const gathered: (Uint8Array | string)[] = [];
  for (let bytes = 0; bytes < GATHERED_BYTES;) {
    const next = await pieces.next();
    if (next.done === true) return { pieces: gathered, isWhole: true };
    gathered.push(next.value);
    bytes += next.value.length;
  }
  return { pieces: gathered, isWhole: false };
}

/** Records an exchange that ends in an error, with the answer that says so. Throws RecordUnavailable. */
export async function recordRefusal(gate: Gate, exchange: Exchange, event: string, error: GateError): Promise<void> {
  if (!isRecorded(gate, exchange)) return;
  const recorder = gate.recorder!;
  const capture = new Capture(recorder.bodyBytes);
  const { status, body } = refusalOf(exchange, error);
  // To a client that is gone nothing is said.
  const isSaid = !(error instanceof ClientGone);
  if (isSaid) capture.add(JSON.stringify(withoutState(body)));
  const answer = { status: isSaid ? status : error.status, headers: isSaid ? JSON_TYPE : {} };
  const text = capture.answer(answer, exchange.decision?.maskLog ?? [], gate.maskKey, false);
  await recorder.append(lineOf(exchange, 'exchange', null, text, event));
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Who has the state of a held call can go on with it: it is for its caller alone. */
function withoutState(body: unknown): unknown {
  const { result } = body as { readonly result?: { readonly requestState?: string } };
  if (result?.requestState === undefined) return body;
  return { ...(body as object), result: { ...result, requestState: '[redacted]' } };
}

/** An entry as JSON; `answer` and `event` are JSON already, the answer's `null` where there is none yet. */
function lineOf(
  exchange: Exchange,
  kind: Entry['kind'],
  upstreamStatus: number | null,
  answer: string,
  event: string | undefined,
): string {
  const entry: Omit<Entry, 'answer' | 'event'> = {
    v: 1,
    kind,
    id: exchange.decisionId,
    at: exchange.startedAt.toISOString(),
    session: sessionOf(exchange),
    upstream_status: upstreamStatus,
    duration_ms: Math.round((performance.now() - exchange.startedMs) * 1000) / 1000,
  };
  return `${JSON.stringify(entry).slice(0, -1)},"answer":${answer}${event === undefined ? '' : `,"event":${event}`}}`;
}
