// Formats Rego source as `opa fmt` does, byte for byte, except where that would lose a comment or break the file.
// The layout itself is in `format/`.
import type { Import, Loc, Module, Node, RegoVersion } from '../ast/nodes.ts';
import { walk } from '../ast/walk.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Layout, commentText } from './format/layout.ts';
import { meaningOf } from './format/meaning.ts';
import { writeModule } from './format/module.ts';
import type { RuleStyle } from './format/rules.ts';
import type { FormatContext } from './format/context.ts';
import { parseModule } from './parse.ts';
import { V1_KEYWORDS } from './tokens.ts';

/** How to read and write a source. */
export interface FormatOptions {
  /** The name in locations. */
  readonly file?: string;
  /** The version the source is in; v1 unless said otherwise. */
  readonly version?: RegoVersion;
  /** The version to write: that of the source unless said otherwise; `v0v1` is for readers of both. */
  readonly target?: RegoVersion | 'v0v1';
  /** Drops `rego.v1` and `future.keywords` imports that the target makes needless. */
  readonly dropV0Imports?: boolean;
  /** Faults that make a module not worth formatting. */
  readonly check?: (module: Module) => readonly Diagnostic[];
}

/** The formatted text or, when the source has faults, diagnostics. */
export interface Formatted {
  readonly text?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Formats a module.
 *
 * ```ts
 * formatSource('package a\np:=1').text; // 'package a\n\np := 1\n'
 * ```
 */
export function formatSource(source: string | Uint8Array, options: FormatOptions = {}): Formatted {
  const version = options.version ?? 'v1';
  const { module, diagnostics } = parseModule(source, {
    file: options.file ?? '',
    version,
    annotations: false,
  });
  if (module === undefined) return { diagnostics };
  const faults = options.check?.(module) ?? [];
  if (faults.length > 0) return { diagnostics: faults };
  return formatModule(module, options.target ?? version, options.dropV0Imports ?? false, version);
}

/** The text of a tree that was changed after parsing, with the layout of what is left; undefined where that would lose something. */
export function formatTree(module: Module): string | undefined {
  return [false, true]
    .map((careful) => layOut(module, module.version, false, careful))
    .find((text) => check(module, text, module.version) === 'same');
}

const BASE_KEYWORDS = ['as', 'default', 'else', 'false', 'import', 'not', 'null', 'package', 'some', 'true', 'with'];

type Target = RegoVersion | 'v0v1';

function formatModule(module: Module, target: Target, dropV0Imports: boolean, version: RegoVersion): Formatted {
  let faults: readonly Diagnostic[] = [];
  // OPA forgets comments and breaks rules in a few places; both are worth more than the same bytes.
  for (const careful of [false, true]) {
    const text = layOut(module, target, dropV0Imports, careful);
    const result = check(module, text, target);
    if (result === 'same') return { text, diagnostics: [] };
    if (typeof result !== 'string') faults = result;
  }
  // Some of v0 has no form in v1, such as a rule named `if`.
  if (target !== version && faults.length > 0) return { diagnostics: faults };
  return { text: `${module.source.trimEnd()}\n`, diagnostics: [] };
}

/** Whether a text is the module still, with its comments, or why readers of the target could not parse it. */
function check(module: Module, text: string, target: Target): 'same' | 'other' | readonly Diagnostic[] {
  const versions: readonly RegoVersion[] = target === 'v0v1' ? ['v0', 'v1'] : [target];
  for (const version of versions) {
    const again = parseModule(text, { file: module.file, version, annotations: false });
    if (again.module === undefined) return again.diagnostics;
    if (meaningOf(again.module) !== meaningOf(module) || !hasAllComments(module, again.module)) return 'other';
  }
  return 'same';
}

function layOut(module: Module, target: Target, dropV0Imports: boolean, careful: boolean): string {
  const v1 = target !== 'v0';
  const futureKeywords = module.imports.flatMap((item) => futureKeyword(item) ?? []);
  const layout = new Layout(module.comments, careful);
  const f: FormatContext = {
    layout,
    source: module.source,
    keywords: new Set([...BASE_KEYWORDS, ...(v1 ? V1_KEYWORDS : futureKeywords)]),
    wildcards: repeatedWildcards(module),
    commentOnFinalRow: false,
    careful,
  };
  writeModule(f, ruleStyle(module, v1), module, shownImports(module.imports, target, dropV0Imports));
  return layout.result.replace(/\n+$/, '\n');
}

function ruleStyle(module: Module, v1: boolean): RuleStyle {
  const imported = (word: string): boolean =>
    module.imports.some((item) => isRegoV1(item) || isAllFutureKeywords(item) || futureKeyword(item) === word);
  return {
    v1,
    ifs: v1 || imported('if'),
    contains: v1 || imported('contains'),
    refHeads: module.rules.some(
      ({ head }) => head.ref.operands.length > 1 || (head.ref.operands.length === 1 && head.key !== undefined),
    ),
  };
}

/** Wildcards that occur more than once (in the bodies of one head) get a name that can be read back. */
function repeatedWildcards(module: Module): ReadonlyMap<string, string> {
  const seen = new Map<string, number>();
  const visit = (node: Node): void => {
    if (node.kind === 'var' && node.name.startsWith('$')) seen.set(node.name, (seen.get(node.name) ?? 0) + 1);
  };
  walk(module.rules, visit);
  return new Map([...seen].filter(([, count]) => count > 1).map(([name]) => [name, `_${name.slice(1)}`]));
}

function names({ path }: Import): readonly string[] {
  const head = path.head.kind === 'var' ? path.head.name : '';
  return [head, ...path.operands.map((o) => (o.kind === 'string' ? o.value : ''))];
}

function isRegoV1(item: Import): boolean {
  return names(item).join('.') === 'rego.v1';
}

function isAllFutureKeywords(item: Import): boolean {
  return names(item).join('.') === 'future.keywords';
}

function futureKeyword(item: Import): string | undefined {
  const [future, keywords, word, ...more] = names(item);
  return future === 'future' && keywords === 'keywords' && more.length === 0 ? word : undefined;
}

/** The imports to write: `rego.v1` makes those of keywords needless, but for keywords that no version has built in. */
function shownImports(imports: readonly Import[], target: Target, drop: boolean): readonly Import[] {
  if (target === 'v0' && !imports.some(isRegoV1)) return imports;
  let shown = imports;
  if (target === 'v1' && drop) shown = shown.filter((item) => !isRegoV1(item));
  if (target === 'v0v1' && !shown.some(isRegoV1)) shown = [...shown, regoV1Import(shown)];
  if (!drop && !shown.some(isRegoV1)) return shown;
  return shown.filter((item) => {
    const word = futureKeyword(item);
    return !isAllFutureKeywords(item) && (word === undefined || !V1_KEYWORDS.includes(word));
  });
}

/** `import rego.v1`, after the imports of keywords or at the top. */
function regoV1Import(imports: readonly Import[]): Import {
  const rows = imports.filter((item) => names(item)[0] === 'future').map((item) => item.loc.row);
  const row = rows.length === 0 ? 1 : Math.max(...rows) + 1;
  const loc: Loc = { file: '', row, col: 1, offset: 0, end: 0 };
  const path = {
    kind: 'ref',
    head: { kind: 'var', name: 'rego', loc },
    operands: [{ kind: 'string', value: 'v1', loc }],
    loc,
  } as const;
  return { kind: 'import', path, loc };
}

/** Whether every comment of the module is still there, as often as it was; two that met on a line may have become one. */
function hasAllComments(module: Module, again: Module): boolean {
  const left = new Map<string, number>();
  for (const comment of again.comments) left.set(commentText(comment), (left.get(commentText(comment)) ?? 0) + 1);
  const missing = module.comments.map(commentText).filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
  if (missing.length === 0) return true;
  const merged = [...left].flatMap(([text, count]) => (count > 0 ? [text] : [])).join('\n');
  return missing.every((text) => merged.includes(text));
}
