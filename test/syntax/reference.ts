// The reference implementation, where a binary is at hand: `OPA=/path/to/opa`, or `.cache/opa`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const path = process.env['OPA'] ?? join(import.meta.dirname, '../../.cache/opa');

/** The binary, or undefined, with a line that says so. */
export const OPA: string | undefined = existsSync(path) ? path : undefined;

if (OPA === undefined) process.stderr.write(`skipped: comparison with OPA (no binary at ${path}; set OPA)\n`);
