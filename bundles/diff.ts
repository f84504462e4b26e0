// What is different between two bundles: what they decide, by rule and document, not by file.
// How that is printed is cli/commands/bundle.ts's business.
import { pathText } from '../engine/analysis/message-text.ts';
import { createHash } from 'node:crypto';
import type { Module, Rule } from '../engine/ast/nodes.ts';
import { parseModule } from '../engine/syntax/parse.ts';
import { printNode, printRule, printTerm } from '../engine/syntax/print.ts';
import { compareStrings, equalValues } from '../engine/value/compare.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { type Bundle, rooted } from './bundle.ts';
import { BundleError } from './bundle-error.ts';
import { toOpaErrorText } from '../engine/diagnostics/render.ts';
import { annotationsOf } from './inspect.ts';

export interface Changes<T = string> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly T[];
}

/** A document of `data`; `path` is a JSON pointer. */
export interface DataChange {
  readonly path: string;
  readonly before?: Value;
  readonly after?: Value;
}

export interface BundleDiff {
  /** Undefined where nothing changed. */
  readonly revision?: { readonly before: string; readonly after: string };
  readonly roots: Changes;
  /** `pkg/rule`; of a wasm bundle those whose module is another one are changed. */
  readonly entrypoints: Changes;
  /** `data.pkg.rule`: the rules of one name together. Comments, order and layout count for nothing. */
  readonly rules: Changes;
  readonly data: Changes<DataChange>;
}

/** Compares two bundles. Throws BundleError when the Rego of one does not parse, or one is a delta. */
export function diffBundles(before: Bundle, after: Bundle): BundleDiff {
  const [a, b] = [contentsOf(before), contentsOf(after)];
  const isSame = before.manifest.revision === after.manifest.revision;
  const asMap = (names: readonly string[]): ReadonlyMap<string, string> => new Map(names.map((name) => [name, '']));
  return {
    ...(isSame ? {} : { revision: { before: before.manifest.revision, after: after.manifest.revision } }),
    roots: changesOf(asMap(before.manifest.roots), asMap(after.manifest.roots)),
    entrypoints: changesOf(a.entrypoints, b.entrypoints),
    rules: changesOf(a.rules, b.rules),
    data: dataChanges(before.data, after.data),
  };
}

/** Whether the bundles say the same, revisions aside. */
export function isEmptyDiff({ roots, entrypoints, rules, data }: BundleDiff): boolean {
  return [roots, entrypoints, rules, data].every(
    ({ added, removed, changed }) => added.length + removed.length + changed.length === 0,
  );
}

interface Contents {
  readonly rules: ReadonlyMap<string, string>;
  readonly entrypoints: ReadonlyMap<string, string>;
}

function contentsOf({ modules: files, manifest, wasm, patch }: Bundle): Contents {
  if (patch !== undefined) throw new BundleError('patch_invalid', 'a delta bundle has no rules of its own to compare');
  const modules = files.map(({ path, text, version }) => {
    const { module, diagnostics } = parseModule(text, { file: path, version: version ?? 'v1' });
    if (module === undefined) throw new BundleError('policy_invalid', toOpaErrorText(diagnostics), { diagnostics });
    return module;
  });
  const entrypoints = new Map<string, string>();
  for (const { fields, path } of annotationsOf(modules, []))
    if (fields['entrypoint'] === true) entrypoints.set(path.join('/'), '');
  for (const { entrypoint, module } of manifest.wasm) {
    const content = wasm.find(({ path }) => path === rooted(module))!.content;
    entrypoints.set(entrypoint, createHash('sha256').update(content).digest('hex'));
  }
  return { rules: rulesOf(modules), entrypoints };
}

/** The texts of all rules of a name, with whatever else their meaning depends on. */
function rulesOf(modules: readonly Module[]): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>();
  for (const module of modules) {
    const imports = module.imports.map((each) => printNode(each, module.version));
    for (const rule of module.rules) {
      const name = ruleName(module, rule);
      const text = printRule(rule, module.version);
      // Names that an import gives mean something else when the import changes.
      const used = imports.filter((line) => new RegExp(`\\b${/(\w+)\W*$/.exec(line)?.[1] ?? ''}\\b`).test(text)).sort();
      found.set(name, [...(found.get(name) ?? []), [module.version, ...used, text].join('\n')]);
    }
    for (const { fields, path } of annotationsOf([module], [])) {
      const name = pathText(path);
      found.set(name, [...(found.get(name) ?? []), JSON.stringify(fields)]);
    }
  }
  return new Map([...found].map(([name, texts]) => [name, texts.sort().join('\n\n')]));
}

/** `data.pkg.rule`, up to the first variable of the rule's reference. */
function ruleName({ package: { path } }: Module, { head: { ref } }: Rule): string {
  const ground = ref.operands.findIndex((operand) => operand.kind !== 'string');
  const operands = ground < 0 ? ref.operands : ref.operands.slice(0, ground);
  const [first, ...rest] = path.operands;
  const head = ref.head.kind === 'var' ? [{ ...ref.head, kind: 'string' as const, value: ref.head.name }] : [];
  return printTerm({ ...path, operands: [first!, ...rest, ...head, ...operands] });
}

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Changes {
  const names = (from: ReadonlyMap<string, string>, isWanted: (name: string) => boolean): string[] =>
    [...from.keys()].filter(isWanted).sort(compareStrings);
  return {
    added: names(after, (name) => !before.has(name)),
    removed: names(before, (name) => !after.has(name)),
    changed: names(after, (name) => before.has(name) && before.get(name) !== after.get(name)),
  };
}

/** Objects are compared by key, anything else as a whole. */
function dataChanges(before: RegoObject, after: RegoObject): Changes<DataChange> {
  const changes = { added: [] as DataChange[], removed: [] as DataChange[], changed: [] as DataChange[] };
  const visit = (a: RegoObject, b: RegoObject, path: string): void => {
    const [left, right] = [new Map(a.entries), new Map(b.entries)];
    const keys = [...new Set([...left.keys(), ...right.keys()])].map(String).sort(compareStrings);
    for (const key of keys) {
      const [old, now] = [left.get(key), right.get(key)];
      const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (old === undefined) changes.added.push({ path: at, after: now! });
      else if (now === undefined) changes.removed.push({ path: at, before: old });
      else if (old instanceof RegoObject && now instanceof RegoObject) visit(old, now, at);
      else if (!equalValues(old, now)) changes.changed.push({ path: at, before: old, after: now });
    }
  };
  visit(before, after, '');
  return changes;
}
