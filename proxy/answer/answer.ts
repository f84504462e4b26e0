// The upstream's answer on its way back: refused when it cannot be judged, edited where it has to be, streamed where it is a stream.
// Nothing is sent here before the caller says so: `send` comes after the log. What the edits are is edit.ts.
import type { ServerResponse } from 'node:http';
import type { ConnectionConfig } from '../config/connections.ts';
import type { Limits } from '../config/limits.ts';
import { GateError, ResponseWithheld, UpstreamAnswerRefused } from '../errors.ts';
import type { Exchange, Session } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { areTextMasks, maskTextDocument, NotMaskable } from '../mask/mask.ts';
import { initializeDeclaresUrls } from '../mcp/elicitation.ts';
import { sealSession } from '../mcp/session.ts';
import { answerHeaders } from '../request/headers.ts';
import { isJsonType } from '../request/read-body.ts';
import { parseStrict, StrictJsonError } from '../request/strict-json.ts';
import { toGateError } from '../upstream/forward.ts';
import type { UpstreamAnswer } from '../upstream/upstream-answer.ts';
import { editOf, type AnswerEdit } from './edit.ts';
import { eventStream } from './event-stream.ts';
import { placeAtGate, redirectAtGate } from './location.ts';

/** An answer that is ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, text, or pieces as they come. */
  readonly body: Uint8Array | string | AsyncIterable<Uint8Array | string>;
  /** Whether the body is a document that was read strictly and printed here: whoever keeps it need not read it again. */
  readonly isPrinted?: boolean;
}

/** Makes the answer. Throws a GateError; then the upstream's body has been dropped. */
export async function makeAnswer(
  gate: Gate,
  exchange: Exchange,
  connection: ConnectionConfig,
  upstream: UpstreamAnswer,
): Promise<Answer> {
  try {
    return await shape(gate, exchange, connection, upstream);
  } catch (error) {
    upstream.body.destroy();
    throw error;
  }
}

async function shape(
  gate: Gate,
  exchange: Exchange,
  connection: ConnectionConfig,
  upstream: UpstreamAnswer,
): Promise<Answer> {
  const { limits } = gate.config;
  const { statusCode: status, headers } = upstream;
  const type = single(headers['content-type']);
  const isStream = type !== undefined && /^text\/event-stream\s*(?:;|$)/i.test(type);
  const redirect = redirectAtGate(status, single(headers.location), exchange, connection);
  if (redirect === undefined) refuse(connection, status, single(headers['content-encoding']), type, isStream);
  const extra = connection.forwardResponseHeaders;
  const edit = editOf(gate, exchange, () => ({ status, headers: answerHeaders(headers, false, extra) }));
  const isEdited = edit.document !== undefined;
  const kept = answerHeaders(headers, isEdited, extra);
  if (redirect !== undefined) {
    // Its body is for those who do not follow it, and names the upstream's addresses.
    upstream.body.destroy();
    if (edit.isJudged) await edit.document!(null);
    delete kept['content-type'];
    return { status, headers: { ...kept, location: redirect }, body: '' };
  }
  for (const name of ['location', 'content-location']) {
    const place = typeof headers[name] === 'string' ? placeAtGate(headers[name], exchange, connection) : undefined;
    if (place !== undefined) kept[name] = place;
  }
  if (connection.kind === 'mcp') {
    const session = sessionOf(gate, exchange, status, single(headers['mcp-session-id']));
    if (session !== undefined)
      kept['mcp-session-id'] = sealSession(gate.sessionSecret, session, connection.name, exchange.identity!);
  }
  if (isStream) {
    // Proxies in front of us must not wait for the stream's end either.
    kept['x-accel-buffering'] = 'no';
    const body = eventStream(gate, exchange, connection, edit, guarded(exchange, upstream));
    return { status, headers: kept, body };
  }
  if (isReceipt(connection, status)) {
    // MCP wants no body here, and what some write is no message: it would pass unjudged.
    await collect(exchange, upstream, limits);
    delete kept['content-type'];
    return { status, headers: kept, body: '' };
  }
  const declared = single(headers['content-length']);
  if (declared !== undefined && Number(declared) > limits.responseBytes && exchange.request.method !== 'HEAD')
    throw new UpstreamAnswerRefused('the answer is too large');
  if (!isEdited) {
    const whole = upstream.body.takeWhole(limits.responseBytes);
    // An empty body may be that of a HEAD, whose length is another's.
    const isHere = whole !== undefined && whole.length > 0;
    return { status, headers: kept, body: isHere ? whole : capped(exchange, upstream, limits) };
  }
  const bytes = await collect(exchange, upstream, limits);
  return { status, headers: kept, ...(await editBody(gate, edit, bytes, status, type)) };
}

/**
 * The session that an answer is in: the upstream's, with what the client has declared. Where that is of use, a client of an upstream without
 * sessions gets one too.
 */
function sessionOf(gate: Gate, exchange: Exchange, status: number, id: string | undefined): Session | undefined {
  const isOfUse = gate.approvals?.config.elicitation !== undefined;
  const begins = status < 300 && isOfUse && initializeDeclaresUrls(exchange);
  if (id === undefined) return begins ? { id: null, opensUrls: true } : undefined;
  return { id, opensUrls: begins || exchange.session?.opensUrls === true };
}

function refuse(
  connection: ConnectionConfig,
  status: number,
  encoding: string | undefined,
  type: string | undefined,
  isStream: boolean,
): void {
  if (encoding !== undefined && encoding !== 'identity') throw new UpstreamAnswerRefused(`encoded as ${encoding}`);
  // Its quarrel is with the gate's credential; a client would take it for a quarrel with its own.
  if (status === 401 || status === 407) throw new UpstreamAnswerRefused(`the credential is refused with ${status}`);
  if (status >= 300 && status < 400 && status !== 304) throw new UpstreamAnswerRefused(`a redirect, ${status}`);
  const isMessage = connection.kind === 'mcp' && status < 300 && !isReceipt(connection, status);
  if (isMessage && type !== undefined && !isStream && !isJsonType(type)) {
    throw new UpstreamAnswerRefused(`an MCP answer of type ${type}`);
  }
}

/** The answer to a notification or a response: that it has come. */
function isReceipt({ kind }: ConnectionConfig, status: number): boolean {
  return kind === 'mcp' && (status === 202 || status === 204);
}

/** Texts that are what they say, without escapes of their own that would hide a pattern. */
const PLAIN_TYPE =
  /^text\/(?:plain|csv|markdown|tab-separated-values)\s*(?:;\s*charset\s*=\s*"?(?:utf-8|us-ascii)"?\s*)?$/i;

async function editBody(
  gate: Gate,
  edit: AnswerEdit,
  bytes: Uint8Array,
  status: number,
  type: string | undefined,
): Promise<Pick<Answer, 'body' | 'isPrinted'>> {
  if (bytes.length === 0) {
    // Nothing to mask; the policy may still say no.
    if (edit.isJudged) await edit.document!(null);
    return { body: bytes };
  }
  if (status === 206) throw new ResponseWithheld('a part of an answer');
  try {
    if (isJsonType(type)) {
      const edited = await edit.document!(parseStrict(bytes));
      if (edited === undefined) throw new NotMaskable('a message that is no answer');
      return { body: JSON.stringify(edited), isPrinted: true };
    }
    const isText = type !== undefined && PLAIN_TYPE.test(type) && areTextMasks(edit.masks);
    if (!isText || edit.isJudged) throw new NotMaskable(`an answer of type ${type ?? 'unknown'}`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { body: maskTextDocument(text, edit.masks, gate.maskKey) };
  } catch (error) {
    if (error instanceof GateError) throw error;
    const isOurs = error instanceof NotMaskable || error instanceof StrictJsonError || error instanceof TypeError;
    if (!isOurs) throw error;
    throw new ResponseWithheld(error.message);
  }
}

async function* guarded(exchange: Exchange, upstream: UpstreamAnswer): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of upstream.body) yield chunk;
  } catch (error) {
    throw toGateError(error, exchange.signal);
  }
}

async function* capped(exchange: Exchange, upstream: UpstreamAnswer, limits: Limits): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of guarded(exchange, upstream)) {
    size += chunk.length;
    if (size > limits.responseBytes) throw new UpstreamAnswerRefused('the answer is too large');
    yield chunk;
  }
}

async function collect(exchange: Exchange, upstream: UpstreamAnswer, limits: Limits): Promise<Uint8Array> {
  const whole = upstream.body.takeWhole(limits.responseBytes);
  if (whole !== undefined) return whole;
  const chunks: Uint8Array[] = [];
  for await (const chunk of capped(exchange, upstream, limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What fits into the sockets' buffers needs no watching. */
const SMALL = 64 * 1024;

/**
 * Sends an answer piece by piece. What breaks half-way breaks off visibly: the client's connection is cut. So it is when nothing of it
 * moves for `stallMs`: a client that does not read must not hold what is to be sent for ever.
 */
export async function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  stallMs: number,
): Promise<void> {
  // Set where scripts of another origin may read the answer.
  const vary = response.getHeader('vary');
  if (vary !== undefined && headers.vary !== undefined)
    headers = { ...headers, vary: `${String(vary)}, ${headers.vary}` };
  const isSmall = (typeof body === 'string' || body instanceof Uint8Array) && body.length < SMALL;
  if (!isSmall) response.setTimeout(stallMs, () => response.destroy());
  if (typeof body === 'string' || body instanceof Uint8Array) {
    // RFC 9110 section 8.6: nothing is said of a length where there can be no content.
    const hasLength = status !== 204 && status !== 304;
    // A text goes out in one piece with its head.
    response
      .writeHead(status, hasLength ? { ...headers, 'content-length': Buffer.byteLength(body) } : headers)
      .end(body);
    return;
  }
  response.writeHead(status, headers);
  if (!('content-length' in headers)) response.flushHeaders();
  try {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
