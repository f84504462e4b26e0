// `regate backtest`: what would have been decided otherwise, had a new policy been in force. Inputs come out of a gate's records or out of
// decision logs. Exit code 2 when something would change, for pipelines.
import { createReadStream, existsSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { openGatePolicy, PolicyError } from '../../proxy/decision/policy.ts';
import { Backtest, type Change } from '../../proxy/record/backtest.ts';
import { parseStrict } from '../../proxy/request/strict-json.ts';
import type { Entry, RecordedEvent } from '../../proxy/record/entry.ts';
import { type AdminFlags, adminOptions, openAdmin } from '../admin-client.ts';
import { algorithmOption, readVerification, type VerificationFlags, verificationOptions } from '../bundle-keys.ts';
import { CliError } from '../errors.ts';
import { collect, FlagError, oneOf } from '../flags.ts';
import { write } from '../output.ts';
import { filterQuery, readTime } from './sessions.ts';

interface BacktestFlags extends AdminFlags, VerificationFlags {
  readonly bundle?: string;
  readonly log: readonly string[];
  readonly connection?: string;
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
  readonly format: 'pretty' | 'json';
}

/** Nobody waits for an answer. */
const LIMITS = { policyMemoryPages: 2048, policyTimeoutMs: 60_000 };
/** Changes that are listed one by one in a terminal. */
const SHOWN = 20;

/** Adds `backtest` to the program. */
export function backtestCommand(program: Command): void {
  const command = program
    .command('backtest')
    .description('Evaluate recorded inputs against another policy, and say what would change')
    .option('-b, --bundle <path>', 'the new policy: a bundle (.tar.gz) or a directory')
    .option(
      '--log <file>',
      'a decision log (JSON lines) in place of the records of a gate; may be repeated',
      collect,
      [],
    )
    .option('--connection <name>', 'only of this connection')
    .option('--since <time>', 'not before: a time, or 30m, 24h, 7d ago')
    .option('--until <time>', 'before')
    .option('-o, --output <file>', 'write every change to a file, a JSON line each')
    .option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty');
  verificationOptions(algorithmOption(command));
  adminOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  regate backtest --bundle policies --log decisions.jsonl
  regate backtest --bundle bundle.tar.gz --since 7d --connection shop --output changes.jsonl
`,
    )
    .action(backtest);
}

async function backtest(flags: BacktestFlags): Promise<void> {
  const { bundle } = flags;
  if (bundle === undefined) throw new FlagError('say which policy to test: --bundle PATH');
  if (!existsSync(bundle)) throw new CliError(`error: ${bundle}: no such file or directory`);
  const path = resolve(bundle);
  const source = statSync(path).isDirectory()
    ? ({ kind: 'directory', directory: path } as const)
    : ({ kind: 'file', file: path } as const);
  const keys = readVerification(flags);
  const verification = keys.keys.length === 0 ? {} : { verification: keys };
  const policy = await openGatePolicy(
    { bundles: [{ name: 'backtest', source, ...verification }] },
    LIMITS,
    console.error,
  ).catch((error: unknown) => {
    if (error instanceof PolicyError) throw new CliError(`error: ${bundle}: ${error.message}`);
    throw error;
  });
  try {
    const test = new Backtest(policy.current!);
    for await (const event of flags.log.length > 0 ? logged(flags) : recorded(flags)) test.add(event);
    report(test, flags);
  } finally {
    await policy.close();
  }
}

/** Events of decision logs. */
async function* logged(flags: BacktestFlags): AsyncIterable<RecordedEvent> {
  const since = readTime('--since', flags.since);
  const until = readTime('--until', flags.until);
  for (const file of flags.log) {
    if (!existsSync(file)) throw new CliError(`error: ${file}: no such file`);
    let number = 0;
    for await (const line of createInterface({ input: createReadStream(file) })) {
      number++;
      if (line.trim() === '') continue;
      const event = parse<RecordedEvent>(line, `${file}:${number}`);
      const isWanted =
        (flags.connection === undefined || event.input?.connection === flags.connection) &&
        (since === undefined || event.timestamp >= since) &&
        (until === undefined || event.timestamp < until);
      if (isWanted) yield event;
    }
  }
}

/** Events of a gate's records. */
async function* recorded(flags: BacktestFlags): AsyncIterable<RecordedEvent> {
  const client = await openAdmin(flags);
  const { connection, since, until } = flags;
  const query = filterQuery({
    ...(connection === undefined ? {} : { connection }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  });
  for await (const line of client.lines(`/v1/records/export${query}`)) {
    const { body } = parse<{ readonly body: string }>(line, 'the export');
    const { event } = parse<Entry>(body, 'the export');
    if (event !== undefined) yield event;
  }
}

function parse<T>(line: string, place: string): T {
  try {
    // Exact numbers: the policy compares what was there.
    return parseStrict(line) as T;
  } catch {
    throw new CliError(`error: ${place}: not a line of JSON`);
  }
}

function report(test: Backtest, { format, output }: BacktestFlags): void {
  const { changes, evaluated, uncertain, skipped, byRule, byCaller } = test;
  if (output !== undefined) writeFileSync(output, changes.map((change) => `${JSON.stringify(change)}\n`).join(''));
  if (format === 'json')
    write(
      JSON.stringify(
        { evaluated, changed: changes.length, uncertain, skipped, by_rule: byRule, by_caller: byCaller, changes },
        null,
        2,
      ),
    );
  else write(printed(test));
  if (changes.length > 0) throw new CliError('', 2);
}

function printed({ changes, evaluated, uncertain, skipped, byRule, byCaller }: Backtest): string {
  const lines = [
    `${evaluated} decisions evaluated, ${changes.length} would change` +
      (uncertain > 0 ? `; ${uncertain} inputs were masked in part` : '') +
      (skipped > 0 ? `; ${skipped} events without a decision` : ''),
  ];
  if (changes.length === 0) return lines[0]!;
  lines.push('', 'by rule:', ...byRule.map(({ key, count }) => `  ${String(count).padStart(6)}  ${key}`));
  lines.push('', 'by caller:', ...byCaller.map(({ key, count }) => `  ${String(count).padStart(6)}  ${key}`), '');
  for (const change of changes.slice(0, SHOWN)) lines.push(lineOf(change));
  if (changes.length > SHOWN) lines.push(`and ${changes.length - SHOWN} more (--output FILE has them all)`);
  return lines.join('\n');
}

function lineOf({ at, subject, connection, method, name, from, to, uncertain, decision_id: id }: Change): string {
  const isSame = from.action === to.action;
  const change = isSame ? `${from.action}, but otherwise` : `${from.action} -> ${to.action}`;
  const reason = to.reason === null ? '' : `: ${to.reason}`;
  return `${at}  ${subject}  ${connection} ${method}${name === null ? '' : ` ${name}`}  ${change}${reason}${uncertain ? ' (masked input)' : ''}  ${id}`;
}
