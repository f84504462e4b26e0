// The cases of faulty policies: `cases/*.rego`, each with the findings the reference gives beside it in `*.json`.
// `# v0` on the first line makes a case Rego v0; `# module: name.rego` begins a further module.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const casesFolder = join(import.meta.dirname, 'cases');

export interface CaseModule {
  readonly file: string;
  readonly source: string;
}

export interface Case {
  readonly name: string;
  readonly version: 'v0' | 'v1';
  readonly modules: readonly CaseModule[];
}

/** A finding as it is compared: place, code, text. */
export interface Finding {
  readonly file: string;
  readonly row: number;
  readonly col: number;
  readonly code: string;
  readonly message: string;
}

/** Findings by mode. */
export interface Golden {
  readonly default: readonly Finding[];
  readonly strict: readonly Finding[];
}

export function readCases(): readonly Case[] {
  return readdirSync(casesFolder)
    .filter((file) => file.endsWith('.rego'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.rego'.length);
      const text = readFileSync(join(casesFolder, file), 'utf8');
      const modules: CaseModule[] = [];
      let current = { file: 'a.rego', lines: [] as string[] };
      for (const line of text.split('\n')) {
        const next = /^# module: (\S+)$/.exec(line);
        if (next === null) {
          current.lines.push(line);
          continue;
        }
        modules.push({ file: current.file, source: `${current.lines.join('\n')}\n` });
        current = { file: next[1] ?? 'b.rego', lines: [] };
      }
      modules.push({ file: current.file, source: current.lines.join('\n') });
      return { name, version: text.startsWith('# v0\n') ? 'v0' : 'v1', modules };
    });
}

export function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(join(casesFolder, `${name}.json`), 'utf8')) as Golden;
}

export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const key = (item: Finding): string =>
    `${item.file} ${String(item.row).padStart(6)} ${String(item.col).padStart(6)} ${item.code} ${item.message}`;
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
