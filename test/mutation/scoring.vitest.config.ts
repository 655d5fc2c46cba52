import { defineConfig } from 'vitest/config'
import { fewerRuns } from './fewer-runs.ts'
import { QuickestFirst } from './quickest-first.ts'

export default defineConfig({
  plugins: [fewerRuns()],
  test: {
    env: { TZ: 'UTC' },
    include: [
      'test/scoring/{,accounts/}*.test.ts',
      'test/scoring/history/{attribution,compare-standings}.test.ts',
    ],
    exclude: [
      // What a model may not say is the language's concern.
      'test/scoring/{,accounts/}broken-*.test.ts',
      // Counts how often its properties met what they are about, and needs all of its runs for that.
      'test/scoring/properties-unknown.test.ts',
      // Compares with a process that is not mutated, and so finds whatever makes a difference.
      'test/scoring/other-process.test.ts',
      // Measures times, which instrumented code and a busy machine make longer.
      'test/scoring/speed.test.ts',
    ],
    sequence: { sequencer: QuickestFirst },
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
  },
})
