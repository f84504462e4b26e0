// The files of a bundle for a command that compiles them: policies, data rooted by folders, modules, the manifest.
// Archives, manifests, signatures and bundles that are served from a source are the business of bundles/.
import { minimatch } from 'minimatch';
import { makeObject } from '../engine/value/construct.ts';
import { parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { parseYaml } from '../engine/yaml/decode.ts';
import type { RegoVersion } from '../engine/ast/nodes.ts';
import type { ArchiveFile } from '../bundles/archive.ts';
import { BundleError } from '../bundles/bundle-error.ts';
import { checkDataRoots, DEFAULT_MANIFEST, type Manifest, parseManifest } from '../bundles/manifest.ts';
import { mergeDocuments } from './merge-documents.ts';

/** A Rego file of a bundle; `path` is its path in the bundle. */
export interface BundlePolicy {
  readonly path: string;
  readonly text: Uint8Array;
  readonly version: RegoVersion | undefined;
}

export interface Bundle {
  readonly manifest: Manifest;
  readonly hasManifest: boolean;
  readonly policies: readonly BundlePolicy[];
  readonly data: RegoObject;
  /** The files data came from, by path: documents at `a/b`. */
  readonly dataFiles: readonly { readonly path: string; readonly root: readonly string[] }[];
  readonly wasm: readonly ArchiveFile[];
  readonly plans: readonly ArchiveFile[];
  /** `.signatures.json`, unchecked. */
  readonly signatures: Uint8Array | undefined;
}

const DATA_FILE = /^data\.(json|ya?ml)$/;

/** Reads a bundle's files. Throws BundleError and ManifestError. */
export function readBundle(files: readonly ArchiveFile[]): Bundle {
  const manifestFile = files.find(({ name }) => name === '/.manifest');
  const manifest = manifestFile === undefined ? DEFAULT_MANIFEST : parseManifest(textOf(manifestFile.content));
  const policies: BundlePolicy[] = [];
  const wasm: ArchiveFile[] = [];
  const plans: ArchiveFile[] = [];
  const dataFiles: { path: string; root: readonly string[] }[] = [];
  let data: RegoObject = makeObject([]);
  for (const file of files) {
    const { name: path, content: bytes } = file;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.endsWith('.rego')) {
      policies.push({ path, text: bytes, version: fileVersion(manifest, path) });
    } else if (name.endsWith('.wasm')) wasm.push(file);
    else if (path === '/plan.json') plans.push(file);
    else if (DATA_FILE.test(name)) {
      const root = path.split('/').slice(1, -1);
      const merged = mergeDocuments(data, rooted(root, readDocument(path, bytes)));
      if (merged === undefined)
        throw new BundleError('data_invalid', `bundle load failed on ${path.slice(1)}: merge error`);
      data = merged;
      dataFiles.push({ path, root });
    }
  }
  checkDataRoots(manifest, data);
  return {
    manifest,
    hasManifest: manifestFile !== undefined,
    policies,
    data,
    dataFiles,
    wasm,
    plans,
    signatures: files.find(({ name }) => name === '/.signatures.json')?.content,
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function readDocument(path: string, bytes: Uint8Array): Value {
  try {
    const text = textOf(bytes);
    return path.endsWith('.json') ? parseJson(text) : parseYaml(text);
  } catch (error) {
    throw new BundleError('data_invalid', `bundle load failed on ${path.slice(1)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function rooted(root: readonly string[], value: Value): RegoObject {
  let document = value;
  for (const key of root.toReversed()) document = makeObject([[key, document]]);
  if (document instanceof RegoObject) return document;
  throw new BundleError('data_invalid', 'bundle load failed: data must be of type object');
}

/** The version of a file by the manifest: the first name or pattern that fits, else that of the whole bundle. */
function fileVersion({ regoVersion, fileRegoVersions }: Manifest, path: string): RegoVersion | undefined {
  const found = fileRegoVersions.find(([pattern]) => path === pattern || minimatch(path, pattern));
  return found?.[1] ?? regoVersion;
}
