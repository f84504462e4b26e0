// What is recorded of an exchange: its event of the decision log, masked, and what the client was answered, masked. Everything that can be
// asked for later is read from there, so that a record and what it is found by cannot say different things.
import { hash } from 'node:crypto';
import type { Exchange } from '../exchange.ts';

/** An answer as the client got it. */
export interface RecordedAnswer {
  readonly status: number;
  readonly type: string | null;
  /** JSON as such; other text, and streams, as text; null for what is neither, or is withheld. */
  readonly body: unknown;
  /** Bytes that were sent. */
  readonly bytes: number;
  /** Why the body is not here, or not whole: `truncated`, `binary`, `unmaskable`, `broken`. */
  readonly incomplete?: string;
}

/**
 * One line of the queue, and one row of the chain. An exchange whose answer is a stream has two: `begin` before the stream begins,
 * `end` before it ends.
 */
export interface Entry {
  readonly v: 1;
  readonly kind: 'exchange' | 'begin' | 'end';
  readonly id: string;
  readonly at: string;
  readonly session: string;
  readonly upstream_status: number | null;
  readonly duration_ms: number;
  readonly answer: RecordedAnswer | null;
  /** The event of the decision log; not in an `end`. */
  readonly event?: RecordedEvent;
}

/** The parts of an event that records are found by. */
export interface RecordedEvent {
  readonly decision_id: string;
  readonly timestamp: string;
  readonly bundles?: Readonly<Record<string, { readonly revision: string }>>;
  readonly input: {
    readonly identity?: {
      readonly issuer?: string;
      readonly subject?: string;
      readonly client_id?: string | null;
    } | null;
    readonly connection?: string | null;
    readonly request?: { readonly method?: string | null; readonly path?: string | null };
    readonly mcp?: {
      readonly method?: string | null;
      readonly tool?: string | null;
      readonly resource?: string | null;
      readonly prompt?: string | null;
    } | null;
  };
  readonly result?: { readonly action?: string; readonly reason?: string } | null;
  readonly error?: { readonly code: string };
}

/**
 * The session an exchange belongs to: an MCP session where there is one, else all that a caller does on a connection with one token.
 * The id tells nothing of the session's secrets, and every gate gives the same.
 */
export function sessionOf({ connection, identity, message, tokenIssuedAt }: Exchange): string {
  const { issuer = '', subject = '', client_id: client = null, token_id: token = null } = identity ?? {};
  const own = message?.sessionId ?? `${client ?? ''} ${token ?? tokenIssuedAt ?? ''}`;
  return hash('sha256', JSON.stringify([connection?.name ?? null, issuer, subject, own]), 'hex').slice(0, 32);
}
