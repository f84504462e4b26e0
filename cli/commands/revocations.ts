// `regate revocations`: refuses a token, a subject or a client at a gate, shows who is refused, and takes it back.
import type { Command } from 'commander';
import { type AdminFlags, adminOptions, openAdmin } from '../admin-client.ts';
import { alignColumns } from '../columns.ts';
import { CliError } from '../errors.ts';
import { duration, oneOf } from '../flags.ts';
import { write } from '../output.ts';

interface Revocation {
  readonly id: string;
  readonly kind: string;
  readonly issuer: string;
  readonly value: string;
  readonly issued_before: string | null;
  readonly expires_at: string | null;
  readonly reason: string | null;
  readonly created_by: { readonly subject: string };
}

interface Flags extends AdminFlags {
  readonly format: 'pretty' | 'json';
  readonly token?: string;
  readonly subject?: string;
  readonly client?: string;
  /** `--of`; `issuer` is where the caller's own token comes from. */
  readonly of?: string;
  /** Nanoseconds. */
  readonly for?: number;
  readonly issuedBefore?: string;
  readonly reason?: string;
}

/** Adds `revocations` to the program. */
export function revocationsCommand(program: Command): void {
  const revocations = program
    .command('revocations')
    .description('Refuse a token, a subject or a client at a gate, and cut what it has open')
    .addHelpText(
      'after',
      `
Examples:
  regate revocations add --subject ada --for 8h --reason 'laptop stolen'
  regate revocations list
  regate revocations remove 6f0a1c9e-5a0e-4c39-9d0c-0a4f6f5f2b11
`,
    );
  const format = (command: Command): Command =>
    adminOptions(command).option(
      '-f, --format <format>',
      'pretty or json',
      oneOf('-f, --format', ['pretty', 'json']),
      'pretty',
    );
  format(revocations.command('list').description('List what is in force')).action(list);
  format(revocations.command('add').description('Refuse from the next request on, and cut what is open'))
    .option('--token <jti>', 'a token, by its id')
    .option('--subject <subject>', 'a subject: all his tokens')
    .option('--client <id>', 'a client: all its tokens')
    .option('--of <issuer>', 'whose token, subject or client; needed where a gate has several issuers')
    .option('--for <duration>', 'for how long, like 8h; for good when it is not given', duration('--for'))
    .option('--issued-before <time>', 'only tokens issued before this time')
    .option('--reason <text>', 'why, for those who see it later')
    .action(add);
  format(revocations.command('remove').description('Take one back')).argument('<id>', 'its id').action(remove);
}

async function list(flags: Flags): Promise<void> {
  const client = await openAdmin(flags);
  const answer = await client.json<{ revocations: readonly Revocation[] }>('GET', '/v1/revocations');
  if (flags.format === 'json') write(JSON.stringify(answer, null, 2));
  else write(answer.revocations.length === 0 ? 'no revocations' : table(answer.revocations));
}

async function add(flags: Flags): Promise<void> {
  const { token, subject, client: clientId } = flags;
  if ([token, subject, clientId].filter((each) => each !== undefined).length !== 1)
    throw new CliError('error: say who is refused, by one of --token, --subject and --client');
  const client = await openAdmin(flags);
  const answer = await client.json<{ revocation: Revocation; cut: number }>('POST', '/v1/revocations', {
    ...(token === undefined ? {} : { token }),
    ...(subject === undefined ? {} : { subject }),
    ...(clientId === undefined ? {} : { client: clientId }),
    ...(flags.of === undefined ? {} : { issuer: flags.of }),
    ...(flags.for === undefined ? {} : { expires_in: Math.ceil(flags.for / 1e9) }),
    ...(flags.issuedBefore === undefined ? {} : { issued_before: flags.issuedBefore }),
    ...(flags.reason === undefined ? {} : { reason: flags.reason }),
  });
  if (flags.format === 'json') write(JSON.stringify(answer, null, 2));
  else write(`${table([answer.revocation])}\ncut: ${answer.cut}`);
}

async function remove(id: string, flags: Flags): Promise<void> {
  const client = await openAdmin(flags);
  const answer = await client.json('DELETE', `/v1/revocations/${encodeURIComponent(id)}`);
  write(flags.format === 'json' ? JSON.stringify(answer, null, 2) : `removed: ${id}`);
}

function table(revocations: readonly Revocation[]): string {
  const headings = ['ID', 'REFUSED', 'OF', 'UNTIL', 'TOKENS', 'BY', 'REASON'];
  return alignColumns(
    headings,
    revocations.map((each) => [
      each.id,
      `${each.kind} ${each.value}`,
      each.issuer,
      each.expires_at ?? 'for good',
      each.issued_before === null ? 'all' : `before ${each.issued_before}`,
      each.created_by.subject,
      each.reason ?? '',
    ]),
  );
}
