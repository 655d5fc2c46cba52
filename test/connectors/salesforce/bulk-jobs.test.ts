import { afterEach, beforeEach, expect, test } from 'vitest'
import { sleep } from '../../../connectors/http.ts'
import { type Bulk, createBulk } from '../../../connectors/salesforce/bulk.ts'
import { csvOf } from '../../../connectors/salesforce/bulk-csv.ts'
import { createClient } from '../../../connectors/salesforce/client.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { messageOf } from '../../../src/errors.ts'
import { NOW } from './plain-server.ts'
import { openStage, type Stage } from './stage.ts'

const COUNT = 25
const accounts = Array.from({ length: COUNT }, (_, at) => ({
  type: 'Account' as const,
  id: idOf('Account', at + 1),
  fields: { Name: `Acme "${at}", Inc.`, Website: at % 2 === 0 ? `https://a${at}.example` : null },
  createdAt: NOW.getTime() - 86_400_000,
}))

let stage: Stage
let bulk: Bulk
beforeEach(async () => {
  stage = await openStage(accounts)
  const refresh = () => Promise.reject(new Error('nobody may renew here'))
  const client = createClient({ context: stage.context, timeoutMs: 5_000, sleep, refresh })
  // The sandbox works on jobs in real time.
  bulk = createBulk(client, (ms, signal) => sleep(ms / 20, signal))
})
afterEach(() => stage.close())

test('a query job of the sandbox is read page by page', async () => {
  const id = await bulk.startQuery('SELECT Id, Name, Website FROM Account', false)
  expect(await bulk.settle(() => bulk.queryState(id), 60_000)).toEqual({
    state: 'done',
    records: COUNT,
    reason: '',
  })
  const rows = []
  let locator: string | null = null
  do {
    const page = await bulk.queryPage(id, locator, 10)
    expect(page.rows.length).toBeLessThanOrEqual(10)
    rows.push(...page.rows)
    locator = page.next
  } while (locator !== null)
  const expected = accounts.map(({ id, fields }) => ({
    Id: id,
    Name: fields.Name,
    Website: fields.Website ?? '',
  }))
  expect(rows.toSorted((a, b) => (a['Id'] ?? '').localeCompare(b['Id'] ?? ''))).toEqual(
    expected.toSorted((a, b) => a.Id.localeCompare(b.Id)),
  )
  await bulk.deleteQuery(id)
  expect((await bulk.queryState(id)).state).toBe('gone')
  await bulk.deleteQuery(id)
})

test('a query that the CRM cannot run is refused or fails, with its reason', async () => {
  const said = await bulk
    .startQuery('SELECT Id, Nope__c FROM Account', false)
    .then((id) => bulk.settle(() => bulk.queryState(id), 60_000))
    .then(({ state, reason }) => `${state}: ${reason}`, messageOf)
  expect(said).toContain('Nope__c')
})

test('an update job of the sandbox writes, clears, and tells of each row', async () => {
  const [first, second] = accounts
  const rows = [
    { Id: first?.id ?? '', Website: 'https://new.example' },
    { Id: second?.id ?? '', Website: null },
    { Id: idOf('Account', 999), Website: 'https://nobody.example' },
  ]
  const id = await bulk.startUpdate('Account')
  const [csv = ''] = csvOf(rows)
  await bulk.upload(id, csv)
  await bulk.close(id)
  expect((await bulk.settle(() => bulk.updateState(id), 60_000)).state).toBe('done')
  const { successful, failed, unprocessed } = await bulk.updateResults(id)
  expect(successful.map((row) => row['sf__Id'])).toEqual(rows.slice(0, 2).map(({ Id }) => Id))
  expect(failed).toHaveLength(1)
  expect(failed[0]?.['sf__Error']).toMatch(/^[A-Z_]+:/)
  expect(unprocessed).toEqual([])
  await bulk.deleteUpdate(id)
  expect((await bulk.updateState(id)).state).toBe('gone')
})

test('a job that is aborted has failed', async () => {
  const id = await bulk.startUpdate('Account')
  await bulk.abort(id)
  expect((await bulk.updateState(id)).state).toBe('failed')
  await bulk.abort(id)
})
