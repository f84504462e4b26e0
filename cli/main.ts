// The command line: a file per command, loaded when the command is asked for; faults become one message and an exit code.
import { Command, CommanderError, type Option } from 'commander';
import { EvaluationError } from '../engine/host/evaluation-error.ts';
import { CliError } from './errors.ts';
import { FlagError } from './flags.ts';
import { fromGoFlags } from './go-flags.ts';
import { suggestionsFor } from './suggest.ts';

interface Entry {
  readonly summary: string;
  /** Adds the command to the program. */
  readonly load: () => Promise<(program: Command) => void>;
}

/** The commands, as the help groups them. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  Policies: {
    init: {
      summary: 'Make a starter project',
      load: async () => (await import('./commands/init.ts')).initCommand,
    },
    check: {
      summary: 'Check Rego source files',
      load: async () => (await import('./commands/check.ts')).checkCommand,
    },
    test: {
      summary: 'Run the tests of Rego policies',
      load: async () => (await import('./commands/test.ts')).testCommand,
    },
    fmt: {
      summary: 'Format Rego source files',
      load: async () => (await import('./commands/fmt.ts')).fmtCommand,
    },
    eval: {
      summary: 'Evaluate a Rego query',
      load: async () => (await import('./commands/eval.ts')).evalCommand,
    },
    repl: {
      summary: 'Evaluate queries interactively',
      load: async () => (await import('./commands/repl.ts')).replCommand,
    },
    bench: {
      summary: 'Benchmark a Rego query',
      load: async () => (await import('./commands/bench.ts')).benchCommand,
    },
    deps: {
      summary: 'Print the documents a query depends on',
      load: async () => (await import('./commands/deps.ts')).depsCommand,
    },
    parse: {
      summary: 'Parse a Rego source file and print its tree',
      load: async () => (await import('./commands/parse.ts')).parseCommand,
    },
    capabilities: {
      summary: 'Print the capabilities of this version',
      load: async () => (await import('./commands/capabilities.ts')).capabilitiesCommand,
    },
  },
  Bundles: {
    build: {
      summary: 'Build a bundle: Rego, WebAssembly or plan',
      load: async () => (await import('./commands/build.ts')).buildCommand,
    },
    sign: {
      summary: 'Sign the files of bundles',
      load: async () => (await import('./commands/sign.ts')).signCommand,
    },
    verify: {
      summary: 'Verify the signatures of bundles',
      load: async () => (await import('./commands/verify.ts')).verifyCommand,
    },
    inspect: {
      summary: 'Say what a bundle or a Rego file holds',
      load: async () => (await import('./commands/inspect.ts')).inspectCommand,
    },
    bundle: {
      summary: 'Compare bundles',
      load: async () => (await import('./commands/bundle.ts')).bundleCommand,
    },
  },
  'The gate': {
    serve: {
      summary: 'Enforce policies on MCP and HTTP traffic',
      load: async () => (await import('./commands/serve.ts')).serveCommand,
    },
    config: {
      summary: "Check a gate's configuration, or print its JSON schema",
      load: async () => (await import('./commands/config.ts')).configCommand,
    },
    approvals: {
      summary: 'Decide on calls that wait for an approval',
      load: async () => (await import('./commands/approvals.ts')).approvalsCommand,
    },
    revocations: {
      summary: 'Refuse a token, a subject or a client at a gate, and cut what it has open',
      load: async () => (await import('./commands/revocations.ts')).revocationsCommand,
    },
    sessions: {
      summary: 'Look at what a gate has recorded, verify it, send it again',
      load: async () => (await import('./commands/sessions.ts')).sessionsCommand,
    },
    backtest: {
      summary: 'Say what another policy would have decided',
      load: async () => (await import('./commands/backtest.ts')).backtestCommand,
    },
    tools: {
      summary: 'Look at the tools a gate has pinned, and accept what they have become',
      load: async () => (await import('./commands/tools.ts')).toolsCommand,
    },
  },
  More: {
    completion: {
      summary: 'Print a completion script for bash, zsh or fish',
      load: async () => (await import('./commands/completion.ts')).completionCommand,
    },
    version: {
      summary: 'Print the version',
      load: async () => (await import('./commands/version.ts')).versionCommand,
    },
  },
};

const EXAMPLES = `
Examples:
  regate init my-policies
  regate test policies
  regate eval -d policies -i input.json data.authz.allow
  regate serve --config gate.yaml

Each command has flags and examples of its own: regate COMMAND --help
`;

/** The names of all commands, for completion. */
export const commandNames: readonly string[] = Object.values(GROUPS).flatMap((group) => Object.keys(group));

/** The program with one command loaded, the others as entries of the help; with all of them for `undefined`. */
export async function buildProgram(only: string | undefined): Promise<Command> {
  const program = new Command('regate');
  program
    .description('Rego policies: evaluate, test, build, and enforce them on MCP and HTTP traffic')
    .option('--version', 'print the version')
    // Commands have a flag of that name too.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', EXAMPLES);
  for (const [group, entries] of Object.entries(GROUPS)) {
    program.commandsGroup(`${group}:`);
    for (const [name, { summary, load }] of Object.entries(entries)) {
      if (only === undefined || name === only) (await load())(program);
      else program.command(name).description(summary);
    }
  }
  program.commandsGroup('More:').helpCommand('help [command]', 'Print the help of a command');
  return program;
}

/** An option's description with its default, unless that is an empty list. */
function describeOption({ description, defaultValue }: Option): string {
  const isShown = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  return isShown ? `${description} (default: ${defaultValue})` : description;
}

/** Runs the command line; sets the process's exit code. */
export async function main(given: readonly string[]): Promise<void> {
  const args = given.length === 0 ? ['--help'] : given[0] === '--version' ? ['version'] : given;
  // A reader that has seen enough (`| head`) is no fault.
  if (process.stdout.listenerCount('error') === 0)
    process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const name = commandOf(args);
  const asksHelp = name === 'help';
  const program = await buildProgram(asksHelp ? (args[args.indexOf('help') + 1] ?? '') : (name ?? ''));
  try {
    const command = program.commands.find((each) => each.name() === name);
    await program.parseAsync(fromGoFlags(args, command), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      if (error.exitCode !== 0 && error.code !== 'commander.help') reportUsage(program, args, error);
      return;
    }
    if (error instanceof FlagError) {
      process.exitCode = 1;
      console.error(`Error: ${error.message}\n${usageOf(program, args)}`);
      return;
    }
    if (error instanceof CliError) {
      if (error.message !== '') console.error(error.message);
      process.exitCode = error.exitCode;
      return;
    }
    if (error instanceof EvaluationError) {
      console.error(`error: ${error.message}`);
      process.exitCode = 2;
      return;
    }
    // Thrown further, Node would print it after a line of the bundled program, which is all of it.
    console.error(error);
    process.exit(2);
  }
}

function commandOf(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith('-'));
}

/** What is wrong with the arguments, in OPA's words, and how the command is used. */
function reportUsage(program: Command, args: readonly string[], error: CommanderError): void {
  if (error.code === 'commander.unknownCommand') {
    reportUnknownCommand(program, args, /'([^']*)'/.exec(error.message)?.[1] ?? '');
    return;
  }
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const flag = quoted.split(/[ ,=<]/)[0]!;
  const last = args.at(-1) ?? '';
  const texts: Readonly<Record<string, string>> = {
    'commander.unknownOption': flag.startsWith('--')
      ? `unknown flag: ${flag}`
      : `unknown shorthand flag: '${flag.slice(1, 2)}' in ${flag}`,
    'commander.optionMissingArgument': `flag needs an argument: ${/^-[a-zA-Z]$/.test(last) ? `'${last[1]}' in ${last}` : (quoted.split(' ').find((part) => part.startsWith('--')) ?? flag)}`,
  };
  const text = texts[error.code] ?? error.message.replace(/^error: /, '');
  console.error(`Error: ${text}\n${usageOf(program, args)}`);
}

function reportUnknownCommand(program: Command, args: readonly string[], written: string): void {
  const parent = program.commands.find((each) => each.name() === commandOf(args)) ?? program;
  const path = parent === program ? 'regate' : `regate ${parent.name()}`;
  const names = parent.commands.map((each) => each.name()).filter((each) => each !== 'help');
  const suggestions = suggestionsFor(written, names);
  const meant =
    suggestions.length === 0 ? '' : `\nDid you mean this?\n${suggestions.map((each) => `\t${each}\n`).join('')}\n`;
  console.error(`Error: unknown command "${written}" for "${path}"\n${meant}Run '${path} --help' for usage.`);
}

/** How the command, or its subcommand, is used. */
function usageOf(program: Command, args: readonly string[]): string {
  const name = commandOf(args);
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return "Run 'regate --help' for usage.";
  const subcommand = command.commands.find((each) => args.includes(each.name()));
  return (subcommand ?? command).helpInformation();
}
