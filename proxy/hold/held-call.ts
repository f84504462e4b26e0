// A held call as the store has it, and the verdicts on it.
import type { Row } from '../store/store.ts';

export type HoldState = 'pending' | 'approved' | 'denied' | 'used' | 'expired' | 'superseded';

export interface HeldCall extends Row {
  readonly id: string;
  /** `pending` and `approved` count only as long as the times below say. */
  readonly state: HoldState;
  readonly issuer: string;
  readonly subject: string;
  readonly client_id: string;
  readonly connection: string;
  readonly method: string;
  readonly target: string;
  readonly digest: string;
  readonly revision: string;
  readonly approvers: readonly string[];
  readonly required: number;
  readonly reason: string | null;
  /** The masked input, JSON. */
  readonly summary: string;
  readonly decision_id: string;
  readonly leg: number;
  readonly created_at: Date;
  /** Until when approvers may decide. */
  readonly expires_at: Date;
  /** Until when its state answers the same call: expiry while pending, the grant's end once approved. */
  readonly valid_until: Date;
  readonly decided_at: Date | null;
  readonly used_at: Date | null;
  readonly used_by: string | null;
  /** Whether `valid_until` is over by the database's clock. */
  readonly is_over: boolean;
}

export interface Verdict {
  readonly issuer: string;
  readonly subject: string;
  readonly verdict: 'approve' | 'deny';
  readonly reason: string | null;
  /** Those of the approver's groups that were asked for. */
  readonly groups: readonly string[];
  /** RFC 3339. */
  readonly at: string;
}

/** A call with what was said of it. */
export interface JudgedCall extends HeldCall {
  readonly verdicts: readonly Verdict[];
}

/** What a held call is, for everyone who asks: what was not decided in time is expired, whether or not that has been written yet. */
export function stateOf({ state, is_over }: HeldCall): HoldState {
  return is_over && (state === 'pending' || state === 'approved') ? 'expired' : state;
}

/** What whoever denied a call has said. */
export function denialReason({ verdicts }: JudgedCall): string | null {
  return verdicts.find(({ verdict }) => verdict === 'deny')?.reason ?? null;
}
