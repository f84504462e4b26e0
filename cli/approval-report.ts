// How held calls look in a terminal. What callers and approvers have written is shown escaped: it must not pass for something else.
import type { ApprovalView } from '../proxy/hold/verdicts.ts';
import { alignColumns, visible } from './columns.ts';

/** A table of held calls. */
export function printApprovals(approvals: readonly Omit<ApprovalView, 'input'>[]): string {
  if (approvals.length === 0) return 'no approvals';
  const rows = approvals.map((approval) => [
    approval.id,
    approval.state,
    `${approval.verdicts.filter(({ verdict }) => verdict === 'approve').length}/${approval.required}`,
    who(approval.requester),
    approval.connection,
    approval.method === 'tools/call' ? approval.target : `${approval.method} ${approval.target}`,
    approval.state === 'pending' ? `until ${shortTime(approval.expires_at)}` : shortTime(approval.created_at),
    approval.attended ? 'yes' : 'no',
  ]);
  return alignColumns(['approval', 'state', 'given', 'who', 'connection', 'call', 'time (UTC)', 'waiting'], rows);
}

/** One held call, with all that an approver has to know. */
export function printApproval(approval: ApprovalView): string {
  const input = approval.input as {
    readonly request?: {
      readonly method?: string;
      readonly path?: string;
      readonly query?: object;
      readonly body?: unknown;
    };
    readonly mcp?: { readonly arguments?: unknown } | null;
  };
  const facts: (readonly [string, string])[] = [
    ['state', approval.state],
    ['who', `${who(approval.requester)} (${approval.requester.issuer})`],
    ['connection', approval.connection],
    ['call', `${approval.method} ${approval.target}`],
  ];
  if (input.mcp != null) facts.push(['arguments', JSON.stringify(input.mcp.arguments ?? null)]);
  else {
    facts.push(['query', JSON.stringify(input.request?.query ?? {})]);
    facts.push(['body', JSON.stringify(input.request?.body ?? null)]);
  }
  facts.push(
    ['reason', approval.reason ?? '-'],
    ['approvers', `${approval.required} of ${approval.approvers.join(', ')}`],
    ['asked', approval.created_at],
    ['expires', approval.expires_at],
    ['waiting', approval.attended ? 'a client waits for it' : 'no client waits; it may repeat the call'],
    ['decision', approval.decision_id],
    ['policy', approval.revision],
  );
  if (approval.used_at !== null) facts.push(['executed', approval.used_at]);
  const verdicts = approval.verdicts.map(
    ({ subject, verdict, reason, at }) =>
      `  ${at}  ${verdict === 'approve' ? 'approved' : 'denied'} by ${visible(subject)}${reason === null ? '' : `: ${visible(reason)}`}`,
  );
  return [approval.id, ...facts.map(([name, value]) => `  ${name.padEnd(11)} ${visible(value)}`), ...verdicts].join(
    '\n',
  );
}

function who({ subject, client_id }: ApprovalView['requester']): string {
  return client_id === null || client_id === subject ? subject : `${subject} by ${client_id}`;
}

function shortTime(text: string): string {
  return text.replace('T', ' ').slice(0, 19);
}
