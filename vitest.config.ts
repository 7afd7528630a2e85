import { defineConfig } from 'vitest/config'

/**
 * Four kinds of test, told apart by file name:
 * `x.test.ts` no I/O, milliseconds · `x.db.test.ts` a real PostgreSQL · apps/web (same, in the web folder) · `e2e/x.e2e.ts` a browser.
 * `sums`: long tests of figures and of lines on a real PostgreSQL, whichever it is; they are not run once more on the server.
 * Two workers: the tests are sized for a machine with two cores.
 */
const sums = [
  'src/casework/worked-cases.db.test.ts',
  'src/casework/scan/scans.db.test.ts',
  'src/registry/import-properties.db.test.ts',
  'src/verification/failures.db.test.ts',
  'src/identity/sign-in.db.test.ts',
  'apps/gateway/faults.db.test.ts',
  'apps/cli/serve.db.test.ts',
  'apps/cli/journal.db.test.ts',
  'synth/product.db.test.ts',
  'bench/network-faults.db.test.ts',
  'bench/district-floor.db.test.ts',
  'bench/ledgers/ledgers.db.test.ts',
  'src/wire/transports/nats.db.test.ts',
  'apps/gateway/stick-campaign.db.test.ts',
  'apps/gateway/transports.db.test.ts',
  'apps/cli/evidence.db.test.ts',
  'apps/cli/dci.db.test.ts',
  'apps/server/bad-requests.db.test.ts',
]
const never = ['**/node_modules/**', 'dist/**', 'var/**']

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default'],
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...never, '**/*.db.test.ts', 'apps/web/**', 'e2e/**'],
          pool: 'threads',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude: [...never, ...sums],
          globalSetup: ['testkit/global-setup.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'sums',
          include: sums,
          globalSetup: ['testkit/global-setup.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'web',
          include: ['apps/web/**/*.test.ts', 'apps/web/**/*.test.tsx'],
          exclude: [...never, '**/*.db.test.ts'],
          pool: 'threads',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          exclude: never,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
