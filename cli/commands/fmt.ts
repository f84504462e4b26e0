// `regate fmt`: formats Rego files; what the format is, is engine/syntax's business.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { checkRegoV1 } from '../../engine/analysis/check-v1.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { toOpaErrorText, toOpaText } from '../../engine/diagnostics/render.ts';
import { formatSource } from '../../engine/syntax/format.ts';
import { decodeSource } from '../../engine/syntax/source.ts';
import { CliError } from '../errors.ts';
import { WITHOUT_EFFECT } from '../flags.ts';
import { lineDiff } from '../line-diff.ts';
import { write } from '../output.ts';

interface FmtFlags {
  readonly write?: boolean;
  readonly diff?: boolean;
  readonly list?: boolean;
  readonly fail?: boolean;
  readonly v0V1?: boolean;
  readonly dropV0Imports?: boolean;
  readonly v0Compatible?: boolean;
  readonly v1Compatible?: boolean;
}

/** Adds `fmt` to the program. */
export function fmtCommand(program: Command): void {
  program
    .command('fmt')
    .description('Format Rego source files')
    .argument('[paths...]', 'Rego files, and directories of them; standard input without any')
    .option('-w, --write', 'overwrite the files')
    .option('-d, --diff', 'show what would change')
    .option('-l, --list', 'list the files that would change')
    .option('--fail', 'exit with 2 when a file would change')
    .option('--v0-v1', 'write what both versions of Rego read')
    .option('--drop-v0-imports', 'drop imports that Rego v1 has no need of')
    .option('--v0-compatible', 'read Rego v0')
    .option('--v1-compatible', 'read Rego v1, with --v0-v1 too')
    .addOption(new Option('--rego-v1', 'an older name of --v0-v1').implies({ v0V1: true }).hideHelp())
    .optionsGroup(WITHOUT_EFFECT)
    .option('--no-check-result', 'what is written is always read again')
    .option('--capabilities <file>', 'the layout does not depend on built-ins')
    .option('--builtins <module>')
    .addHelpText('after', '\nExamples:\n  regate fmt -w policies\n  regate fmt --list --fail policies\n')
    .action((paths: readonly string[], flags: FmtFlags) => formatPaths(paths, flags));
}

function formatPaths(paths: readonly string[], flags: FmtFlags): void {
  if (paths.length === 0) {
    try {
      formatFile('stdin', readFileSync(0), { ...flags, write: false, list: false });
    } catch (error) {
      // OPA's words for this input, and its exit code.
      if (!(error instanceof CliError) || error.diagnostics.length === 0) throw error;
      throw new CliError(reasonOf(error.diagnostics), 1, error.diagnostics);
    }
    return;
  }
  for (const path of paths) {
    let isDirectory: boolean;
    try {
      isDirectory = statSync(path).isDirectory();
    } catch {
      throw new CliError(`lstat ${path}: no such file or directory`);
    }
    const files = isDirectory ? regoFiles(path) : path.endsWith('.rego') ? [path] : [];
    for (const file of files) formatFile(file, readFileSync(file), flags);
  }
}

function regoFiles(directory: string): string[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const child = join(directory, name);
      return statSync(child).isDirectory() ? regoFiles(child) : child.endsWith('.rego') ? [child] : [];
    });
}

function formatFile(file: string, source: Uint8Array, flags: FmtFlags): void {
  const isV0 = flags.v0Compatible === true || (flags.v0V1 === true && flags.v1Compatible !== true);
  const version = isV0 ? 'v0' : 'v1';
  const { text, diagnostics } = formatSource(source, {
    file,
    version,
    ...(flags.v0V1 === true ? { target: 'v0v1' as const } : {}),
    ...(version === 'v0' && flags.v0V1 !== true ? {} : { check: checkRegoV1 }),
    dropV0Imports: flags.dropV0Imports ?? false,
  });
  if (text === undefined) {
    // A file that does not parse is `check`'s business: the first faulty statement says that much. Only faults of syntax have
    // details; those of the version (`if`, `contains`) stand all, as OPA lists them.
    const [first] = diagnostics;
    const shown = diagnostics.filter(({ details, loc }) => details === undefined || loc.row === first?.loc.row);
    throw new CliError(`failed to format Rego source file: ${reasonOf(shown)}`, 2, shown);
  }
  const before = decodeSource(source);
  const isChanged = before !== text;
  if (flags.list === true) {
    if (isChanged) write(file);
  } else if (flags.diff === true) {
    if (isChanged) write(lineDiff(before, text, file, process.stdout.isTTY));
  } else if (flags.write === true) {
    if (isChanged && flags.fail !== true) writeFileSync(file, text);
  } else if (!(isChanged && flags.fail === true)) process.stdout.write(text);
  if (isChanged && flags.fail === true) throw new CliError('unexpected diff', 2);
}

/** Why a file was not formatted. That it has no statement is no list of faults. */
function reasonOf(faults: readonly Diagnostic[]): string {
  const [first] = faults;
  return first?.message === 'empty module' ? toOpaText(first) : toOpaErrorText(faults);
}
