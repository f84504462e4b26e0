// Signs bundles as OPA does: `.signatures.json` with one JWT over the names and hashes of all files.
// Left to others: reading the files (archive.ts, bundle.ts) and the keys (keys.ts).
import type { KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import { dumpJson } from '../engine/value/json.ts';
import type { RegoObject, Value } from '../engine/value/value.ts';
import type { ArchiveFile } from './archive.ts';
import { BundleError } from './bundle-error.ts';
import type { SignatureAlgorithm } from './keys.ts';
import { hashFile, type SignedFile } from './signature.ts';

export interface SignOptions {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  /** Written as `kid` of the header and `keyid` of the payload. */
  readonly keyId?: string;
  /** More claims of the payload: `keyid`, `scope`, `iat`, `iss`, `exp`, … */
  readonly claims?: RegoObject;
}

/** The files with their hashes, in their order; `.signatures.json` itself is left out. */
export function signedFiles(files: readonly ArchiveFile[]): SignedFile[] {
  return files
    .filter(({ name }) => !name.endsWith('.signatures.json'))
    .map(({ name, content }) => ({
      name: name.replace(/^\//, ''),
      hash: hashFile(name, content, 'SHA-256'),
      algorithm: 'SHA-256',
    }));
}

/** The JWT over the files: the same bytes as OPA's for algorithms without randomness. Throws BundleError. */
export async function signFiles(files: readonly SignedFile[], options: SignOptions): Promise<string> {
  const header = { alg: options.algorithm, ...(options.keyId === undefined ? {} : { kid: options.keyId }), typ: 'JWT' };
  try {
    return await new CompactSign(new TextEncoder().encode(payload(files, options)))
      .setProtectedHeader(header)
      .sign(options.key);
  } catch (error) {
    throw new BundleError(
      'key_invalid',
      `failed to sign payload with ${options.algorithm}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

/** Claims sorted by name, as Go prints them; a file's fields in OPA's order. */
function payload(files: readonly SignedFile[], { claims, keyId }: SignOptions): string {
  const json = (value: Value): string => dumpJson(value, { escapeHtml: true });
  const list = files.map(
    ({ name, hash, algorithm }) => `{"name":${json(name)},"hash":${json(hash)},"algorithm":${json(algorithm)}}`,
  );
  const members = new Map<string, string>([['files', `[${list.join(',')}]`]]);
  if (keyId !== undefined) members.set('keyid', json(keyId));
  for (const [key, value] of claims?.entries ?? []) {
    if (key === 'files') continue;
    members.set(String(key), key === 'aud' && typeof value === 'string' ? json([value]) : json(value));
  }
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, text]) => `${json(key)}:${text}`).join(',')}}`;
}

/** The text of `.signatures.json`, as `opa sign` lays it out; `opa build` names the plugin too. */
export function signaturesText(token: string, plugin?: string): string {
  const lines = [` "signatures": [\n  ${dumpJson(token)}\n ]`];
  if (plugin !== undefined) lines.push(` "plugin": ${dumpJson(plugin)}`);
  return `{\n${lines.join(',\n')}\n}`;
}
