import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests: what they write to the system's temporary folder goes into one of their own. */
export default function makeTemporary() {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'regate-tests-'));
}
