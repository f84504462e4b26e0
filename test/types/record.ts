// Writes the findings for every policy of `cases/` beside it; review the difference before keeping it.
// Run: node test/types/record.ts
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { casesFolder, readCaseFiles, renderFile } from './cases.ts';

for (const file of readCaseFiles()) {
  const golden = join(casesFolder, `${file.path}.txt`);
  const text = renderFile(file);
  if (text !== '') writeFileSync(golden, text);
  else if (existsSync(golden)) rmSync(golden);
}
