// Every policy of `cases/` gives the findings beside it; where OPA is at hand, it gives the same ones.
// To write the expected findings anew: node test/types/record.ts
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';
import { casesFolder, check, checkStages, readCaseFiles, renderFile } from './cases.ts';
import type { Case } from './cases.ts';
import { differences, unsteady } from './differences.ts';

const files = readCaseFiles();

describe('findings', () => {
  test.each(files.map((file) => [file.path, file] as const))('%s', (path, file) => {
    const golden = join(casesFolder, `${path}.txt`);
    const expected = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
    expect(renderFile(file)).toBe(expected);
  });

  test('names are unique', () => {
    const names = files.flatMap((file) => file.cases.map((one) => one.name));
    expect(new Set(names).size).toBe(names.length);
  });
});

interface Finding {
  readonly row: number;
  readonly col: number;
  readonly code: string;
  readonly message: string;
  readonly details: unknown;
}

/** JSON without what isn't compared: descriptions, which are each project's own. */
function comparable(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(comparable);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).filter(([key]) => key !== 'description');
  return Object.fromEntries(entries.map(([key, value]) => [key, comparable(value)]));
}

function sorted(findings: readonly Finding[]): string[] {
  // Variables without a name of their own are numbered otherwise.
  return findings.map((finding) => JSON.stringify(finding, keysOf).replace(/__local\d+__/g, '__local__')).sort();
}

/** Objects with their keys in order. */
function keysOf(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function ours(source: string): Finding[] {
  return check([source]).map(({ loc, code, message, data }) => ({
    row: loc.row,
    col: loc.col,
    code,
    message,
    details: comparable(JSON.parse(JSON.stringify(data ?? null))),
  }));
}

interface OpaErrors {
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly location: { readonly file: string; readonly row: number; readonly col: number };
    readonly details?: unknown;
  }[];
}

/** OPA's findings for the policies, which have packages of their own, by name. All must fail in the same stage. */
function reference(opa: string, cases: readonly Case[]) {
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  for (const { name, source } of cases) writeFileSync(join(folder, `${name}.rego`), source);
  const { stdout, stderr } = spawnSync(opa, ['check', '-m', '1000000', '--format', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  rmSync(folder, { recursive: true });
  const text = stdout + stderr;
  const { errors } = (text.trim() === '' ? { errors: [] } : JSON.parse(text)) as OpaErrors;
  const found = new Map<string, Finding[]>(cases.map(({ name }) => [name, []]));
  for (const { code, message, location, details } of errors) {
    const finding = { row: location.row, col: location.col, code, message, details: comparable(details ?? null) };
    found.get(location.file.replace(/\.rego$/, ''))?.push(finding);
  }
  return found;
}

sayWithoutOpa('findings of types');
const withOpa = OPA !== undefined ? test : test.skip;
describe('the reference', () => {
  withOpa('finds the same', () => {
    const cases = files.flatMap((file) => file.cases);
    // Calls of functions that don't exist, or with the wrong number of arguments, are found before types are looked at.
    const isEarly = ({ source }: Case) => !checkStages([source]).typesChecked;
    const groups = [cases.filter(isEarly), cases.filter((one) => !isEarly(one))];
    for (const group of groups) {
      const found = reference(OPA!, group);
      const differing: string[] = [];
      for (const { name, source } of group) {
        const theirs = sorted(found.get(name) ?? []);
        const mine = sorted(ours(source));
        if (JSON.stringify(theirs) === JSON.stringify(mine)) continue;
        differing.push(name);
        if (!differences.has(name)) expect({ name, findings: mine }).toEqual({ name, findings: theirs });
      }
      const isSteady = (name: string): boolean => !unsteady.has(name);
      const expected = group.map(({ name }) => name).filter((name) => differences.has(name) && isSteady(name));
      expect(differing.filter(isSteady)).toEqual(expected);
    }
  });
});
