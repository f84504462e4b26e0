// `regate deps`: the base and virtual documents that a query reads, directly or through rules.
import type { Command } from 'commander';
import { refText } from '../../engine/analysis/message-text.ts';
import type { RefTerm } from '../../engine/ast/nodes.ts';
import { compile } from '../../engine/compile.ts';
import { type OpaJsonObject, printOpaJson, termToOpaJson } from '../../engine/syntax/opa-json.ts';
import { parseQuery } from '../../engine/syntax/parse.ts';
import { compilerSetup, type CompilerFlags } from '../compile-options.ts';
import { Dependencies } from '../dependencies.ts';
import { throwOnErrors } from '../errors.ts';
import { collect, compilerOptions, FlagError, oneOf } from '../flags.ts';
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

async function printDependencies(query: readonly string[], flags: DepsFlags): Promise<void> {
  if (query.length !== 1) throw new FlagError('specify exactly one query argument');
  const setup = await compilerSetup(flags);
  const { sources } = await loadSourcesAndBundles(flags.data, flags.bundle, flags.ignore);
  const { analyzed, diagnostics } = compile(sources, { ...setup.options, enablePrint: false });
  const isUnparsed = diagnostics.some(({ code }) => code === 'rego_parse_error');
  throwOnErrors(diagnostics, 1, isUnparsed ? ' during loading' : '');
  const parsed = parseQuery(query[0]!, { file: '' });
  throwOnErrors(parsed.diagnostics);
  const found = new Dependencies(analyzed!.ruleTree);
  found.ofQuery(parsed.body ?? []);
  const { base, virtual } = found;
  if (flags.format === 'json') {
    const terms = (ref: RefTerm): readonly OpaJsonObject[] => [ref.head, ...ref.operands].map(termToOpaJson);
    write(
      printOpaJson({
        ...(base.length > 0 && { base: base.map(terms) }),
        ...(virtual.length > 0 && { virtual: virtual.map(terms) }),
      }),
    );
    return;
  }
  const headings = [
    ...(base.length > 0 ? ['BASE DOCUMENTS'] : []),
    ...(virtual.length > 0 ? ['VIRTUAL DOCUMENTS'] : []),
  ];
  const rows = Array.from({ length: Math.max(base.length, virtual.length) }, (_, i) => [
    ...(base.length > 0 ? [textOf(base[i])] : []),
    ...(virtual.length > 0 ? [textOf(virtual[i])] : []),
  ]);
  if (rows.length > 0) write(table(headings, rows));
}

function textOf(ref: RefTerm | undefined): string {
  return ref === undefined ? '' : refText(ref);
}
