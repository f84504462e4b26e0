// `regate deps`: the base and virtual documents that a query reads, directly or through rules.
import type { Command } from 'commander';
import type { CoreRule, RuleTreeNode } from '../../engine/analysis/core.ts';
import type { Node, RefTerm } from '../../engine/ast/nodes.ts';
import { walk } from '../../engine/ast/walk.ts';
import { compile } from '../../engine/compile.ts';
import { parseQuery } from '../../engine/syntax/parse.ts';
import { printTerm } from '../../engine/syntax/print.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { throwOnErrors } from '../errors.ts';
import { collect, compilerOptions, FlagError, oneOf } from '../flags.ts';
import { goJson } from '../json.ts';
import { loadSourcesAndBundles } from '../load-sources.ts';
import { table, write } from '../output.ts';

interface DepsFlags extends CompilerFlags {
  readonly data: readonly string[];
  readonly bundle: readonly string[];
  readonly format: 'pretty' | 'json';
}

/** Adds `deps` to the program. */
export function depsCommand(program: Command): void {
  const command = program
    .command('deps')
    .description('Print the documents a query depends on')
    .argument('[query...]', 'a query, such as data.authz.allow')
    .option('-d, --data <path>', 'a Rego, JSON or YAML file, or a directory of them (repeatable)', collect, [])
    .option('-b, --bundle <path>', 'a bundle: a directory or a .tar.gz file (repeatable)', collect, [])
    .option('-f, --format <format>', 'pretty or json', oneOf('-f, --format', ['pretty', 'json']), 'pretty');
  compilerOptions(command)
    .addHelpText('after', '\nExample:\n  regate deps -d policies data.authz.allow\n')
    .action((query: readonly string[], flags: DepsFlags) => printDependencies(query, flags));
}

/** A document's path: `data` or `input`, then keys. */
type Path = readonly string[];

async function printDependencies(query: readonly string[], flags: DepsFlags): Promise<void> {
  if (query.length !== 1) throw new FlagError('specify exactly one query argument');
  const setup = await compilerSetup(flags);
  const { sources } = await loadSourcesAndBundles(flags.data, flags.bundle, flags.ignore);
  const { analyzed, diagnostics } = compile(sources, {
    ...setup.options,
    queries: [{ name: '', text: query[0]! }],
  });
  throwOnErrors(diagnostics);
  const found = new Dependencies(analyzed!.ruleTree);
  for (const expr of parseQuery(query[0]!, { file: '' }).body ?? []) found.ofNode(expr);
  const base = [...found.base.values()].sort(byText);
  const virtual = [...found.virtual.values()].sort(byText);
  if (flags.format === 'json') {
    const terms = (path: Path): object[] => path.map((value, i) => ({ type: i === 0 ? 'var' : 'string', value }));
    write(goJson({ base: base.map(terms), virtual: virtual.map(terms) }));
    return;
  }
  const headings = [
    ...(base.length > 0 ? ['BASE DOCUMENTS'] : []),
    ...(virtual.length > 0 ? ['VIRTUAL DOCUMENTS'] : []),
  ];
  const rows = Array.from({ length: Math.max(base.length, virtual.length) }, (_, i) => [
    ...(base.length > 0 ? [base[i] === undefined ? '' : pathText(base[i])] : []),
    ...(virtual.length > 0 ? [virtual[i] === undefined ? '' : pathText(virtual[i])] : []),
  ]);
  if (rows.length > 0) write(table(headings, rows));
}

function byText(a: Path, b: Path): number {
  const [left, right] = [pathText(a), pathText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function pathText(path: Path): string {
  const loc = { file: '', row: 1, col: 1, offset: 0, end: 0 };
  if (path.length === 1) return path[0]!;
  return printTerm({
    kind: 'ref',
    head: { kind: 'var', name: path[0]!, loc },
    operands: path.slice(1).map((value) => ({ kind: 'string', value, loc })),
    loc,
  });
}

class Dependencies {
  readonly base = new Map<string, Path>();
  readonly virtual = new Map<string, Path>();
  readonly #tree: RuleTreeNode;
  readonly #seen = new Set<CoreRule>();

  constructor(tree: RuleTreeNode) {
    this.#tree = tree;
  }

  ofRule(rule: CoreRule): void {
    for (let branch: CoreRule | undefined = rule; branch !== undefined; branch = branch.else) {
      if (this.#seen.has(branch)) continue;
      this.#seen.add(branch);
      const parts = [...branch.body, branch.value, ...(branch.key === undefined ? [] : [branch.key]), ...branch.suffix];
      for (const part of parts) this.ofNode(part);
    }
  }

  ofNode(root: Node): void {
    walk(root, (node) => {
      if (node.kind === 'var' && (node.name === 'input' || node.name === 'data')) this.#document([node.name]);
      if (node.kind !== 'ref') return undefined;
      this.#reference(node);
      // Its head was looked at with it.
      if (node.head.kind !== 'var') this.ofNode(node.head);
      for (const operand of node.operands) this.ofNode(operand);
      return false;
    });
  }

  #reference(ref: RefTerm): void {
    if (ref.head.kind !== 'var' || (ref.head.name !== 'input' && ref.head.name !== 'data')) return;
    const keys: string[] = [];
    for (const operand of ref.operands) {
      if (operand.kind !== 'string') break;
      keys.push(operand.value);
    }
    this.#document([ref.head.name, ...keys]);
  }

  #document(path: Path): void {
    if (path[0] === 'input') {
      this.#addBase(path);
      return;
    }
    let node: RuleTreeNode | undefined = this.#tree;
    for (const [i, key] of path.slice(1).entries()) {
      node = node.children.get(key);
      if (node === undefined) {
        this.#addBase(path);
        return;
      }
      if (node.rules.length > 0) {
        this.#rules(node, path.slice(0, i + 2));
        return;
      }
    }
    this.#below(node, path);
  }

  #below(node: RuleTreeNode, path: Path): void {
    if (node.rules.length > 0) this.#rules(node, path);
    else for (const [key, child] of node.children) this.#below(child, [...path, key]);
  }

  #rules(node: RuleTreeNode, path: Path): void {
    this.virtual.set(path.join('\0'), path);
    for (const rule of node.rules) this.ofRule(rule);
  }

  #addBase(path: Path): void {
    this.base.set(path.join('\0'), path);
  }
}
