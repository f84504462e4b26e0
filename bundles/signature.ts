// What a bundle signature says: the shape of `.signatures.json` and its payload, and how files are hashed.
// Making and checking the token are sign.ts's and verify.ts's business.
import { createHash } from 'node:crypto';
import { dumpJson } from '../engine/value/json.ts';
import { parseYaml } from '../engine/yaml/decode.ts';
import { BundleError } from './bundle-error.ts';
import { canonicalJson } from './canonical-json.ts';

/** A file of the payload. `name` has no slash in front. */
export interface SignedFile {
  readonly name: string;
  readonly hash: string;
  readonly algorithm: string;
}

/** OPA's names of hashes that may be used, and Node's. MD5 and SHA-1, which OPA knows too, are refused: they can be forged. */
const HASHES: Readonly<Record<string, string>> = {
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512-224': 'sha512-224',
  'SHA-512-256': 'sha512-256',
};

/** The hash, in hex, of a file: of the canonical JSON of manifests and data files, of the bytes of others. Throws BundleError. */
export function hashFile(name: string, content: Uint8Array, algorithm: string): string {
  const hash = HASHES[algorithm];
  if (hash === undefined) throw new BundleError('signature_invalid', `unsupported hashing algorithm: ${algorithm}`);
  return createHash(hash).update(hashedForm(name, content)).digest('hex');
}

function hashedForm(name: string, content: Uint8Array): string | Uint8Array {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const isJson = base === '.manifest' || base === 'data.json';
  if (!isJson && base !== 'data.yaml') return content;
  const text = new TextDecoder().decode(content);
  try {
    return canonicalJson(isJson ? text : dumpJson(parseYaml(text)));
  } catch (error) {
    throw new BundleError('data_invalid', `${name}: ${(error as Error).message}`, { cause: error });
  }
}
