export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.mjs' },
  testTimeout: 60000,
  // Many tests wait for processes and sockets: one core's worth of them leaves the machine idle.
  maxWorkers: '100%',
};
