import { defineConfig } from 'vitest/config'

/** Tests with sockets and child processes of their own, but no shared database. */
const SERVICES = ['test/{sandbox,postgres,connectors,contract}/**/*.test.ts']
/** Tests on the shared real Postgres (and Redis, where it is installed). */
const INTEGRATION = ['test/{store,jobs,http,cli,e2e}/**/*.test.ts']
const SLOW = {
  pool: 'forks',
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const

export default defineConfig({
  test: {
    env: { TZ: 'UTC' },
    reporters: ['default', './test/helpers/plain-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...SERVICES, ...INTEGRATION],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'services', include: SERVICES, ...SLOW } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: INTEGRATION,
          globalSetup: './test/helpers/global-setup.ts',
          ...SLOW,
        },
      },
    ],
  },
})
