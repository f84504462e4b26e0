// What a record is found by, read from its body: for writing the row, and for checking that the row still says the same.
import type { Entry } from './entry.ts';

/** The columns of regate.record besides the chain's. Texts are empty where there is nothing. */
export interface Columns {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly session: string;
  readonly connection: string;
  readonly issuer: string;
  readonly subject: string;
  readonly client: string;
  readonly method: string;
  readonly name: string;
  readonly action: string;
  readonly code: string;
  readonly status: number | null;
  readonly duration_ms: number;
}

export function columnsOf(entry: Entry): Columns {
  const { input, result, error } = entry.event ?? { input: {} };
  const { identity, connection, request, mcp } = input;
  return {
    id: entry.id,
    kind: entry.kind,
    at: entry.at,
    session: entry.session,
    connection: connection ?? '',
    issuer: identity?.issuer ?? '',
    subject: identity?.subject ?? '',
    client: identity?.client_id ?? '',
    method: mcp?.method ?? request?.method ?? '',
    name: mcp?.tool ?? mcp?.resource ?? mcp?.prompt ?? (mcp == null ? request?.path : '') ?? '',
    action: result?.action ?? '',
    code: error?.code ?? '',
    status: entry.answer?.status ?? null,
    duration_ms: entry.duration_ms,
  };
}
