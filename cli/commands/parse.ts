// `regate parse`: a file's tree, as OPA prints it: indented for people, or JSON.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { moduleToOpaJson, printOpaJson } from '../../engine/syntax/opa-json.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { diagnosticErrors } from '../diagnostic-errors.ts';
import { FlagError, oneOf, WITHOUT_EFFECT } from '../flags.ts';
import { goJson } from '../json.ts';
import { write } from '../output.ts';
import { printTree } from '../print-tree.ts';

interface ParseFlags {
  readonly format: 'pretty' | 'json';
  readonly jsonInclude: string;
  readonly v0Compatible?: boolean;
}

/** Adds `parse` to the program. */
export function parseCommand(program: Command): void {
  program
    .command('parse')
    .description('Parse a Rego source file and print its tree')
    .argument('[path...]', 'a Rego file')
    .option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty')
    .option('--json-include <list>', 'locations, comments; with - before to leave out (e.g. locations,-comments)', '')
    .option('--v0-compatible', 'read Rego v0')
    .optionsGroup(WITHOUT_EFFECT)
    .option('--v1-compatible', 'read Rego v1')
    .option('--builtins <module>', 'the tree does not depend on built-ins')
    .addHelpText('after', '\nExample:\n  regate parse --format json --json-include locations policy.rego\n')
    .action((paths: readonly string[], flags: ParseFlags) => parseFile(paths[0], flags));
}

function parseFile(path: string | undefined, flags: ParseFlags): void {
  if (path === undefined) throw new FlagError('no source file specified');
  let text: Uint8Array;
  try {
    text = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') return fail([{ message: `read ${path}: is a directory` }]);
    return fail([{ message: `open ${path}: ${code === 'ENOENT' ? 'no such file or directory' : message}` }]);
  }
  const { module, diagnostics } = parseModule(text, { file: path, version: flags.v0Compatible === true ? 'v0' : 'v1' });
  if (module === undefined) return fail(diagnosticErrors(diagnostics));
  if (flags.format === 'pretty') return write(printTree(module));
  const include = flags.jsonInclude.split(',').map((option) => option.trim());
  write(
    printOpaJson(
      moduleToOpaJson(module, { locations: include.includes('locations'), comments: !include.includes('-comments') }),
    ),
  );
}

function fail(errors: readonly object[]): void {
  console.error(goJson({ errors }));
  process.exitCode = 1;
}
