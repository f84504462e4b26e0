// What approvers see and do: who may decide on a held call, and how verdicts add up. The first denial ends it; approvals count until enough
// different people have given one.
import { ApprovalClosed, ApproverIsRequester, NotAnApprover, NotFound } from '../errors.ts';
import type { Identity } from '../exchange.ts';
import type { Store } from '../store/store.ts';
import { type HeldCall, type HoldState, type JudgedCall, stateOf, type Verdict } from './held-call.ts';
import { CHANGED, notify, WITH_VERDICTS } from './holds.ts';

/** A held call as approvers see it. */
export interface ApprovalView {
  readonly id: string;
  readonly state: HoldState;
  readonly requester: { readonly issuer: string; readonly subject: string; readonly client_id: string | null };
  readonly connection: string;
  readonly method: string;
  readonly target: string;
  /** The policy's input, with everything masked that the log does not see either. */
  readonly input: unknown;
  readonly reason: string | null;
  readonly approvers: readonly string[];
  readonly required: number;
  readonly revision: string;
  readonly decision_id: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly valid_until: string;
  readonly decided_at: string | null;
  readonly used_at: string | null;
  /** Whether a client is waiting for it now. */
  readonly attended: boolean;
  readonly verdicts: readonly Verdict[];
}

interface AttendedCall extends JudgedCall {
  readonly is_attended: boolean;
}

const COLUMNS = `${WITH_VERDICTS}, EXISTS (SELECT 1 FROM regate.hold_wait w
  WHERE w.hold_id = h.id AND NOT w.is_cancelled AND w.seen_at > now() - interval '1 minute') AS is_attended`;

/** The calls that this approver may decide on or has decided on, the newest first. */
export async function listApprovals(
  store: Store,
  approver: Identity,
  filter: { readonly state: HoldState | undefined; readonly limit: number },
): Promise<readonly Omit<ApprovalView, 'input'>[]> {
  const calls = await store.query<AttendedCall>(
    `SELECT ${COLUMNS} FROM regate.hold h
     WHERE approvers && $1 AND ($2::text IS NULL OR $2 = CASE
       WHEN state IN ('pending', 'approved') AND valid_until <= now() THEN 'expired' ELSE state END)
     ORDER BY created_at DESC, id LIMIT $3`,
    [approver.groups, filter.state ?? null, filter.limit],
  );
  return calls.map((call) => withoutInput(view(call)));
}

/** One call. Throws NotFound or NotAnApprover. */
export async function showApproval(store: Store, approver: Identity, id: string): Promise<ApprovalView> {
  const [call] = await store.query<AttendedCall>(`SELECT ${COLUMNS} FROM regate.hold h WHERE id = $1`, [id]);
  if (call === undefined) throw new NotFound();
  if (!isApprover(call, approver)) throw new NotAnApprover();
  return view(call);
}

/**
 * Notes a verdict; when this returns it is kept. Throws NotFound, NotAnApprover, ApproverIsRequester or ApprovalClosed, and then nothing
 * has changed.
 */
export async function decideOn(
  store: Store,
  approver: Identity,
  id: string,
  verdict: 'approve' | 'deny',
  reason: string | null,
): Promise<ApprovalView> {
  await store.transaction(async (query) => {
    const [call] = await query<HeldCall>(
      'SELECT *, valid_until <= now() AS is_over FROM regate.hold WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (call === undefined) throw new NotFound();
    if (!isApprover(call, approver)) throw new NotAnApprover();
    if (isRequester(call, approver)) throw new ApproverIsRequester();
    const state = stateOf(call);
    if (state !== 'pending') throw new ApprovalClosed(`This call is ${state} already.`);
    const added = await query(
      `INSERT INTO regate.hold_verdict (hold_id, issuer, subject, client_id, verdict, reason, groups)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING hold_id`,
      [
        id,
        approver.issuer,
        approver.subject,
        approver.client_id ?? '',
        verdict,
        reason,
        approver.groups.filter((group) => call.approvers.includes(group)),
      ],
    );
    if (added.length === 0 && verdict === 'approve')
      throw new ApprovalClosed('You have approved this call already; others have to.');
    if (verdict === 'deny') {
      // A mind may be changed for the safe side.
      await query(
        "UPDATE regate.hold_verdict SET verdict = 'deny', reason = $3, at = now() WHERE hold_id = $1 AND subject = $2",
        [id, approver.subject, reason],
      );
      await query("UPDATE regate.hold SET state = 'denied', decided_at = now() WHERE id = $1", [id]);
      await notify(query, CHANGED, id);
      return;
    }
    await query(
      `WITH granted AS (
         UPDATE regate.hold SET state = 'approved', decided_at = now(), valid_until = now() + grant_ms * interval '1 millisecond'
         WHERE id = $1 AND required <= (SELECT count(*) FROM regate.hold_verdict WHERE hold_id = $1 AND verdict = 'approve')
         RETURNING id)
       SELECT pg_notify($2, id) FROM granted`,
      [id, CHANGED],
    );
  });
  return showApproval(store, approver, id);
}

function isApprover({ approvers }: HeldCall, { groups }: Identity): boolean {
  return groups.some((group) => approvers.includes(group));
}

/**
 * Whether the approver is behind the call: as its subject, as the client it was made with, or under the same name at another issuer, which
 * may well be the same person.
 */
function isRequester(call: HeldCall, { subject, client_id }: Identity): boolean {
  return (
    subject === call.subject ||
    (call.client_id !== '' && subject === call.client_id) ||
    (client_id !== null && client_id === call.subject)
  );
}

function view(call: AttendedCall): ApprovalView {
  return {
    id: call.id,
    state: stateOf(call),
    requester: { issuer: call.issuer, subject: call.subject, client_id: call.client_id === '' ? null : call.client_id },
    connection: call.connection,
    method: call.method,
    target: call.target,
    input: JSON.parse(call.summary) as unknown,
    reason: call.reason,
    approvers: call.approvers,
    required: call.required,
    revision: call.revision,
    decision_id: call.decision_id,
    created_at: call.created_at.toISOString(),
    expires_at: call.expires_at.toISOString(),
    valid_until: call.valid_until.toISOString(),
    decided_at: call.decided_at?.toISOString() ?? null,
    used_at: call.used_at?.toISOString() ?? null,
    attended: call.is_attended,
    verdicts: call.verdicts,
  };
}

/** Inputs can be large; they are shown one at a time. */
function withoutInput({ input: _, ...rest }: ApprovalView): Omit<ApprovalView, 'input'> {
  return rest;
}
