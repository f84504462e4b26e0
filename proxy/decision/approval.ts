// The part of a decision that says who has to approve a call, and until when. Asking them is not done here.
import { isObject, type Json } from '../request/strict-json.ts';
import { MalformedDecision } from './malformed-decision.ts';

export interface Approval {
  /** Groups; a member of any of them may approve. Never empty. */
  readonly approvers: readonly string[];
  /** How many different people have to. */
  readonly required: number;
  readonly expiresInMs: number;
  /** What the approvers are told. */
  readonly reason: string | undefined;
}

const KEYS = ['approvers', 'required', 'expires_in', 'reason'];
const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([1-9]\d{0,5})([smhd])$/;
const EXPIRY_DEFAULT_MS = 15 * 60_000;
const EXPIRY_LIMIT_MS = 7 * 86_400_000;
const APPROVERS_LIMIT = 20;
const REQUIRED_LIMIT = 10;
const REASON_LIMIT = 1000;

/** Reads `approval`. Throws MalformedDecision. */
export function readApproval(value: Json): Approval {
  if (!isObject(value)) throw new MalformedDecision('"approval" is not an object');
  for (const key of Object.keys(value))
    if (!KEYS.includes(key)) throw new MalformedDecision(`"approval" has an unknown key ${JSON.stringify(key)}`);
  const { approvers, required = 1, expires_in: expiresIn, reason } = value;
  const isGroup = (group: Json): group is string => typeof group === 'string' && group !== '' && group.length <= 200;
  if (
    !Array.isArray(approvers) ||
    approvers.length === 0 ||
    approvers.length > APPROVERS_LIMIT ||
    !approvers.every(isGroup)
  )
    throw new MalformedDecision(`"approval.approvers" is not a list of 1 to ${APPROVERS_LIMIT} groups`);
  if (typeof required !== 'number' || !Number.isInteger(required) || required < 1 || required > REQUIRED_LIMIT)
    throw new MalformedDecision(`"approval.required" is not an integer from 1 to ${REQUIRED_LIMIT}`);
  if (reason !== undefined && (typeof reason !== 'string' || reason.length > REASON_LIMIT))
    throw new MalformedDecision(`"approval.reason" is not a string of at most ${REASON_LIMIT} characters`);
  return { approvers, required, expiresInMs: readDuration(expiresIn), reason };
}

/** `90s`, `15m`, `12h`, `2d`, or a number of seconds. */
function readDuration(value: Json | undefined): number {
  if (value === undefined) return EXPIRY_DEFAULT_MS;
  const match = typeof value === 'string' ? DURATION.exec(value) : null;
  const ms =
    match !== null
      ? Number(match[1]) * UNITS_MS[match[2]!]!
      : typeof value === 'number' && Number.isInteger(value)
        ? value * 1000
        : 0;
  if (ms <= 0 || ms > EXPIRY_LIMIT_MS)
    throw new MalformedDecision(
      '"approval.expires_in" is neither a duration like "15m" nor seconds, of 7 days at most',
    );
  return ms;
}
