// How sessions and exchanges look in a terminal.
import { alignColumns } from './columns.ts';
import type { RecordedExchange, SessionLine } from '../proxy/record/find.ts';

/** A table of sessions. */
export function printSessions(sessions: readonly SessionLine[]): string {
  if (sessions.length === 0) return 'no sessions';
  const rows = sessions.map(({ id, connection, subject, client, last_at, exchanges, refused }) => [
    id,
    last_at.replace('T', ' ').slice(0, 19),
    connection,
    client === '' || client === subject ? subject : `${subject} by ${client}`,
    String(exchanges),
    String(refused),
  ]);
  return alignColumns(['session', 'last (UTC)', 'connection', 'who', 'exchanges', 'refused'], rows);
}

/** One exchange: who asked what, what was decided, and what came back. */
export function printExchange(exchange: RecordedExchange): string {
  const { event, answer, id, at, duration_ms, upstream_status } = exchange;
  const { identity, connection, request, mcp } = event.input;
  const name = mcp?.tool ?? mcp?.resource ?? mcp?.prompt;
  const what =
    mcp?.method == null ? `${request?.method} ${request?.path}` : `${mcp.method}${name == null ? '' : ` ${name}`}`;
  const decided = event.error?.code ?? event.result?.action ?? 'nothing';
  const reason = event.result?.reason === undefined ? '' : `: ${event.result.reason}`;
  const parts = [
    `${at}  ${what}  (${connection}, exchange ${id})`,
    `  who       ${identity?.subject ?? '?'} of ${identity?.issuer ?? '?'}${identity?.client_id == null ? '' : `, client ${identity.client_id}`}`,
    `  decided   ${decided}${reason}`,
    `  took      ${duration_ms} ms${upstream_status === null ? '' : `, upstream ${upstream_status}`}`,
  ];
  const given = mcp == null ? (request as { readonly body?: unknown } | undefined)?.body : argumentsOf(event.input);
  if (given != null) parts.push(`  asked     ${JSON.stringify(given)}`);
  if (answer === null) parts.push('  answered  (its end is not recorded)');
  else {
    const { body, incomplete } = answer;
    const text = typeof body === 'string' ? body.trimEnd().replaceAll('\n', '\n            ') : JSON.stringify(body);
    parts.push(
      `  answered  ${answer.status} ${text}${incomplete === undefined ? '' : ` (${incomplete}, ${answer.bytes} bytes)`}`,
    );
  }
  return parts.join('\n');
}

function argumentsOf(input: RecordedExchange['event']['input']): unknown {
  const { arguments: given } = input.mcp as { readonly arguments?: unknown };
  return given ?? null;
}
