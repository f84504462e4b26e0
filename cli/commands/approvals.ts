// `regate approvals`: the calls that wait for an approval, and what to say of them. Who may decide is the gate's to know.
import type { Command } from 'commander';
import type { ApprovalView } from '../../proxy/hold/verdicts.ts';
import { type AdminFlags, adminOptions, openAdmin } from '../admin-client.ts';
import { printApproval, printApprovals } from '../approval-report.ts';
import { oneOf } from '../flags.ts';
import { write } from '../output.ts';

interface Flags extends AdminFlags {
  readonly format: 'pretty' | 'json';
}

const STATES = ['pending', 'approved', 'denied', 'used', 'expired', 'superseded', 'all'] as const;

/** Adds `approvals` to the program. */
export function approvalsCommand(program: Command): void {
  const approvals = program
    .command('approvals')
    .description('Decide on calls that wait for an approval: list, show, approve, deny')
    .addHelpText(
      'after',
      `
Examples:
  regate approvals list
  regate approvals show apr_3V4d…
  regate approvals approve apr_3V4d… --reason 'ticket 4711'
  regate approvals deny apr_3V4d… --reason 'not on Fridays'
`,
    );
  common(approvals.command('list').description('List the calls you may decide on, the newest first'))
    .option('--state <state>', STATES.join(', '), oneOf('--state', STATES), 'pending')
    .option('--limit <n>', 'at most so many', '100')
    .action(list);
  common(approvals.command('show').description('Show one call')).argument('<id>', 'of the approval').action(show);
  for (const verdict of ['approve', 'deny'] as const)
    common(approvals.command(verdict).description(verdict === 'approve' ? 'Approve a call' : 'Deny a call'))
      .argument('<id>', 'of the approval')
      .option('--reason <text>', verdict === 'approve' ? 'why' : 'why: the caller is told')
      .action((id: string, flags: Flags & { readonly reason?: string }) => decide(id, verdict, flags));
}

function common(command: Command): Command {
  return adminOptions(command).option(
    '-f, --format <format>',
    'pretty or json',
    oneOf('-f, --format', ['pretty', 'json']),
    'pretty',
  );
}

async function list(flags: Flags & { readonly state: string; readonly limit: string }): Promise<void> {
  const client = await openAdmin(flags);
  const query = new URLSearchParams({ limit: flags.limit, ...(flags.state !== 'all' && { state: flags.state }) });
  const { approvals } = await client.json<{ approvals: readonly Omit<ApprovalView, 'input'>[] }>(
    'GET',
    `/v1/approvals?${query}`,
  );
  write(flags.format === 'json' ? JSON.stringify({ approvals }, null, 2) : printApprovals(approvals));
}

async function show(id: string, flags: Flags): Promise<void> {
  const client = await openAdmin(flags);
  print(await client.json('GET', `/v1/approvals/${encodeURIComponent(id)}`), flags);
}

async function decide(
  id: string,
  verdict: 'approve' | 'deny',
  flags: Flags & { readonly reason?: string },
): Promise<void> {
  const client = await openAdmin(flags);
  const body = flags.reason === undefined ? {} : { reason: flags.reason };
  print(await client.json('POST', `/v1/approvals/${encodeURIComponent(id)}/${verdict}`, body), flags);
}

function print({ approval }: { readonly approval: ApprovalView }, { format }: Flags): void {
  write(format === 'json' ? JSON.stringify({ approval }, null, 2) : printApproval(approval));
}
