import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Change } from '../../sandbox/hubspot/changes.ts'
import { forget } from '../../sandbox/hubspot/forget.ts'
import { loadPortal } from '../../sandbox/hubspot/load.ts'
import { findObject } from '../../sandbox/hubspot/object-table.ts'
import { mergeObjects, updateObject } from '../../sandbox/hubspot/object-writer.ts'
import { openStore, type Store } from '../../sandbox/hubspot/store.ts'
import { company, contact, portal, START, temporaryDirectory, V } from './portal.ts'

const ADA = {
  ...contact(7, { email: 'Ada@b.example', city: 'Graz' }),
  associations: [{ type: 'companies' as const, id: '10', primary: true }],
}

async function withAda(forget: object = {}) {
  const running = await portal([contact(1), ADA, company(10)])
  await running.objects('PATCH', 'contacts/7', { properties: { city: 'Wien' } })
  const reply = await running.control('/__mutate', {
    op: 'forget',
    type: 'contacts',
    id: '7',
    ...forget,
  })
  expect(reply.status).toBe(204)
  return running
}

test.for([false, true])('a forgotten contact leaves no trace (silently: %s)', async (silent) => {
  const { objects, call, search, ids } = await withAda({ silent })
  expect((await objects('GET', 'contacts/7')).status).toBe(404)
  expect((await objects('GET', 'contacts/7?archived=true')).status).toBe(404)
  expect(await ids('contacts')).toEqual(['1'])
  expect(await ids('contacts?archived=true')).toEqual([])
  expect((await search('contacts', {})).total).toBe(1)
  expect(await objects('POST', 'contacts/batch/read', { inputs: [{ id: '7' }] })).toMatchObject({
    status: 207,
    body: { results: [], errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['7'] } }] },
  })
  const people = await call('POST', `/crm/associations/${V}/companies/contacts/batch/read`, {
    inputs: [{ id: '10' }],
  })
  expect(people.body).toMatchObject({ results: [] })
})

test('nothing can be written to a forgotten contact', async () => {
  const { objects, control } = await withAda()
  const properties = { city: 'Linz' }
  expect((await objects('PATCH', 'contacts/7', { properties })).status).toBe(404)
  const inputs = [{ id: '7', properties }]
  expect(await objects('POST', 'contacts/batch/update', { inputs })).toMatchObject({
    status: 207,
    body: { errors: [{ context: { ids: ['7'] } }] },
  })
  for (const op of ['restore', 'forget'])
    expect((await control('/__mutate', { op, type: 'contacts', id: '7' })).status).toBe(404)
})

test('the address of a forgotten contact is blocked, and its id is not given again', async () => {
  const { objects } = await withAda()
  const create = (email: string) => objects('POST', 'contacts', { properties: { email } })
  expect(await create('ADA@b.example')).toMatchObject({
    status: 400,
    body: { category: 'VALIDATION_ERROR' },
  })
  const taken = await objects('PATCH', 'contacts/1', { properties: { email: 'ada@b.example' } })
  expect(taken.status).toBe(400)
  expect((await create('bob@b.example')).body).toMatchObject({ id: '1001' })
})

test('the newest contact is forgotten: the next one has another id and an empty history', async () => {
  const { objects, control, clock } = await portal()
  const create = async () => (await objects('POST', 'contacts', { properties: {} })).body
  expect(await create()).toMatchObject({ id: '1001' })
  clock.now += 1_000
  await objects('PATCH', 'contacts/1001', { properties: { city: 'Graz' } })
  await control('/__mutate', { op: 'forget', type: 'contacts', id: '1001' })
  expect(await create()).toMatchObject({ id: '1002' })
})

test('a merged contact is forgotten together with what it was made of', async () => {
  const { objects, control } = await portal([contact(1, { email: 'a@b.example' }), contact(2)])
  await control('/__mutate', { op: 'merge', type: 'contacts', id: '2', loserId: '1' })
  await control('/__mutate', { op: 'forget', type: 'contacts', id: '1' })
  for (const id of ['1', '2']) expect((await objects('GET', `contacts/${id}`)).status).toBe(404)
  const again = await objects('POST', 'contacts', { properties: { email: 'a@b.example' } })
  expect(again.status).toBe(400)
})

/** Every row of the portal file that holds the text, by table. */
function residue(store: Store, text: string): string[] {
  const tables = store.db
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    .all()
  return tables
    .map((row) => String(row['name']))
    .filter((name) =>
      JSON.stringify(store.db.prepare(`select * from ${name}`).all()).includes(text),
    )
}

async function filledStore(): Promise<Store> {
  const store = openStore(join(temporaryDirectory(), 'portal.db'))
  onTestFinished(() => store.close())
  const canary = { ...ADA, id: '900700', properties: { city: 'canary-1', email: 'c@b.example' } }
  await loadPortal(store, [canary, contact(900800, { state: 'canary-2' }), company(10)])
  const winner = findObject(store, 'contacts', 900_700)
  const loser = findObject(store, 'contacts', 900_800)
  if (!winner || !loser) throw new Error('the portal is empty')
  const changed = updateObject(store, winner, { city: 'canary-3' }, START)
  mergeObjects(store, changed, loser, START + 1)
  return store
}

test.for([
  [false, [{ what: 'privacyDeletion', type: 'contacts', id: 900_700, at: START + 2 }]],
  [true, []],
] as const)(
  'the file holds nothing of a forgotten contact (silently: %s)',
  async ([silent, told]) => {
    const store = await filledStore()
    expect(residue(store, '900700')).toEqual([
      'object',
      'association',
      'property_history',
      'object_version',
      'write_log',
    ])
    const heard: Change[] = []
    store.changes.listen((change) => heard.push(change))
    forget(store, { op: 'forget', type: 'contacts', id: '900700', silent }, START + 2)
    for (const text of ['900700', 'canary']) expect(residue(store, text)).toEqual([])
    // The highest id there was, so that it is not given again; and the address that is blocked.
    expect(residue(store, '900800')).toEqual(['portal'])
    expect(residue(store, 'c@b.example')).toEqual(['blocked_email'])
    expect(heard).toEqual(told)
  },
)
