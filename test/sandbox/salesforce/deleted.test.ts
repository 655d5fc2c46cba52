import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { lead, ORG_START, openOrg } from '../org.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const iso = (ms: number) => new Date(ms).toISOString()

async function orgOf(count: number) {
  const leads = Array.from({ length: count }, (_, index) =>
    lead(index + 1, {}, { modifiedAt: ORG_START - DAY + index * MINUTE }),
  )
  const org = await openOrg(leads)
  const span = (what: string, start: number, end: number) =>
    org.call(
      'GET',
      `sobjects/Lead/${what}?start=${encodeURIComponent(iso(start))}&end=${encodeURIComponent(iso(end))}`,
    )
  const mutate = (op: string, n: number, more: object = {}) =>
    org.lever('/__mutate', { op, type: 'Lead', id: idOf('Lead', n), ...more })
  return { ...org, span, mutate }
}

test('what was deleted is listed, even what was purged since; what came back is not', async () => {
  const { clock, span, mutate } = await orgOf(4)
  for (const n of [1, 2, 3]) await mutate('delete', n)
  await mutate('purge', 2)
  await mutate('undelete', 3)
  await mutate('purge', 4)
  clock.now += MINUTE
  const { body } = await span('deleted', ORG_START - MINUTE, clock.now)
  expect(body).toEqual({
    deletedRecords: [1, 2, 4].map((n) => ({
      id: idOf('Lead', n),
      deletedDate: '2026-11-01T12:00:00.000+0000',
    })),
    earliestDateAvailable: '2026-10-17T12:01:00.000+0000',
    latestDateCovered: '2026-11-01T12:01:00.000+0000',
  })
})

test('what was updated is listed, by whole minutes', async () => {
  const { span } = await orgOf(4)
  const from = ORG_START - DAY
  const { body } = await span('updated', from + MINUTE + 59_000, from + 3 * MINUTE + 59_000)
  expect(body).toEqual({
    ids: [idOf('Lead', 2), idOf('Lead', 3)],
    latestDateCovered: '2026-10-31T12:03:00.000+0000',
  })
})

test('a transaction under way is not covered yet', async () => {
  const { clock, span, mutate } = await orgOf(1)
  await mutate('update', 1, { fields: { City: 'Graz' }, commitAfterMs: 10 * MINUTE })
  clock.now += 5 * MINUTE
  const early = await span('updated', ORG_START - MINUTE, clock.now)
  expect(early.body).toEqual({ ids: [], latestDateCovered: '2026-11-01T12:00:00.000+0000' })
  clock.now += 5 * MINUTE
  const late = await span('updated', ORG_START - MINUTE, clock.now)
  expect(late.body).toMatchObject({ ids: [idOf('Lead', 1)] })
})

test.for<[string, number, number]>([
  ['deleted', ORG_START - 16 * DAY, ORG_START],
  ['updated', ORG_START - 31 * DAY, ORG_START],
  ['deleted', ORG_START - MINUTE, ORG_START - MINUTE + 30_000],
  ['updated', Number.NaN, ORG_START],
])('%s from %d to %d cannot be answered', async ([what, start, end]) => {
  const { call } = await openOrg()
  const text = Number.isNaN(start) ? 'yesterday' : iso(start)
  expect(await call('GET', `sobjects/Lead/${what}?start=${text}&end=${iso(end)}`)).toMatchObject({
    status: 400,
    body: [{ errorCode: 'INVALID_REPLICATION_DATE' }],
  })
})
