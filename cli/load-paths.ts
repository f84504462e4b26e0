// Loads what `-d` and positional paths name: Rego files and data, a directory's data rooted by its folders, as OPA does.
// Bundles are the bundles' business.
import { readdirSync, readFileSync, statSync, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import { minimatch } from 'minimatch';
import { parse as parseYaml } from 'yaml';
import type { Source } from '../engine/compile.ts';
import { getKey, makeObject } from '../engine/value/construct.ts';
import { fromJs, parseJson } from '../engine/value/json.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { CliError } from './errors.ts';

export interface Loaded {
  readonly sources: readonly Source[];
  readonly data: RegoObject;
}

export interface LoadPathsOptions {
  /** Glob patterns of names to leave out below directories. */
  readonly ignore?: readonly string[];
  /** Only `data.json`, `data.yaml` and Rego files, as in a bundle's directory. */
  readonly bundle?: boolean;
  /** Only Rego files. */
  readonly regoOnly?: boolean;
}

const EMPTY = makeObject([]);

/** Loads files and directories. Throws CliError with all faults, one a line. */
export async function loadPaths(paths: readonly string[], options: LoadPathsOptions = {}): Promise<Loaded> {
  const sources: Source[] = [];
  const faults: string[] = [];
  const seen = new Set<string>();
  let data: RegoObject = EMPTY;

  const loadFile = (path: string, prefix: readonly string[], explicit: boolean): void => {
    if (seen.has(path)) return;
    seen.add(path);
    if (path.endsWith('.rego')) {
      sources.push({ file: path, text: readFileSync(path) });
      return;
    }
    if (options.regoOnly === true) return;
    const isJson = path.endsWith('.json');
    const isYaml = /\.ya?ml$/.test(path);
    if (!isJson && !isYaml) {
      if (explicit) faults.push(`${path}: unrecognized file`);
      return;
    }
    if (options.bundle === true && !/^data\.(json|ya?ml)$/.test(basename(path))) return;
    const value = readDocument(path);
    let rooted: Value = value;
    for (const key of prefix.toReversed()) rooted = makeObject([[key, rooted]]);
    if (!(rooted instanceof RegoObject)) {
      faults.push(`${path}: document must be of type object`);
      return;
    }
    const merged = mergeDocuments(data, rooted);
    if (merged === undefined) faults.push(`${path}: merge error`);
    else data = merged;
  };

  const loadTree = (path: string, prefix: readonly string[]): void => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = join(path, entry.name);
      if (options.ignore?.some((pattern) => minimatch(entry.name, pattern) || minimatch(child, pattern))) continue;
      guard(child, () => {
        if (statSync(child).isDirectory()) loadTree(child, [...prefix, entry.name]);
        else loadFile(child, prefix, false);
      });
    }
  };

  const guard = (path: string, load: () => void): void => {
    try {
      load();
    } catch (error) {
      faults.push(describe(path, error));
    }
  };

  for (const given of paths) {
    const { path, prefix } = splitPrefix(given);
    guard(path, () => {
      const stats: Stats = statSync(path);
      if (stats.isDirectory()) loadTree(path, prefix);
      else loadFile(path, prefix, true);
    });
  }
  if (faults.length > 0) {
    const count = faults.length === 1 ? '1 error' : `${faults.length} errors`;
    throw new CliError(
      faults.length === 1
        ? `${count} occurred during loading: ${faults[0]}`
        : `${count} occurred during loading:\n${faults.join('\n')}`,
    );
  }
  return { sources, data };
}

/** `prefix.path:file` puts the file's data at `data.prefix.path`. */
function splitPrefix(given: string): { path: string; prefix: readonly string[] } {
  const match = /^([A-Za-z_][\w.]*):(.+)$/.exec(given);
  if (match === null || given.startsWith('file:')) return { path: given.replace(/^file:\/\//, ''), prefix: [] };
  const keys = match[1]!.split('.');
  return { path: match[2]!, prefix: keys[0] === 'data' ? keys.slice(1) : keys };
}

/** A JSON or YAML document, without rounding a number of JSON. */
export function readDocument(path: string): Value {
  const text = readFileSync(path, 'utf8');
  return path.endsWith('.json') ? parseJson(text) : fromJs(parseYaml(text, { schema: 'core' }));
}

/** Both documents in one; undefined where they contradict each other. */
export function mergeDocuments(a: RegoObject, b: RegoObject): RegoObject | undefined {
  const entries = new Map<Value, Value>(a.entries);
  for (const [key, value] of b.entries) {
    const before = getKey(a, key);
    if (before === undefined) {
      entries.set(key, value);
      continue;
    }
    if (!(before instanceof RegoObject) || !(value instanceof RegoObject)) return undefined;
    const merged = mergeDocuments(before, value);
    if (merged === undefined) return undefined;
    entries.set(key, merged);
  }
  return makeObject([...entries]);
}

function describe(path: string, error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === 'ENOENT') return `stat ${path}: no such file or directory`;
  if (code === 'EACCES') return `open ${path}: permission denied`;
  return `${path}: ${error instanceof Error ? error.message : String(error)}`;
}
