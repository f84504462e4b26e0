// `regate inspect`: what a bundle or a Rego file holds, as `opa inspect` prints it.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Module } from '../../engine/ast/nodes.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { toOpaErrorText } from '../../engine/diagnostics/render.ts';
import { printOpaJson, termToOpaJson } from '../../engine/syntax/opa-json.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { printTerm } from '../../engine/syntax/print.ts';
import { builtinToJson } from '../../engine/builtins/capabilities.ts';
import { type BuiltinDecl, builtinByName } from '../../engine/builtins/table.ts';
import { dumpJson } from '../../engine/value/json.ts';
import { type Bundle, readBundle } from '../../bundles/bundle.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import {
  annotationsOf,
  type InspectedAnnotation,
  namespaces,
  requiredBuiltins,
  requiredLanguage,
} from '../../bundles/inspect.ts';
import { DEFAULT_MANIFEST, printManifest } from '../../bundles/manifest.ts';
import { readBundleFiles } from '../bundle-paths.ts';
import { loadBuiltins } from '../compile-options.ts';
import { CliError, limitedErrorText, maxErrorsOf } from '../errors.ts';
import { FlagError, oneOf, WITHOUT_EFFECT } from '../flags.ts';
import { goJson } from '../json.ts';
import { table, write } from '../output.ts';

interface InspectFlags {
  readonly annotations?: boolean;
  readonly format: 'pretty' | 'json';
  readonly v0Compatible?: boolean;
  readonly builtins?: string;
}

interface Inspected {
  readonly path: string;
  /** Undefined for a Rego file. */
  readonly bundle?: Bundle;
  readonly modules: readonly Module[];
  readonly namespaces: ReadonlyMap<string, readonly string[]>;
}

/** Adds `inspect` to the program. */
export function inspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('Say what a bundle or a Rego file holds')
    .argument('[paths...]', 'a .tar.gz file, a directory of the same structure, or a Rego file')
    .option('-a, --annotations', 'list annotations')
    .option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty')
    .option('--builtins <module>', "a JavaScript module with built-ins of one's own")
    .option('--v0-compatible', 'read Rego v0')
    .addOption(new Option('--v1-compatible', 'read Rego v1').helpGroup(WITHOUT_EFFECT))
    .addHelpText('after', '\nExample:\n  regate inspect -a bundle.tar.gz\n')
    .action(async (paths: readonly string[], flags: InspectFlags) => {
      if (paths.length !== 1) throw new FlagError('specify exactly one OPA bundle or path');
      const inspected = inspect(paths[0]!, flags);
      const custom =
        flags.builtins === undefined
          ? new Map<string, BuiltinDecl>()
          : (await loadBuiltins(flags.builtins)).declarations;
      const required = requiredBuiltins(inspected.modules, custom, refuse);
      const builtins = required.map((name) => declaration(custom.get(name) ?? builtinByName(name)!));
      write(flags.format === 'json' ? jsonReport(inspected, flags, builtins) : prettyReport(inspected, flags));
    });
}

function inspect(path: string, flags: InspectFlags): Inspected {
  if (path.endsWith('.rego')) {
    const modules = [parse(path, readRego(path), flags)];
    const none = { dataFiles: [], manifest: DEFAULT_MANIFEST };
    return { path, modules, namespaces: namespaces(modules, none, (name) => name) };
  }
  try {
    const { files, isDirectory } = readBundleFiles(path);
    const bundle = readBundle(files);
    const fileName = (name: string): string => (isDirectory ? join(path, name) : name);
    const modules = bundle.modules.map(({ path: name, text, version }) =>
      parse(fileName(name), text, flags, path, version),
    );
    return { path, bundle, modules, namespaces: namespaces(modules, bundle, fileName) };
  } catch (error) {
    if (error instanceof BundleError) throw new CliError(`error: bundle ${path}: ${error.message}`);
    throw error;
  }
}

function readRego(path: string): Uint8Array {
  try {
    statSync(path);
    return readFileSync(path);
  } catch {
    throw new CliError(`error: 1 error occurred during loading: stat ${path}: no such file or directory`);
  }
}

function parse(
  file: string,
  text: Uint8Array,
  flags: InspectFlags,
  bundle?: string,
  version?: Module['version'],
): Module {
  const given = version ?? (flags.v0Compatible === true ? 'v0' : 'v1');
  const { module, diagnostics } = parseModule(text, { file, version: given });
  if (module === undefined) {
    const text =
      bundle === undefined
        ? toOpaErrorText(diagnostics, ' during loading')
        : `bundle ${bundle}: ${toOpaErrorText(diagnostics)}`;
    throw new CliError(`error: ${text}`, 1, diagnostics);
  }
  // A v0 file that imports rego.v1 is a v0 file still.
  return { ...module, version: given };
}

/** JSON text of objects whose parts are JSON text already: numbers of metadata are not to be rounded. */
function members(parts: readonly (readonly [string, string])[]): string {
  const indented = parts.map(([name, text]) => `  ${goJson(name)}: ${text.replaceAll('\n', '\n  ')}`);
  return `{\n${indented.join(',\n')}\n}`;
}

function jsonReport(
  { path, bundle, modules, namespaces: names }: Inspected,
  flags: InspectFlags,
  builtins: readonly object[],
): string {
  const parts: (readonly [string, string])[] = [];
  if (bundle !== undefined) parts.push(['manifest', indentJson(printManifest(bundle.manifest))]);
  const signatures = bundle?.signatures;
  parts.push(['signatures_config', signatures === undefined ? '{}' : indentJson(new TextDecoder().decode(signatures))]);
  const wasm = bundle?.wasm ?? [];
  if (wasm.length > 0) parts.push(['wasm_modules', goJson(wasm.map((file) => wasmModule(path, bundle!, file.path)))]);
  if (names.size > 0) parts.push(['namespaces', goJson(Object.fromEntries(names))]);
  const annotations = flags.annotations === true ? annotationsOf(modules, bundle?.manifest.wasm ?? []) : [];
  if (annotations.length > 0) parts.push(['annotations', goJson(annotations.map(annotationJson))]);
  const { features, futureKeywords } = requiredLanguage(modules);
  const capabilities = {
    ...(builtins.length > 0 && { builtins }),
    ...(futureKeywords.length > 0 && { future_keywords: futureKeywords }),
    ...(features.length > 0 && { features }),
  };
  parts.push(['capabilities', goJson(capabilities)]);
  return members(parts);
}

function refuse(errors: readonly Diagnostic[]): never {
  throw new CliError(`error: ${limitedErrorText(errors, maxErrorsOf(errors))}`, 1, errors);
}

/** A built-in as OPA lists it here: without what documents it. */
function declaration({ categories: _, args, ...decl }: BuiltinDecl): Record<string, unknown> {
  const { result } = decl;
  const json = builtinToJson({
    ...decl,
    args: args.map(({ type }) => ({ type })),
    ...(result === undefined ? {} : { result: { type: result.type } }),
  });
  return { ...json, decl: sorted(json['decl']) };
}

/** The same JSON with the members of every object by name. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, item]) => [name, sorted(item)]));
}

/** The text laid out anew, its fields in their order and its numbers as they are. */
function indentJson(text: string): string {
  let depth = 0;
  let out = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const newline = (): string => `\n${'  '.repeat(depth)}`;
    if (token === '{' || token === '[') {
      depth++;
      out += token + newline();
    } else if (token === '}' || token === ']') {
      depth--;
      out = /[{[]\s*$/.test(out) ? out.trimEnd() + token : out + newline() + token;
    } else if (token === ',') out += token + newline();
    else out += token === ':' ? ': ' : token;
  }
  return out;
}

function wasmModule(path: string, bundle: Bundle, module: string): Record<string, unknown> {
  const entrypoints = bundle.manifest.wasm
    .filter((entry) => `/${entry.module.replace(/^\//, '')}` === module)
    .map(({ entrypoint }) => `data.${entrypoint.replaceAll('/', '.')}`);
  return { entrypoints, path: module, url: join(path, module) };
}

function annotationJson({ scope, fields, file, row, col, path, target }: InspectedAnnotation): unknown {
  const sorted = Object.entries({ ...fields, scope }).sort(([a], [b]) => (a < b ? -1 : 1));
  const operands = target?.operands ?? [];
  const names = operands.findIndex(({ kind }) => kind !== 'string');
  const rest = names < 0 ? [] : operands.slice(names);
  return {
    annotations: Object.fromEntries(sorted),
    location: { file, row, col },
    path: [
      { type: 'var', value: 'data' },
      ...path.map((value) => ({ type: 'string', value })),
      ...rest.map((term): unknown => JSON.parse(printOpaJson(termToOpaJson(term)))),
    ],
  };
}

function prettyReport(inspected: Inspected, flags: InspectFlags): string {
  const { bundle, modules, namespaces: names } = inspected;
  const lines: string[] = [];
  const rows = bundle === undefined ? [] : manifestRows(bundle);
  if (rows.length > 0) lines.push('MANIFEST:', table(['FIELD', 'VALUE'], rows));
  const files = [...names].flatMap(([name, list]) => list.map((file, i) => [i === 0 ? name : '', shorten(file)]));
  if (files.length > 0) lines.push('NAMESPACES:', table(['NAMESPACE', 'FILE'], files));
  if (flags.annotations === true) {
    const blocks = annotationsOf(modules, bundle?.manifest.wasm ?? []).map(prettyAnnotation);
    if (blocks.length > 0) lines.push('ANNOTATIONS:', ...blocks, '');
  }
  return lines.join('\n');
}

function manifestRows({ manifest }: Bundle): string[][] {
  const rows: string[][] = [];
  if (manifest.regoVersion !== undefined) rows.push(['Rego Version', manifest.regoVersion === 'v0' ? '0' : '1']);
  if (manifest.revision !== '') rows.push(['Revision', manifest.revision]);
  const isDefault = manifest.roots.length === 1 && manifest.roots[0] === '';
  if (!isDefault && manifest.roots.length > 0) rows.push(['Roots', manifest.roots.toSorted().join('\n')]);
  if (manifest.metadata !== undefined) rows.push(['Metadata', dumpJson(manifest.metadata, { escapeHtml: true })]);
  return rows;
}

const LONGEST = 50;

/** A long path loses the middle: its first folder stays, and of the other folders as much of the end as fits. */
function shorten(file: string): string {
  if (file.length <= LONGEST) return file;
  const end = file.lastIndexOf('/');
  const second = file.indexOf('/', 1) + 1;
  const start = second > end ? 0 : second;
  const cut = Math.min(file.length - LONGEST + 3, end - start);
  return cut > 3 ? `${file.slice(0, start)}...${file.slice(start + cut)}` : file;
}

function prettyAnnotation({ scope, fields, file, row, path, packageName, rule, target }: InspectedAnnotation): string {
  const ruleName = rule === undefined ? undefined : printTerm(rule);
  const ownName =
    packageName === undefined
      ? path.join('.')
      : [packageName, ...(target === undefined ? [] : [printTerm(target)])].join('.');
  const title = String(fields['title'] ?? ownName).trim();
  const lines = [title, '='.repeat(Math.min(title.length, LINE)), ''];
  if (fields['description'] !== undefined) lines.push(String(fields['description']), '');
  if (packageName !== undefined) lines.push(`Package:  ${packageName}`);
  if (ruleName !== undefined) lines.push(`Rule:     ${ruleName}`);
  lines.push(`Location: ${file}:${row}`, `Scope: ${scope}`);
  if (fields['entrypoint'] === true) lines.push('Entrypoint: true');
  lines.push('');
  for (const [heading, items] of sections(fields))
    lines.push(`${heading}:`, ...items.map((item) => cut(` ${item}`)), '');
  return lines.join('\n');
}

/** As long as OPA lets a line of annotations be. */
const LINE = 80;

function cut(line: string): string {
  return line.length > LINE ? `${line.slice(0, LINE - 3)}...` : line;
}

type Fields = Readonly<Record<string, unknown>>;

function sections(fields: Fields): [string, string[]][] {
  const list = (name: string): readonly Fields[] => (fields[name] ?? []) as readonly Fields[];
  const schemas = list('schemas').map(({ path, schema, definition }): [string, string] => [
    dotted(path),
    schema === undefined ? goJson(definition, 0) : dotted(schema),
  ]);
  const custom = Object.entries((fields['custom'] ?? {}) as Fields).map(([name, value]): [string, string] => [
    name,
    goJson(value, 0),
  ]);
  const all: [string, string[]][] = [
    ['Organizations', list('organizations').map(String)],
    [
      'Authors',
      list('authors').map(({ name, email }) => [name, email && `<${String(email)}>`].filter(Boolean).join(' ')),
    ],
    ['Schemas', aligned(schemas)],
    [
      'Related Resources',
      list('related_resources').map(({ ref, description }) => [ref, description].filter(Boolean).join(' ')),
    ],
    ['Custom', aligned(custom)],
  ];
  return all.filter(([, items]) => items.length > 0);
}

function dotted(terms: unknown): string {
  return (terms as readonly { readonly value: unknown }[]).map(({ value }) => String(value)).join('.');
}

function aligned(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length + 1));
  return pairs.map(([name, value]) => `${`${name}:`.padEnd(width)} ${value}`);
}
