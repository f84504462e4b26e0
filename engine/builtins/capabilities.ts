// Capabilities: which built-ins, features and keywords a build has, in OPA's file format, both ways.
// Left to others: the table itself (table.ts), and refusing what a file leaves out (parser, analysis, type checking).
import type { Loc, RegoVersion } from '../ast/nodes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { namedTypeToJson, typeFromJson, typeToJson } from '../types/type-json.ts';
import type { Type } from '../types/type.ts';
import { builtins } from './table.ts';
import type { BuiltinDecl, Param } from './table.ts';

/** A version of the interface between a compiled module and its host. */
export interface WasmAbiVersion {
  readonly version: number;
  readonly minor_version: number;
}

/** What a policy may use. */
export interface Capabilities {
  /** By name. */
  readonly builtins: ReadonlyMap<string, BuiltinDecl>;
  /** Keywords that `import future.keywords` gives. */
  readonly futureKeywords: readonly string[];
  /** `keywords_in_refs`, `rego_v1`, `template_strings`. */
  readonly features: readonly string[];
  readonly wasmAbiVersions: readonly WasmAbiVersion[];
  /** Hosts that built-ins may call; undefined: any. */
  readonly allowNet?: readonly string[];
}

const currentFeatures = ['keywords_in_refs', 'rego_v1', 'template_strings'];

/** Keywords that future imports have ever named. */
const knownKeywords: ReadonlySet<string> = new Set(['in', 'every', 'contains', 'if', 'not', 'and', 'or']);

/** The keywords of Rego v1 that were once future ones; with the feature `rego_v1` they need no import. */
const v1Keywords = ['contains', 'every', 'if', 'in'];

/** All that this version can do. */
export const currentCapabilities: Capabilities = {
  builtins: new Map(builtins.map((builtin) => [builtin.name, builtin])),
  futureKeywords: ['and', 'not', 'or'],
  features: currentFeatures,
  wasmAbiVersions: [
    { version: 1, minor_version: 1 },
    { version: 1, minor_version: 2 },
    { version: 1, minor_version: 3 },
  ],
};

/** The capabilities as OPA's file has them, ready for `JSON.stringify`. */
export function capabilitiesToJson(capabilities: Capabilities = currentCapabilities): Record<string, unknown> {
  const list = [...capabilities.builtins.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    builtins: list.map(builtinToJson),
    future_keywords: capabilities.futureKeywords,
    wasm_abi_versions: capabilities.wasmAbiVersions,
    features: capabilities.features,
    ...(capabilities.allowNet && { allow_net: capabilities.allowNet }),
  };
}

/** One built-in as the file has it. */
export function builtinToJson(builtin: BuiltinDecl): { readonly name: string; readonly [key: string]: unknown } {
  const { name, infix, relation, deprecated, nondeterministic, categories, args, result, variadic } = builtin;
  return {
    name,
    ...(categories && { categories }),
    decl: {
      ...(args.length > 0 && { args: args.map(paramToJson) }),
      ...(result && { result: paramToJson(result) }),
      type: 'function',
      ...(variadic && { variadic: typeToJson(variadic) }),
    },
    ...(infix && { infix }),
    ...(relation && { relation }),
    ...(deprecated && { deprecated }),
    ...(nondeterministic && { nondeterministic }),
  };
}

function paramToJson({ name, type }: Param): Record<string, unknown> {
  return { ...namedTypeToJson(type, name) };
}

/** Capabilities from a file's JSON, or the faults that make it none, each with its path. */
export type ReadCapabilities =
  { readonly capabilities: Capabilities; readonly faults?: undefined } | { readonly faults: readonly string[] };

/**
 * Reads the JSON of a capabilities file. A built-in this version doesn't know is taken as declared: the host supplies it.
 *
 * ```ts
 * const { capabilities, faults } = readCapabilities(JSON.parse(text));
 * ```
 */
export function readCapabilities(json: unknown): ReadCapabilities {
  const reader = new Reader();
  const root = reader.record(json, 'capabilities');
  const found = new Map<string, BuiltinDecl>();
  for (const [i, entry] of reader.list(root['builtins'], 'builtins').entries()) {
    const builtin = reader.builtin(entry, `builtins[${i}]`);
    if (builtin !== undefined) found.set(builtin.name, builtin);
  }
  const capabilities: Capabilities = {
    builtins: found,
    futureKeywords: reader.strings(root['future_keywords'], 'future_keywords'),
    features: reader.strings(root['features'], 'features'),
    wasmAbiVersions: reader.list(root['wasm_abi_versions'], 'wasm_abi_versions').map((entry, i) => {
      const fields = reader.record(entry, `wasm_abi_versions[${i}]`);
      return { version: Number(fields['version']), minor_version: Number(fields['minor_version']) };
    }),
    ...(root['allow_net'] !== undefined && { allowNet: reader.strings(root['allow_net'], 'allow_net') }),
  };
  return reader.faults.length > 0 ? { faults: reader.faults } : { capabilities };
}

class Reader {
  readonly faults: string[] = [];

  record(json: unknown, path: string): Readonly<Record<string, unknown>> {
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
    this.faults.push(`${path}: must be an object`);
    return {};
  }

  /** Absent lists are empty. */
  list(json: unknown, path: string): readonly unknown[] {
    if (json === undefined || json === null) return [];
    if (Array.isArray(json)) return json;
    this.faults.push(`${path}: must be an array`);
    return [];
  }

  strings(json: unknown, path: string): readonly string[] {
    return this.list(json, path).filter((item, i): item is string => {
      if (typeof item === 'string') return true;
      this.faults.push(`${path}[${i}]: must be a string`);
      return false;
    });
  }

  builtin(json: unknown, path: string): BuiltinDecl | undefined {
    const fields = this.record(json, path);
    const { name, infix } = fields;
    const decl = this.record(fields['decl'], `${path}.decl`);
    const type = typeFromJson(decl);
    if (typeof name !== 'string' || name === '') {
      this.faults.push(`${path}.name: must be a string`);
      return undefined;
    }
    if (type?.kind !== 'function') {
      this.faults.push(`${path}.decl: must be a function type`);
      return undefined;
    }
    const names = this.list(decl['args'], `${path}.decl.args`).map(nameOf);
    return {
      name,
      args: type.args.map((arg, i) => ({ name: names[i], type: arg as Type })),
      result: type.result && { name: nameOf(decl['result']), type: type.result },
      variadic: type.variadic,
      ...(typeof infix === 'string' && { infix }),
      ...(fields['relation'] === true && { relation: true }),
      ...(fields['deprecated'] === true && { deprecated: true }),
      ...(fields['nondeterministic'] === true && { nondeterministic: true }),
      ...(fields['categories'] !== undefined && {
        categories: this.strings(fields['categories'], `${path}.categories`),
      }),
    };
  }
}

function nameOf(json: unknown): string | undefined {
  const name = (json as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}

const nowhere: Loc = { file: '', row: 0, col: 0, offset: 0, end: 0 };

/** What is wrong with parsing a module of this version under these capabilities; empty when it can be. */
export function checkCapabilities(capabilities: Capabilities, version: RegoVersion): readonly Diagnostic[] {
  const fault = (what: string): Diagnostic[] => [
    { code: 'rego_parse_error', severity: 'error', message: `illegal capabilities: ${what}`, loc: nowhere },
  ];
  if (version === 'v1' && !capabilities.features.includes('rego_v1')) {
    return fault('rego_v1 feature required for parsing v1 Rego');
  }
  for (const keyword of capabilities.futureKeywords) {
    if (!knownKeywords.has(keyword)) return fault(`unknown keyword: ${keyword}`);
  }
  return [];
}

/** The keywords that `import future.keywords.NAME` may name, sorted: those of the file, and with `rego_v1` those it made regular. */
export function importableKeywords({
  futureKeywords,
  features,
}: Pick<Capabilities, 'futureKeywords' | 'features'>): readonly string[] {
  const keywords = features.includes('rego_v1') ? [...v1Keywords, ...futureKeywords] : futureKeywords;
  return [...new Set(keywords)].sort();
}
