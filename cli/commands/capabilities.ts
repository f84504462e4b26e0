// `regate capabilities`: the built-ins, features and keywords of this version in OPA's file format.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { capabilitiesToJson, readCapabilities } from '../../engine/builtins/capabilities.ts';
import { CliError } from '../errors.ts';
import { goJson } from '../json.ts';
import { write } from '../output.ts';
import { packageVersion } from '../runtime-document.ts';

interface CapabilitiesFlags {
  readonly current?: boolean;
  readonly file?: string;
  readonly version?: string;
}

/** Adds `capabilities` to the program. */
export function capabilitiesCommand(program: Command): void {
  program
    .command('capabilities')
    .description('Print the capabilities of this version, or the list of versions')
    .option('--current', 'the capabilities of this version')
    .option('--file <file>', 'those a file defines, checked')
    .option('--version <version>', 'those of a version')
    .addHelpText('after', '\nExamples:\n  regate capabilities\n  regate capabilities --current > capabilities.json\n')
    .action((flags: CapabilitiesFlags) => printCapabilities(flags));
}

function printCapabilities({ current, file, version }: CapabilitiesFlags): void {
  const own = `v${packageVersion()}`;
  if (file !== undefined) return write(goJson(fromFile(file)));
  if (current === true || version === own) return write(goJson(capabilitiesToJson()));
  if (version !== undefined) throw new CliError(`no capabilities version found for ${version} (there is ${own})`);
  write(own);
}

function fromFile(file: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const isMissing = (error as { code?: string }).code === 'ENOENT';
    throw new CliError(isMissing ? `open ${file}: no such file or directory` : `${file}: ${(error as Error).message}`);
  }
  const read = readCapabilities(json);
  if (read.faults !== undefined) throw new CliError(read.faults.map((fault) => `${file}: ${fault}`).join('\n'));
  return capabilitiesToJson(read.capabilities);
}
