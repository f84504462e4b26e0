// Faulty policies: what analysis finds is what the reference finds (see cases.ts and record.ts).
import { describe, expect, test } from '@jest/globals';
import { type Finding, readCases, readGolden, sortFindings } from './cases.ts';
import { run, toFinding } from './run.ts';

/** The reference shows generated names here and there; we show the user's. Which way round a cycle it goes is chance. */
function comparable(finding: Finding): Finding {
  let { message } = finding;
  if (finding.code === 'rego_recursion_error') message = message.replace(/ is recursive: .*/, ' is recursive');
  return { ...finding, message };
}

function matches(ours: Finding, theirs: Finding): boolean {
  const pattern = theirs.message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/__local\d+__/g, '\\w+');
  return ours.code === theirs.code && new RegExp(`^${pattern}$`).test(ours.message);
}

describe.each(readCases())('$name', (item) => {
  const golden = readGolden(item.name);
  test.each(['default', 'strict'] as const)('%s', (mode) => {
    const { diagnostics } = run(item.modules, { version: item.version, strict: mode === 'strict' });
    const ours = sortFindings(diagnostics.map(toFinding).map(comparable));
    const theirs = sortFindings(golden[mode].map(comparable));
    if (theirs.some(({ file }) => file === '')) {
      // Faults in template strings: the reference gives no place, and repeats itself or goes astray in comprehensions.
      expect(ours.length).toBeGreaterThan(0);
      for (const finding of ours) expect(theirs.some((other) => matches(finding, other))).toBe(true);
      return;
    }
    const aligned = ours.map((finding, i) => {
      const other = theirs[i];
      return other !== undefined && matches(finding, other) ? { ...finding, message: other.message } : finding;
    });
    expect(aligned).toEqual(theirs);
  });
});
