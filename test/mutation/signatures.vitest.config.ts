import { defineConfig } from 'vitest/config'
import { QuickestFirst } from './quickest-first.ts'

export default defineConfig({
  test: {
    env: { TZ: 'UTC' },
    include: [
      'test/connectors/hubspot/webhook.test.ts',
      'test/connectors/json-depth.test.ts',
      'test/connectors/salesforce/oauth.test.ts',
      'test/http/{admin-passwords,cookies,state}.test.ts',
      'test/store/{hashed-token,secret-box}.test.ts',
    ],
    sequence: { sequencer: QuickestFirst },
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
  },
})
