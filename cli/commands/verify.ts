// `regate verify`: whether bundles are signed by the key, and are what was signed. OPA has no such command.
import { type Command, Option } from 'commander';
import { readBundle } from '../../bundles/bundle.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { verifyFiles, type VerifyOptions } from '../../bundles/verify.ts';
import { algorithmOption, readVerification, type VerificationFlags, verificationOptions } from '../bundle-keys.ts';
import { readBundleFiles } from '../bundle-paths.ts';
import { CliError } from '../errors.ts';
import { FlagError, WITHOUT_EFFECT } from '../flags.ts';
import { write } from '../output.ts';

/** Adds `verify` to the program. */
export function verifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description('Verify the signatures of bundles')
    .argument('[paths...]', 'bundles: directories or .tar.gz files');
  verificationOptions(algorithmOption(command))
    .addOption(new Option('-b, --bundle', 'paths are always bundles').helpGroup(WITHOUT_EFFECT))
    .addHelpText('after', '\nExample:\n  regate verify --verification-key public.pem bundle.tar.gz\n')
    .action((paths: readonly string[], flags: VerificationFlags) => verify(paths, flags));
}

async function verify(paths: readonly string[], flags: VerificationFlags): Promise<void> {
  if (paths.length === 0) throw new FlagError('specify at least one bundle');
  if (flags.verificationKey === undefined || flags.verificationKey === '')
    throw new FlagError('specify the secret (HMAC) or path of the file with the public key');
  const options = verificationOf(flags);
  for (const path of paths) {
    try {
      const { files } = readBundleFiles(path);
      const signature = await verifyFiles(files, { ...options, directory: path });
      const { manifest } = readBundle(files);
      const revision = manifest.revision === '' ? '' : `, revision ${JSON.stringify(manifest.revision)}`;
      write(
        `${path}: signature of key ${JSON.stringify(signature!.keyId)} is good, ${signature!.files.length} files${revision}`,
      );
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      throw new CliError(`error: bundle ${path}: ${error.message}`);
    }
  }
}

/** The keys to verify with. Throws CliError. */
function verificationOf(flags: VerificationFlags): VerifyOptions {
  try {
    return readVerification(flags);
  } catch (error) {
    throw error instanceof BundleError ? new CliError(`error: ${error.message}`) : error;
  }
}
