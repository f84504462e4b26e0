// The request line: every request's way through the gate, top to bottom, a file for each step. A step that throws ends it; what is
// thrown is logged and answered here, and nothing that is not understood gets further.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeAnswer, send } from './answer/answer.ts';
import type { ConnectionConfig } from './config/connections.ts';
import { decide } from './decision/decide.ts';
import { enforce, rejectBodyMasks } from './decision/enforce.ts';
import {
  ClientGone,
  ExpectationFailed,
  GateError,
  InternalError,
  LogUnavailable,
  MalformedRequest,
  UpstreamAnswerRefused,
} from './errors.ts';
import type { Exchange, Upgrade } from './exchange.ts';
import { identify } from './identity/identify.ts';
import { injectCredential } from './upstream/inject-credential.ts';
import { forward, toGateError } from './upstream/forward.ts';
import type { Gate } from './gate.ts';
import { maskRequest } from './mask/mask-request.ts';
import { resumeAt } from './mcp/event-id.ts';
import { noMessage, readMessage } from './mcp/message.ts';
import { recordAnswer, recordRefusal } from './record/record.ts';
import { parseBody, receiveBody } from './request/read-body.ts';
import { reply, rpcAnswer } from './answer/reply.ts';
import { cancelHeld, hold, mayBeHeld, type Release } from './hold/hold.ts';
import { answerStatus, isStatusRequest } from './hold/status.ts';
import { takeState } from './hold/request-state.ts';
import { closeAfter, noteBegun, noteEnded } from './request/client-socket.ts';
import { parseStrict } from './request/strict-json.ts';
import { answerPreflight, isPreflight } from './request/cross-origin.ts';
import { METHODS, route } from './request/route.ts';
import { openSession } from './mcp/session.ts';

/** Serves one request, and always settles: the answer is the upstream's, masked, or the gate's error. */
export async function serve(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  upgrade?: Upgrade,
): Promise<void> {
  const exchange = begin(gate, request, response);
  if (upgrade !== undefined) exchange.upgrade = upgrade;
  try {
    await pass(gate, exchange);
  } catch (thrown) {
    await refuse(gate, exchange, thrown);
  }
}

async function pass(gate: Gate, exchange: Exchange): Promise<void> {
  const { config } = gate;
  const { request } = exchange;

  const { expect } = request.headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') throw new ExpectationFailed();
  route(exchange, config.connections, config.allowedOrigins, config.allowedHosts);
  const connection = exchange.connection!;
  if (exchange.upgrade !== undefined && connection.inspection === 'full')
    throw new MalformedRequest('There are no WebSockets at this address.');
  if (isPreflight(request)) {
    // It asks for nothing but what may be asked; there is nothing to decide, and nothing to log.
    answerPreflight(request, exchange.response, METHODS[connection.kind], connection.forwardHeaders);
    return;
  }
  gate.limiter.admitAddress(exchange, config.rateLimit.address);
  await identify(gate, exchange);
  gate.limiter.admit(exchange);

  if (connection.inspection === 'headers') {
    await passOpaque(gate, exchange);
    return;
  }
  continueBody(exchange);
  const bytes = await receiveBody(request, config.limits, exchange.signal);
  exchange.isBodyRead = true;
  exchange.body = parseBody(bytes);
  if (connection.kind === 'mcp') {
    const sealed = request.headers['mcp-session-id'];
    if (typeof sealed === 'string')
      exchange.session = openSession(gate.sessionSecret, sealed, connection.name, exchange.identity!);
    const sessionId = exchange.session?.id ?? null;
    const lastEventId = request.headers['last-event-id'];
    if (request.method === 'GET' && typeof lastEventId === 'string')
      exchange.resumed = resumeAt(gate.sessionSecret, lastEventId, connection.name, exchange.identity!);
    const isPost = request.method === 'POST';
    if (!isPost) delete exchange.body;
    exchange.message = isPost
      ? readMessage(exchange.body, request.headers, sessionId)
      : noMessage(request.headers, sessionId);
  }

  if (isStatusRequest(exchange)) {
    await answerStatus(gate, exchange);
    return;
  }
  if (gate.approvals !== undefined) await cancelHeld(gate.approvals, exchange);
  takeState(exchange);

  // One policy for the whole request, though another may be loaded meanwhile; a held call is judged anew when it is released.
  exchange.loaded = gate.policy.current;
  const release = await judge(gate, exchange);

  await injectCredential(exchange, gate.credentialOf(connection));
  await release?.claim();
  const forwarded = forward(exchange, connection, gate.poolOf(connection));
  // undici writes in a turn of its own; this is for the time in which the upstream works.
  setImmediate(prepareLog, gate, exchange);
  const upstream = await forwarded;
  let answer = await makeAnswer(gate, exchange, connection, upstream);
  try {
    const event = await gate.log.write(exchange, undefined);
    answer = await recordAnswer(gate, exchange, event!, answer, upstream.statusCode);
  } catch (error) {
    upstream.body.destroy();
    throw error;
  }
  const sent =
    exchange.heldStream === undefined
      ? send(exchange.response, answer, stallMs(connection))
      : exchange.heldStream.send(answer, rpcAnswer(exchange, new UpstreamAnswerRefused('no message')).body);
  // The client does not wait for it.
  observe(gate, exchange, undefined);
  await sent;
}

/** A client that waits for leave to send its body gets it when its body is wanted. */
function continueBody({ request, response }: Exchange): void {
  if (request.headers.expect !== undefined) response.writeContinue();
}

function prepareLog({ log }: Gate, exchange: Exchange): void {
  log.prepare(exchange);
}

/** The upstream's own silence ends an answer a little earlier, and with a reason. */
function stallMs({ timeouts }: ConnectionConfig): number {
  return timeouts.idleMs + 1_000;
}

/** Decides, holds and enforces; the approval that lets a held call pass. A dry run goes on whatever comes of it, with the request as it came. */
async function judge(gate: Gate, exchange: Exchange): Promise<Release | undefined> {
  const { body } = exchange;
  try {
    if (exchange.isDryRun && body !== undefined) exchange.body = parseStrict(JSON.stringify(body));
    if (exchange.message?.tool != null) await gate.pins?.refuseChanged(exchange.connection!, exchange.message.tool);
    decide(exchange, exchange.loaded);
    // An approval is bound to what is done, which nobody can say of a body that passes unread.
    const isOpaque = exchange.connection!.inspection === 'headers';
    let release: Release | undefined;
    try {
      if (!isOpaque && mayBeHeld(exchange)) release = await hold(gate, exchange);
    } finally {
      // However it ends there, the log gets what is masked.
      if (!isOpaque) maskRequest(exchange, gate.maskKey);
    }
    enforce(exchange.decision!, release !== undefined);
    if (isOpaque) rejectBodyMasks(exchange.decision!);
    return release;
  } catch (error) {
    if (!exchange.isDryRun || !(error instanceof GateError)) throw error;
    exchange.spared = error;
    return undefined;
  } finally {
    if (exchange.isDryRun && body !== undefined) exchange.body = body;
  }
}

/** What metrics and traces say of an exchange, once, when its answer leaves. */
function observe(gate: Gate, exchange: Exchange, error: GateError | undefined): void {
  if (exchange.isObserved === true) return;
  exchange.isObserved = true;
  gate.metrics.count(exchange, error);
  gate.tracing.end(exchange, error);
}

/** The line of connections whose bodies pass unread: the same steps, but for those that would look into them. */
async function passOpaque(gate: Gate, exchange: Exchange): Promise<void> {
  const connection = exchange.connection!;
  const { upgrade } = exchange;
  exchange.loaded = gate.policy.current;
  await judge(gate, exchange);
  await injectCredential(exchange, gate.credentialOf(connection));
  const passThrough = gate.passThroughOf(connection);
  if (upgrade !== undefined) {
    // Once it is open nothing can be said in HTTP.
    const event = await gate.log.write(exchange, undefined);
    await recordAnswer(gate, exchange, event!, { status: 101, headers: {}, body: '' }, 101);
    observe(gate, exchange, undefined);
    await passThrough.upgrade(exchange, upgrade, (error) => {
      gate.report(`${exchange.decisionId}: ${error.code}: ${error.detail ?? error.message}`);
      reply(exchange, error);
      upgrade.socket.end();
    });
    return;
  }
  continueBody(exchange);
  const { statusCode, headers, body, take } = await passThrough.send(exchange);
  try {
    const event = await gate.log.write(exchange, undefined);
    // The record has no body: nobody has looked at what is in it.
    await recordAnswer(gate, exchange, event!, { status: statusCode, headers, body: '' }, statusCode);
  } catch (error) {
    body.destroy();
    throw error;
  }
  const answer = { status: statusCode, headers, body: take() };
  const sent = send(exchange.response, answer, stallMs(connection)).catch((error: unknown) => {
    throw toGateError(error, exchange.signal);
  });
  observe(gate, exchange, undefined);
  await sent;
}

/** Logs and answers what is refused before it can go through the line. Always settles. */
export function refuseUnread(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  error: GateError,
): Promise<void> {
  return refuse(gate, begin(gate, request, response), error);
}

/** Logs and answers what was thrown. When even the log fails, that is what is answered. */
async function refuse(gate: Gate, exchange: Exchange, thrown: unknown): Promise<void> {
  let error =
    thrown instanceof GateError
      ? thrown
      : new InternalError(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  if (exchange.isLogged && !(error instanceof ClientGone))
    gate.report(
      `${exchange.decisionId}: ${error.code}: ${error.detail ?? error.message}`,
      error instanceof InternalError || error instanceof LogUnavailable ? 'error' : 'info',
    );
  try {
    const event = await gate.log.write(exchange, error);
    if (event !== undefined) await recordRefusal(gate, exchange, event, error);
  } catch (fault) {
    error = fault as GateError;
    gate.report(`${exchange.decisionId}: ${error.code}: ${error.detail ?? error.message}`, 'error');
  }
  observe(gate, exchange, error);
  try {
    reply(exchange, error);
  } catch (fault) {
    gate.report(`${exchange.decisionId}: the answer cannot be sent: ${String(fault)}`);
    exchange.response.destroy();
  }
}

function begin(gate: Gate, request: IncomingMessage, response: ServerResponse): Exchange {
  const gone = new AbortController();
  response.on('close', () => {
    noteEnded({ request });
    if (!response.writableFinished) gone.abort();
  });
  response.on('error', () => {});
  if (gate.lifecycle.isDraining) closeAfter({ request, response });
  const startedAt = new Date();
  const exchange: Exchange = {
    decisionId: randomUUID(),
    startedAt,
    trace: gate.tracing.begin({ request, startedAt }),
    startedMs: performance.now(),
    request,
    response,
    remoteAddress: request.socket.remoteAddress ?? '',
    signal: gone.signal,
    cut(error) {
      gone.abort(error);
      // An answer that has begun cannot say why it ends.
      if (response.headersSent) response.destroy();
    },
    isDryRun: gate.config.operations.dryRun,
    metrics: {},
    isLogged: false,
  };
  noteBegun(exchange);
  return exchange;
}
