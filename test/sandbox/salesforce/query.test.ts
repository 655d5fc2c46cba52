import { expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import type { Org } from '../../../sandbox/salesforce/org.ts'
import { readRows } from '../../../sandbox/salesforce/query-rows.ts'
import { parseSoql } from '../../../sandbox/salesforce/soql.ts'
import { foundSql, scopeOf } from '../../../sandbox/salesforce/soql-find.ts'
import { openStore } from '../../../sandbox/salesforce/store.ts'
import {
  connectOrg,
  lead,
  ORG_START,
  openOrg,
  orgFile,
  orgSend,
  QueryPage,
  startOrg,
} from '../org.ts'

const HOUR = 3_600_000

/** Leads of whom always 700 share a SystemModstamp. */
function crowd(count: number) {
  return Array.from({ length: count }, (_, index) =>
    lead(index + 1, {}, { modifiedAt: ORG_START - HOUR + Math.floor(index / 700) * 1_000 }),
  )
}

type OpenOrg = Awaited<ReturnType<typeof openOrg>>

const idsOf = (page: { records: Record<string, unknown>[] }) =>
  page.records.map((record) => String(record['Id']))

/** Reads a query to its end by its pages; the ids of each. */
async function pagesOf(org: OpenOrg, soql: string, headers: Record<string, string> = {}) {
  const pages: string[][] = []
  let page = QueryPage.parse((await org.query(soql, headers)).body)
  pages.push(idsOf(page))
  while (!page.done) {
    page = QueryPage.parse((await org.call('GET', page.nextRecordsUrl ?? '')).body)
    pages.push(idsOf(page))
  }
  return pages
}

test('5,000 records come in pages of 2,000, each once', async () => {
  const org = await openOrg(crowd(5_000))
  const first = QueryPage.parse((await org.query('SELECT Id FROM Lead')).body)
  expect(first).toMatchObject({ totalSize: 5_000, done: false })
  expect(first.nextRecordsUrl).toMatch(/^\/services\/data\/v66\.0\/query\/01g\w{15}-2000$/)
  const pages = await pagesOf(org, 'SELECT Id FROM Lead')
  expect(pages.map(({ length }) => length)).toEqual([2_000, 2_000, 1_000])
  expect(new Set(pages.flat()).size).toBe(5_000)
})

test('a keyset over stamps that tie meets everybody once, in order', async () => {
  const org = await openOrg(crowd(5_000))
  const read: string[] = []
  let after = ''
  for (;;) {
    const soql = `SELECT Id, SystemModstamp FROM Lead ${after} ORDER BY SystemModstamp, Id LIMIT 2000`
    const page = QueryPage.parse((await org.query(soql)).body)
    read.push(...idsOf(page))
    const last = page.records.at(-1)
    if (!last || page.records.length < 2_000) break
    const at = String(last['SystemModstamp']).replace('+0000', 'Z')
    after = `WHERE SystemModstamp > ${at} OR (SystemModstamp = ${at} AND Id > '${last['Id']}')`
  }
  expect(read).toEqual(crowd(5_000).map(({ id }) => id))
})

test('a page of changes is found by the index of stamps, without sorting', () => {
  const store = openStore(':memory:')
  const at = '2026-11-01T00:00:00Z'
  const query = parseSoql(
    `SELECT Id FROM Lead WHERE IsDeleted = false AND SystemModstamp <= 2026-11-02T00:00:00Z
     AND (SystemModstamp > ${at} OR (SystemModstamp = ${at} AND Id > '${idOf('Lead', 5)}'))
     ORDER BY SystemModstamp, Id LIMIT 2000`,
  )
  const user = { id: idOf('User', 1) }
  const scope = scopeOf({ org: { store }, user, now: ORG_START, isAll: false }, query)
  const found = foundSql(scope, query)
  const plan = store.db
    .prepare(`explain query plan select r.id ${found.sql} order by r.stamped_at, r.id limit 2000`)
    .all(...found.values)
    .map(({ detail }) => String(detail))
  store.close()
  expect(plan).toEqual([
    'SEARCH r USING INDEX record_by_stamp (type=? AND stamped_at>? AND stamped_at<?)',
  ])
})

test('locators survive a kill, show who was found then, and die after two days', async () => {
  const file = orgFile(crowd(300))
  const clock = { now: ORG_START }
  const options = { now: () => clock.now, pageSize: 200 }
  const before = await startOrg(file, options)
  const { access_token: token } = await connectOrg(before.url)
  const headers = { authorization: `Bearer ${token}` }
  const path = `/services/data/v66.0/query?q=${encodeURIComponent('SELECT Id, City FROM Lead')}`
  const first = QueryPage.parse((await orgSend(before.url + path, { headers })).body)
  await before.close()
  const after = await startOrg(file, options)
  const lever = (body: unknown) =>
    orgSend(`${after.url}/__mutate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await lever({ op: 'insert', type: 'Lead', fields: { LastName: 'New', Company: 'New' } })
  await lever({ op: 'update', type: 'Lead', id: idOf('Lead', 250), fields: { City: 'Graz' } })
  const next = await orgSend(after.url + first.nextRecordsUrl, { headers })
  const page = QueryPage.parse(next.body)
  expect(page).toMatchObject({ totalSize: 300, done: true })
  expect(idsOf(page)).toHaveLength(100)
  expect(page.records[49]).toMatchObject({ City: 'Graz' })
  clock.now += 48 * HOUR
  const fresh = (await connectOrg(after.url)).access_token
  const dead = await orgSend(after.url + first.nextRecordsUrl, {
    headers: { authorization: `Bearer ${fresh}` },
  })
  expect(dead).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }] })
  await after.close()
})

test.for(['01g000000000000000-2000', 'nonsense', '01g000000000000000'])(
  'the locator %s leads nowhere',
  async (locator) => {
    const { call } = await openOrg()
    expect(await call('GET', `query/${locator}`)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }],
    })
  },
)

test('pages may be shorter than asked for', async () => {
  const org = await openOrg(crowd(900), { shortPages: true, pageSize: 500 })
  const pages = await pagesOf(org, 'SELECT Id FROM Lead')
  expect(pages.every(({ length }) => length < 500)).toBe(true)
  expect(new Set(pages.flat()).size).toBe(900)
})

test('one short page by a fault: its answer is not done', async () => {
  const org = await openOrg(crowd(300))
  await org.lever('/__faults', {
    faults: [{ match: { route: '/query', times: 1 }, do: { kind: 'short-page', rows: 7 } }],
  })
  const pages = await pagesOf(org, 'SELECT Id FROM Lead LIMIT 100')
  expect(pages.map(({ length }) => length)).toEqual([7, 93])
})

test('two long texts make pages of 200, a hint of the caller makes them smaller', async () => {
  const org = await openOrg(crowd(450))
  const one = await pagesOf(org, 'SELECT Id, Description FROM Lead')
  expect(one.map(({ length }) => length)).toEqual([450])
  const hinted = await pagesOf(org, 'SELECT Id FROM Lead', {
    'sforce-query-options': 'batchSize=100',
  })
  expect(hinted.map(({ length }) => length)).toEqual([200, 200, 50])
  await org.call('POST', 'tooling/sobjects/CustomField', {
    FullName: 'Lead.Notes__c',
    Metadata: { type: 'LongTextArea', label: 'Notes', length: 32_000, visibleLines: 3 },
  })
  const set = await org.lever('/__mutate', {
    op: 'insert',
    type: 'PermissionSet',
    fields: { Name: 'Ours', Label: 'Ours' },
  })
  const ParentId = String(Object(set.body)['id'])
  const Field = 'Lead.Notes__c'
  const grants = [
    ['FieldPermissions', { ParentId, SobjectType: 'Lead', Field, PermissionsRead: true }],
    ['PermissionSetAssignment', { PermissionSetId: ParentId, AssigneeId: idOf('User', 1) }],
  ]
  for (const [type, fields] of grants) await org.lever('/__mutate', { op: 'insert', type, fields })
  const two = await pagesOf(org, 'SELECT Id, Description, Notes__c FROM Lead')
  expect(two.map(({ length }) => length)).toEqual([200, 200, 50])
})

test('a transaction that commits late lands behind what was read before', async () => {
  const org = await openOrg([lead(1, { City: 'Graz' })])
  const late = { commitAfterMs: 60_000, at: ORG_START }
  const made = await org.lever('/__mutate', {
    ...late,
    op: 'insert',
    type: 'Lead',
    fields: { LastName: 'Late', Company: 'Late' },
  })
  expect(made.status).toBe(200)
  const id = idOf('Lead', 1)
  await org.lever('/__mutate', {
    ...late,
    op: 'update',
    type: 'Lead',
    id,
    fields: { City: 'Wien' },
  })
  const soql = 'SELECT City, SystemModstamp FROM Lead ORDER BY SystemModstamp DESC, Id'
  const seen = async () => QueryPage.parse((await org.query(soql)).body).records
  org.clock.now += 59_000
  expect(await seen()).toMatchObject([
    { City: 'Graz', SystemModstamp: '2026-11-01T11:00:00.000+0000' },
  ])
  expect((await org.call('GET', `sobjects/Lead/${id}?fields=City`)).body).toMatchObject({
    City: 'Graz',
  })
  org.clock.now += 1_000
  const stamp = '2026-11-01T12:00:00.000+0000'
  expect(await seen()).toMatchObject([
    { City: 'Wien', SystemModstamp: stamp },
    { City: null, SystemModstamp: stamp },
  ])
})

test('a deletion that commits late leaves its record visible until then', async () => {
  const org = await openOrg([lead(1)])
  const id = idOf('Lead', 1)
  await org.lever('/__mutate', { op: 'delete', type: 'Lead', id, commitAfterMs: 60_000 })
  const total = async () => QueryPage.parse((await org.query('SELECT Id FROM Lead')).body).totalSize
  expect(await total()).toBe(1)
  org.clock.now += 60_000
  expect(await total()).toBe(0)
})

test('queryAll finds deleted, merged and archived records too', async () => {
  const org = await openOrg([
    lead(1),
    lead(2),
    {
      type: 'Task',
      id: idOf('Task', 1),
      fields: { Subject: 'Old', IsArchived: true },
      createdAt: 0,
    },
  ])
  const [winner, loserId] = [idOf('Lead', 1), idOf('Lead', 2)]
  await org.lever('/__mutate', { op: 'merge', type: 'Lead', id: winner, loserId })
  const soql = 'SELECT Id, IsDeleted, MasterRecordId FROM Lead WHERE IsDeleted = true'
  expect((await org.query(soql)).body).toMatchObject({ totalSize: 0 })
  expect((await org.queryAll(soql)).body).toMatchObject({
    records: [{ Id: loserId, IsDeleted: true, MasterRecordId: winner }],
  })
  expect((await org.query('SELECT Id FROM Task')).body).toMatchObject({ totalSize: 0 })
  expect((await org.queryAll('SELECT Id FROM Task')).body).toMatchObject({ totalSize: 1 })
})

test('rows for whoever reads in bulk: plain values, bit by bit', () => {
  const store = openStore(orgFile([lead(1, { City: 'Graz' }), lead(2), lead(3)]))
  const clock = { now: () => ORG_START, setOffset: () => undefined }
  const org: Pick<Org, 'store' | 'clock'> = { store, clock }
  const soql = 'SELECT Id, City, IsConverted, CreatedDate, Owner.Name FROM Lead ORDER BY Id'
  const found = readRows(org, soql, { id: idOf('User', 1) }, { all: false })
  expect(found.columns).toEqual(['Id', 'City', 'IsConverted', 'CreatedDate', 'Owner.Name'])
  expect(found.total).toBe(3)
  expect([...found.rows(0, 1)]).toEqual([
    [idOf('Lead', 1), 'Graz', false, '2026-10-31T12:00:00.000Z', 'Ada Admin'],
  ])
  expect([...found.rows(1)].map(([id]) => id)).toEqual([idOf('Lead', 2), idOf('Lead', 3)])
  store.close()
})
