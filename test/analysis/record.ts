// Writes the golden findings of the cases anew, by asking the reference: `OPA=path/to/opa node test/analysis/record.ts [case…]`.
// Review the difference before committing it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Case, casesFolder, type Finding, readCases, sortFindings } from './cases.ts';

const opa = process.env['OPA'] ?? '.cache/opa';

interface Reported {
  readonly errors?: readonly {
    readonly message: string;
    readonly code: string;
    readonly location?: { readonly file: string; readonly row: number; readonly col: number };
  }[];
}

function ask(item: Case, folder: string, strict: boolean): readonly Finding[] {
  const args = ['check', '--format', 'json', '--max-errors', '0'];
  if (strict) args.push('--strict');
  if (item.version === 'v0') args.push('--v0-compatible');
  for (const module of item.modules) {
    writeFileSync(join(folder, module.file), module.source);
    args.push(module.file);
  }
  const { stdout, stderr } = spawnSync(opa, args, { cwd: folder, encoding: 'utf8' });
  const text = stdout.trim() === '' ? stderr : stdout;
  if (text.trim() === '' || text.trim() === '{}') return [];
  const { errors = [] } = JSON.parse(text) as Reported;
  return sortFindings(
    errors.map(({ message, code, location }) => ({
      file: location?.file ?? '',
      row: location?.row ?? 0,
      col: location?.col ?? 0,
      code,
      message,
    })),
  );
}

const wanted = new Set(process.argv.slice(2));
for (const item of readCases()) {
  if (wanted.size > 0 && !wanted.has(item.name)) continue;
  const folder = mkdtempSync(join(tmpdir(), 'regate-'));
  const golden = { default: ask(item, folder, false), strict: ask(item, folder, true) };
  rmSync(folder, { recursive: true });
  writeFileSync(join(casesFolder, `${item.name}.json`), `${JSON.stringify(golden, undefined, 2)}\n`);
}
