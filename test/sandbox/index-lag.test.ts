import { expect, test } from 'vitest'
import { many, portal, START } from './portal.ts'

const MAX_MS = 60_000
const COUNT = 60

/** A portal whose records are all old in the index; `changedSince` searches as a reader of changes does. */
async function lagging(seed?: number) {
  const running = await portal(many(COUNT))
  const kind = 'index-lag'
  const fault = { do: { kind, maxMs: MAX_MS, ...(seed !== undefined && { seed }) } }
  expect((await running.control('/__faults', { faults: [fault] })).status).toBe(204)
  const changedSince = async (since: number) => {
    const filters = [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: since }]
    const page = await running.search('contacts', { filterGroups: [{ filters }], limit: 200 })
    return page.results.map(({ id }) => Number(id))
  }
  /** Changes every record, the first one first, a tenth of a second apart. */
  const changeAll = async () => {
    for (let id = 1; id <= COUNT; id += 1)
      await running.control('/__mutate', {
        op: 'update',
        type: 'contacts',
        id,
        properties: { city: 'Graz' },
        at: START + id * 100,
      })
  }
  return { ...running, changedSince, changeAll }
}

test('changes reach the index one by one, out of order, all within the longest lag', async () => {
  const { changedSince, changeAll, clock } = await lagging()
  await changeAll()
  const seen: number[] = []
  const counts: number[] = []
  for (let at = START; at <= START + MAX_MS + 6_000; at += 1_000) {
    clock.now = at
    for (const id of await changedSince(START)) if (!seen.includes(id)) seen.push(id)
    counts.push(seen.length)
  }
  const half = counts[MAX_MS / 2 / 1_000]
  expect(half).toBeGreaterThan(COUNT / 4)
  expect(half).toBeLessThan((COUNT * 3) / 4)
  expect(seen.toSorted((a, b) => a - b)).toEqual(many(COUNT).map(({ id }) => Number(id)))
  const overtakings = seen.filter((id, place) => seen.slice(0, place).some((other) => other > id))
  expect(overtakings.length).toBeGreaterThan(COUNT / 4)
})

test('the same changes come in the same order again, and in another with another seed', async () => {
  const visible = async (seed?: number) => {
    const { changedSince, changeAll, clock } = await lagging(seed)
    await changeAll()
    clock.now = START + 20_000
    return changedSince(START)
  }
  const once = await visible()
  expect(await visible(1)).toEqual(once)
  expect(await visible(2)).not.toEqual(once)
})

test('until a change is indexed the record is found with the time it had before', async () => {
  const { search, changedSince, changeAll } = await lagging()
  await changeAll()
  const { total, results } = await search('contacts', { limit: 200 })
  expect(total).toBe(COUNT)
  expect(await changedSince(START)).toEqual([])
  const before = new Date(START - 3_600_000).toISOString()
  expect(new Set(results.map(({ updatedAt }) => updatedAt))).toEqual(new Set([before]))
  expect(results[0]?.properties).toMatchObject({ lastmodifieddate: before })
})

test('of several changes the newest indexed one counts, and the index never goes back', async () => {
  const { search, objects, clock } = await lagging()
  for (let at = 0; at <= 100_000; at += 5_000) {
    clock.now = START + at
    await objects('PATCH', 'contacts/1', { properties: { city: String(at) } })
  }
  const shown = async () => {
    const filters = [{ propertyName: 'hs_object_id', operator: 'EQ', value: 1 }]
    const [first] = (await search('contacts', { filterGroups: [{ filters }] })).results
    return Date.parse(first?.updatedAt ?? '')
  }
  let last = 0
  for (let at = 100_000; at <= 100_000 + MAX_MS; at += 5_000) {
    clock.now = START + at
    const now = await shown()
    expect(now).toBeGreaterThanOrEqual(Math.max(last, START + at - MAX_MS - 5_000))
    last = now
  }
  expect(last).toBe(START + 100_000)
})

test('a record that was just created is not found at first', async () => {
  const { objects, search, clock } = await lagging()
  const inputs = many(30).map(() => ({ properties: {} }))
  await objects('POST', 'contacts/batch/create', { inputs })
  expect((await search('contacts', {})).total).toBeLessThan(COUNT + 5)
  clock.now = START + MAX_MS
  expect((await search('contacts', {})).total).toBe(COUNT + 30)
})

test('only the search lags: a list and a batch read show what is', async () => {
  const { changeAll, objects } = await lagging()
  await changeAll()
  expect((await objects('GET', 'contacts/1')).body).toMatchObject({
    updatedAt: new Date(START + 100).toISOString(),
  })
})

test('a touch stamps chosen or all live records with one time', async () => {
  const { control, ids, search } = await portal(many(10))
  await control('/__mutate', { op: 'archive', type: 'contacts', id: '9' })
  const at = START - 1_000
  const some = { op: 'touch', type: 'contacts', ids: ['2', 4, '77'], at }
  expect(await control('/__mutate', some)).toMatchObject({ status: 200, body: { touched: 2 } })
  const stamped = async (value: number) => {
    const filters = [{ propertyName: 'lastmodifieddate', operator: 'EQ', value }]
    return (await search('contacts', { filterGroups: [{ filters }] })).total
  }
  expect(await stamped(at)).toBe(2)
  const all = { op: 'touch', type: 'contacts', all: true }
  expect(await control('/__mutate', all)).toMatchObject({ body: { touched: 9 } })
  expect(await stamped(START)).toBe(9)
  expect(await ids('contacts?archived=true')).toEqual(['9'])
  expect((await control('/__mutate', { op: 'touch', type: 'contacts' })).status).toBe(400)
})
