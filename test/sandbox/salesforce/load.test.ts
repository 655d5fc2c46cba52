import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { PortalRecord } from '../../../sandbox/hubspot/record.ts'
import { generateMarket } from '../../../sandbox/market/generate.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { loadMarket } from '../../../sandbox/salesforce/load.ts'
import { fillOrg } from '../../../sandbox/salesforce/load-file.ts'
import { marketKeys } from '../../../sandbox/salesforce/market-keys.ts'
import { findField } from '../../../sandbox/salesforce/objects.ts'
import { S_OBJECT_TYPES } from '../../../sandbox/salesforce/record.ts'
import { countRecords, findRecord } from '../../../sandbox/salesforce/record-table.ts'
import { openStore, type Store } from '../../../sandbox/salesforce/store.ts'
import { heapInUse } from '../../market/heap.ts'
import { connectOrg, DATA, ORG_ID, ORG_START, orgSend, QueryPage, startOrg } from '../org.ts'
import { company, contact, many, temporaryDirectory } from '../portal.ts'
import { loaded, MOMENT, person } from './market-org.ts'

const MARKET = { people: 400, seed: 3, now: ORG_START }

function dump(store: Store): string {
  return JSON.stringify(store.db.prepare('select * from record order by type, id').all())
}

test('the same market gives the same org, byte for byte', async () => {
  const [one, other] = [await loaded(generateMarket(MARKET)), await loaded(generateMarket(MARKET))]
  expect(dump(one.store)).toBe(dump(other.store))
})

test('everybody of a market is there, and every reference leads to somebody', async () => {
  const market = [...generateMarket(MARKET)]
  const { store } = await loaded(market)
  const people = market.filter(({ type }) => type === 'contacts' || type === 'companies')
  const keys = new Set(marketKeys(store).map(({ key }) => key))
  expect(keys).toEqual(new Set(people.map(({ id }) => id)))
  const counts = countRecords(store)
  for (const type of ['Lead', 'Contact', 'Task', 'Event', 'CampaignMember', 'Opportunity'])
    expect(counts[type], type).toBeGreaterThan(10)
  const loose = store.db
    .prepare(
      `select r.type, f.key, f.value from record r, json_each(r.fields) f
       where f.key like '%Id' and not exists (select 1 from record o where o.id = f.value)`,
    )
    .all()
  expect(loose).toEqual([])
})

test('every moment is a whole second, every text fits its field', async () => {
  const { store } = await loaded(generateMarket({ ...MARKET, people: 3_000 }))
  const odd = store.db
    .prepare(
      `select count(*) as n from record where created_at % 1000 + modified_at % 1000 +
         stamped_at % 1000 <> 0 or created_at > modified_at or modified_at > stamped_at`,
    )
    .get()
  expect(odd).toEqual({ n: 0 })
  const longest = store.db
    .prepare(
      `select r.type, f.key as name, max(length(f.value)) as length from record r, json_each(r.fields) f
       where f.type = 'text' group by 1, 2`,
    )
    .all()
  expect(longest.length).toBeGreaterThan(30)
  const misfits = longest.flatMap(({ type, name, length }) => {
    const object = S_OBJECT_TYPES.find((one) => one === type)
    const known = object && findField(store, object, String(name))
    const fits = known && (known.length === 0 || Number(length) <= known.length)
    return fits ? [] : [`${type}.${name} ${length}`]
  })
  expect(misfits).toEqual([])
})

test('hostile texts come through as they are', async () => {
  const texts = [
    `Robert"); DROP TABLE record;--`,
    '\u202Ereversed\u202C',
    '__proto__',
    '=cmd|x',
    '👩‍💻',
  ]
  const { store } = await loaded(texts.map((lastname, n) => contact(n + 1, { lastname })))
  const names = texts.map(
    (_, n) => findRecord(store, 'Lead', idOf('Lead', n + 1))?.fields['LastName'],
  )
  expect(names).toEqual(texts)
})

test('a text is cut at the length of its field, not within a character', async () => {
  const { store } = await loaded([contact(1, { lastname: `${'a'.repeat(79)}👩` })])
  expect(findRecord(store, 'Lead', idOf('Lead', 1))?.fields['LastName']).toBe('a'.repeat(79))
})

test("the customer's own fields are there, and an unknown property becomes one", async () => {
  const { store } = await loaded([contact(1, { favourite_colour: 'green', hs_internal: 'x' })])
  expect(findField(store, 'Lead', 'Buying_Role__c')).toMatchObject({ type: 'multipicklist' })
  expect(findField(store, 'Account', 'Founded_Year__c')).toMatchObject({ type: 'double' })
  expect(findField(store, 'Lead', 'Favourite_Colour__c')).toMatchObject({ custom: true })
  const fields = findRecord(store, 'Lead', idOf('Lead', 1))?.fields ?? {}
  expect(fields['Favourite_Colour__c']).toBe('green')
  expect(Object.keys(fields).filter((name) => /internal/i.test(name))).toEqual([])
})

const BROKEN: [string, PortalRecord[], string][] = [
  ['an id that is no number', [contact(1), { ...contact(2), id: 'C2' }], 'contacts C2'],
  ['an id twice', [contact(1), contact(1)], 'contacts 1: there are two'],
  ['a company that is not there', [person(1, {}, 9)], 'companies 9, which is not among'],
  [
    'a call with nobody',
    [{ ...contact(1), type: 'calls', associations: [{ type: 'contacts', id: '9' }] }],
    'contacts 9, which is not among',
  ],
]

test.for(BROKEN)(
  '%s leaves the store as it was and names the record',
  async ([, records, words]) => {
    const { store } = await loaded([company(1)])
    await expect(loadMarket(store, records)).rejects.toThrow(words)
    expect(countRecords(store)).toEqual({ Account: 1 })
  },
)

test('a fill that fails leaves no file', async () => {
  const file = join(temporaryDirectory(), 'org.db')
  const records = [contact(1), contact(1)]
  const fill = fillOrg(file, { orgId: ORG_ID, now: ORG_START }, records, () => undefined)
  await expect(fill).rejects.toThrow('contacts 1')
  expect(existsSync(file)).toBe(false)
})

test('progress tells how many records are in, and the last number is all of them', async () => {
  const store = openStore(join(temporaryDirectory(), 'org.db'))
  const told: number[] = []
  await loadMarket(store, many(1_200), (count) => told.push(count))
  expect(told).toEqual([0, 0, 500, 1_000, 1_200])
  store.close()
})

test('a filled org is served: its people can be found, and who is added gets an id of their own', async () => {
  const file = join(temporaryDirectory(), 'org.db')
  const records = [contact(1, { lastname: 'Byron', hs_email_last_open_date: MOMENT })]
  await fillOrg(file, { orgId: ORG_ID, now: ORG_START }, records, () => undefined)
  const running = await startOrg(file)
  onTestFinished(() => running.close())
  const { access_token } = await connectOrg(running.url)
  const headers = {
    authorization: `Bearer ${access_token}`,
    'content-type': 'application/json',
  }
  const added = await orgSend(`${running.url}${DATA}/sobjects/Lead`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ LastName: 'Doe', Company: 'Example' }),
  })
  expect(added.body).toMatchObject({ success: true })
  const soql = encodeURIComponent('SELECT Name, Buying_Role__c FROM Lead ORDER BY Id')
  const { body } = await orgSend(`${running.url}${DATA}/query?q=${soql}`, { headers })
  expect(QueryPage.parse(body).records).toMatchObject([{ Name: 'Byron' }, { Name: 'Doe' }])
  const keys = await orgSend(`${running.url}/__keys`)
  expect(keys.body).toEqual([{ id: idOf('Lead', 1), key: '1' }])
})

test('memory does not grow with the people', async () => {
  const store = openStore(join(temporaryDirectory(), 'org.db'))
  const heap: number[] = []
  await loadMarket(store, generateMarket({ ...MARKET, people: 8_000 }), (count) => {
    if (count % 5_000 === 0 && count > 0) heap.push(heapInUse())
  })
  store.close()
  const [early = 0] = heap
  expect((heap.at(-1) ?? 0) - early).toBeLessThan(3)
})
