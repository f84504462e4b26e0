// Golden files: what a case gives is kept beside it; `UPDATE_GOLDENS=1 npm run jest -- test/syntax` rewrites them all.
// Reviewing what changed is the business of the one who runs it.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the syntax cases. */
export const CASES = join(import.meta.dirname, 'cases');

/** Names of the `.rego` files in a folder of cases, without the ending. */
export function caseNames(folder: string): string[] {
  return readdirSync(join(CASES, folder))
    .filter((name) => name.endsWith('.rego'))
    .map((name) => name.slice(0, -'.rego'.length));
}

/** The bytes of a case. */
export function readCase(folder: string, name: string): Uint8Array {
  return readFileSync(join(CASES, folder, `${name}.rego`));
}

/** The golden text of a case; written first when goldens are being rewritten or there is none yet outside of CI. */
export function golden(folder: string, name: string, ending: string, actual: string): string {
  const path = join(CASES, folder, `${name}.${ending}`);
  const update = process.env['UPDATE_GOLDENS'] === '1';
  if (update || (!existsSync(path) && process.env['CI'] === undefined)) writeFileSync(path, actual);
  return readFileSync(path, 'utf8');
}
