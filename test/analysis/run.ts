// Running analysis in tests: parse, analyse, findings in comparable form.
import { analyze, type AnalyzeOptions, type Analyzed } from '../../engine/analysis/analyze.ts';
import type { Module } from '../../engine/ast/nodes.ts';
import { builtinByName } from '../../engine/builtins/table.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import type { CaseModule, Finding } from './cases.ts';

export const lookUp: AnalyzeOptions['builtins'] = (name) => {
  const builtin = builtinByName(name);
  return builtin === undefined
    ? undefined
    : { ...builtin, arity: builtin.args.length, void: builtin.result === undefined };
};

export function parseAll(sources: readonly CaseModule[], version: 'v0' | 'v1' = 'v1'): readonly Module[] {
  return sources.map(({ file, source }) => {
    const { module, diagnostics } = parseModule(source, { file, version });
    if (module === undefined)
      throw new Error(diagnostics.map((item) => `${file}:${item.loc.row} ${item.message}`).join('\n'));
    return module;
  });
}

/** Parses and analyses modules. */
export function run(
  sources: readonly CaseModule[] | string,
  options: Partial<AnalyzeOptions> & { readonly version?: 'v0' | 'v1' } = {},
): Analyzed {
  const modules = typeof sources === 'string' ? [{ file: 'a.rego', source: sources }] : sources;
  return analyze(parseAll(modules, options.version), { builtins: lookUp, ...options });
}

export function toFinding({ loc, code, message }: Diagnostic): Finding {
  return { file: loc.file, row: loc.row, col: loc.col, code, message };
}
