// `regate capabilities`: the built-ins, features and keywords of this version, or of a release of OPA, in OPA's file format.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { capabilitiesToJson, readCapabilities } from '../../engine/builtins/capabilities.ts';
import { CliError } from '../errors.ts';
import { goJson } from '../json.ts';
import { opaCapabilities, opaVersions } from '../opa-versions.ts';
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
    .description("Print capabilities, or the list of OPA's releases whose capabilities are known")
    .option('--current', 'the capabilities of this version')
    .option('--file <file>', 'those a file defines, checked')
    .option('--version <version>', "those of a release of OPA, or this version's")
    .addHelpText(
      'after',
      '\nExamples:\n  regate capabilities\n  regate capabilities --current > capabilities.json\n  regate capabilities --version v0.68.0\n',
    )
    .action((flags: CapabilitiesFlags) => printCapabilities(flags));
}

function printCapabilities({ current, file, version }: CapabilitiesFlags): void {
  if (current === true || version === `v${packageVersion()}`) return write(goJson(capabilitiesToJson()));
  if (version !== undefined) {
    const found = opaCapabilities(version);
    if (found === undefined) throw new CliError(`no capabilities version found for ${version}`);
    return write(goJson(found));
  }
  if (file !== undefined) return write(goJson(fromFile(file)));
  write(opaVersions.join('\n'));
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
