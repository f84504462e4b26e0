// The policies that type checking is tried on: `cases/AREA/*.rego`, the expected findings beside each in `*.txt` (none: no findings).
// A file may hold several policies, each after a line `# case: NAME`; each is checked on its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../engine/analysis/analyze.ts';
import type { AnalysisBuiltin } from '../../engine/analysis/analyze.ts';
import { builtinByName } from '../../engine/builtins/table.ts';
import type { Diagnostic } from '../../engine/diagnostics/diagnostic.ts';
import { parseModule } from '../../engine/syntax/parse.ts';
import { builtinArityFault, checkTypes } from '../../engine/types/check.ts';
import type { CheckTypesOptions } from '../../engine/types/check.ts';

export const casesFolder = join(import.meta.dirname, 'cases');

/** One policy. `name` is unique: it is its package's last part too. */
export interface Case {
  readonly name: string;
  readonly source: string;
}

/** One file of policies. */
export interface CaseFile {
  /** `AREA/FILE` without extension. */
  readonly path: string;
  readonly cases: readonly Case[];
}

export function readCaseFiles(): readonly CaseFile[] {
  return readdirSync(casesFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.rego'))
    .sort()
    .map((file) => {
      const path = file.slice(0, -'.rego'.length);
      return { path, cases: split(readFileSync(join(casesFolder, file), 'utf8'), path) };
    });
}

function split(text: string, path: string): readonly Case[] {
  const [first = '', ...rest] = text.split(/^# case: (.*)\n/m);
  if (rest.length === 0) return [{ name: path.split('/').at(-1) ?? path, source: first }];
  const cases: Case[] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) cases.push({ name: rest[i] ?? '', source: rest[i + 1] ?? '' });
  return cases;
}

const analysisBuiltins = new Map<string, AnalysisBuiltin | undefined>();

function analysisBuiltin(name: string): AnalysisBuiltin | undefined {
  if (!analysisBuiltins.has(name)) {
    const decl = builtinByName(name);
    analysisBuiltins.set(name, decl && { ...decl, arity: decl.args.length, void: decl.result === undefined });
  }
  return analysisBuiltins.get(name);
}

/** The findings for modules that make one program, and whether it got as far as the checks of types. */
export function checkStages(sources: readonly string[], options: CheckTypesOptions = {}) {
  const modules = sources.map((source, i) => {
    const { module, diagnostics } = parseModule(source, { file: i === 0 ? 'policy.rego' : `policy${i}.rego` });
    if (module === undefined) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
    return module;
  });
  let typesChecked = false;
  const { diagnostics } = analyze(modules, {
    builtins: analysisBuiltin,
    arityFault: (call) => builtinArityFault(call, options),
    checkTypes(program) {
      typesChecked = true;
      return checkTypes(program, options).diagnostics;
    },
  });
  return { diagnostics, typesChecked };
}

/** The findings for modules that make one program. */
export function check(sources: readonly string[], options: CheckTypesOptions = {}): readonly Diagnostic[] {
  return checkStages(sources, options).diagnostics;
}

/** Findings as text: place, code and message, then the details. */
export function render(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ loc, code, message, details = [] }) =>
      [`${loc.row}:${loc.col}: ${code}: ${message}`, ...details.map((line) => `\t${line}`)].join('\n'),
    )
    .map((text) => `${text}\n`)
    .join('');
}

/** The expected text of a file: its findings, under the names of the policies where there are several. */
export function renderFile({ cases }: CaseFile): string {
  if (cases.length === 1 && cases[0] !== undefined) return render(check([cases[0].source]));
  return cases.map(({ name, source }) => `# case: ${name}\n${render(check([source]))}`).join('');
}
