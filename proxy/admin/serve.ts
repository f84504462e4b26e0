// The way of a request to the admin listener, top to bottom: origin, route, token, authority, body, handler, answer. Failures are
// answered as JSON with a request id, and what was done by whom is reported.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { send } from '../answer/answer.ts';
import { sendJson } from '../answer/reply.ts';
import { AdminForbidden, ForbiddenOrigin, GateError, InternalError } from '../errors.ts';
import type { Identity } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { challengeOf, isDpopScheme } from '../identity/challenge.ts';
import { allowOrigin, answerPreflight, isPreflight } from '../request/cross-origin.ts';
import { readBody } from '../request/read-body.ts';
import { rejectRepeatedHeaders } from '../request/headers.ts';
import type { AdminConfig } from '../config/admin.ts';
import type { AdminAnswer, AdminRequest, Route } from './route.ts';
import { matchRoute } from './router.ts';

const STALL_MS = 300_000;
/** Methods of the routes. */
const METHODS = ['GET', 'POST', 'DELETE'];

/** Serves one request of administration, and always settles. */
export async function serveAdmin(
  gate: Gate,
  config: AdminConfig,
  routes: readonly Route[],
  raw: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const gone = new AbortController();
  response.on('close', () => gone.abort()).on('error', () => {});
  const who: { identity?: Identity } = {};
  const what = `admin ${requestId}: ${raw.method} ${(raw.url ?? '').split('?', 1)[0]}`;
  try {
    admitOrigin(config, raw, response);
    if (isPreflight(raw)) {
      answerPreflight(raw, response, METHODS);
      return;
    }
    const answer = await handle(gate, config, routes, raw, gone.signal, who);
    if (who.identity !== undefined) gate.report(`${what} ${answer.status} by ${nameOf(who.identity)}`);
    await sendAnswer(response, answer);
  } catch (thrown) {
    const error =
      thrown instanceof GateError
        ? thrown
        : new InternalError(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    const by = who.identity === undefined ? '' : ` by ${nameOf(who.identity)}`;
    gate.report(`${what} ${error.status}${by}: ${error.code}: ${error.detail ?? error.message}`);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const challenge = challengeOf(error, { isDpop: isDpopScheme(raw.headers), scopes: config.requiredScopes });
    if (challenge !== undefined) response.setHeader('www-authenticate', challenge);
    if (!raw.complete) response.setHeader('connection', 'close');
    sendJson(response, error.status, { error: error.code, message: error.message, request_id: requestId });
  }
}

/** Pages of other origins get nothing, but for those that are allowed. Throws ForbiddenOrigin. */
function admitOrigin({ allowedOrigins }: AdminConfig, raw: IncomingMessage, response: ServerResponse): void {
  if (raw.headers.origin !== undefined && !allowOrigin(raw, response, allowedOrigins)) throw new ForbiddenOrigin();
}

async function handle(
  gate: Gate,
  config: AdminConfig,
  routes: readonly Route[],
  raw: IncomingMessage,
  signal: AbortSignal,
  who: { identity?: Identity },
): Promise<AdminAnswer> {
  rejectRepeatedHeaders(raw);
  const url = raw.url ?? '/';
  const path = url.split('?', 1)[0]!;
  const { route, params } = matchRoute(routes, raw.method ?? '', path);
  const request: Omit<AdminRequest, 'body'> = {
    gate,
    params,
    query: new URLSearchParams(url.slice(path.length)),
    raw,
    signal,
  };
  if (route.access === 'open') return route.handle({ ...request, body: undefined });
  const isAdmin = route.access === 'admin';
  const { authorization, dpop } = raw.headers;
  const { identity } = await gate.authenticator.authenticate(
    { authorization, dpop: dpop as string | undefined, method: raw.method!, url: `${config.publicUrl}${path}` },
    { audience: [], scopes: isAdmin ? config.requiredScopes : [], dpop: 'optional' },
    (owner) => (who.identity = owner),
  );
  if (isAdmin && config.groups.length > 0 && !config.groups.some((group) => identity.groups.includes(group)))
    throw new AdminForbidden();
  return route.handle({ ...request, body: await readBody(raw, gate.config.limits) }, identity);
}

async function sendAnswer(response: ServerResponse, answer: AdminAnswer): Promise<void> {
  if ('json' in answer) {
    sendJson(response, answer.status, answer.json);
    return;
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  const headers = { 'content-type': answer.contentType, 'cache-control': 'no-store' };
  await send(response, { status: answer.status, headers, body }, STALL_MS);
}

function nameOf({ issuer, subject }: Identity): string {
  return `${JSON.stringify(subject)} of ${issuer}`;
}
