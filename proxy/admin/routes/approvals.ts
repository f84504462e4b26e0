// Held calls for those who decide on them: any verified caller may ask, and sees and decides what his groups are named for.
import { InsufficientScope, InvalidAdminRequest, StoreUnavailable } from '../../errors.ts';
import type { Identity } from '../../exchange.ts';
import type { Gate } from '../../gate.ts';
import type { HoldState } from '../../hold/held-call.ts';
import { decideOn, listApprovals, showApproval } from '../../hold/verdicts.ts';
import { isObject, type Json } from '../../request/strict-json.ts';
import type { Store } from '../../store/store.ts';
import type { AdminRequest, Route } from '../route.ts';

const STATES: readonly HoldState[] = ['pending', 'approved', 'denied', 'used', 'expired', 'superseded'];
const REASON_LIMIT = 1000;
const LIST_LIMIT = 500;

/** Held calls: list, look at one, approve, deny. */
export const approvalRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/approvals',
    access: 'authenticated',
    handle: async ({ gate, query }, approver) => {
      const store = open(gate, approver);
      const approvals = await listApprovals(store, approver, { state: readState(query), limit: readLimit(query) });
      return { status: 200, json: { approvals } };
    },
  },
  {
    method: 'GET',
    path: '/v1/approvals/:id',
    access: 'authenticated',
    handle: async ({ gate, params }, approver) => {
      const store = open(gate, approver);
      return { status: 200, json: { approval: await showApproval(store, approver, params.id!) } };
    },
  },
  {
    method: 'POST',
    path: '/v1/approvals/:id/approve',
    access: 'authenticated',
    handle: (request, approver) => decide(request, approver, 'approve'),
  },
  {
    method: 'POST',
    path: '/v1/approvals/:id/deny',
    access: 'authenticated',
    handle: (request, approver) => decide(request, approver, 'deny'),
  },
];

async function decide(
  { gate, params, body }: AdminRequest,
  approver: Identity,
  verdict: 'approve' | 'deny',
): Promise<{ status: number; json: unknown }> {
  const store = open(gate, approver);
  const approval = await decideOn(store, approver, params.id!, verdict, readReason(body));
  return { status: 200, json: { approval } };
}

/** The store, for someone who may ask at all. */
function open({ store, config }: Gate, { scopes }: Identity): Store {
  const { requiredScopes } = config.approvals;
  if (!requiredScopes.every((scope) => scopes.includes(scope))) throw new InsufficientScope(requiredScopes);
  if (store === undefined) throw new StoreUnavailable('no store is configured');
  return store;
}

function readReason(body: Json | undefined): string | null {
  if (body === undefined) return null;
  if (!isObject(body) || Object.keys(body).some((key) => key !== 'reason'))
    throw new InvalidAdminRequest('The body has to be an object with "reason" alone, or absent.');
  const { reason = null } = body;
  if (reason === null) return null;
  // PostgreSQL holds no NUL, and terminals no other control character.
  if (typeof reason !== 'string' || reason.length > REASON_LIMIT || /[\p{Cc}--[\n\t]]/v.test(reason))
    throw new InvalidAdminRequest(`"reason" has to be a text of at most ${REASON_LIMIT} characters.`);
  return reason === '' ? null : reason;
}

function readState(query: URLSearchParams): HoldState | undefined {
  const text = query.get('state');
  if (text === null) return undefined;
  const state = STATES.find((each) => each === text);
  if (state === undefined) throw new InvalidAdminRequest(`"state" has to be one of ${STATES.join(', ')}.`);
  return state;
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit') ?? '100';
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIST_LIMIT) throw new InvalidAdminRequest(`"limit" has to be from 1 to ${LIST_LIMIT}.`);
  return limit;
}
