// A bundle in memory, from the files of an archive or a directory, and back. Every fault is found before anything is used.
// Left to others: signatures (verify.ts), compiling and evaluating (load-bundle.ts), deltas (patch.ts).
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { minimatch } from 'minimatch';
import type { RegoVersion } from '../engine/ast/nodes.ts';
import { parseModule } from '../engine/syntax/parse.ts';
import { getKey, makeObject } from '../engine/value/construct.ts';
import { dumpJson, parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { parseYaml } from '../engine/yaml/decode.ts';
import {
  type ArchiveFile,
  type ArchiveLimits,
  DEFAULT_ARCHIVE_LIMITS,
  readArchive,
  safeName,
  writeArchive,
} from './archive.ts';
import { BundleError } from './bundle-error.ts';
import {
  checkDataRoots,
  checkPackageRoot,
  DEFAULT_MANIFEST,
  isWithin,
  type Manifest,
  parseManifest,
  printManifest,
} from './manifest.ts';
import { parsePatch, type PatchOperation } from './patch.ts';

const MANIFEST_FILE = '/.manifest';
/** Where signatures stand in a bundle. */
export const SIGNATURES_FILE = '/.signatures.json';

/** A Rego file. `path` is rooted in the bundle. */
export interface BundleModule {
  readonly path: string;
  readonly text: Uint8Array;
  /** What the manifest says; undefined: the reader's default. */
  readonly version?: RegoVersion;
}

/** A file of the bundle that is neither data nor Rego. */
export interface BundleBinary {
  readonly path: string;
  readonly content: Uint8Array;
}

export interface Bundle {
  readonly manifest: Manifest;
  /** False: the manifest is the default one. */
  readonly hasManifest: boolean;
  /** All data files in one document, no number rounded. */
  readonly data: RegoObject;
  /** Where the data came from: file, the path below `data`, and the JSON as it was written (that of YAML as OPA converts it). */
  readonly dataFiles: readonly { readonly path: string; readonly keys: readonly string[]; readonly text: string }[];
  readonly modules: readonly BundleModule[];
  readonly wasm: readonly BundleBinary[];
  readonly plans: readonly BundleBinary[];
  /** The text of `.signatures.json`. Nothing here says that it is a good one. */
  readonly signatures?: Uint8Array;
  /** The operations of a delta bundle, which has nothing else but a manifest. */
  readonly patch?: readonly PatchOperation[];
}

/**
 * The bundle that the files make up. Throws BundleError. Rego that does not parse is left for the compiler to report.
 *
 * @example readBundle(readArchive(await readFile('bundle.tar.gz')))
 */
export function readBundle(files: readonly ArchiveFile[]): Bundle {
  const byName = new Map(files.map((file) => [file.name, file]));
  const manifestFile = byName.get(MANIFEST_FILE);
  const manifest = manifestFile === undefined ? DEFAULT_MANIFEST : parseManifest(decode(manifestFile));
  const signatures = byName.get(SIGNATURES_FILE)?.content;
  const base = {
    manifest,
    hasManifest: manifestFile !== undefined,
    ...(signatures === undefined ? {} : { signatures }),
  };
  const patchFile = byName.get('/patch.json');
  if (patchFile !== undefined) return { ...base, ...EMPTY, patch: readPatch(patchFile, files, manifest) };

  const modules: BundleModule[] = [];
  const wasm: BundleBinary[] = [];
  const plans: BundleBinary[] = [];
  const dataFiles: Bundle['dataFiles'][number][] = [];
  let data = EMPTY.data;
  for (const file of files) {
    const [name, base] = [file.name, file.name.slice(file.name.lastIndexOf('/') + 1)];
    if (base.endsWith('.rego')) modules.push(readModule(file, manifest));
    else if (base === 'policy.wasm') wasm.push({ path: name, content: file.content });
    else if (base === 'plan.json') plans.push({ path: name, content: file.content });
    else if (/^data\.(json|ya?ml)$/.test(base)) {
      const keys = name.split('/').slice(1, -1);
      const document = readDocument(file);
      data = addDocument(data, keys, document, name);
      dataFiles.push({ path: name, keys, text: base.endsWith('.json') ? decode(file) : dumpJson(document) });
    }
  }
  const bundle: Bundle = { ...base, data, dataFiles, modules, wasm, plans };
  checkBundle(bundle);
  return bundle;
}

const EMPTY = { data: makeObject([]), dataFiles: [], modules: [], wasm: [], plans: [] };

/** A bundle from the bytes of a `.tar.gz`. Throws BundleError. */
export function readBundleArchive(bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}): Bundle {
  return readBundle(readArchive(bytes, limits));
}

/**
 * All files below a directory, named from it: `/data.json`. Links to files are followed, links to directories are not.
 * `ignore` holds glob patterns of names. Throws BundleError or the error of the file system.
 */
export function readDirectory(
  directory: string,
  options: { readonly ignore?: readonly string[]; readonly limits?: Partial<ArchiveLimits> } = {},
): ArchiveFile[] {
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, ...options.limits };
  const files: ArchiveFile[] = [];
  let total = 0;
  const visit = (at: string, prefix: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (options.ignore?.some((pattern) => minimatch(entry.name, pattern, { dot: true }) || minimatch(path, pattern)))
        continue;
      if (entry.isDirectory()) {
        visit(path, `${prefix}/${entry.name}`);
        continue;
      }
      const stats = statSync(path);
      if (!stats.isFile()) continue;
      total += stats.size;
      if (total > limits.maxUnpackedBytes || files.length >= limits.maxFiles)
        throw new BundleError('archive_too_large', `${directory} has more files or bytes than a bundle may have`);
      files.push({ name: safeName(`${prefix}/${entry.name}`, limits), content: readFileSync(path) });
    }
  };
  visit(directory, '');
  return files;
}

function readPatch(file: ArchiveFile, files: readonly ArchiveFile[], manifest: Manifest): readonly PatchOperation[] {
  // OPA signs no deltas, and reads them unsigned; here a key holds for them too.
  const others = files.filter(({ name }) => ![file.name, MANIFEST_FILE, SIGNATURES_FILE].includes(name));
  if (others.length > 0)
    throw new BundleError(
      'patch_invalid',
      `delta bundle expected to contain only patch file but found: [${others.map(({ name }) => name).join(' ')}]`,
    );
  const operations = parsePatch(decode(file));
  for (const { path } of operations) {
    if (!manifest.roots.some((root) => isWithin(path.join('/'), root)))
      throw new BundleError(
        'roots_conflict',
        `manifest roots [${manifest.roots.join(' ')}] do not permit the patch at '/${path.join('/')}'`,
      );
  }
  return operations;
}

function readModule(file: ArchiveFile, manifest: Manifest): BundleModule {
  const version = moduleVersion(manifest, file.name);
  return { path: file.name, text: file.content, ...(version === undefined ? {} : { version }) };
}

/** A module's package, `['authz', 'http']`; undefined when it does not parse in any version. */
function modulePackage({ path, text, version }: BundleModule): readonly string[] | undefined {
  for (const each of version === undefined ? (['v1', 'v0'] as const) : [version]) {
    const { module } = parseModule(text, { file: path, version: each, annotations: false });
    if (module !== undefined)
      return module.package.path.operands.map((term) => (term.kind === 'string' ? term.value : ''));
  }
  return undefined;
}

/** The version the manifest gives a file: by its name, by a pattern, or for all. */
function moduleVersion({ fileRegoVersions, regoVersion }: Manifest, name: string): RegoVersion | undefined {
  const found =
    fileRegoVersions.find(([key]) => key === name) ?? fileRegoVersions.find(([pattern]) => matches(name, pattern));
  return found?.[1] ?? regoVersion;
}

/** As OPA's globs without separators: `*` goes over `/` too. */
function matches(name: string, pattern: string): boolean {
  const flat = (text: string): string => text.replaceAll('/', '\0');
  return minimatch(flat(name), flat(pattern), { dot: true, noext: true, nocomment: true, nonegate: true });
}

function decode({ name, content }: ArchiveFile): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new BundleError('data_invalid', `${name}: not UTF-8 text`, { cause: error });
  }
}

function readDocument(file: ArchiveFile): Value {
  const text = decode(file);
  try {
    return file.name.endsWith('.json') ? parseJson(text, { keepNumbers: true }) : parseYaml(text);
  } catch (error) {
    throw new BundleError('data_invalid', `bundle load failed on ${file.name}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function addDocument(data: RegoObject, keys: readonly string[], document: Value, file: string): RegoObject {
  let rooted = document;
  for (const key of keys.toReversed()) rooted = makeObject([[key, rooted]]);
  if (!(rooted instanceof RegoObject))
    throw new BundleError('data_invalid', `bundle load failed on ${file}: root value must be object`);
  return mergeData(data, rooted, file);
}

/** Both documents in one. Throws BundleError where both have a value and one of the two is no object. */
export function mergeData(a: RegoObject, b: RegoObject, file: string, path = ''): RegoObject {
  const entries = new Map<Value, Value>(a.entries);
  for (const [key, value] of b.entries) {
    const before = getKey(a, key);
    const at = `${path}/${String(key)}`;
    if (before !== undefined && !(before instanceof RegoObject && value instanceof RegoObject))
      throw new BundleError('data_invalid', `bundle load failed on ${file}: another file has a value at '${at}' too`);
    entries.set(key, before instanceof RegoObject ? mergeData(before, value as RegoObject, file, at) : value);
  }
  return makeObject([...entries]);
}

/** Everything within the roots, every module of the manifest there, each entry point once. Throws BundleError. */
export function checkBundle({ manifest, data, modules, wasm }: Bundle): void {
  // Parsing is not free, and a bundle without roots may have any package.
  for (const module of manifest.roots.includes('') ? [] : modules) {
    const path = modulePackage(module);
    if (path !== undefined) checkPackageRoot(manifest, path, module.path);
  }
  checkDataRoots(manifest, data);
  const seen = new Set<string>();
  for (const { entrypoint, module } of manifest.wasm) {
    if (!wasm.some(({ path }) => path === rooted(module)))
      throw new BundleError(
        'manifest_invalid',
        `manifest references wasm module '${module}' but the module file does not exist`,
      );
    if (!manifest.roots.some((root) => isWithin(entrypoint, root)))
      throw new BundleError(
        'roots_conflict',
        `manifest roots [${manifest.roots.join(' ')}] do not permit '${entrypoint}' entrypoint for wasm module '${module}'`,
      );
    if (seen.has(entrypoint))
      throw new BundleError('manifest_invalid', `entrypoint '${entrypoint}' is used by more than one wasm module`);
    seen.add(entrypoint);
  }
}

/** A name of the manifest as the archive has it. */
export function rooted(name: string): string {
  return name.startsWith('/') ? name : `/${name}`;
}

/** The bundle's files: one data.json, the modules, and what else it has. */
function bundleFiles(bundle: Bundle): ArchiveFile[] {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const files: ArchiveFile[] = [];
  if (bundle.patch !== undefined) {
    const operations = bundle.patch.map(({ op, path, value }): Value =>
      makeObject([
        ['op', op],
        ['path', path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')],
        ...(value === undefined ? [] : [['value', value] as const]),
      ]),
    );
    files.push({ name: '/patch.json', content: text(dumpJson(makeObject([['data', operations]]))) });
  } else {
    files.push({ name: '/data.json', content: text(`${dumpJson(bundle.data, { escapeHtml: true })}\n`) });
  }
  for (const { path, text: content } of bundle.modules) files.push({ name: path, content });
  for (const { path, content } of [...bundle.wasm, ...bundle.plans]) files.push({ name: path, content });
  if (bundle.signatures !== undefined) files.push({ name: SIGNATURES_FILE, content: bundle.signatures });
  files.push({ name: MANIFEST_FILE, content: text(`${printManifest(bundle.manifest)}\n`) });
  return files;
}

/** The bundle as a `.tar.gz`: equal bundles give equal bytes. */
export function toArchive(bundle: Bundle): Uint8Array {
  return writeArchive(bundleFiles(bundle));
}
