// Records the reference OPA's answers to the calls in arguments.ts, a file per family in cases/.
// Usage: node test/runtime/builtins/record.ts PATH-OF-OPA [FAMILY …]
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { argumentLists, families } from './arguments.ts';
import { askReference } from './reference.ts';
import type { Call } from './reference.ts';

const [opa, ...only] = process.argv.slice(2);
if (opa === undefined) throw new Error('usage: record.ts PATH-OF-OPA [FAMILY …]');
const folder = join(dirname(fileURLToPath(import.meta.url)), 'cases');
mkdirSync(folder, { recursive: true });

for (const [family, builtins] of Object.entries(families)) {
  if (only.length > 0 && !only.includes(family)) continue;
  const calls: Call[] = Object.entries(builtins).flatMap(([name, tried]) =>
    argumentLists(tried).map((args) => ({ name, args })),
  );
  const outcomes = askReference(opa, calls);
  // A line per call keeps differences readable.
  const lines = calls.map((call, i) => JSON.stringify([call.name, ...call.args, outcomes[i]]));
  writeFileSync(join(folder, `${family}.json`), `[\n${lines.join(',\n')}\n]\n`);
  console.log(`${family}: ${calls.length} calls`);
}
