// The reference implementation, where a binary is at hand: env OPA, or `.cache/opa`.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const path = resolve(process.env['OPA'] ?? join(import.meta.dirname, '../.cache/opa'));

/** The binary, or undefined. */
export const OPA: string | undefined = existsSync(path) ? path : undefined;

/** Says on standard error what is skipped when there is no binary. */
export function sayWithoutOpa(what: string): void {
  if (OPA === undefined) process.stderr.write(`skipped: ${what} (no binary at ${path}; set OPA)\n`);
}
