// `regate version`.
import type { Command } from 'commander';
import { write } from '../output.ts';
import { packageVersion } from '../runtime-document.ts';

/** Adds `version` to the program. */
export function versionCommand(program: Command): void {
  program
    .command('version')
    .description('Print the version')
    .addHelpText('after', '\nExample:\n  regate version\n')
    .action(() => {
      write(
        [
          `Version: ${packageVersion()}`,
          `Node Version: ${process.version}`,
          `Platform: ${process.platform}/${process.arch}`,
          'Rego Version: v1',
          'WebAssembly: available',
        ].join('\n'),
      );
    });
}
