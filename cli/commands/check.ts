// `regate check`: parses, analyses and checks the types of Rego files.
import { type Command, Option } from 'commander';
import { compileModules } from '../../engine/compile.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { renderDiagnostics, toOpaText } from '../../engine/diagnostics/render.ts';
import { capDiagnostics } from '../../engine/diagnostics/cap.ts';
import { decodeSource } from '../../engine/syntax/source.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { diagnosticErrors, limitedErrors } from '../diagnostic-errors.ts';
import { limitedErrorText, LoadError } from '../errors.ts';
import { compilerOptions, FlagError, oneOf } from '../flags.ts';
import { goJson } from '../json.ts';
import { loadPaths, type Loaded } from '../load-paths.ts';
import { write } from '../output.ts';
import { parseSources } from '../parse-sources.ts';

const FORMATS = ['pretty', 'json', 'frames', 'github', 'sarif'] as const;

interface CheckFlags extends CompilerFlags {
  readonly bundle?: boolean;
  readonly format: (typeof FORMATS)[number];
  readonly v0V1?: boolean;
}

/** Adds `check` to the program. */
export function checkCommand(program: Command): void {
  const command = program
    .command('check')
    .description('Check Rego source files')
    .argument('[paths...]', 'Rego files, and directories of them')
    .option('-b, --bundle', 'load paths as bundles: directories or .tar.gz files')
    .option(
      '-f, --format <format>',
      `${FORMATS.join(', ')}; frames shows the lines`,
      oneOf('-f, --format', FORMATS),
      'pretty',
    )
    .option('-S, --strict', "the compiler's strict mode")
    .option('--v0-v1', 'policies must be good in both versions of Rego')
    .addOption(new Option('--rego-v1', 'an older name of --v0-v1').implies({ v0V1: true }).hideHelp());
  compilerOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  regate check policies\n  regate check --strict --format sarif policies > check.sarif\n',
    )
    .action((paths: readonly string[], flags: CheckFlags) => checkPaths(paths, flags));
}

async function checkPaths(paths: readonly string[], flags: CheckFlags): Promise<void> {
  if (paths.length === 0) throw new FlagError('specify at least one file');
  const setup = await compilerSetup(flags);
  let loaded: Loaded;
  try {
    loaded = await loadPaths(paths, { ignore: flags.ignore, bundle: flags.bundle ?? false, regoOnly: true });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    reportUnloaded(error, parseSources(error.sources, setup.options, flags.v0V1).faults, flags);
    return;
  }
  const { modules, faults } = parseSources(loaded.sources, setup.options, flags.v0V1);
  const texts = new Map(loaded.sources.map(({ file, text }) => [file, decodeSource(text)]));
  const whileLoading = faults.some(({ severity }) => severity === 'error');
  const found = whileLoading ? faults : compileModules(modules, setup.options).diagnostics;
  report(found, texts, whileLoading ? ' during loading' : '', flags);
}

/** Files that cannot be loaded, and what is wrong with the syntax of the others. */
function reportUnloaded(error: LoadError, faults: readonly Diagnostic[], { format, maxErrors = 10 }: CheckFlags): void {
  process.exitCode = 1;
  const { shown } = capDiagnostics(faults, maxErrors > 0 ? maxErrors : faults.length);
  if (format === 'json') {
    console.error(goJson({ errors: [...error.faults.map((message) => ({ message })), ...diagnosticErrors(shown)] }));
    return;
  }
  if (shown.length === 0) throw error;
  const texts = [...error.faults, ...shown.map(toOpaText)];
  console.error(`${texts.length} errors occurred during loading:\n${texts.join('\n')}`);
}

function report(
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
  during: string,
  { format, maxErrors = 10 }: CheckFlags,
): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const { shown } = capDiagnostics(errors, maxErrors > 0 ? maxErrors : errors.length);
  const failed = errors.length > 0;
  if (failed) process.exitCode = 1;
  switch (format) {
    case 'json': {
      if (failed) console.error(goJson({ errors: limitedErrors(errors, maxErrors, during) }));
      return;
    }
    case 'pretty':
      if (failed) console.error(limitedErrorText(errors, maxErrors, during));
      return;
    case 'frames':
      if (diagnostics.length > 0)
        console.error(
          renderDiagnostics([...shown, ...diagnostics.filter(({ severity }) => severity !== 'error')], {
            sourceOf: (file) => texts.get(file),
            color: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
          }),
        );
      return;
    case 'github':
      for (const each of diagnostics) write(annotation(each));
      return;
    case 'sarif':
      write(goJson(sarif(diagnostics)));
  }
}

function annotation({ severity, message, code, loc }: Diagnostic): string {
  const data = `${code}: ${message}`.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const file = loc.file.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${severity} file=${file},line=${loc.row},col=${loc.col}::${data}`;
}

/** SARIF 2.1.0 (OASIS), one run with a rule per code. */
function sarif(diagnostics: readonly Diagnostic[]): object {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'regate', rules: codes.map((id) => ({ id })) } },
        columnKind: 'unicodeCodePoints',
        results: diagnostics.map(({ code, severity, message, hint, loc }) => ({
          ruleId: code,
          level: severity,
          message: { text: hint === undefined ? message : `${message}\n${hint}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: loc.file.split('/').map(encodeURIComponent).join('/') },
                region: { startLine: loc.row, startColumn: Math.max(1, loc.col) },
              },
            },
          ],
        })),
      },
    ],
  };
}
