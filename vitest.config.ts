import { defineConfig } from 'vitest/config';

// Four kinds of tests: unit needs nothing but Node, contract and e2e need a container engine, e2e also `dist/`,
// kubernetes a cluster besides.
// Vitest takes the order of tests from the command line for all projects at once; `npm test` shuffles those of unit.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // For what hangs: a busy machine takes its time.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/world/prepare.ts'],
          // Scenarios measure times and share the engine: one after the other.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'kubernetes',
          // The scenarios that run anywhere, and those that only a cluster can have.
          include: [
            'test/e2e/{inbound,outbound,endings,namespaces,filters}.test.ts',
            'test/kubernetes/**/*.test.ts',
          ],
          env: { E2E_PLATFORM: 'kubernetes' },
          globalSetup: ['test/e2e/world/prepare-cluster.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
