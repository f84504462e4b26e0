// `regate completion`: scripts that complete commands, flags and files in a shell.
import type { Command } from 'commander';
import { FlagError } from '../flags.ts';
import { write } from '../output.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Adds `completion` to the program. */
export function completionCommand(program: Command): void {
  program
    .command('completion')
    .description('Print a completion script for bash, zsh or fish')
    .argument('[shell]', SHELLS.join(', '))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(regate completion bash)\n  regate completion fish > ~/.config/fish/completions/regate.fish\n',
    )
    .action((shell: string | undefined) => printScript(shell));
}

interface Completion {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
}

async function printScript(shell: string | undefined): Promise<void> {
  const { buildProgram } = await import('../main.ts');
  const all = await buildProgram(undefined);
  const commands = all.commands.map((command) => ({
    name: command.name(),
    summary: command.description(),
    flags: command.options.flatMap(({ long, short }) => [long, short].filter((flag) => flag != null)),
  }));
  switch (shell) {
    case 'bash':
      return write(bash(commands));
    case 'zsh':
      // zsh runs completions written for bash.
      return write(`autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`);
    case 'fish':
      return write(fish(commands));
    default:
      throw new FlagError(`specify a shell: ${SHELLS.join(', ')}`);
  }
}

function bash(commands: readonly Completion[]): string {
  const cases = commands.map(({ name, flags }) => `    ${name}) words="${flags.join(' ')}" ;;`);
  return [
    '_regate() {',
    '  local current="${COMP_WORDS[COMP_CWORD]}" words=""',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$current"))`,
    '    return',
    '  fi',
    '  case "${COMP_WORDS[1]}" in',
    ...cases,
    '  esac',
    '  case "$current" in',
    '    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;',
    '    *) COMPREPLY=($(compgen -f -- "$current")) ;;',
    '  esac',
    '}',
    'complete -o filenames -F _regate regate',
  ].join('\n');
}

function fish(commands: readonly Completion[]): string {
  const lines = commands.flatMap(({ name, summary, flags }) => [
    `complete -c regate -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
    ...flags.map((flag) =>
      flag.startsWith('--')
        ? `complete -c regate -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`
        : `complete -c regate -n '__fish_seen_subcommand_from ${name}' -s ${flag.slice(1)}`,
    ),
  ]);
  return lines.join('\n');
}
