import { rmSync } from 'node:fs';

/** After all tests, in the same process: removes the folder that was made for them, and no other. */
export default function removeTemporary() {
  const folder = globalThis.temporaryOfTests;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
