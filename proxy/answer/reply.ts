// Writes an error as an answer in the caller's protocol: a denied tool call as a tool's result, other MCP errors as JSON-RPC, the
// rest as plain JSON; challenges as RFC 6750 and RFC 9728 want them. Each names the decision, none the inside.
import type { ServerResponse } from 'node:http';
import { ApprovalPending, type GateError, RateLimited, UnsupportedVersion } from '../errors.ts';
import { challengeOf, isDpopScheme } from '../identity/challenge.ts';
import type { Exchange } from '../exchange.ts';
import { PAGE_KEY } from '../hold/request-state.ts';
import { closeAfter } from '../request/client-socket.ts';
import { isHere } from '../request/read-body.ts';
import { answerId } from '../mcp/message.ts';
import { isModern, MODERN } from '../mcp/version.ts';
import type { Json } from '../request/strict-json.ts';

/** MCP 2025-11-25; later revisions have `input_required` instead. */
const URL_ELICITATION_REQUIRED = -32042;

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Sends the answer for an error. Does nothing when the answer has begun or the client is gone. */
export function reply(exchange: Exchange, error: GateError): void {
  const { response, request } = exchange;
  if (response.destroyed) return;
  if (exchange.heldStream !== undefined) {
    exchange.heldStream.finish(rpcAnswer(exchange, error).body);
    return;
  }
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, body } = refusalOf(exchange, error);
  const { connection } = exchange;
  const challenge =
    connection &&
    challengeOf(error, {
      isDpop: connection.dpop !== 'optional' || isDpopScheme(request.headers),
      scopes: connection.requiredScopes,
      resourceMetadata: metadataUrl(connection.resource),
    });
  if (error instanceof ApprovalPending && error.statusUrl !== undefined) {
    response.setHeader('location', error.statusUrl);
    response.setHeader('retry-after', '5');
  }
  if (challenge !== undefined) response.setHeader('www-authenticate', challenge);
  if (error instanceof RateLimited) response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1000));
  // The rest of a body that nobody reads would be taken for the next request.
  if (exchange.isBodyRead !== true && !isHere(request)) closeAfter(exchange);
  sendJson(response, status, body);
}

/** Answers with a JSON body that no cache keeps. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': bytes.length,
      'cache-control': 'no-store',
    })
    .end(bytes);
}

/** The answer for an error in the protocol of the connection. In a stream that has begun it is a message with status 200. */
export function refusalOf(exchange: Exchange, error: GateError): Reply {
  if (exchange.connection?.kind !== 'mcp') return plainAnswer(exchange, error);
  const { status, body } = rpcAnswer(exchange, error);
  return { status: exchange.heldStream === undefined ? status : 200, body };
}

function plainAnswer({ decisionId }: Exchange, error: GateError): Reply {
  return {
    status: error.status,
    body: { error: error.code, message: error.message, decision_id: decisionId, ...error.data },
  };
}

/** The answer as a JSON-RPC message, and the HTTP status to send it with. */
export function rpcAnswer(exchange: Exchange, error: GateError): Reply {
  const { message, decisionId, connection } = exchange;
  const id: Json = message === undefined ? answerId(exchange.body) : message.kind === 'request' ? message.id! : null;
  if (error instanceof ApprovalPending && error.requestState !== undefined) {
    const { requestState, elicitation } = error;
    const inputRequests = elicitation && { [PAGE_KEY]: { method: 'elicitation/create', params: elicitation } };
    const result = { resultType: 'input_required', requestState, ...(inputRequests && { inputRequests }) };
    return { status: 200, body: { jsonrpc: '2.0', id, result } };
  }
  if (error.isDenial && message?.kind === 'request' && message.tool !== null && connection?.denyAs === 'result') {
    const result = {
      ...(isModern(message.protocolVersion) ? { resultType: 'complete' } : {}),
      content: [{ type: 'text', text: `${error.message} (${error.code}, decision ${decisionId})` }],
      isError: true,
    };
    return { status: 200, body: { jsonrpc: '2.0', id, result } };
  }
  const versions = error instanceof UnsupportedVersion ? { supported: [MODERN], requested: error.requested } : {};
  const data = { code: error.code, decision_id: decisionId, ...versions, ...error.data };
  // A judgement on a request is an answer; SDK clients keep its code and data only with status 200.
  const isAnswer = error.isDenial || error instanceof ApprovalPending;
  if (error instanceof ApprovalPending && error.elicitation !== undefined) {
    const elicitations = [{ ...error.elicitation, elicitationId: error.approval }];
    const { message: text } = error;
    const body = { code: URL_ELICITATION_REQUIRED, message: text, data: { ...data, elicitations } };
    return { status: 200, body: { jsonrpc: '2.0', id, error: body } };
  }
  const status = isAnswer && message?.kind === 'request' ? 200 : error.status;
  return { status, body: { jsonrpc: '2.0', id, error: { code: error.rpcCode, message: error.message, data } } };
}

/** RFC 9728 section 3.1: the well-known part stands between host and path. */
function metadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}
