// The hand-written cases of the differential run: `cases/AREA.rego`, the reference's answers beside each in `AREA.json`.
// Left to others: evaluating (answers.ts), recording (record.ts).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './answers.ts';

export const casesFolder = join(import.meta.dirname, 'cases');

/** One evaluation. Its name is unique in its file. */
export interface DifferentialCase {
  readonly name: string;
  readonly modules: readonly string[];
  readonly query: string;
  readonly version: 'v0' | 'v1';
  /** JSON texts. */
  readonly data: string;
  readonly input: string | undefined;
  /** Why our answer is another than the reference's. */
  readonly differs?: string;
}

/** The reference's answers; `strict` is there when strict errors of built-ins change the answer. */
export interface Recorded {
  readonly default: Answer;
  readonly strict?: Answer;
}

/** Names of the areas. */
export function areas(): string[] {
  return readdirSync(casesFolder)
    .filter((file) => file.endsWith('.rego'))
    .map((file) => file.slice(0, -'.rego'.length))
    .sort();
}

/**
 * The cases of an area. `# case: NAME` begins one, `# module:` a further module of it; `# input:`, `# data:` (JSON) and `# query:` say
 * what it is asked with, `# v0` that it is written in Rego v0, `# differs:` why we do not give the reference's answer. A module without a package is in `test`. A line `# each: PREFIX`
 * begins a list of expressions, a line each: every one is a case of its own, the value of `p`.
 */
export function readCases(area: string): DifferentialCase[] {
  return parseCases(readFileSync(join(casesFolder, `${area}.rego`), 'utf8'));
}

/** The cases in the text of a file. */
export function parseCases(text: string): DifferentialCase[] {
  const cases: DifferentialCase[] = [];
  for (const block of text.split(/^(?=# (?:case|each): )/m)) {
    const [first = '', ...lines] = block.split('\n');
    const heading = /^# (case|each): (.*)$/.exec(first);
    if (heading === null) continue;
    const [, kind, name = ''] = heading;
    if (kind === 'case') cases.push(parseCase(name, lines));
    else {
      const setting = lines.filter((line) => /^# (input|data|v0)/.test(line));
      const expressions = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
      for (const each of expressions)
        cases.push(parseCase(`${name}: ${each}`, [`p := x if { x := ${each} }`, ...setting]));
    }
  }
  return cases;
}

function parseCase(name: string, lines: readonly string[]): DifferentialCase {
  const modules: string[][] = [[]];
  const fields = new Map<string, string>();
  let version: 'v0' | 'v1' = 'v1';
  for (const line of lines) {
    const field = /^# (input|data|query|differs): (.*)$/.exec(line);
    if (field !== null) fields.set(field[1]!, field[2]!);
    else if (line === '# v0') version = 'v0';
    else if (line === '# module:') modules.push([]);
    else modules.at(-1)!.push(line);
  }
  return {
    name,
    modules: modules
      .map((each) => each.join('\n'))
      .map((each) => (/^package\b/m.test(each) ? each : `package test\n\n${each}`)),
    query: fields.get('query') ?? 'data.test = x',
    version,
    data: fields.get('data') ?? '{}',
    input: fields.get('input'),
    ...(fields.has('differs') && { differs: fields.get('differs')! }),
  };
}

/** The recorded answers of an area, by name of the case. */
export function readAnswers(area: string): Map<string, Recorded> {
  const path = join(casesFolder, `${area}.json`);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
  return new Map(Object.entries(JSON.parse(text) as Record<string, Recorded>));
}

export function writeAnswers(area: string, answers: ReadonlyMap<string, Recorded>): void {
  const lines = [...answers].map(([name, answer]) => `${JSON.stringify(name)}: ${JSON.stringify(answer)}`);
  writeFileSync(join(casesFolder, `${area}.json`), `{\n${lines.join(',\n')}\n}\n`);
}
