// `regate sign`: `.signatures.json` over the files of bundles, as `opa sign` writes it.
import { writeFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { Command } from 'commander';
import type { ArchiveFile } from '../../bundles/archive.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { signaturesText, signedFiles, signFiles } from '../../bundles/sign.ts';
import { algorithmOption, readSigningKey, type SigningFlags, signingOptions } from '../bundle-keys.ts';
import { readBundleFiles } from '../bundle-paths.ts';
import { CliError } from '../errors.ts';
import { FlagError } from '../flags.ts';

interface SignFlags extends SigningFlags {
  readonly bundle?: boolean;
  readonly outputFilePath: string;
}

/** Adds `sign` to the program. */
export function signCommand(program: Command): void {
  const command = program
    .command('sign')
    .description('Sign the files of bundles')
    .argument('[paths...]', 'bundles: directories or .tar.gz files')
    .option('-b, --bundle', 'load paths as bundles (required)')
    .option('-o, --output-file-path <directory>', 'where .signatures.json is written', '.');
  signingOptions(algorithmOption(command))
    .addHelpText('after', '\nExample:\n  cd policies && regate sign --signing-key private.pem --bundle .\n')
    .action((paths: readonly string[], flags: SignFlags) => sign(paths, flags));
}

async function sign(paths: readonly string[], flags: SignFlags): Promise<void> {
  if (paths.length === 0) throw new FlagError('specify atleast one path containing policy and/or data files');
  if (flags.signingKey === undefined || flags.signingKey === '')
    throw new FlagError('specify the secret (HMAC) or path of the PEM file containing the private key (RSA and ECDSA)');
  if (flags.bundle !== true)
    throw new FlagError('enable bundle mode (ie. --bundle) to sign bundle files or directories');
  try {
    const options = readSigningKey(flags)!;
    const token = await signFiles(signedFiles(paths.flatMap(namedFiles)), options);
    writeFileSync(join(flags.outputFilePath, '.signatures.json'), signaturesText(token));
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof BundleError) throw new CliError(`error: ${error.message}`);
    if ((error as { code?: string }).code === 'ENOENT')
      throw new CliError(`error: open ${join(flags.outputFilePath, '.signatures.json')}: no such file or directory`);
    throw error;
  }
}

/** Files of a directory go under the path it was given by, those of an archive under their own names. */
function namedFiles(path: string): ArchiveFile[] {
  const { files, isDirectory } = readBundleFiles(path);
  const prefix = normalize(path).replace(/\/$/, '');
  return isDirectory && prefix !== '.' ? files.map((file) => ({ ...file, name: `${prefix}${file.name}` })) : files;
}
