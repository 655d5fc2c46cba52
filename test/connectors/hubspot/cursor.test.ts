import { expect, test } from 'vitest'
import { INDEX_LAG_MS } from '../../../connectors/hubspot/limits.ts'
import { changesWindow } from '../../../jobs/windows.ts'
import type { Windows } from '../simulation/delta-reader.ts'
import { simulate } from './simulation/simulate.ts'

const windows: Windows = (startedAt, now) => changesWindow({ startedAt }, now, INDEX_LAG_MS)

/** 200 and more are for `node bench/cursor.ts`. */
test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'no change is missed: 15,000 in one millisecond, an index that lags by 20 s, crashes; seed %i',
  async (seed) => {
    const { missed, records, crashes } = await simulate(seed, windows)
    expect(missed).toBe(0)
    expect(records).toBeGreaterThan(30_000)
    expect(crashes).toBeGreaterThan(0)
  },
)

test('without the overlap changes are missed: the history is hostile', async () => {
  const withoutOverlap: Windows = (last, now) => ({ since: last, until: now })
  const { missed } = await simulate(1, withoutOverlap)
  expect(missed).toBeGreaterThan(0)
})
