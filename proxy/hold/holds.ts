// Held calls in the store: every change of state is one statement or one transaction, so that it happens once, whichever gate asks for it.
// Times are the database's. Who waits for a change in this process is waits.ts.
import { randomBytes } from 'node:crypto';
import {
  ApprovalExpired,
  ApprovalSuperseded,
  ApprovalUsed,
  ClientGone,
  RequestStateRefused,
  TooManyHolds,
} from '../errors.ts';
import type { Identity } from '../exchange.ts';
import type { Query, Store } from '../store/store.ts';
import type { HeldCall, JudgedCall } from './held-call.ts';

/** Carries the id of a held call whose state has changed. */
export const CHANGED = 'regate_hold';
/** Carries the id of a wait that its client has cancelled. */
export const CANCELLED = 'regate_hold_cancelled';

/** What `valid_until` says is by the database's clock. */
const COLUMNS = '*, valid_until <= now() AS is_over';
/** The columns of a JudgedCall, of `regate.hold h`. */
export const WITH_VERDICTS = `h.*, valid_until <= now() AS is_over, (
  SELECT coalesce(json_agg(json_build_object('issuer', issuer, 'subject', subject, 'verdict', verdict, 'reason', reason,
    'groups', groups, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY at), '[]'::json)
  FROM regate.hold_verdict WHERE hold_id = h.id) AS verdicts`;

export interface NewHold {
  readonly identity: Identity;
  readonly connection: string;
  readonly method: string;
  readonly target: string;
  readonly digest: string;
  readonly revision: string;
  readonly approvers: readonly string[];
  readonly required: number;
  readonly reason: string | undefined;
  readonly summary: string;
  readonly decisionId: string;
  readonly expiresInMs: number;
  readonly grantMs: number;
  /** The most that may be pending for this caller. */
  readonly waiting: number;
}

/** Whose wait for which request. */
export interface NewWait {
  readonly holdId: string;
  readonly connection: string;
  readonly identity: Identity;
  /** The upstream's session and the request's id, by which a client cancels. */
  readonly sessionId: string;
  readonly requestId: string;
}

/** 128 bits that nobody guesses. */
const newId = (prefix: string): string => `${prefix}_${randomBytes(16).toString('base64url')}`;

export const newWaitId = (): string => newId('wait');

export class Holds {
  readonly #store: Store;
  /** This process, in the table of waits. */
  readonly gate = newId('gate');

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * The held call that stands for this one: that of an earlier attempt, or a new one. A hold under another policy is ended: its approval
   * was for other rules. Throws TooManyHolds.
   */
  async begin(hold: NewHold): Promise<{ readonly call: HeldCall; readonly isNew: boolean }> {
    const { identity } = hold;
    const key = [hold.connection, hold.digest, identity.subject, identity.client_id ?? '', identity.issuer] as Key;
    // Nearly always there is nothing like it, and one statement does.
    const [made] = await insertHold(this.#store.query, key, hold);
    if (made !== undefined) return { call: made, isNew: true };
    return this.#store.transaction(async (query) => {
      const ended = await query<{ readonly id: string }>(
        `UPDATE regate.hold SET is_live = false,
           state = CASE WHEN state = 'denied' THEN state WHEN valid_until <= now() THEN 'expired' ELSE 'superseded' END
         WHERE ${LIVE} AND (valid_until <= now() OR revision <> $6) RETURNING id`,
        [...key, hold.revision],
      );
      for (const { id } of ended) await notify(query, CHANGED, id);
      const find = `SELECT ${COLUMNS} FROM regate.hold WHERE ${LIVE}`;
      const [earlier] = await query<HeldCall>(find, key);
      if (earlier !== undefined) return { call: earlier, isNew: false };
      const [mine] = await insertHold(query, key, hold);
      if (mine !== undefined) return { call: mine, isNew: true };
      // Another gate was faster with the same call, or there are too many.
      const [other] = await query<HeldCall>(find, key);
      if (other === undefined) throw new TooManyHolds();
      return { call: other, isNew: false };
    });
  }

  /** A call with its verdicts. */
  async find(id: string): Promise<JudgedCall | undefined> {
    return (await this.#store.query<JudgedCall>(`SELECT ${WITH_VERDICTS} FROM regate.hold h WHERE id = $1`, [id]))[0];
  }

  /** Uses up the state of one leg, and returns the call. Throws RequestStateRefused when it was used before. */
  async takeLeg(id: string, leg: number): Promise<HeldCall> {
    const [call] = await this.#store.query<HeldCall>(
      `UPDATE regate.hold SET leg = leg + 1 WHERE id = $1 AND leg = $2 RETURNING ${COLUMNS}`,
      [id, leg],
    );
    if (call === undefined) throw new RequestStateRefused('it has been used, or its call is gone');
    return call;
  }

  /** Notes that a client waits, by an id of `newWaitId`, and returns the call as it stands then. */
  async wait(
    id: string,
    { holdId, connection, identity, sessionId, requestId }: NewWait,
  ): Promise<JudgedCall | undefined> {
    const [call] = await this.#store.query<JudgedCall>(
      `WITH noted AS (
         INSERT INTO regate.hold_wait (id, hold_id, connection, issuer, subject, session_id, request_id, gate)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8))
       SELECT ${WITH_VERDICTS} FROM regate.hold h WHERE id = $2`,
      [id, holdId, connection, identity.issuer, identity.subject, sessionId, requestId, this.gate],
    );
    return call;
  }

  async endWait(id: string): Promise<void> {
    await this.#store.query('DELETE FROM regate.hold_wait WHERE id = $1', [id]);
  }

  /** Says that these waits go on, so that approvers see whether anyone is there. */
  async keepWaits(): Promise<void> {
    await this.#store.query('UPDATE regate.hold_wait SET seen_at = now() WHERE gate = $1', [this.gate]);
  }

  /** Ends the waits for a request that its client has cancelled, on whatever gate they are. */
  async cancel({ connection, identity, sessionId, requestId }: Omit<NewWait, 'holdId'>): Promise<void> {
    await this.#store.transaction(async (query) => {
      const waits = await query<{ readonly id: string }>(
        `UPDATE regate.hold_wait SET is_cancelled = true
         WHERE subject = $1 AND request_id = $2 AND issuer = $3 AND session_id = $4 AND connection = $5 RETURNING id`,
        [identity.subject, requestId, identity.issuer, sessionId, connection],
      );
      for (const { id } of waits) await notify(query, CANCELLED, id);
    });
  }

  /** Of these calls and of this gate's waits: those for which there is news. */
  async news(
    calls: readonly string[],
  ): Promise<{ readonly changed: readonly string[]; readonly cancelled: readonly string[] }> {
    const changed = await this.#store.query<{ readonly id: string }>(
      "SELECT id FROM regate.hold WHERE id = ANY($1) AND state <> 'pending'",
      [calls],
    );
    const cancelled = await this.#store.query<{ readonly id: string }>(
      'SELECT id FROM regate.hold_wait WHERE gate = $1 AND is_cancelled',
      [this.gate],
    );
    return { changed: changed.map(({ id }) => id), cancelled: cancelled.map(({ id }) => id) };
  }

  /**
   * Takes the approval for the one execution it is for: of all who try, on all gates, one succeeds. Throws ApprovalUsed, ApprovalExpired,
   * ApprovalSuperseded, or ClientGone when the client has cancelled.
   */
  async claim({ id, digest, revision }: HeldCall, waitId: string, decisionId: string): Promise<void> {
    const [claimed] = await this.#store.query(
      `UPDATE regate.hold SET state = 'used', is_live = false, used_at = now(), used_by = $1
       WHERE id = $2 AND state = 'approved' AND valid_until > now() AND digest = $3 AND revision = $4
         AND EXISTS (SELECT 1 FROM regate.hold_wait WHERE id = $5 AND NOT is_cancelled)
       RETURNING id`,
      [decisionId, id, digest, revision, waitId],
    );
    if (claimed !== undefined) return;
    const call = await this.find(id);
    if (call?.state === 'used') throw new ApprovalUsed(id);
    if (call?.state === 'superseded') throw new ApprovalSuperseded(id);
    if (call?.state === 'approved' && !call.is_over) throw new ClientGone();
    throw new ApprovalExpired(id);
  }

  /** Ends a hold whose approval counts no more. */
  async supersede(id: string): Promise<void> {
    await this.#store.transaction(async (query) => {
      const ended = await query(
        "UPDATE regate.hold SET state = 'superseded', is_live = false WHERE id = $1 AND state IN ('pending', 'approved') RETURNING id",
        [id],
      );
      if (ended.length > 0) await notify(query, CHANGED, id);
    });
  }

  /** Writes down what has expired and removes what has been kept long enough. */
  async sweep(keepDays: number): Promise<void> {
    await this.#store.query(
      `UPDATE regate.hold SET is_live = false, state = CASE WHEN state = 'denied' THEN state ELSE 'expired' END
       WHERE is_live AND valid_until <= now()`,
    );
    await this.#store.query("DELETE FROM regate.hold_wait WHERE seen_at < now() - interval '10 minutes'");
    await this.#store.query(
      "DELETE FROM regate.hold WHERE NOT is_live AND created_at < now() - $1 * interval '1 day'",
      [keepDays],
    );
  }
}

/** The holds that answer a call: $1 to $5 are its key. */
const LIVE = `connection = $1 AND digest = $2 AND subject = $3 AND client_id = $4 AND issuer = $5 AND is_live`;

export async function notify(query: Query, channel: string, id: string): Promise<void> {
  await query('SELECT pg_notify($1, $2)', [channel, id]);
}

type Key = readonly [connection: string, digest: string, subject: string, clientId: string, issuer: string];

/** The new hold; nothing when there is a live one for the call already, or when the caller has as many as he may. */
function insertHold(query: Query, key: Key, hold: NewHold): Promise<readonly HeldCall[]> {
  return query<HeldCall>(
    `INSERT INTO regate.hold (id, state, connection, digest, subject, client_id, issuer, method, target, revision, approvers,
       required, reason, summary, decision_id, grant_ms, expires_at, valid_until)
     SELECT $6, 'pending', $1, $2, $3, $4, $5, $7, $8, $9, $10::text[], $11::integer, $12, $13, $14, $15::integer,
       now() + $16::double precision * interval '1 millisecond', now() + $16::double precision * interval '1 millisecond'
     WHERE $17 > (SELECT count(*) FROM regate.hold
       WHERE state = 'pending' AND subject = $3 AND issuer = $5 AND valid_until > now())
     ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
    [
      ...key,
      newId('apr'),
      hold.method,
      hold.target,
      hold.revision,
      hold.approvers,
      hold.required,
      hold.reason ?? null,
      hold.summary,
      hold.decisionId,
      hold.grantMs,
      hold.expiresInMs,
      hold.waiting,
    ],
  );
}
