// The documents that annotations make entry points (`# entrypoint: true`).
// Which of them a build takes is the caller's choice.
import type { Annotations, Loc } from '../ast/nodes.ts';
import type { CoreModule } from './core.ts';

/** An annotated entry point: `pkg/rule`, as builds name them, and where it is annotated. */
export interface AnnotatedEntrypoint {
  readonly path: string;
  readonly loc: Loc;
}

/** The annotated entry points of these modules, each once, sorted by path. A package annotation makes the whole package one. */
export function annotatedEntrypoints(modules: readonly CoreModule[]): readonly AnnotatedEntrypoint[] {
  const found = new Map<string, AnnotatedEntrypoint>();
  const add = (item: Annotations, parts: readonly string[]): void => {
    if (item.fields['entrypoint'] !== true) return;
    const path = parts.join('/');
    if (!found.has(path)) found.set(path, { path, loc: item.loc });
  };
  for (const module of modules) {
    for (const item of module.source.annotations) if (item.scope === 'package') add(item, module.path);
    for (const rule of module.rules) for (const item of rule.annotations) add(item, rule.path);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
