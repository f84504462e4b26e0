// `npm run differential -- [--count N] [--seed S] [--programs] [--strict] [--verbose]`: random modules evaluated by ours and by the reference OPA; same
// answer, same errors. Needs the reference binary (OPA, or .cache/opa). Exits 1 on a difference. Cases by hand: record.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { referenceOpa } from '../../bench/opa.ts';
import { answerText, ourAnswer, referenceAnswer } from './answers.ts';
import type { DifferentialCase } from './case-file.ts';
import { generate } from './generate.ts';
import { generateProgram, type GeneratedProgram } from './generate-program.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    programs: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const opa = referenceOpa();
if (opa === undefined) {
  console.log('no reference OPA: skipped (set OPA to the path of its binary)');
  process.exit(0);
}
function generateOne(seed: number): GeneratedProgram {
  const { module, ...rest } = generate(seed);
  return { modules: [module], ...rest };
}

const first = Number(values.seed);
const queue = Array.from({ length: Number(values.count) }, (_, i) => first + i).values();
const counts = { results: 0, errors: 0 };
let different = 0;
const workers = Array.from({ length: 2 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'regate-differential-'));
  for (const seed of queue) {
    const { modules, data, input } = values.programs ? generateProgram(seed) : generateOne(seed);
    const one: DifferentialCase = {
      name: `seed ${seed}`,
      modules,
      query: 'data.test = x',
      version: 'v1',
      data: JSON.stringify(data),
      input: JSON.stringify(input),
    };
    const strict = values.strict || seed % 3 === 0;
    const want = await referenceAnswer(opa, join(folder, 'case'), one, strict);
    const got = ourAnswer(one, strict);
    counts['errors' in want ? 'errors' : 'results']++;
    if (answerText(got) === answerText(want)) continue;
    different++;
    console.log(`${one.name}${strict ? ' (strict)' : ''}\n  ours ${answerText(got)}\n  OPA  ${answerText(want)}`);
    if (values.verbose) console.log(`${modules.join('\n')}\ninput ${one.input}\ndata ${one.data}`);
  }
  rmSync(folder, { recursive: true });
});
await Promise.all(workers);
console.log(
  `${values.count} modules: ${counts.results} with a result, ${counts.errors} with errors; ${different} differ`,
);
process.exitCode = different === 0 ? 0 : 1;
