// What a bundle holds: namespaces, modules, annotations, and the built-ins its policies need.
// How that is printed is cli/commands/inspect.ts's business.
import type { Annotations, Module, Node, RefTerm, Rule } from '../engine/ast/nodes.ts';
import { walk } from '../engine/ast/walk.ts';
import { operatorName } from '../engine/analysis/core.ts';
import { builtinByName } from '../engine/builtins/table.ts';
import { compileModules } from '../engine/compile.ts';
import type { Bundle } from './bundle.ts';

/** An annotation and what it is written on. */
export interface InspectedAnnotation {
  readonly annotations: Annotations;
  readonly file: string;
  readonly row: number;
  readonly col: number;
  /** Dotted, without `data`. */
  readonly packageName: string;
  /** The rule's reference; undefined: the annotation is on the package. */
  readonly rule?: RefTerm;
}

/** What each namespace (`data.authz`) comes from: files of Rego and data, and modules for entry points; sorted. */
export function namespaces(
  modules: readonly Module[],
  bundle: Pick<Bundle, 'dataFiles' | 'manifest'>,
  fileName: (path: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (keys: readonly string[], file: string): void => {
    const name = ['data', ...keys].join('.');
    found.set(name, [...(found.get(name) ?? []), file]);
  };
  for (const { path, keys } of bundle.dataFiles) add(keys, fileName(path));
  for (const module of modules) add(packagePath(module), module.file);
  for (const { entrypoint, module } of bundle.manifest.wasm) add(entrypoint.split('/'), module);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function packagePath({ package: { path } }: Module): readonly string[] {
  return path.operands.map((term) => (term.kind === 'string' ? term.value : ''));
}

/** All annotations, each with the statement that follows it; by the path of what they are on. */
export function annotationsOf(modules: readonly Module[]): readonly InspectedAnnotation[] {
  const found = modules.flatMap((module) =>
    module.annotations.flatMap((annotations): (InspectedAnnotation & { readonly path: string })[] => {
      const statement = statementAfter(module, annotations);
      if (statement === undefined) return [];
      const packageName = packagePath(module).join('.');
      const { row, col } = statement.loc;
      const common = { annotations, file: module.file, row, col, packageName };
      return statement.kind === 'rule'
        ? [{ ...common, rule: statement.head.ref, path: `${packageName}.${ruleText(statement.head.ref)}` }]
        : [{ ...common, path: packageName }];
    }),
  );
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function ruleText(ref: RefTerm): string {
  return [ref.head, ...ref.operands]
    .map((term) => (term.kind === 'var' ? term.name : term.kind === 'string' ? term.value : ''))
    .join('.');
}

function statementAfter(module: Module, { loc }: Annotations): Module['package'] | Rule | undefined {
  const statements = [module.package, ...module.rules].filter((statement) => statement.loc.row > loc.row);
  return statements.sort((a, b) => a.loc.offset - b.loc.offset)[0];
}

/** Names of the built-ins that the policies call, as written and as the compiler rewrites them; none when they do not compile. */
export function requiredBuiltins(modules: readonly Module[]): readonly string[] {
  const { analyzed, diagnostics } = compileModules(modules, {});
  if (analyzed === undefined || diagnostics.some(({ severity }) => severity === 'error')) return [];
  const names = new Set<string>();
  const add = (node: Node): void => {
    if (node.kind !== 'call' && node.kind !== 'callexpr') return;
    const name = operatorName(node.operator);
    if (builtinByName(name) !== undefined) names.add(name);
  };
  const parts = (nodes: readonly Node[]): void => walk(nodes, add);
  for (const module of modules) parts([module]);
  // `some x in xs` is written with a membership test, but is none.
  for (const name of names) if (name.startsWith('internal.')) names.delete(name);
  for (const { rules } of analyzed.modules)
    for (let rule of rules)
      for (;;) {
        parts([...rule.args, ...rule.suffix, ...(rule.key === undefined ? [] : [rule.key]), rule.value, ...rule.body]);
        if (rule.else === undefined) break;
        rule = rule.else;
      }
  return [...names].sort();
}
