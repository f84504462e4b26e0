// How an HTTP caller's held call stands, below the connection's own path and with its own token. Another's call is none.
import { sendJson } from '../answer/reply.ts';
import { NotFound, StoreUnavailable } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Gate } from '../gate.ts';
import { denialReason, stateOf } from './held-call.ts';

const PATH = /^\/\.regate\/approvals\/(apr_[A-Za-z0-9_-]{22})$/;

export function isStatusRequest({ connection, request, restPath }: Exchange): boolean {
  return connection!.kind === 'http' && request.method === 'GET' && (restPath ?? '').startsWith('/.regate/');
}

/** Answers with the state. Throws NotFound or StoreUnavailable. */
export async function answerStatus({ approvals, log }: Gate, exchange: Exchange): Promise<void> {
  const { identity, connection, restPath } = exchange;
  const id = PATH.exec(restPath ?? '')?.[1];
  if (id === undefined) throw new NotFound();
  if (approvals === undefined) throw new StoreUnavailable('no store is configured');
  const call = await approvals.holds.find(id);
  const isOwn =
    call !== undefined &&
    call.connection === connection!.name &&
    call.issuer === identity!.issuer &&
    call.subject === identity!.subject &&
    call.client_id === (identity!.client_id ?? '');
  if (!isOwn) throw new NotFound();
  const state = stateOf(call);
  await log.write(exchange, undefined);
  sendJson(exchange.response, 200, {
    approval: id,
    state,
    valid_until: call.valid_until.toISOString(),
    ...(state === 'denied' && { reason: denialReason(call) }),
  });
}
