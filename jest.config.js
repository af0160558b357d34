/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/lib',
    '<rootDir>/actions',
    '<rootDir>/simulator',
    '<rootDir>/rehearsal',
    '<rootDir>/scripts',
    '<rootDir>/infra',
  ],
  testMatch: ['**/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/build/', '<rootDir>/infra/cdk.out/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // Scenarios take a second of their own; a busy machine may need many.
  testTimeout: 60_000,
  clearMocks: true,
};
