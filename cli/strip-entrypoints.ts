// What a build for WebAssembly leaves in the Rego: nothing that its module decides, and imports of that in its place.
// What the module decides is the build's choice (commands/build.ts).
import type { Analyzed } from '../engine/analysis/analyze.ts';
import type { CoreModule, CoreRule } from '../engine/analysis/core.ts';
import type { Annotations, Import, Module } from '../engine/ast/nodes.ts';
import { formatTree } from '../engine/syntax/format.ts';
import { printModule } from '../engine/syntax/print.ts';
import { compareStrings } from '../engine/value/compare.ts';

/** Paths (`pkg/rule`) of the rules that read an entry point, at one remove or more; sorted. Functions are no entry points. */
export function dependentsOf({ graph }: Analyzed, entrypoints: readonly string[]): readonly string[] {
  const reached = new Set<CoreRule>();
  const found = new Set<string>();
  for (const rule of graph.sorted) {
    const path = rule.path.join('/');
    if (entrypoints.some((entrypoint) => path === entrypoint || path.startsWith(`${entrypoint}/`))) reached.add(rule);
    else if ([...graph.dependencies(rule)].some((other) => reached.has(other))) {
      reached.add(rule);
      if (rule.kind !== 'function') found.add(path);
    }
  }
  return [...found].sort(compareStrings);
}

/**
 * The sources without the rules of entry points: a host that has both would decide twice. Every file of such a rule's package imports
 * it, so that what is left compiles. Of comments the annotations of what is left stay, as in OPA.
 */
export function withoutEntrypoints(
  texts: ReadonlyMap<string, Uint8Array>,
  core: readonly CoreModule[],
  modules: readonly Module[],
  entrypoints: readonly string[],
): Map<string, Uint8Array> {
  const removed = new Set(
    core.flatMap(({ rules }) => rules).filter(({ path }) => entrypoints.includes(path.join('/'))),
  );
  const left = new Map(texts);
  for (const { file, path, rules } of core) {
    const module = modules.find((each) => each.file === file);
    if (module === undefined) continue;
    const imports = entrypoints.filter((name) =>
      [...removed].some((rule) => isOf(rule, path) && rule.path.join('/') === name),
    );
    const gone = new Set(rules.filter((rule) => removed.has(rule)).map(({ loc }) => loc.offset));
    const kept = module.rules.filter(({ loc }) => !gone.has(loc.offset));
    const about = new Set(kept.flatMap((rule) => rule.annotations));
    const annotations = module.annotations.filter((each) => isOfPackage(each) || about.has(each));
    const changed: Module = {
      ...module,
      imports: [...module.imports, ...imports.map((name) => importOf(name, module))],
      rules: kept,
      annotations,
      comments: module.comments.filter(({ loc: { offset } }) =>
        annotations.some(({ loc }) => loc.offset <= offset && offset < loc.end),
      ),
    };
    left.set(file, Buffer.from(formatTree(changed) ?? printModule(changed)));
  }
  return left;
}

function isOfPackage({ scope }: Annotations): boolean {
  return scope === 'package' || scope === 'subpackages';
}

/** Whether the rule was written in the package. */
function isOf({ module }: CoreRule, path: readonly string[]): boolean {
  const { operands } = module.package.path;
  return (
    operands.length === path.length && operands.every((term, i) => term.kind === 'string' && term.value === path[i])
  );
}

function importOf(entrypoint: string, { package: { loc } }: Module): Import {
  const operands = entrypoint.split('/').map((value) => ({ kind: 'string' as const, value, loc }));
  return { kind: 'import', path: { kind: 'ref', head: { kind: 'var', name: 'data', loc }, operands, loc }, loc };
}
