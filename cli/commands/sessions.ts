// `regate sessions`: what a gate has recorded, to look at, to export, to verify, and to send again. The records are read through the gate's
// admin listener; an export can be verified without any gate.
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { Chain, NO_HASH } from '../../proxy/record/chain.ts';
import type { RecordedExchange, SessionLine } from '../../proxy/record/find.ts';
import { ChainCheck, type ChainRow, type Verification } from '../../proxy/record/verify.ts';
import { columnsOf } from '../../proxy/record/columns.ts';
import { printable } from '../../proxy/record/write-entries.ts';
import { type AdminClient, type AdminFlags, adminOptions, openAdmin } from '../admin-client.ts';
import { CliError } from '../errors.ts';
import { oneOf } from '../flags.ts';
import { write } from '../output.ts';
import { replayExchange } from '../replay.ts';
import { printExchange, printSessions } from '../session-report.ts';

interface ListFlags extends AdminFlags {
  readonly connection?: string;
  readonly subject?: string;
  readonly issuerOf?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly format: 'pretty' | 'json';
}

/** Adds `sessions` to the program. */
export function sessionsCommand(program: Command): void {
  const sessions = program
    .command('sessions')
    .description('Look at what a gate has recorded: list, show, export, verify, replay')
    .addHelpText(
      'after',
      `
Examples:
  regate sessions list --subject ada --since 7d
  regate sessions show 3f1c…
  regate sessions export --since 24h > records.jsonl
  regate sessions verify
  regate sessions verify --file records.jsonl --chain-key key.txt
  regate sessions replay 3f1c… --to https://gate.example --as-token-file token.txt
`,
    );
  filterOptions(withFormat(sessions.command('list').description('List sessions, the last active first'))).action(list);
  withFormat(adminOptions(sessions.command('show').description('Show the exchanges of a session, or one exchange')))
    .argument('<id>', 'of a session or of an exchange')
    .action(show);
  filterOptions(sessions.command('export').description('Write records with their hashes, a JSON line each'))
    .option('--session <id>', 'only of this session')
    .action(exportRecords);
  withFormat(
    adminOptions(sessions.command('verify').description('Verify the chain: exit code 2 when a record was changed')),
  )
    .option('--file <file>', 'an export, in place of a gate; it has to hold a whole range')
    .option('--chain-key <file>', "with --file: the file with the gate's recording.key")
    .action(verify);
  withFormat(
    adminOptions(sessions.command('replay').description('Print the requests of a session, or send them again')),
  )
    .argument('<id>', 'of a session or of an exchange')
    .option('--to <url>', 'the gate (or another server) to send them to; nothing is sent without it')
    .option('--as-token-file <file>', 'a file with the access token to send them with')
    .option('--connection-path <path>', 'in place of the recorded path')
    .action(replay);
}

function withFormat(command: Command): Command {
  return command.option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty');
}

function filterOptions(command: Command): Command {
  return adminOptions(command)
    .option('--connection <name>', 'only of this connection')
    .option('--subject <subject>', 'only of this subject')
    .option('--issuer-of <issuer>', 'only of subjects of this issuer')
    .option('--since <time>', 'not before: a time, or 30m, 24h, 7d ago')
    .option('--until <time>', 'before')
    .option('--limit <n>', 'at most so many');
}

/** The query of a list, from the flags. Throws CliError. */
export function filterQuery(flags: Omit<ListFlags, 'format'>, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(more);
  const add = (key: string, value: string | undefined): void => {
    if (value !== undefined) query.set(key, value);
  };
  add('connection', flags.connection);
  add('subject', flags.subject);
  add('issuer', flags.issuerOf);
  add('since', readTime('--since', flags.since));
  add('until', readTime('--until', flags.until));
  add('limit', flags.limit);
  return query.size === 0 ? '' : `?${query}`;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** RFC 3339 of a time, or of a time ago. Throws CliError. */
export function readTime(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  const time = ago === null ? new Date(text) : new Date(Date.now() - Number(ago[1]) * UNITS_MS[ago[2]!]!);
  if (Number.isNaN(time.getTime()))
    throw new CliError(
      `error: ${flag}: ${JSON.stringify(text)} is no time like 2026-01-31T12:00:00Z, and no 30m, 24h or 7d`,
    );
  return time.toISOString();
}

async function list(flags: ListFlags): Promise<void> {
  const client = await openAdmin(flags);
  const { sessions } = await client.json<{ sessions: readonly SessionLine[] }>(
    'GET',
    `/v1/sessions${filterQuery(flags)}`,
  );
  write(flags.format === 'json' ? JSON.stringify({ sessions }, null, 2) : printSessions(sessions));
}

/** The exchanges of a session, or the one exchange by that id. Throws AdminRefused when there is neither. */
async function readExchanges(client: AdminClient, id: string): Promise<readonly RecordedExchange[]> {
  const name = encodeURIComponent(id);
  // Exchanges are named by UUIDs, sessions by hashes.
  if (id.includes('-'))
    return [(await client.json<{ exchange: RecordedExchange }>('GET', `/v1/exchanges/${name}`)).exchange];
  const exchanges: RecordedExchange[] = [];
  for (let after = 0; ;) {
    const page = await client.json<{ exchanges: readonly RecordedExchange[] }>(
      'GET',
      `/v1/sessions/${name}?after=${after}&limit=200`,
    );
    exchanges.push(...page.exchanges);
    if (page.exchanges.length < 200) return exchanges;
    after = page.exchanges.at(-1)!.seq;
  }
}

async function show(id: string, flags: ListFlags): Promise<void> {
  const exchanges = await readExchanges(await openAdmin(flags), id);
  write(flags.format === 'json' ? JSON.stringify({ exchanges }, null, 2) : exchanges.map(printExchange).join('\n\n'));
}

async function exportRecords(flags: ListFlags & { readonly session?: string }): Promise<void> {
  const client = await openAdmin(flags);
  const more: Record<string, string> = flags.session === undefined ? {} : { session: flags.session };
  for await (const line of client.lines(`/v1/records/export${filterQuery(flags, more)}`))
    process.stdout.write(`${line}\n`);
}

async function verify(flags: ListFlags & { readonly file?: string; readonly chainKey?: string }): Promise<void> {
  const verification =
    flags.file === undefined
      ? (await (await openAdmin(flags)).json<{ verification: Verification }>('POST', '/v1/records/verify')).verification
      : await verifyExport(flags.file, flags.chainKey);
  const { records, first, last, hash, faults } = verification;
  if (flags.format === 'json') write(JSON.stringify(verification, null, 2));
  else if (faults.length === 0)
    write(records === 0 ? 'no records' : `${records} records hold, ${first} to ${last}; the last hash is ${hash}`);
  else write(faults.map(({ message, id }) => (id === null ? message : `${message} (exchange ${id})`)).join('\n'));
  if (faults.length > 0) throw new CliError(`error: the chain of records does not hold: ${faults.length} faults`, 2);
}

/** An export's rows against each other. The first is taken at its word, unless it is the chain's first. */
async function verifyExport(file: string, keyFile: string | undefined): Promise<Verification> {
  const chain = new Chain(keyFile === undefined ? undefined : readFileSync(keyFile, 'utf8').replace(/\r?\n$/, ''));
  let check: ChainCheck | undefined;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    number++;
    const row = readRow(line, `${file}:${number}`);
    if (check === undefined && row.seq > 1) {
      check = new ChainCheck(chain, { seq: row.seq, hash: row.hash });
      continue;
    }
    check ??= new ChainCheck(chain, { seq: 0, hash: NO_HASH });
    check.add(row);
  }
  return check?.result() ?? { records: 0, first: 0, last: 0, hash: '', faults: [] };
}

function readRow(line: string, place: string): ChainRow {
  try {
    const { seq, hash, body } = JSON.parse(line) as { seq: number; hash: string; body: string };
    if (!Number.isSafeInteger(seq) || typeof hash !== 'string') throw new Error();
    return { ...printable(columnsOf(JSON.parse(body))), seq, body, hash: Buffer.from(hash, 'hex') };
  } catch {
    throw new CliError(`error: ${place} is no line of an export`);
  }
}

async function replay(
  id: string,
  flags: ListFlags & { readonly to?: string; readonly asTokenFile?: string; readonly connectionPath?: string },
): Promise<void> {
  const exchanges = await readExchanges(await openAdmin(flags), id);
  const results: object[] = [];
  for (const exchange of exchanges) {
    const result = await replayExchange(exchange, flags);
    results.push(result);
    if (flags.format === 'pretty') write(result.text);
  }
  if (flags.format === 'json') write(JSON.stringify(results, null, 2));
}
