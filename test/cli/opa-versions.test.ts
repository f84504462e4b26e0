// The capabilities of OPA's releases against what the reference prints for them, when it is at hand.
import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { goJson } from '../../cli/json.ts';
import { opaCapabilities, opaVersions } from '../../cli/opa-versions.ts';
import { readCapabilities } from '../../engine/builtins/capabilities.ts';
import { OPA, sayWithoutOpa } from '../reference-opa.ts';

sayWithoutOpa("capabilities of OPA's releases");

test('each release has a list that can be read, and the later ones have what came', () => {
  const names = (version: string): readonly string[] => {
    const read = readCapabilities(opaCapabilities(version));
    if (read.faults !== undefined) throw new Error(`${version}: ${read.faults.join(', ')}`);
    return [...read.capabilities.builtins.keys()];
  };
  for (const version of opaVersions) expect(names(version)).toContain('count');
  expect(names('v0.46.3')).not.toContain('numbers.range_step');
  expect(names('v0.70.0')).toContain('numbers.range_step');
  expect(names('v0.70.0')).toContain('re_match');
  expect(names('v1.0.0')).toContain('re_match');
  expect(opaCapabilities('v0.1.0')).toBeUndefined();
});

(OPA !== undefined ? describe : describe.skip)('the same as the reference prints (needs its binary, env OPA)', () => {
  const ask = (...args: readonly string[]): string =>
    execFileSync(OPA!, ['capabilities', ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });

  test('the releases', () => expect(opaVersions.join('\n')).toBe(ask().trim()));

  test.each(opaVersions.filter((_, i) => i % 11 === 0 || i === opaVersions.length - 1))('%s', (version) => {
    expect(`${goJson(opaCapabilities(version))}\n`).toBe(ask('--version', version));
  });
});
