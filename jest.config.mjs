import { fileURLToPath } from 'node:url';

// How the tests run: Node strips the types, as it does for `node`, and every core works.

// Tests start hundreds of threads and processes that load the same sources: each finds them stripped and compiled.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url));

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.mjs' },
  globalSetup: '<rootDir>/test/make-temporary.mjs',
  globalTeardown: '<rootDir>/test/remove-temporary.mjs',
  testTimeout: 60000,
  // Many tests wait for processes and sockets: one core's worth of them leaves the machine idle.
  maxWorkers: '100%',
};
