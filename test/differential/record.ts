// `node test/differential/record.ts [--check] [--file PATH] [AREA…]`: asks the reference for the answers to the hand-written cases,
// tells where ours differ and records the reference's. `--check` records nothing; `--file` only compares the cases of a file.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { referenceOpa } from '../../bench/opa.ts';
import { type Answer, answerText, ourAnswer, referenceAnswer } from './answers.ts';
import { areas, type DifferentialCase, parseCases, readCases, type Recorded, writeAnswers } from './case-file.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, file: { type: 'string' } },
});
const opa = referenceOpa();
if (opa === undefined) throw new Error('no reference OPA: set OPA to the path of its binary');
const folder = mkdtempSync(join(tmpdir(), 'regate-record-'));
let compared = 0;
let different = 0;

async function compareCases(cases: readonly DifferentialCase[]): Promise<Map<string, Recorded>> {
  const answers = new Map<string, Recorded>();
  for (const one of cases) {
    const [plain, strict] = await Promise.all([
      referenceAnswer(opa!, join(folder, 'plain'), one, false),
      referenceAnswer(opa!, join(folder, 'strict'), one, true),
    ]);
    const differs = answerText(plain) !== answerText(strict);
    if (answers.has(one.name)) throw new Error(`two cases are named ${one.name}`);
    answers.set(one.name, { default: plain, ...(differs && { strict }) });
    const [ourPlain, ourStrict] = [ourAnswer(one, false), ourAnswer(one, true)];
    if (one.differs !== undefined) {
      if (answerText(ourPlain) === answerText(plain) && answerText(ourStrict) === answerText(strict))
        console.log(`${one.name} no longer differs`);
      continue;
    }
    report(one, ourPlain, plain, '');
    report(one, ourStrict, strict, ' (strict)');
  }
  return answers;
}

function report(one: DifferentialCase, got: Answer, want: Answer, mode: string): void {
  compared++;
  if (answerText(got) === answerText(want)) return;
  different++;
  console.log(`${one.name}${mode}\n  ours ${answerText(got)}\n  OPA  ${answerText(want)}`);
}

try {
  if (values.file !== undefined) await compareCases(parseCases(readFileSync(values.file, 'utf8')));
  for (const area of values.file !== undefined ? [] : positionals.length > 0 ? positionals : areas()) {
    const answers = await compareCases(readCases(area));
    if (!values.check) writeAnswers(area, answers);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${compared} comparisons, ${different} differ`);
process.exitCode = different === 0 ? 0 : 1;
