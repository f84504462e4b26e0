// Case files of built-ins: `cases/<family>.json`, each case a call written in Rego and what the reference makes of it.
// Left to others: running the calls (host.test.ts) and asking the reference (golden.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseRego } from '../../engine/value/rego-text.ts';
import type { Value } from '../../engine/value/value.ts';

/** A call and its outcome: `want` (a term), `error` (code and text), or neither when the call is undefined. `skip` says why we differ. */
export interface BuiltinCase {
  readonly call: string;
  readonly want?: string;
  readonly error?: string;
  readonly skip?: string;
}

const FOLDER = fileURLToPath(new URL('cases/', import.meta.url));

/** Names of the case files, without extension. */
export function families(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort();
}

/** Path of a family's case file. */
export function caseFile(family: string): string {
  return `${FOLDER}${family}.json`;
}

/** The cases of a family. */
export function readCases(family: string): BuiltinCase[] {
  return JSON.parse(readFileSync(caseFile(family), 'utf8')) as BuiltinCase[];
}

/** The built-in's name and its arguments. */
export function splitCall(call: string): { name: string; args: string } {
  const open = call.indexOf('(');
  if (open < 0 || !call.endsWith(')')) throw new Error(`not a call: ${call}`);
  return { name: call.slice(0, open), args: `[${call.slice(open + 1, -1)}]` };
}

/** The arguments of a call as values. */
export function parseArgs(call: string): readonly Value[] {
  return parseRego(splitCall(call).args, { keepNumbers: true }) as readonly Value[];
}
