// The families that are loaded by name hold every host built-in.
import { describe, expect, test } from '@jest/globals';
import { hostBuiltins } from '../../engine/builtins/host/families.ts';
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';

describe('families of host built-ins', () => {
  test.each(Object.keys(HOST_BUILTINS))('%s is found by its name', async (name) => {
    expect((await hostBuiltins([name]))[name]).toBe(HOST_BUILTINS[name]);
  });

  test('only what is asked for is loaded; unknown names are left out', async () => {
    expect(await hostBuiltins([])).toEqual({});
    expect(await hostBuiltins(['my.own', 'constructor'])).toEqual({});
    expect(Object.keys(await hostBuiltins(['semver.compare', 'my.own'])).sort()).toEqual([
      'semver.compare',
      'semver.is_valid',
    ]);
  });
});
