import { expect, onTestFinished, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { DATA, lead, ORG_START, openOrg, orgSend, QueryPage, startOrg } from '../org.ts'
import {
  ended,
  ingest,
  Job,
  leads,
  progress,
  results,
  rowsOf,
  startQuery,
  type TestOrg,
} from './bulk-jobs.ts'

test('an update says of every row what became of it', async () => {
  const org = await openOrg(leads(3))
  const unknown = idOf('Lead', 99)
  const csv = `Id,Title,NumberOfEmployees\n${lead(1).id},CEO,12\n${unknown},CTO,1\n${lead(2).id},CFO,many\n`
  const id = await ingest(org, csv)
  expect(await ended(org, 'ingest', id)).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 3,
    numberRecordsFailed: 2,
  })
  expect(rowsOf(await results(org, id, 'successfulResults'))).toEqual([
    {
      sf__Id: lead(1).id,
      sf__Created: 'false',
      Id: lead(1).id,
      Title: 'CEO',
      NumberOfEmployees: '12',
    },
  ])
  const failed = rowsOf(await results(org, id, 'failedResults'))
  expect(failed.map((row) => row['Id'])).toEqual([unknown, lead(2).id])
  for (const row of failed) expect(row['sf__Error']).toMatch(/^[A-Z_]+:.+:.* --$/)
  expect(rowsOf(await results(org, id, 'unprocessedrecords'))).toEqual([])
  const { body } = await org.query(`SELECT Title FROM Lead WHERE Id = '${lead(1).id}'`)
  expect(QueryPage.parse(body).records).toMatchObject([{ Title: 'CEO' }])
})

test('an empty cell says nothing, #N/A takes the value away', async () => {
  const org = await openOrg([lead(1, { Title: 'CEO', City: 'Graz' })])
  const id = await ingest(org, `Id,Title,City\n${lead(1).id},,#N/A\n`)
  await ended(org, 'ingest', id)
  const { body } = await org.query('SELECT Title, City FROM Lead')
  expect(QueryPage.parse(body).records).toMatchObject([{ Title: 'CEO', City: null }])
})

test('new records are made, and found again by an external id', async () => {
  const org = await openOrg([])
  const created = await ingest(org, 'LastName,Company,Email\nDoe,Example,doe@example.com\n', {
    operation: 'insert',
  })
  await ended(org, 'ingest', created)
  const [made] = rowsOf(await results(org, created, 'successfulResults'))
  expect(made).toMatchObject({ sf__Created: 'true', LastName: 'Doe' })
  const upserted = await ingest(
    org,
    'LastName,Company,Email\nDow,Example,doe@example.com\nRoe,Example,roe@example.com\n',
    { operation: 'upsert', externalIdFieldName: 'Email' },
  )
  await ended(org, 'ingest', upserted)
  const rows = rowsOf(await results(org, upserted, 'successfulResults'))
  expect(rows.map((row) => row['sf__Created'])).toEqual(['false', 'true'])
  expect(rows[0]?.['sf__Id']).toBe(made?.['sf__Id'])
})

test.for([
  ['a column that is no field', 'Id,Foo\n00Q,x\n', 'InvalidBatch : Field name not found : Foo'],
  [
    'another line ending than was said',
    'Id,Title\r\n00Q,x\r\n',
    'LineEnding is invalid on user data',
  ],
  ['rows of other lengths', 'Id,Title\n00Q\n', 'InvalidBatch'],
] as const)('%s fails the job as a whole', async ([, csv, words]) => {
  const org = await openOrg([])
  const id = await ingest(org, csv)
  const job = await ended(org, 'ingest', id)
  expect(job.state).toBe('Failed')
  expect(job.errorMessage).toContain(words)
})

test('an upload is taken once, and only while the job is open', async () => {
  const org = await openOrg(leads(1))
  const definition = { object: 'Lead', operation: 'update' }
  const { id } = Job.parse((await org.call('POST', 'jobs/ingest', definition)).body)
  const put = () =>
    org.call('PUT', `jobs/ingest/${id}/batches`, `Id,Title\n${lead(1).id},x\n`, {
      'content-type': 'text/csv',
    })
  expect((await put()).status).toBe(201)
  expect((await put()).body).toMatchObject([{ errorCode: 'INVALIDJOB' }])
  await org.call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' })
  expect((await put()).body).toMatchObject([{ errorCode: 'INVALIDJOBSTATE' }])
  await ended(org, 'ingest', id)
})

test('what an aborted job has not touched is listed as unprocessed', async () => {
  const org = await openOrg(leads(2))
  await org.lever('/__bulk', { stall: true })
  const id = await ingest(org, `Id,Title\n${lead(1).id},a\n${lead(2).id},b\n`)
  await org.call('PATCH', `jobs/ingest/${id}`, { state: 'Aborted' })
  expect((await ended(org, 'ingest', id)).state).toBe('Aborted')
  expect(rowsOf(await results(org, id, 'unprocessedrecords'))).toHaveLength(2)
})

test('a change by bulk is announced with the client that made it', async () => {
  const org = await openOrg(leads(2))
  const definition = { object: 'Lead', operation: 'update' }
  const named = { 'Sforce-Call-Options': 'client=plumbline' }
  const { id } = Job.parse((await org.call('POST', 'jobs/ingest', definition, named)).body)
  const csv = `Id,Title\n${lead(1).id},x\n${lead(2).id},x\n`
  await org.call('PUT', `jobs/ingest/${id}/batches`, csv, { 'content-type': 'text/csv' })
  await org.call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' })
  await ended(org, 'ingest', id)
  expect((await org.lever('/__events', undefined, 'GET')).body).toMatchObject({
    events: { 'Lead UPDATE': 1 },
  })
})

test.for([
  [true, 1],
  [false, 0],
] as const)(
  'with bulkAssigns %s, updated leads change their owner %d times',
  async ([bulkAssigns, times]) => {
    const org = await openOrg(leads(1), { bulkAssigns })
    const ownerId = idOf('Group', 1)
    const set = await org.lever('/__rules', {
      assignment: { rules: [{ entries: [{ owner: ownerId }] }] },
    })
    expect(set.status).toBeLessThan(300)
    await ended(org, 'ingest', await ingest(org, `Id,Title\n${lead(1).id},x\n`))
    const { body } = await org.query('SELECT OwnerId FROM Lead')
    const moved = QueryPage.parse(body).records.filter((row) => row['OwnerId'] === ownerId)
    expect(moved).toHaveLength(times)
  },
)

test('jobs survive a restart: what was under way goes on, and no row is written twice', async () => {
  const count = 2_000
  const org = await openOrg(leads(count))
  const csv = leads(count).map(({ id }) => `${id},x\n`)
  const ingestId = await ingest(org, `Id,Title\n${csv.join('')}`)
  const through = async () => (await progress(org, 'ingest', ingestId)).numberRecordsProcessed ?? 0
  await expect.poll(through, { interval: 5 }).toBeGreaterThan(0)
  await org.lever('/__bulk', { stall: true })
  const { id: queryId } = await startQuery(org, 'SELECT Id FROM Lead')
  expect(await through()).toBeLessThan(count)
  await org.close()
  const again = await startOrg(org.file, { now: () => org.clock.now })
  onTestFinished(() => again.close())
  const headers = { authorization: `Bearer ${org.token}` }
  const call: TestOrg['call'] = (method, path) =>
    orgSend(`${again.url}${DATA}/${path}`, { method, headers })
  await orgSend(`${again.url}/__bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"stall":false}',
  })
  expect(await ended({ call }, 'query', queryId)).toMatchObject({ numberRecordsProcessed: count })
  expect(await ended({ call }, 'ingest', ingestId)).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: count,
    numberRecordsFailed: 0,
  })
  const done = rowsOf(await results({ call }, ingestId, 'successfulResults'))
  expect(new Set(done.map((row) => row['Id'])).size).toBe(count)
  expect(done).toHaveLength(count)
})

test('the records of a job are in the ledger, with the stamps of the moment', async () => {
  const org = await openOrg(leads(1))
  await ended(org, 'ingest', await ingest(org, `Id,Title\n${lead(1).id},x\n`))
  const { body } = await org.query('SELECT SystemModstamp FROM Lead')
  const stamp = new Date(ORG_START).toISOString().replace('Z', '+0000')
  expect(QueryPage.parse(body).records).toMatchObject([{ SystemModstamp: stamp }])
  const ledger = await org.lever('/__ledger', undefined, 'GET')
  expect(ledger.body).toMatchObject({ recordsWritten: 1 })
})
