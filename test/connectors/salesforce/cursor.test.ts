import { expect, test } from 'vitest'
import { VISIBLE_WITHIN_MS } from '../../../connectors/salesforce/limits.ts'
import { changesWindow } from '../../../jobs/windows.ts'
import type { Windows } from '../simulation/delta-reader.ts'
import { simulate } from './simulation/simulate.ts'

const windows: Windows = (startedAt, now) => changesWindow({ startedAt }, now, VISIBLE_WITHIN_MS)

/** 200 and more are for `node bench/cursor-salesforce.ts`. */
test.each([1, 2, 3, 4])(
  'no change is missed: 5,000 in one second, commits up to ten minutes late, short pages, crashes; seed %i',
  async (seed) => {
    const { missed, records } = await simulate(seed, windows)
    expect(missed).toBe(0)
    expect(records).toBeGreaterThan(5_000)
  },
)

test('without the overlap changes are missed: the history is hostile', async () => {
  const withoutOverlap: Windows = (last, now) => ({ since: last, until: now })
  const { missed } = await simulate(1, withoutOverlap)
  expect(missed).toBeGreaterThan(0)
})
