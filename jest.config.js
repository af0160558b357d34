import { availableParallelism } from 'node:os';

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
  // Every file loads its packages anew, CDK's among them: a worker that has grown is replaced. Alone it could not be.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
  // Scenarios take a second of their own; a busy machine may need many.
  testTimeout: 60_000,
  clearMocks: true,
};
