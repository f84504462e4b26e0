// The `.manifest` of a bundle: reading, printing, and the roots a bundle may fill.
// What lies in the bundle is bundle.ts's business.
import type { RegoVersion } from '../engine/ast/nodes.ts';
import { getKey, makeObject } from '../engine/value/construct.ts';
import { dumpJson, parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { BundleError } from './bundle-error.ts';

/** An entry point, `pkg/rule`, and the file of the module that has it. */
export interface WasmEntry {
  readonly entrypoint: string;
  readonly module: string;
  readonly annotations?: readonly Value[];
}

/** A manifest with its defaults filled in. */
export interface Manifest {
  readonly revision: string;
  /** Slash-separated prefixes of `data` that the bundle owns, without outer slashes; `''` is all of it. */
  readonly roots: readonly string[];
  readonly wasm: readonly WasmEntry[];
  /** Version of the bundle's Rego files; undefined: the reader's default. */
  readonly regoVersion?: RegoVersion;
  /** Exceptions by file name or glob. */
  readonly fileRegoVersions: readonly (readonly [string, RegoVersion])[];
  readonly metadata?: RegoObject;
}

/** What a bundle without a manifest has. */
/** A pattern whose character classes end. */
const CLOSED = /^(?:[^\\[]|\\.|\[(?:[^\\\]]|\\.)+\])*$/s;

export const DEFAULT_MANIFEST: Manifest = { revision: '', roots: [''], wasm: [], fileRegoVersions: [] };

/** A manifest from its JSON text. Unknown fields are let pass, as OPA does. Throws BundleError with all faults, each with its field. */
export function parseManifest(text: string): Manifest {
  let value: Value;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new BundleError('manifest_invalid', `.manifest: ${(error as Error).message}`, { cause: error });
  }
  if (!(value instanceof RegoObject)) throw new BundleError('manifest_invalid', '.manifest: an object is expected');
  const reader = new ManifestReader(value);
  const manifest = reader.read();
  if (reader.faults.length > 0)
    throw new BundleError('manifest_invalid', reader.faults.map((fault) => `.manifest: ${fault}`).join('\n'));
  checkOwnRoots(manifest.roots);
  return manifest;
}

class ManifestReader {
  readonly faults: string[] = [];
  readonly #object: RegoObject;

  constructor(object: RegoObject) {
    this.#object = object;
  }

  read(): Manifest {
    const version = this.#field('rego_version');
    const metadata = this.#field('metadata');
    if (metadata !== undefined && !(metadata instanceof RegoObject)) this.#fault('metadata', 'an object');
    const regoVersion = version === undefined ? undefined : this.#version('rego_version', version);
    return {
      revision: this.#string('revision', this.#field('revision')) ?? '',
      roots: this.#roots(),
      wasm: this.#list('wasm').map((entry, i) => this.#wasmEntry(`wasm[${i}]`, entry)),
      ...(regoVersion === undefined ? {} : { regoVersion }),
      fileRegoVersions: this.#fileVersions(),
      ...(metadata instanceof RegoObject ? { metadata } : {}),
    };
  }

  /** A field's value; null counts as absent, as in Go. */
  #field(name: string, object = this.#object): Value | undefined {
    return getKey(object, name) ?? undefined;
  }

  #fault(path: string, expected: string): void {
    this.faults.push(`${path}: ${expected} is expected`);
  }

  #string(path: string, value: Value | undefined): string | undefined {
    if (value === undefined || typeof value === 'string') return value;
    this.#fault(path, 'a string');
    return undefined;
  }

  #list(name: string): readonly Value[] {
    const value = this.#field(name) ?? [];
    if (Array.isArray(value)) return value as readonly Value[];
    this.#fault(name, 'an array');
    return [];
  }

  #roots(): readonly string[] {
    if (this.#field('roots') === undefined) return [''];
    return this.#list('roots').map((root, i) => normalizeRoot(this.#string(`roots[${i}]`, root) ?? ''));
  }

  #wasmEntry(path: string, value: Value): WasmEntry {
    if (!(value instanceof RegoObject)) {
      this.#fault(path, 'an object');
      return { entrypoint: '', module: '' };
    }
    const annotations = this.#field('annotations', value);
    if (annotations !== undefined && !Array.isArray(annotations)) this.#fault(`${path}.annotations`, 'an array');
    return {
      entrypoint: this.#string(`${path}.entrypoint`, this.#field('entrypoint', value)) ?? '',
      module: this.#string(`${path}.module`, this.#field('module', value)) ?? '',
      ...(Array.isArray(annotations) ? { annotations: annotations as readonly Value[] } : {}),
    };
  }

  #version(path: string, value: Value): RegoVersion | undefined {
    if (value === 0) return 'v0';
    if (value === 1) return 'v1';
    this.#fault(path, '0 or 1');
    return undefined;
  }

  #fileVersions(): (readonly [string, RegoVersion])[] {
    const value = this.#field('file_rego_versions');
    if (value === undefined) return [];
    if (!(value instanceof RegoObject)) {
      this.#fault('file_rego_versions', 'an object');
      return [];
    }
    return value.entries.flatMap(([name, item]): (readonly [string, RegoVersion])[] => {
      const version = this.#version(`file_rego_versions[${dumpJson(name)}]`, item);
      if (!CLOSED.test(String(name)))
        this.#fault(`file_rego_versions[${dumpJson(name)}]`, 'a pattern with closed brackets');
      return version === undefined ? [] : [[String(name), version]];
    });
  }
}

/** The manifest as OPA prints it: compact JSON, its fields in OPA's order. */
export function printManifest(manifest: Manifest): string {
  const json = (value: Value): string => dumpJson(value, { escapeHtml: true });
  const number = (version: RegoVersion): number => (version === 'v0' ? 0 : 1);
  const fields: string[] = [`"revision":${json(manifest.revision)}`, `"roots":${json(manifest.roots)}`];
  if (manifest.wasm.length > 0) {
    const entries = manifest.wasm.map(({ entrypoint, module, annotations }) => {
      const notes = annotations === undefined || annotations.length === 0 ? '' : `,"annotations":${json(annotations)}`;
      return `{"entrypoint":${json(entrypoint)},"module":${json(module)}${notes}}`;
    });
    fields.push(`"wasm":[${entries.join(',')}]`);
  }
  if (manifest.regoVersion !== undefined) fields.push(`"rego_version":${number(manifest.regoVersion)}`);
  if (manifest.fileRegoVersions.length > 0) {
    const versions = manifest.fileRegoVersions.map(([name, version]) => [name, number(version)] as const);
    fields.push(`"file_rego_versions":${json(makeObject(versions))}`);
  }
  if (manifest.metadata !== undefined) fields.push(`"metadata":${json(manifest.metadata)}`);
  return `{${fields.join(',')}}`;
}

function normalizeRoot(root: string): string {
  return root.replace(/^\/+|\/+$/g, '');
}

/** Whether two roots own some document in common. */
function rootsOverlap(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

/** Whether the path (or root) is the root or lies below it. */
export function isWithin(path: string, root: string): boolean {
  return root === '' || path === root || path.startsWith(`${root}/`);
}

function checkOwnRoots(roots: readonly string[]): void {
  for (const [i, a] of roots.entries()) {
    for (const b of roots.slice(i + 1)) {
      if (rootsOverlap(a, b)) conflict(`manifest has overlapped roots: '${a}' and '${b}'`);
    }
  }
}

/** Where bundles that are to be active together own a document in common, a text for each pair of roots. */
export function overlappingRoots(
  bundles: readonly { readonly name: string; readonly manifest: Pick<Manifest, 'roots'> }[],
): readonly string[] {
  const faults: string[] = [];
  for (const [i, a] of bundles.entries()) {
    for (const b of bundles.slice(i + 1)) {
      for (const root of a.manifest.roots) {
        const other = b.manifest.roots.find((candidate) => rootsOverlap(root, candidate));
        if (other !== undefined) faults.push(`bundles ${a.name} and ${b.name} overlap: '${root}' and '${other}'`);
      }
    }
  }
  return faults;
}

/** Throws BundleError (`roots_conflict`) with all overlaps of bundles that are to be active together. */
export function checkRootsBetween(bundles: Parameters<typeof overlappingRoots>[0]): void {
  const faults = overlappingRoots(bundles);
  if (faults.length > 0) conflict(faults.join('\n'));
}

/** Throws BundleError unless some root has the package. */
export function checkPackageRoot({ roots }: Manifest, path: readonly string[], file: string): void {
  if (!roots.some((root) => isWithin(path.join('/'), root)))
    conflict(`manifest roots [${roots.join(' ')}] do not permit 'package ${path.join('.')}' in module '${file}'`);
}

/** Throws BundleError unless every document lies below a root. Objects above a root may hold nothing else. */
export function checkDataRoots({ roots }: Manifest, data: RegoObject): void {
  const visit = (value: Value, path: string): void => {
    if (roots.some((root) => isWithin(path, root))) return;
    if (!(value instanceof RegoObject) || !roots.some((root) => isWithin(root, path)))
      conflict(
        `manifest roots [${roots.join(' ')}] do not permit data at path '/${path}' (hint: check bundle directory structure)`,
      );
    for (const [key, item] of value.entries) visit(item, path === '' ? String(key) : `${path}/${String(key)}`);
  };
  visit(data, '');
}

function conflict(message: string): never {
  throw new BundleError('roots_conflict', message);
}
