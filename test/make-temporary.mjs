import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests: what they write to the system's temporary folder goes into one of their own. */
export default function makeTemporary() {
  const folder = mkdtempSync(join(tmpdir(), 'regate-tests-'));
  // A PostgreSQL that runs as another user has its folder in it.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  globalThis.temporaryOfTests = folder;
}
