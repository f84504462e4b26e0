// What a bundle holds: namespaces, modules, annotations, and the built-ins its policies need.
// How that is printed is cli/commands/inspect.ts's business.
import { pathText } from '../engine/analysis/message-text.ts';
import type { Annotations, Head, Module, Node, RefTerm, Rule } from '../engine/ast/nodes.ts';
import { walk } from '../engine/ast/walk.ts';
import { operatorName } from '../engine/analysis/core.ts';
import { type BuiltinDecl, builtinByName } from '../engine/builtins/table.ts';
import { compileModules } from '../engine/compile.ts';
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';
import { targetOf } from '../engine/syntax/annotations.ts';
import { toJs } from '../engine/value/json.ts';
import type { Bundle } from './bundle.ts';
import type { WasmEntry } from './manifest.ts';

/** An annotation and what it is written on. */
export interface InspectedAnnotation {
  readonly scope: string;
  /** As OPA's JSON has them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly row: number;
  readonly col: number;
  /** Without `data`, as far as it is names: `['authz', 'allow']`. */
  readonly path: readonly string[];
  /** Dotted, without `data`; undefined for entry points of modules. */
  readonly packageName?: string;
  /** The rule's reference; undefined: the annotation is on the package. */
  readonly rule?: RefTerm;
  /** The rule's reference up to its first variable: `p.q[input.x].r` of `p.q[input.x].r[v]`. */
  readonly target?: RefTerm;
}

/** What each namespace (`data.authz`) comes from: files of Rego and data, and modules for entry points; sorted. */
export function namespaces(
  modules: readonly Module[],
  bundle: Pick<Bundle, 'manifest'> & {
    readonly dataFiles: readonly Pick<Bundle['dataFiles'][number], 'path' | 'keys'>[];
  },
  fileName: (path: string) => string,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (keys: readonly string[], file: string): void => {
    const name = pathText(keys);
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

/** All annotations of Rego, each with the statement that follows it, and of entry points; by the path of what they are on. */
export function annotationsOf(modules: readonly Module[], wasm: readonly WasmEntry[]): readonly InspectedAnnotation[] {
  const found = modules.flatMap((module) =>
    module.annotations.flatMap((annotations): InspectedAnnotation[] => {
      const statement = statementAfter(module, annotations);
      if (statement === undefined) return [];
      const path = packagePath(module);
      const { scope, fields } = annotations;
      const { row, col } = statement.loc;
      const common = {
        scope,
        fields,
        file: module.file,
        row,
        col,
        packageName: pathText(path).replace(/^data\.?/, ''),
      };
      if (statement.kind !== 'rule') return [{ ...common, path }];
      const rule = statement.head.ref;
      return [{ ...common, rule, target: targetOf(statement), path: [...path, ...namesOf(rule)] }];
    }),
  );
  for (const { entrypoint, module, annotations } of wasm)
    for (const item of annotations ?? []) {
      const { scope, ...fields } = toJs(item) as Record<string, unknown>;
      found.push({ scope: String(scope), fields, file: module, row: 0, col: 0, path: entrypoint.split('/') });
    }
  const key = ({ path }: InspectedAnnotation): string => path.join('/');
  return found.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** The names that the reference begins with. */
function namesOf({ head, operands }: RefTerm): readonly string[] {
  const path = head.kind === 'var' ? [head.name] : [];
  for (const operand of operands) {
    if (operand.kind !== 'string') break;
    path.push(operand.value);
  }
  return path;
}

function statementAfter(module: Module, { loc }: Annotations): Module['package'] | Rule | undefined {
  const statements = [module.package, ...module.rules].filter((statement) => statement.loc.row > loc.row);
  return statements.sort((a, b) => a.loc.offset - b.loc.offset)[0];
}

/**
 * Names of the built-ins that the policies call, as written and as the compiler rewrites them; `fail` is told of policies that do
 * not compile and does not come back.
 */
export function requiredBuiltins(
  modules: readonly Module[],
  custom: ReadonlyMap<string, BuiltinDecl>,
  fail: (errors: readonly Diagnostic[]) => never,
): readonly string[] {
  // Schemas of annotations are not looked at here.
  const bare = modules.map((module) => {
    const plain = new Map(module.annotations.map((each) => [each, withoutSchemas(each)]));
    const rules = module.rules.map((rule) => ({
      ...rule,
      annotations: rule.annotations.map((each) => plain.get(each) ?? withoutSchemas(each)),
    }));
    return { ...module, annotations: [...plain.values()], rules };
  });
  const { analyzed, diagnostics } = compileModules(bare, { enablePrint: false, builtins: custom });
  // A function may come with another bundle, and so may the rule that a name stands for.
  const errors = diagnostics.filter(
    ({ severity, code, message }) =>
      severity === 'error' && code !== 'rego_unsafe_var_error' && !message.startsWith('undefined function'),
  );
  if (errors.length > 0) return fail(errors);
  const names = new Set<string>();
  const add = (node: Node): void => {
    if (node.kind !== 'call' && node.kind !== 'callexpr') return;
    const name = operatorName(node.operator);
    if (custom.has(name) || builtinByName(name) !== undefined) names.add(name);
  };
  const parts = (nodes: readonly Node[]): void => walk(nodes, add);
  for (const module of modules) parts([module]);
  // `some x in xs` is written with a membership test, but is none.
  // Nor is metadata looked up by a call: its value takes the call's place.
  for (const name of names) if (name.startsWith('internal.') || name.startsWith('rego.metadata.')) names.delete(name);
  for (const { rules } of analyzed?.modules ?? [])
    for (let rule of rules)
      for (;;) {
        parts([...rule.args, ...rule.suffix, ...(rule.key === undefined ? [] : [rule.key]), rule.value, ...rule.body]);
        if (rule.else === undefined) break;
        rule = rule.else;
      }
  return [...names].sort();
}

function withoutSchemas(annotations: Annotations): Annotations {
  const { schemas: _, ...fields } = annotations.fields;
  return { ...annotations, fields };
}

/** What of the language the modules need, besides built-ins. */
export interface RequiredLanguage {
  readonly features: readonly string[];
  readonly futureKeywords: readonly string[];
}

/** Keywords that a v0 module imports one by one, or all together; v1 has the first four without an import. */
const V1_KEYWORDS = ['contains', 'every', 'if', 'in'];
const LATER_KEYWORDS = ['not'];

/** The features and future keywords that a version of OPA must know to read the modules, sorted. */
export function requiredLanguage(modules: readonly Module[]): RequiredLanguage {
  const features = new Set<string>();
  const keywords = new Set<string>();
  for (const module of modules) {
    if (module.version === 'v1') features.add('rego_v1');
    for (const { path } of module.imports) {
      const root = path.head.kind === 'var' ? path.head.name : '';
      const keys = path.operands.map((operand) => (operand.kind === 'string' ? operand.value : ''));
      if (root === 'rego' && module.version === 'v0') features.add('rego_v1_import');
      if (root !== 'future' || keys[0] !== 'keywords') continue;
      const imported = keys[1] === undefined ? [...V1_KEYWORDS, ...LATER_KEYWORDS] : [keys[1]];
      for (const keyword of imported)
        if (module.version === 'v0' || !V1_KEYWORDS.includes(keyword)) keywords.add(keyword);
    }
    if (module.version === 'v0') for (const { head } of module.rules) addReferenceFeature(head, module, features);
    walk(module, (node) => {
      if (node.kind === 'templatestring') features.add('template_strings');
      return undefined;
    });
  }
  return { features: [...features].sort(), futureKeywords: [...keywords].sort() };
}

/** Long references as rule names came after Rego's first version. */
function addReferenceFeature(head: Head, { source }: Module, features: Set<string>): void {
  const isBracketSet =
    head.key !== undefined && !/\bcontains\b/.test(source.slice(head.loc.offset, head.key.loc.offset));
  const length = 1 + head.ref.operands.length + (isBracketSet ? 1 : 0);
  if (length < 3) return;
  const isConstant = !isBracketSet && head.ref.operands.every(({ kind }) => kind === 'string');
  features.add(isConstant ? 'rule_head_ref_string_prefixes' : 'rule_head_refs');
}
