import { rmSync } from 'node:fs';

/** After all tests. */
export default function removeTemporary() {
  rmSync(process.env.TMPDIR, { recursive: true, force: true, maxRetries: 3 });
}
