import { defineConfig } from 'vitest/config'
import { QuickestFirst } from './quickest-first.ts'

export default defineConfig({
  test: {
    env: { TZ: 'UTC' },
    include: [
      'test/jobs/{overwrites,publish,same-value,settle-own,slice,task-marks,tiers,while-held,windows,write-again,write-companies,write-limit,write-limit-rules,write-rejections,write-retries}.test.ts',
      'test/jobs/{score,score-accounts,sync-lives}.test.ts',
      'test/store/{budgets,due,due-marks,due-traces,lanes,overwrites,sync-runs}.test.ts',
    ],
    // Once for all mutants; each file makes a database of its own on it.
    globalSetup: './test/helpers/global-setup.ts',
    sequence: { sequencer: QuickestFirst },
    isolate: false,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
