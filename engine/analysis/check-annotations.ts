// Pass: no document, package or tree of packages is annotated twice.
// What may stand in an annotation is the parser's; what becomes of entry points, the caller's.
import type { Annotations, Module } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import { type CoreRule, pathKey } from './core.ts';
import { packagePath } from './lower-rules.ts';

interface Placed {
  readonly item: Annotations;
  readonly path: string;
}

/** The annotations of a module with the paths of what they describe, in source order. */
function placedIn(module: Module, rules: readonly CoreRule[]): readonly Placed[] {
  const placed: Placed[] = [];
  const inPackage = packagePath(module).join('\0');
  for (const item of module.annotations) {
    if (item.scope === 'package' || item.scope === 'subpackages') placed.push({ item, path: inPackage });
  }
  // The rules of a document share its annotations.
  const seen = new Set<Annotations>();
  for (const rule of rules) {
    for (const item of rule.annotations) {
      if (item.scope !== 'document' || seen.has(item)) continue;
      seen.add(item);
      placed.push({ item, path: groundPath(rule) });
    }
  }
  return placed.sort((a, b) => a.item.loc.row - b.item.loc.row);
}

function groundPath(rule: CoreRule): string {
  const keys = [...rule.path];
  for (const term of rule.suffix) {
    const key = pathKey(term);
    if (key === undefined) break;
    keys.push(key);
  }
  return keys.join('\0');
}

/** Reports annotations of what has annotations of the same scope already; documents and subpackages share their places. */
export function checkAnnotations(
  rules: readonly CoreRule[],
  modules: readonly Module[],
  context: AnalysisContext,
): void {
  const annotated = rules.filter((rule) => rule.annotations.length > 0);
  const packages = new Map<string, Annotations>();
  const documents = new Map<string, Annotations>();
  for (const module of modules) {
    if (module.annotations.length === 0 && annotated.length === 0) continue;
    const inModule = annotated.filter((rule) => rule.module === module);
    for (const { item, path } of placedIn(module, inModule)) {
      const places = item.scope === 'package' ? packages : documents;
      const earlier = places.get(path);
      if (earlier === undefined) {
        places.set(path, item);
      } else if (earlier !== item) {
        context.report(
          'rego_type_error',
          item.loc,
          `${item.scope} annotation redeclared: ${earlier.loc.file}:${earlier.loc.row}`,
          { related: [{ message: 'the earlier annotation', loc: earlier.loc }] },
        );
      }
    }
  }
}
