import { expect, test } from 'vitest'
import { lead, openOrg } from '../org.ts'
import { DAY, ended, finishedQuery, leads, progress, rowsOf, startQuery } from './bulk-jobs.ts'

test('a query goes through its states and gives every record once, page by page', async () => {
  const org = await openOrg(leads(250))
  const job = await startQuery(org, 'SELECT Id, LastName FROM Lead ORDER BY Id')
  expect(job).toMatchObject({ state: 'UploadComplete', operation: 'query', object: 'Lead' })
  const done = await ended(org, 'query', job.id)
  expect(done).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 250 })
  const ids: (string | undefined)[] = []
  let locator = ''
  const counts: (string | null)[] = []
  do {
    const page = await org.call('GET', `jobs/query/${job.id}/results?maxRecords=100${locator}`)
    ids.push(...rowsOf(page.body).map((row) => row['Id']))
    counts.push(page.headers.get('sforce-numberofrecords'))
    locator = `&locator=${page.headers.get('sforce-locator')}`
  } while (!locator.endsWith('=null'))
  expect(counts).toEqual(['100', '100', '50'])
  expect(ids).toEqual(leads(250).map(({ id }) => id))
})

test('values are written as bulk writes them', async () => {
  const title = 'He said "hi",\nand left'
  const fields = { Title: title, HasOptedOutOfEmail: true, NumberOfEmployees: 12, City: null }
  const org = await openOrg([lead(1, fields)])
  const soql = 'SELECT Title, HasOptedOutOfEmail, NumberOfEmployees, City, SystemModstamp FROM Lead'
  const id = await finishedQuery(org, soql)
  const { body, headers } = await org.call('GET', `jobs/query/${id}/results`)
  expect(headers.get('content-type')).toContain('text/csv')
  expect(headers.get('sforce-locator')).toBe('null')
  expect(String(body).split('\n')[0]).toBe(
    '"Title","HasOptedOutOfEmail","NumberOfEmployees","City","SystemModstamp"',
  )
  expect(rowsOf(body)).toEqual([
    {
      Title: title,
      HasOptedOutOfEmail: 'true',
      NumberOfEmployees: '12',
      City: '',
      SystemModstamp: '2026-11-01T11:00:00.000Z',
    },
  ])
})

test('queryAll sees what was deleted, query does not', async () => {
  const org = await openOrg([lead(1), lead(2, {}, { isDeleted: true })])
  const count = async (operation: string) => {
    const id = await finishedQuery(org, 'SELECT Id FROM Lead', operation)
    return rowsOf((await org.call('GET', `jobs/query/${id}/results`)).body).length
  }
  expect([await count('query'), await count('queryAll')]).toEqual([1, 2])
})

test.for([
  ['SELECT COUNT() FROM Lead', 'MALFORMED_QUERY'],
  ['SELECT Status, COUNT(Id) FROM Lead GROUP BY Status', 'MALFORMED_QUERY'],
  [
    'SELECT Id, (SELECT ContactId FROM OpportunityContactRoles) FROM Opportunity',
    'MALFORMED_QUERY',
  ],
  ['SELECT Nonsense__c FROM Lead', 'INVALID_FIELD'],
  ['SELECT FROM', 'MALFORMED_QUERY'],
] as const)('bulk refuses %s', async ([query, code]) => {
  const org = await openOrg([])
  const reply = await org.call('POST', 'jobs/query', { operation: 'query', query })
  expect(reply.status).toBe(400)
  expect(reply.body).toMatchObject([
    { errorCode: 'API_ERROR', message: expect.stringContaining(code) },
  ])
})

test('results are there when the job is done, and for seven days', async () => {
  const org = await openOrg(leads(3), { tokenLifetimeS: 30 * 86_400 })
  await org.lever('/__bulk', { stall: true })
  const { id } = await startQuery(org, 'SELECT Id FROM Lead')
  await expect.poll(async () => (await progress(org, 'query', id)).state).toBe('InProgress')
  const path = `jobs/query/${id}/results`
  expect((await org.call('GET', path)).body).toMatchObject([{ errorCode: 'INVALIDJOBSTATE' }])
  await org.lever('/__bulk', { stall: false })
  await ended(org, 'query', id)
  expect((await org.call('GET', path)).status).toBe(200)
  org.clock.now += 8 * DAY
  expect((await org.call('GET', path)).status).toBe(404)
})

test('a locator that has expired, or is of another job, leads nowhere', async () => {
  const org = await openOrg(leads(3))
  const [one, other] = [
    await finishedQuery(org, 'SELECT Id FROM Lead'),
    await finishedQuery(org, 'SELECT Id FROM Lead'),
  ]
  const first = await org.call('GET', `jobs/query/${one}/results?maxRecords=2`)
  const locator = first.headers.get('sforce-locator')
  const next = (id: string) => org.call('GET', `jobs/query/${id}/results?locator=${locator}`)
  expect(rowsOf((await next(one)).body)).toHaveLength(1)
  const refusal = [{ errorCode: 'INVALID_QUERY_LOCATOR' }]
  expect((await next(other)).body).toMatchObject(refusal)
  await org.lever('/__bulk', { expireLocators: true })
  expect((await next(one)).body).toMatchObject(refusal)
})

test('a job can be aborted while it runs, and deleted when it is over', async () => {
  const org = await openOrg(leads(3))
  await org.lever('/__bulk', { stall: true })
  const { id } = await startQuery(org, 'SELECT Id FROM Lead')
  const path = `jobs/query/${id}`
  expect((await org.call('DELETE', path)).body).toMatchObject([{ errorCode: 'INVALIDJOBSTATE' }])
  const aborted = await org.call('PATCH', path, { state: 'Aborted' })
  expect(aborted.body).toMatchObject({ state: 'Aborted' })
  expect((await org.call('DELETE', path)).status).toBe(204)
  expect((await org.call('GET', path)).status).toBe(404)
})

test('a job that fails on demand says why; the next one does not fail', async () => {
  const org = await openOrg(leads(1))
  await org.lever('/__bulk', { failNext: 1, failMessage: 'InternalServerError : boom' })
  const { id } = await startQuery(org, 'SELECT Id FROM Lead')
  expect(await ended(org, 'query', id)).toMatchObject({
    state: 'Failed',
    errorMessage: 'InternalServerError : boom',
  })
  await finishedQuery(org, 'SELECT Id FROM Lead')
  expect((await org.lever('/__bulk', undefined, 'GET')).body).toMatchObject({
    jobs: { 'query Failed': 1, 'query JobComplete': 1 },
  })
})

test('every call counts against the daily limit', async () => {
  const org = await openOrg(leads(1))
  const used = async () => (await org.query('SELECT Id FROM Lead')).headers.get('sforce-limit-info')
  const before = await used()
  const id = await finishedQuery(org, 'SELECT Id FROM Lead')
  await org.call('GET', `jobs/query/${id}/results`)
  const number = (text: string | null) => Number(/=(\d+)\//.exec(text ?? '')?.[1])
  expect(number(await used()) - number(before)).toBeGreaterThanOrEqual(4)
})
