import { expect, test } from 'vitest'
import { contact, portal, START } from './portal.ts'

test('what the app wrote is listed with what it changed; what people do is not', async () => {
  const { objects, control, json } = await portal([contact(1, { city: 'Graz' })])
  const write = (city: string) =>
    objects('POST', 'contacts/batch/update', { inputs: [{ id: '1', properties: { city } }] })
  await write('Graz')
  await write('Wien')
  await control('/__mutate', { op: 'update', type: 'contacts', id: '1', properties: { city: '' } })
  const record = { type: 'contacts', id: '1', at: START }
  expect(await json('GET', '/__writes', undefined)).toMatchObject({
    body: {
      writes: [
        { seq: 1, ...record, values: { city: 'Graz' }, changed: [] },
        { seq: 2, ...record, values: { city: 'Wien' }, changed: ['city'] },
      ],
      last: 2,
    },
  })
  expect(await json('GET', '/__writes?after=2', undefined)).toMatchObject({ body: { writes: [] } })
})

test('everything is listed past the length of a page and past the limits', async () => {
  const records = Array.from({ length: 120 }, (_, index) => contact(index + 1))
  const { json } = await portal(records, { limits: { burst: 0 } })
  const all = await json('GET', '/__records/contacts?limit=1000&properties=city', undefined)
  expect(all).toMatchObject({ status: 200 })
  expect(JSON.stringify(all.body).split('"archived":false')).toHaveLength(121)
})
