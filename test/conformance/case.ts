// Reading conformance case files (OPA's test suite as JSON) without rounding a number.
// Running a case is run-case.ts's job.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJson } from '../../engine/value/json.ts';
import { getKey } from '../../engine/value/construct.ts';
import { RegoObject, type Value } from '../../engine/value/value.ts';

export interface Case {
  /** Name of the case file without `.json`: the feature. */
  readonly folder: string;
  /** Place in the file, from 0. */
  readonly position: number;
  readonly note: string;
  /** Where the case stands in OPA's suite. */
  readonly file: string;
  readonly query: string;
  readonly modules: readonly string[];
  readonly data: Value | undefined;
  readonly input: Value | undefined;
  /** A Rego term. */
  readonly inputTerm: string | undefined;
  readonly wantResult: readonly Value[] | undefined;
  readonly wantErrorCode: string | undefined;
  readonly wantError: string | undefined;
  readonly strictError: boolean;
  readonly sortBindings: boolean;
  readonly ignoreGeneratedVars: boolean;
}

/** `folder:file:position`, unique. */
export function caseId(one: Case): string {
  return `${one.folder}/${one.position} ${one.note}`;
}

/** All cases of the `*.json` files in a directory, or of one file. */
export function readCases(path: string): Case[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name))
    : [path];
  return files.flatMap(readCaseFile);
}

function readCaseFile(path: string): Case[] {
  const folder = basename(path, '.json');
  const root = parseJson(readFileSync(path, 'utf8'));
  const cases = root instanceof RegoObject ? getKey(root, 'cases') : root;
  if (!Array.isArray(cases)) throw new Error(`${path}: no list of cases`);
  return cases.map((each: Value, position: number) => readCase(each, folder, position));
}

function readCase(value: Value, folder: string, position: number): Case {
  if (!(value instanceof RegoObject)) throw new Error(`${folder}/${position}: a case is an object`);
  const field = (key: string): Value | undefined => getKey(value, key);
  const text = (key: string): string | undefined => {
    const found = field(key);
    return typeof found === 'string' ? found : undefined;
  };
  const list = (key: string): readonly Value[] | undefined => {
    const found = field(key);
    return Array.isArray(found) ? found : undefined;
  };
  return {
    folder,
    position,
    note: text('note') ?? '',
    file: text('file') ?? '',
    query: text('query') ?? '',
    modules: (list('modules') ?? []).map(String),
    data: field('data'),
    input: field('input'),
    inputTerm: text('input_term'),
    wantResult: list('want_result'),
    wantErrorCode: text('want_error_code'),
    wantError: text('want_error'),
    strictError: field('strict_error') === true,
    sortBindings: field('sort_bindings') === true,
    ignoreGeneratedVars: field('ignore_generated_vars') === true,
  };
}
