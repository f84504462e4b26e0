// The command line: one file a command, put together here; faults become one message and an exit code.
import { Command, CommanderError } from 'commander';
import { evalCommand } from './commands/eval.ts';
import { testCommand } from './commands/test.ts';
import { CliError } from './errors.ts';

function buildProgram(): Command {
  const program = new Command('regate');
  program
    .description('Rego policies: evaluate, test, build, and enforce them on MCP and HTTP traffic')
    .showHelpAfterError('(add --help for usage)')
    .exitOverride()
    .configureHelp({ sortSubcommands: true });
  for (const add of [evalCommand, testCommand]) add(program);
  return program;
}

/** Runs the command line; sets the process's exit code. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    if (!(error instanceof CliError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}
