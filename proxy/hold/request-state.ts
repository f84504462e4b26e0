// The `requestState` of MCP 2026-07-28 by which a client comes back for a held call: signed for caller, connection, method, arguments and an
// expiry, and good for one leg.
import { RequestStateRefused } from '../errors.ts';
import type { Exchange, Identity } from '../exchange.ts';
import { seal, unseal } from '../mcp/seal.ts';
import { isObject } from '../request/strict-json.ts';
import type { HeldCall } from './held-call.ts';

/** Tells the gate's states from those of servers behind it, which pass untouched. */
const PREFIX = 'regate-hold.';

/** Who comes back a little late is told how the call ended. */
const GRACE_MS = 5 * 60_000;

export interface Leg {
  readonly id: string;
  readonly leg: number;
}

/** The state that a client gets for its next leg. */
export function writeState(secret: Buffer, call: HeldCall, identity: Identity): string {
  const { id, leg, method, digest, connection, valid_until } = call;
  const text = JSON.stringify([id, leg, method, digest, identity.client_id, valid_until.getTime() + GRACE_MS]);
  return `${PREFIX}${seal(secret, 'hold', text, connection, identity)}`;
}

/** By what the client's answer to the request to open a page is known. */
export const PAGE_KEY = 'regate-approval';

/** Takes a state of the gate's out of the message, and the answer that comes with it: neither policy nor upstream sees them. */
export function takeState(exchange: Exchange): void {
  const { body, message } = exchange;
  if (message?.kind !== 'request' || !isObject(body) || !isObject(body.params)) return;
  const { requestState, inputResponses } = body.params;
  if (typeof requestState !== 'string' || !requestState.startsWith(PREFIX)) return;
  delete body.params.requestState;
  exchange.requestState = requestState;
  if (!isObject(inputResponses) || !isObject(inputResponses[PAGE_KEY])) return;
  exchange.hasDeclined = inputResponses[PAGE_KEY].action === 'decline';
  delete inputResponses[PAGE_KEY];
  if (Object.keys(inputResponses).length === 0) delete body.params.inputResponses;
}

/**
 * The leg that a state stands for; undefined when it was given for other arguments, which are another call. Throws RequestStateRefused for
 * one that was not given to this caller for this, or is too old.
 */
export function readState(secret: Buffer, state: string, exchange: Exchange, digest: string): Leg | undefined {
  const { identity, connection, message } = exchange;
  const text = unseal(secret, 'hold', state.slice(PREFIX.length), connection!.name, identity!);
  if (text === undefined) throw new RequestStateRefused('no seal of this gate for this caller and connection');
  const [id, leg, method, itsDigest, clientId, expiresAtMs] = JSON.parse(text) as [
    string,
    number,
    string,
    string,
    string | null,
    number,
  ];
  if (clientId !== identity!.client_id || method !== message?.method)
    throw new RequestStateRefused('given to another client or for another method');
  if (expiresAtMs < Date.now()) throw new RequestStateRefused('expired');
  return itsDigest === digest ? { id, leg } : undefined;
}
