// Verifies a bundle's signature and that its files are exactly the ones that were signed, before anything of it is parsed or run.
// Left to others: keys (keys.ts), hashes (signature.ts).
import { compactVerify, decodeProtectedHeader } from 'jose';
import { getKey } from '../engine/value/construct.ts';
import { parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import type { ArchiveFile } from './archive.ts';
import { SIGNATURES_FILE } from './bundle.ts';
import { BundleError } from './bundle-error.ts';
import type { VerificationKey } from './keys.ts';
import { hashFile, type SignedFile } from './signature.ts';

export interface VerifyOptions {
  /** Keys that may have signed. With none, bundles must be unsigned. */
  readonly keys: readonly VerificationKey[];
  /** The key to use, whatever the token says. */
  readonly keyId?: string;
  /** What `scope` must be, whatever the key says. */
  readonly scope?: string;
  /** Names of files, without a slash in front, that need no signature. */
  readonly exclude?: readonly string[];
  /** For bundles in a directory: the path the directory was signed under, which `opa sign` puts before the names. */
  readonly directory?: string;
  /** Seconds since 1970; default: now. */
  readonly now?: number;
}

/** What is known of a verified signature. */
export interface VerifiedSignature {
  readonly keyId: string;
  readonly files: readonly SignedFile[];
  /** All claims, `files` among them. */
  readonly claims: RegoObject;
}

/**
 * Checks the signature over the files. Undefined when there is neither a signature nor a key. Throws BundleError:
 * `signature_missing`, `signature_unexpected`, `signature_invalid`, `signature_mismatch`.
 */
export async function verifyFiles(
  files: readonly ArchiveFile[],
  options: VerifyOptions,
): Promise<VerifiedSignature | undefined> {
  const signatures = files.find(({ name }) => name === SIGNATURES_FILE);
  const tokens = signatures === undefined ? undefined : readTokens(signatures.content);
  if (tokens === undefined) {
    if (options.keys.length === 0) return undefined;
    throw new BundleError('signature_missing', 'bundle missing .signatures.json file');
  }
  if (options.keys.length === 0) throw new BundleError('signature_unexpected', 'verification key not provided');
  if (tokens.length === 0) invalid('.signatures.json: missing JWT (expected exactly one)');
  if (tokens.length > 1) invalid('.signatures.json: multiple JWTs not supported (expected exactly one)');
  const verified = await verifyToken(tokens[0]!, options);
  compareFiles(files, verified.files, options);
  return verified;
}

/** The JWTs of `.signatures.json`; undefined when it does not list any. */
function readTokens(content: Uint8Array): readonly string[] | undefined {
  const value = parse(content, '.signatures.json');
  const list = value instanceof RegoObject ? getKey(value, 'signatures') : null;
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) return invalid('.signatures.json: signatures: an array is expected');
  return (list as readonly Value[]).map((token) =>
    typeof token === 'string' ? token : invalid('.signatures.json: signatures: strings are expected'),
  );
}

async function verifyToken(token: string, options: VerifyOptions): Promise<VerifiedSignature> {
  let header: { readonly kid?: string; readonly alg?: string };
  let unverified: Uint8Array;
  try {
    header = decodeProtectedHeader(token);
    unverified = Buffer.from(token.split('.')[1] ?? '', 'base64url');
  } catch (error) {
    return invalid('.signatures.json: not a JWT', error);
  }
  // The payload is read before it is trusted for one thing only: the name of the key.
  const keyId = options.keyId ?? header.kid ?? claimedKeyId(unverified) ?? soleKeyId(options.keys);
  if (keyId === undefined) return invalid('verification key ID is empty');
  const key = options.keys.find(({ id }) => id === keyId);
  if (key === undefined) return invalid(`verification key corresponding to ID ${keyId} not found`);
  if (header.alg !== key.algorithm)
    return invalid(`the signature's algorithm is ${header.alg ?? 'missing'}, the key's is ${key.algorithm}`);
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(token, key.key, { algorithms: [key.algorithm] }));
  } catch (error) {
    return invalid(`failed to verify JWT signature: ${(error as Error).message}`, error);
  }
  const claims = parse(payload, 'the payload of the signature');
  if (!(claims instanceof RegoObject)) return invalid('the payload of the signature is no object');
  checkClaims(claims, options.scope ?? key.scope ?? '', options.now ?? Date.now() / 1000);
  return { keyId, files: payloadFiles(claims), claims };
}

function claimedKeyId(payload: Uint8Array): string | undefined {
  const claims = parse(payload, 'the payload of the signature');
  const keyId = claims instanceof RegoObject ? getKey(claims, 'keyid') : undefined;
  return typeof keyId === 'string' && keyId !== '' ? keyId : undefined;
}

/** A token that names no key can only mean the one there is. */
function soleKeyId(keys: readonly VerificationKey[]): string | undefined {
  return keys.length === 1 ? keys[0]!.id : undefined;
}

function checkClaims(claims: RegoObject, scope: string, now: number): void {
  if ((getKey(claims, 'scope') ?? '') !== scope) invalid('scope mismatch');
  for (const name of ['exp', 'nbf'] as const) {
    const time = getKey(claims, name);
    if (time === undefined) continue;
    if (typeof time !== 'number') invalid(`${name} of the signature is not a number`);
    if (name === 'exp' ? now >= time : now < time)
      invalid(name === 'exp' ? 'the signature has expired' : 'the signature is not valid yet');
  }
}

function payloadFiles(claims: RegoObject): readonly SignedFile[] {
  const list = getKey(claims, 'files');
  if (!Array.isArray(list)) return invalid('files of the signature is not an array');
  return (list as readonly Value[]).map((item) => {
    const field = (name: string): string => {
      const value = item instanceof RegoObject ? getKey(item, name) : undefined;
      return typeof value === 'string' ? value : invalid(`files of the signature lack a ${name}`);
    };
    return { name: field('name'), hash: field('hash'), algorithm: field('algorithm') };
  });
}

function compareFiles(files: readonly ArchiveFile[], signed: readonly SignedFile[], options: VerifyOptions): void {
  const expected = new Map<string, SignedFile>();
  const prefix = signedPrefix(signed, options.directory);
  for (const file of signed) {
    const name = file.name.slice(prefix.length).replace(/^\.?\//, '');
    if (expected.has(name)) mismatch(`file ${name} is in the bundle signature twice`);
    expected.set(name, file);
  }
  for (const { name: path, content } of files) {
    if (path === SIGNATURES_FILE) continue;
    const name = path.slice(1);
    const file = expected.get(name);
    expected.delete(name);
    if (options.exclude?.includes(name)) continue;
    if (file === undefined) return mismatch(`file ${name} not included in bundle signature`);
    const hash = hashFile(name, content, file.algorithm);
    if (hash !== file.hash.toLowerCase()) mismatch(`${name}: digest mismatch (want: ${file.hash}, got: ${hash})`);
  }
  if (expected.size > 0)
    mismatch(
      `file(s) [${[...expected.keys()].join(' ')}] specified in bundle signatures but not found in the target bundle`,
    );
}

/** The directory's path, if all names begin with it. */
function signedPrefix(signed: readonly SignedFile[], directory: string | undefined): string {
  if (directory === undefined) return '';
  const prefix = `${directory.replace(/^\.\//, '').replace(/\/+$/, '')}/`;
  return signed.every(({ name }) => name.startsWith(prefix)) ? prefix : '';
}

function parse(content: Uint8Array, what: string): Value {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    return invalid(`${what}: ${(error as Error).message}`, error);
  }
}

function invalid(message: string, cause?: unknown): never {
  throw new BundleError('signature_invalid', message, cause === undefined ? {} : { cause });
}

function mismatch(message: string): never {
  throw new BundleError('signature_mismatch', message);
}
