export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.mjs' },
  testTimeout: 60000,
  // Many tests wait for processes and sockets: as many at once as there are cores leave the machine half idle.
  maxWorkers: '150%',
};
