// The hand-written cases give the recorded answers of the reference; with the reference at hand (env OPA) a part is asked anew.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { answerText, ourAnswers, referenceAnswer } from './answers.ts';
import { areas, readAnswers, readCases } from './case-file.ts';

const opa = process.env['OPA'];
/** Each file is asked of the reference from another case on, this many apart. */
const STRIDE = 25;

test.each(areas())('%s', (area) => {
  const answers = readAnswers(area);
  const cases = readCases(area);
  expect(cases.map(({ name }) => name)).toEqual([...answers.keys()]);
  const got: Record<string, string> = {};
  const want: Record<string, string> = {};
  for (const one of cases) {
    const { default: plain, strict = plain } = answers.get(one.name)!;
    const wanted = [answerText(plain), answerText(strict)].join('\n');
    const given = ourAnswers(one)
      .map((answer) => answerText(answer()))
      .join('\n');
    if (one.differs !== undefined) expect([one.name, given]).not.toEqual([one.name, wanted]);
    else [want[one.name], got[one.name]] = [wanted, given];
  }
  expect(got).toEqual(want);
});

if (opa === undefined) test.skip('the reference gives the recorded answers (env OPA is not set)', () => undefined);
else
  test.each(areas())('the reference gives the recorded answers: %s', async (area) => {
    const folder = mkdtempSync(join(tmpdir(), 'regate-recorded-'));
    const answers = readAnswers(area);
    for (const one of readCases(area).filter((_, i) => i % STRIDE === 0)) {
      const answer = await referenceAnswer(opa, folder, one, false);
      expect([one.name, answerText(answer)]).toEqual([one.name, answerText(answers.get(one.name)!.default)]);
    }
    rmSync(folder, { recursive: true });
  });
