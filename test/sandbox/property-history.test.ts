import { expect, test } from 'vitest'
import { z } from 'zod'
import { company, contact, many, portal, START } from './portal.ts'

const BORN = new Date(START - 86_400_000).toISOString()
const iso = (offset: number) => new Date(START + offset).toISOString()

const Histories = z.object({
  results: z.array(
    z.object({ id: z.string(), propertiesWithHistory: z.record(z.string(), z.array(z.unknown())) }),
  ),
})

async function withContacts(records = [contact(1, { city: 'Graz' }), contact(2)]) {
  const running = await portal(records)
  const history = async (id: string, name = 'city', type = 'contacts') => {
    const body = { inputs: [{ id }], propertiesWithHistory: [name] }
    const reply = await running.objects('POST', `${type}/batch/read`, body)
    return Histories.parse(reply.body).results[0]?.propertiesWithHistory[name]
  }
  const set = async (id: string, city: string, at: number) => {
    running.clock.now = START + at
    await running.objects('PATCH', `contacts/${id}`, { properties: { city } })
  }
  return { ...running, history, set }
}

test('a value that never changed is there from the creation of its record', async () => {
  const { history, objects, clock } = await withContacts()
  expect(await history('1')).toEqual([{ value: 'Graz', timestamp: BORN, sourceType: 'IMPORT' }])
  expect(await history('2')).toEqual([])
  clock.now = START + 5_000
  await objects('POST', 'contacts', { properties: { city: 'Linz' } })
  expect(await history('1001')).toMatchObject([{ value: 'Linz', timestamp: iso(5_000) }])
  expect(await history('1001', 'hs_object_id')).toMatchObject([{ value: '1001' }])
})

test('every change of a value is kept, newest first, with who made it', async () => {
  const { history, set, control } = await withContacts()
  await set('1', 'Wien', 1_000)
  await set('1', 'Wien', 2_000)
  const at = START + 3_000
  await control('/__mutate', {
    op: 'update',
    type: 'contacts',
    id: '1',
    properties: { city: '' },
    at,
  })
  const source = { changeSource: 'INTEGRATION', sourceId: '9999' }
  const properties = { city: 'Linz' }
  await control('/__mutate', { op: 'update', type: 'contacts', id: '1', properties, at, source })
  expect(await history('1')).toEqual([
    { value: 'Linz', timestamp: iso(3_000), sourceType: 'INTEGRATION', sourceId: '9999' },
    { value: '', timestamp: iso(3_000), sourceType: 'CRM_UI', sourceId: 'userId:7001' },
    { value: 'Wien', timestamp: iso(1_000), sourceType: 'INTEGRATION', sourceId: '4242' },
    { value: 'Graz', timestamp: BORN, sourceType: 'IMPORT' },
  ])
})

test('a value that a record did not have at first has no entry for its beginning', async () => {
  const { history, set } = await withContacts()
  await set('2', 'Wien', 1_000)
  expect(await history('2')).toMatchObject([{ value: 'Wien', timestamp: iso(1_000) }])
})

test('a list and a single read bring histories, too; companies have them as well', async () => {
  const { objects, history, clock } = await withContacts([company(10, { city: 'Graz' })])
  clock.now = START + 1_000
  await objects('PATCH', 'companies/10', { properties: { city: 'Wien' } })
  const two = [{ value: 'Wien' }, { value: 'Graz' }]
  expect(await history('10', 'city', 'companies')).toMatchObject(two)
  for (const path of ['companies?', 'companies/10?']) {
    const query = `properties=name&propertiesWithHistory=city,name,no_such`
    const body = (await objects('GET', `${path}${query}`)).body
    const expected = { propertiesWithHistory: { city: two, name: [] } }
    expect(body).toMatchObject(path.includes('/') ? expected : { results: [expected] })
    expect(JSON.stringify(body)).not.toContain('no_such')
  }
})

test('histories come for 50 records at most', async () => {
  const { objects } = await withContacts(many(51))
  const read = (count: number) =>
    objects('POST', 'contacts/batch/read', {
      inputs: many(count).map(({ id }) => ({ id })),
      propertiesWithHistory: ['city'],
    })
  expect((await read(50)).status).toBe(200)
  expect((await read(51)).status).toBe(400)
  expect((await objects('GET', 'contacts?limit=50&propertiesWithHistory=city')).status).toBe(200)
  expect((await objects('GET', 'contacts?limit=51&propertiesWithHistory=city')).status).toBe(400)
})

test.for([false, true])(
  'what a merge fills in came at the merge (into a new record: %s)',
  async (intoNew) => {
    const { control, history, set, clock } = await withContacts([
      contact(1, { city: 'Graz' }),
      contact(2, { city: 'Linz', state: 'OÖ' }),
    ])
    await set('1', 'Wien', 1_000)
    clock.now = START + 2_000
    await control('/__mutate', { op: 'merge', type: 'contacts', id: '1', loserId: '2', intoNew })
    expect(await history('1')).toMatchObject([
      { value: 'Wien' },
      { value: 'Graz', timestamp: BORN },
    ])
    expect(await history('1', 'state')).toEqual([
      { value: 'OÖ', timestamp: iso(2_000), sourceType: 'MERGE_OBJECTS' },
    ])
  },
)
