// Flags about keys, common to the commands that sign and verify bundles.
// The keys themselves are bundles/keys.ts's business.
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { BundleError } from '../bundles/bundle-error.ts';
import { signatureAlgorithm, signingKey, verificationKeys } from '../bundles/keys.ts';
import type { SignOptions } from '../bundles/sign.ts';
import type { VerifyOptions } from '../bundles/verify.ts';
import { parseJson } from '../engine/value/json.ts';
import { RegoObject } from '../engine/value/value.ts';
import { CliError } from './errors.ts';
import { collectList } from './flags.ts';

export interface SigningFlags {
  readonly signingKey?: string;
  readonly signingAlg: string;
  readonly claimsFile?: string;
}

export interface VerificationFlags {
  readonly verificationKey?: string;
  readonly verificationKeyId: string;
  readonly signingAlg: string;
  readonly scope?: string;
  readonly excludeFilesVerify: readonly string[];
}

/** Adds the flags of commands that sign. */
export function signingOptions(command: Command): Command {
  return command
    .option('--signing-key <key>', 'the secret (HMAC), or a file with the private key (PEM or JWK)')
    .option('--claims-file <file>', 'a JSON file of more claims: keyid, scope, iss, exp, …');
}

/** Adds the flag that says which algorithm keys are for. */
export function algorithmOption(command: Command): Command {
  return command.option('--signing-alg <name>', 'the algorithm of the signature', 'RS256');
}

/** Adds the flags of commands that verify. */
export function verificationOptions(command: Command): Command {
  return command
    .option('--verification-key <key>', 'the secret (HMAC), or a file with the public key (PEM, JWK or JWKS)')
    .option('--verification-key-id <id>', 'the name of the key', 'default')
    .option('--scope <scope>', 'the scope that the signature must have')
    .option('--exclude-files-verify <names>', 'names of files that need no signature', collectList, []);
}

/** The text of a key: a file's, or the flag itself. Throws BundleError for a path that leads nowhere. */
function keyText(flag: string, algorithm: string): string {
  if (existsSync(flag) && statSync(flag).isFile()) return readFileSync(flag, 'utf8');
  const isKey = algorithm.startsWith('HS') || flag.includes('-----BEGIN ') || flag.trimStart().startsWith('{');
  if (!isKey && /[./]/.test(flag)) throw new BundleError('key_invalid', `open ${flag}: no such file or directory`);
  return flag;
}

/** What to sign with; undefined without a key. Throws CliError or BundleError. */
export function readSigningKey(flags: SigningFlags): SignOptions | undefined {
  if (flags.signingKey === undefined || flags.signingKey === '') return undefined;
  const algorithm = signatureAlgorithm(flags.signingAlg);
  const claims = flags.claimsFile === undefined ? undefined : readClaims(flags.claimsFile);
  return {
    key: signingKey(keyText(flags.signingKey, algorithm), algorithm),
    algorithm,
    ...(claims === undefined ? {} : { claims }),
  };
}

function readClaims(file: string): RegoObject {
  try {
    const claims = parseJson(readFileSync(file, 'utf8'));
    if (claims instanceof RegoObject) return claims;
    throw new BundleError('key_invalid', 'an object is expected');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT')
      throw new CliError(`error: open ${file}: no such file or directory`);
    throw new CliError(`error: claims ${file}: ${(error as Error).message}`);
  }
}

/** How to verify bundles; without a key, signed bundles are refused. Throws BundleError. */
export function readVerification(flags: VerificationFlags): VerifyOptions {
  const scope = flags.scope === undefined ? {} : { scope: flags.scope };
  if (flags.verificationKey === undefined || flags.verificationKey === '') return { keys: [], ...scope };
  const keys = verificationKeys(keyText(flags.verificationKey, flags.signingAlg), {
    id: flags.verificationKeyId,
    algorithm: flags.signingAlg,
    ...scope,
  });
  return { keys, ...scope, exclude: flags.excludeFilesVerify };
}
