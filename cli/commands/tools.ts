// `regate tools`: the tools a gate has pinned, what has changed in them, and accepting that.
import type { Command } from 'commander';
import { type AdminFlags, adminOptions, openAdmin } from '../admin-client.ts';
import { CliError } from '../errors.ts';
import { oneOf } from '../flags.ts';
import { write } from '../output.ts';

interface Tool {
  readonly connection: string;
  readonly name: string;
  readonly state: 'pinned' | 'changed';
  readonly digest: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly accepted_by: string | null;
  readonly pending?: { readonly digest: string; readonly definition: Readonly<Record<string, unknown>> };
}

interface ToolFlags extends AdminFlags {
  readonly connection?: string;
  readonly changed?: boolean;
  readonly digest?: string;
  readonly format: 'pretty' | 'json';
}

/** Adds `tools` to the program. */
export function toolsCommand(program: Command): void {
  const tools = program
    .command('tools')
    .description('Look at the tools a gate has pinned, and accept what they have become')
    .addHelpText(
      'after',
      `
Examples:
  regate tools list --changed
  regate tools accept shop refund --digest 3f1c0a7b9d2e
`,
    );
  const format = (command: Command): Command =>
    command.option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty');
  format(adminOptions(tools.command('list').description('List pinned tools; changes are shown member by member')))
    .option('--connection <name>', 'only of this connection')
    .option('--changed', 'only those that have changed')
    .action(list);
  format(adminOptions(tools.command('accept').description('Accept what a tool has become')))
    .argument('<connection>', 'the connection')
    .argument('<tool>', 'the name of the tool')
    .option('--digest <digest>', 'the digest that was looked at, or its beginning (12 characters at least)')
    .action(accept);
}

async function readTools(flags: ToolFlags, connection: string | undefined): Promise<readonly Tool[]> {
  const client = await openAdmin(flags);
  const query = connection === undefined ? '' : `?${new URLSearchParams({ connection })}`;
  return (await client.json<{ tools: readonly Tool[] }>('GET', `/v1/tools${query}`)).tools;
}

async function list(flags: ToolFlags): Promise<void> {
  const tools = (await readTools(flags, flags.connection)).filter(
    ({ state }) => flags.changed !== true || state === 'changed',
  );
  if (flags.format === 'json') write(JSON.stringify({ tools }, null, 2));
  else write(tools.length === 0 ? 'no tools' : tools.map(printed).join('\n'));
}

async function accept(connection: string, name: string, flags: ToolFlags): Promise<void> {
  const tool = (await readTools(flags, connection)).find((each) => each.name === name);
  if (tool === undefined)
    throw new CliError(`error: ${connection} has no tool ${JSON.stringify(name)} that was pinned`);
  const { pending } = tool;
  if (pending === undefined)
    throw new CliError(`error: the tool ${JSON.stringify(name)} is what it was: nothing to accept`);
  // What is accepted has to have been seen, not what it may have become since.
  if (flags.digest === undefined || flags.digest.length < 12 || !pending.digest.startsWith(flags.digest))
    throw new CliError(`error: look at the change first, and name it:\n${printed(tool)}`);
  const client = await openAdmin(flags);
  const answer = await client.json<{ tool: Tool }>('POST', '/v1/tools/accept', {
    connection,
    name,
    digest: pending.digest,
  });
  write(flags.format === 'json' ? JSON.stringify(answer, null, 2) : `accepted: ${printed(answer.tool)}`);
}

function printed({ connection, name, state, digest, definition, accepted_by, pending }: Tool): string {
  const by = accepted_by === null ? '' : `, accepted by ${accepted_by}`;
  if (pending === undefined) return `${connection} ${name}  ${state} ${digest.slice(0, 12)}${by}`;
  const members = [...new Set([...Object.keys(definition), ...Object.keys(pending.definition)])].sort();
  const changes = members.flatMap((member) => {
    const [before, after] = [definition[member], pending.definition[member]].map((value) =>
      value === undefined ? 'nothing' : JSON.stringify(value),
    );
    return before === after ? [] : [`  ${member}:`, `    - ${before}`, `    + ${after}`];
  });
  return [
    `${connection} ${name}  changed ${digest.slice(0, 12)} -> ${pending.digest.slice(0, 12)}${by}`,
    ...changes,
  ].join('\n');
}
