// Loads what `-d`, `-b` and positional paths name: Rego files and data, a directory's data rooted by its folders, bundles.
// What a bundle's files mean is the bundles' business.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from '../engine/compile.ts';
import { makeObject } from '../engine/value/construct.ts';
import { dumpJson, parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import type { ArchiveFile } from '../bundles/archive.ts';
import type { Bundle } from '../bundles/bundle.ts';
import type { PlacedJson } from '../bundles/canonical-json.ts';
import { mergeDocuments } from './merge-documents.ts';
import { BundleLoadError, BundleRootsError, LoadError } from './errors.ts';

/** A bundle and the path it was given by. */
export interface LoadedBundle {
  readonly path: string;
  readonly bundle: Bundle;
}

export interface Loaded {
  readonly sources: readonly Source[];
  readonly data: RegoObject;
  /** What `data` was made of, with numbers as they are written. */
  readonly documents: readonly PlacedJson[];
  readonly bundles: readonly LoadedBundle[];
}

export interface LoadPathsOptions {
  /** Glob patterns of names to leave out below directories. */
  readonly ignore?: readonly string[];
  /** The paths are bundles: archives, or directories of which only `data.json`, `data.yaml` and Rego files count. */
  readonly bundle?: boolean;
  /** Only Rego files. */
  readonly regoOnly?: boolean;
  /** Throws for a bundle that is not to be trusted; called before anything of it is parsed. */
  readonly verify?: (path: string, files: readonly ArchiveFile[]) => Promise<void>;
}

const EMPTY = makeObject([]);

/** Loads files, directories and bundles. Throws LoadError with all faults, BundleRootsError for bundles that own a document in common. */
export async function loadPaths(paths: readonly string[], options: LoadPathsOptions = {}): Promise<Loaded> {
  const loader = new Loader(
    options,
    (options.ignore?.length ?? 0) > 0 ? (await import('minimatch')).minimatch : undefined,
  );
  for (const given of paths) {
    if (options.bundle === true) await loader.bundle(given);
    else await loader.path(given);
  }
  if (loader.faults.length > 0)
    throw options.bundle === true
      ? new BundleLoadError(loader.faults)
      : new LoadError(loader.faults, ' during loading', loader.sources);
  if (options.bundle === true) await checkRoots(loader.bundles);
  return loader;
}

async function checkRoots(bundles: readonly LoadedBundle[]): Promise<void> {
  if (bundles.length < 2) return;
  const { overlappingRoots } = await import('../bundles/manifest.ts');
  const overlaps = overlappingRoots(bundles.map(({ path, bundle: { manifest } }) => ({ name: path, manifest })));
  if (overlaps.length > 0) throw new BundleRootsError(overlaps);
}

class Loader implements Loaded {
  readonly sources: Source[] = [];
  readonly bundles: LoadedBundle[] = [];
  readonly documents: PlacedJson[] = [];
  readonly faults: string[] = [];
  data: RegoObject = EMPTY;
  readonly #options: LoadPathsOptions;
  readonly #matches: ((path: string, pattern: string) => boolean) | undefined;
  readonly #seen = new Set<string>();
  #readYaml: ((text: string) => Value) | undefined;

  constructor(options: LoadPathsOptions, matches: ((path: string, pattern: string) => boolean) | undefined) {
    this.#options = options;
    this.#matches = matches;
  }

  async path(given: string): Promise<void> {
    const { path, prefix } = splitPrefix(given);
    await this.#guard(path, async () => {
      if (statSync(path).isDirectory()) await this.#tree(path, prefix);
      else await this.#file(path, prefix, true);
    });
  }

  async bundle(given: string): Promise<void> {
    const { path } = splitPrefix(given);
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    const { readBundle, readDirectory } = await import('../bundles/bundle.ts');
    let files: readonly ArchiveFile[];
    let name = path;
    try {
      if (statSync(path).isDirectory()) {
        const { ignore = [], verify } = this.#options;
        // A signature is over all files, also those that mean nothing here.
        files = verify === undefined ? this.#directoryFiles(path) : readDirectory(path, { ignore });
      } else {
        const { readArchive } = await import('../bundles/archive.ts');
        files = readArchive(readFileSync(path));
        name = '';
      }
    } catch (error) {
      const text = describe(path, error, true);
      const isMissing = (error as { code?: string }).code === 'ENOENT';
      this.faults.push(
        `${isMissing ? `error reading "${path}": ${text}` : `bundle ${path}: bundle read failed: archive read failed: ${text}`}`,
      );
      return;
    }
    try {
      await this.#options.verify?.(path, files);
      const bundle = readBundle(files);
      this.bundles.push({ path, bundle });
      for (const { path: file, text, version } of bundle.modules)
        this.sources.push({
          file: name === '' ? file : join(name, file),
          text,
          ...(version === undefined ? {} : { version }),
        });
      if (this.#options.bundle === true) {
        // Bundles contradict each other only where their roots overlap, which `loadPaths` refuses.
        this.data = mergeDocuments(this.data, bundle.data) ?? this.data;
      } else this.#merge(path, bundle.data);
      this.documents.push(...bundle.dataFiles);
    } catch (error) {
      this.faults.push(`bundle ${path}: ${(error as Error).message}`);
    }
  }

  #isIgnored(path: string): boolean {
    const matches = this.#matches;
    if (matches === undefined) return false;
    const name = basename(path);
    return this.#options.ignore!.some((pattern) => matches(name, pattern) || matches(path, pattern));
  }

  #directoryFiles(root: string): ArchiveFile[] {
    const files: ArchiveFile[] = [];
    const visit = (path: string): void => {
      for (const name of readdirSync(path).sort()) {
        const child = join(path, name);
        if (this.#isIgnored(child)) continue;
        if (statSync(child).isDirectory()) visit(child);
        else if (
          /\.(rego|wasm)$|^(data\.(json|ya?ml)|plan\.json|\.manifest|\.signatures\.json|patch\.json)$/.test(name)
        )
          files.push({ name: `/${relative(root, child).split(sep).join('/')}`, content: readFileSync(child) });
      }
    };
    visit(root);
    return files;
  }

  async #tree(path: string, prefix: readonly string[]): Promise<void> {
    for (const name of readdirSync(path).sort()) {
      const child = join(path, name);
      if (this.#isIgnored(child)) continue;
      await this.#guard(child, async () => {
        if (statSync(child).isDirectory()) await this.#tree(child, [...prefix, name]);
        else await this.#file(child, prefix, false);
      });
    }
  }

  async #file(path: string, prefix: readonly string[], explicit: boolean): Promise<void> {
    if (path.endsWith('.rego')) {
      // A module twice is the same module, a document twice a conflict: as in OPA.
      if (this.#seen.has(path)) return;
      this.#seen.add(path);
      this.sources.push({ file: path, text: readFileSync(path) });
      return;
    }
    if (/\.(tar\.gz|tgz)$/.test(path)) {
      if (explicit) await this.bundle(path);
      return;
    }
    if (this.#options.regoOnly === true) return;
    const isJson = path.endsWith('.json');
    // Whatever a file is called that is named by itself, it is data.
    if (!explicit && !isJson && !/\.ya?ml$/.test(path)) return;
    const { value, text } = await this.#document(path);
    let rooted = value;
    for (const key of prefix.toReversed()) rooted = makeObject([[key, rooted]]);
    if (!(rooted instanceof RegoObject)) {
      this.faults.push(`${path}: document must be of type object`);
      return;
    }
    this.#merge(path, rooted);
    this.documents.push({ keys: prefix, text });
  }

  /** A JSON or YAML document, without rounding a number of JSON, and its JSON. */
  async #document(path: string): Promise<{ readonly value: Value; readonly text: string }> {
    const text = readFileSync(path, 'utf8');
    if (path.endsWith('.json')) return { value: await readJson(text), text };
    this.#readYaml ??= await yamlReader();
    const value = this.#readYaml(text);
    return { value, text: dumpJson(value) };
  }

  #merge(path: string, document: RegoObject): void {
    const merged = mergeDocuments(this.data, document);
    if (merged === undefined) this.faults.push(`${path}: merge error`);
    else this.data = merged;
  }

  async #guard(path: string, load: () => Promise<void>): Promise<void> {
    try {
      await load();
    } catch (error) {
      this.faults.push(describe(path, error, false));
    }
  }
}

/** Numbers as they are written. Throws with the words of Go's decoder. */
async function readJson(text: string): Promise<Value> {
  try {
    return parseJson(text, { keepNumbers: true });
  } catch (error) {
    const { unmarshalJson } = await import('../engine/builtins/host/go-json.ts');
    unmarshalJson(text);
    throw error;
  }
}

async function yamlReader(): Promise<(text: string) => Value> {
  const { parseYaml } = await import('../engine/yaml/decode.ts');
  return parseYaml;
}

/** The document in a text that may be JSON or YAML, as input files are read. */
export async function parseDocument(text: string): Promise<Value> {
  try {
    return parseJson(text, { keepNumbers: true });
  } catch {
    const read = await yamlReader();
    return read(text);
  }
}

/** `prefix.path:file` puts the file's data at `data.prefix.path`. */
function splitPrefix(given: string): { path: string; prefix: readonly string[] } {
  // `file:///tmp/x` is a URL; with two slashes OPA takes what follows as a path too.
  if (given.startsWith('file:///')) return { path: fileURLToPath(given), prefix: [] };
  if (given.startsWith('file://')) return { path: given.slice('file://'.length), prefix: [] };
  const match = /^([A-Za-z_][\w.]*):(.+)$/.exec(given);
  if (match === null) return { path: given.replace(/^(\.\/)+(?=.)/, ''), prefix: [] };
  const keys = match[1]!.split('.');
  return { path: match[2]!, prefix: keys };
}

function describe(path: string, error: unknown, short: boolean): string {
  const code = (error as { code?: string }).code;
  if (code === 'ENOENT') return `stat ${path}: no such file or directory`;
  if (code === 'EACCES') return `open ${path}: permission denied`;
  if (code === 'ELOOP') return `stat ${path}: too many levels of symbolic links`;
  const text = error instanceof Error ? error.message.split('\n')[0]! : String(error);
  if (short) return text;
  if (/\.ya?ml$/.test(path)) return `${path}: error converting YAML to JSON: ${text}`;
  return `${path}: ${text}`;
}
