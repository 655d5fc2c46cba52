import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { createBulk } from '../../../connectors/salesforce/bulk.ts'
import { bulkQueryCalls, bulkUpdateCalls } from '../../../connectors/salesforce/bulk-costs.ts'
import { csvOf, rowsIn } from '../../../connectors/salesforce/bulk-csv.ts'
import type { JobState } from '../../../connectors/salesforce/bulk-job.ts'
import { SalesforceRejected } from '../../../connectors/salesforce/errors.ts'
import { CrmUnavailable } from '../../../src/errors.ts'
import { recordingSleep } from '../helpers.ts'
import { json, openClient, openPlain, tokensAt } from './plain-server.ts'

const DATA = '/services/data/v66.0'
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function bulkOn(handler: Parameters<typeof openPlain>[0]) {
  const server = await openPlain(handler)
  closers.push(server.close)
  const stage = openClient({ tokens: tokensAt(server.url) })
  return { ...server, ...stage, bulk: createBulk(stage.client, stage.sleep) }
}

type Response = Parameters<typeof json>[0]

function csv(res: Response, text: string, headers: Record<string, string> = {}): void {
  res.writeHead(200, { 'content-type': 'text/csv', ...headers }).end(text)
}

const NOT_FOUND = [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }]
const NOT_ALLOWED = [{ errorCode: 'INVALIDJOBSTATE', message: 'Not in this state' }]

test('a query goes page by page to its end', async () => {
  const pages = ['"Id","Name"\n"1","A, ""B"""\n"2",""\n', 'Id,Name\n3,"line\nbreak"\n']
  const { bulk, asked } = await bulkOn(({ method, url }, res) => {
    if (method === 'POST') return json(res, 200, { id: '750-1', state: 'UploadComplete' })
    if (!url.includes('/results'))
      return json(res, 200, { state: 'JobComplete', numberRecordsProcessed: 3 })
    if (!url.includes('locator'))
      return csv(res, pages[0] ?? '', { 'Sforce-Locator': 'MTAw', 'Sforce-NumberOfRecords': '2' })
    csv(res, pages[1] ?? '', { 'Sforce-Locator': 'null', 'Sforce-NumberOfRecords': '1' })
  })
  const id = await bulk.startQuery('SELECT Id, Name FROM Lead', true)
  expect(await bulk.queryState(id)).toEqual({ state: 'done', records: 3, reason: '' })
  const first = await bulk.queryPage(id, null, 2)
  const last = await bulk.queryPage(id, first.next, 2)
  expect([...first.rows, ...last.rows]).toEqual([
    { Id: '1', Name: 'A, "B"' },
    { Id: '2', Name: '' },
    { Id: '3', Name: 'line\nbreak' },
  ])
  expect([first.next, last.next]).toEqual(['MTAw', null])
  expect(JSON.parse(asked[0]?.text ?? '')).toEqual({
    operation: 'queryAll',
    query: 'SELECT Id, Name FROM Lead',
  })
  expect(asked.slice(2).map(({ url }) => url)).toEqual([
    `${DATA}/jobs/query/750-1/results?maxRecords=2`,
    `${DATA}/jobs/query/750-1/results?maxRecords=2&locator=MTAw`,
  ])
})

test('a page with fewer records than promised is no page', async () => {
  const { bulk, asked } = await bulkOn((_, res, nth) =>
    csv(res, nth === 1 ? 'Id\n1\n' : 'Id\n1\n2\n', { 'Sforce-NumberOfRecords': '2' }),
  )
  await expect(bulk.queryPage('750-1', null, 9)).rejects.toThrow(CrmUnavailable)
  expect(asked).toHaveLength(1)
  expect((await bulk.queryPage('750-1', null, 9)).rows).toHaveLength(2)
})

test.each(['Id,Name\n1\n', 'Id,Name\n1,"open', 'Id\n1,2\n'])('%j is no whole CSV', (text) => {
  expect(() => rowsIn({ text, headers: new Headers() })).toThrow(CrmUnavailable)
})

test('results without records are none', () => {
  expect(rowsIn({ text: 'Id,Name\n', headers: new Headers() })).toEqual([])
  expect(rowsIn({ text: '', headers: new Headers() })).toEqual([])
})

test.each([
  [{ state: 'Open' }, { state: 'working', records: 0, reason: '' }],
  [{ state: 'UploadComplete' }, { state: 'working', records: 0, reason: '' }],
  [
    { state: 'InProgress', numberRecordsProcessed: 7 },
    { state: 'working', records: 7, reason: '' },
  ],
  [
    { state: 'Failed', errorMessage: 'InvalidBatch' },
    { state: 'failed', records: 0, reason: 'InvalidBatch' },
  ],
  [{ state: 'Aborted' }, { state: 'failed', records: 0, reason: 'Aborted' }],
])('a job that says %j', async (body, state) => {
  const { bulk } = await bulkOn((_, res) => json(res, 200, body))
  expect(await bulk.queryState('750-1')).toEqual(state)
  expect(await bulk.updateState('750-1')).toEqual(state)
})

test('a job that is gone is no error, and forgotten already', async () => {
  const { bulk } = await bulkOn((_, res) => json(res, 404, NOT_FOUND))
  expect(await bulk.queryState('750-1')).toMatchObject({ state: 'gone' })
  await bulk.deleteQuery('750-1')
  await bulk.deleteUpdate('750-1')
  await expect(bulk.queryPage('750-1', null, 9)).rejects.toThrow(SalesforceRejected)
})

test('a job that still works is stopped before it is deleted', async () => {
  const { bulk, asked } = await bulkOn(({ method }, res) => {
    if (method === 'DELETE') return res.writeHead(204).end()
    return json(res, 200, { state: method === 'GET' ? 'InProgress' : 'Aborted' })
  })
  await bulk.deleteQuery('750-1')
  expect(asked.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'DELETE'])
  expect(JSON.parse(asked[1]?.text ?? '')).toEqual({ state: 'Aborted' })
})

test('an update is created, uploaded, closed and told row by row', async () => {
  const results: Record<string, string> = {
    successfulResults: 'sf__Id,sf__Created,Id,A__c\n1,false,1,x\n',
    failedResults: 'sf__Id,sf__Error,Id,A__c\n,ENTITY_IS_DELETED:entity is deleted:--,2,y\n',
    unprocessedrecords: 'Id,A__c\n',
  }
  const { bulk, asked } = await bulkOn(({ method, url }, res) => {
    if (method === 'PUT') return res.writeHead(201).end()
    if (method !== 'GET') return json(res, 200, { id: '750-2', state: 'Open' })
    csv(res, results[url.split('/').at(-1) ?? ''] ?? '')
  })
  const id = await bulk.startUpdate('Contact')
  for (const text of csvOf([
    { Id: '1', A__c: 'x' },
    { Id: '2', A__c: null },
  ]))
    await bulk.upload(id, text)
  await bulk.close(id)
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `POST ${DATA}/jobs/ingest`,
    `PUT ${DATA}/jobs/ingest/750-2/batches`,
    `PATCH ${DATA}/jobs/ingest/750-2`,
  ])
  expect(JSON.parse(asked[0]?.text ?? '')).toEqual({
    object: 'Contact',
    operation: 'update',
    contentType: 'CSV',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
  })
  expect([asked[1]?.text, asked[1]?.headers['content-type']]).toEqual([
    'Id,A__c\n1,x\n2,#N/A\n',
    'text/csv',
  ])
  expect(await bulk.updateResults(id)).toEqual({
    successful: [{ sf__Id: '1', sf__Created: 'false', Id: '1', A__c: 'x' }],
    failed: [
      { sf__Id: '', sf__Error: 'ENTITY_IS_DELETED:entity is deleted:--', Id: '2', A__c: 'y' },
    ],
    unprocessed: [],
  })
})

test('an upload whose answer is lost is not sent again', async () => {
  const { bulk, asked } = await bulkOn((_, res) => res.destroy())
  await expect(bulk.upload('750-2', 'Id\n1\n')).rejects.toThrow(CrmUnavailable)
  expect(asked).toHaveLength(1)
})

test('a job that was closed by a call whose answer was lost is closed', async () => {
  const { bulk } = await bulkOn(({ method }, res, nth) => {
    if (nth === 1) return res.destroy()
    return method === 'PATCH'
      ? json(res, 400, NOT_ALLOWED)
      : json(res, 200, { state: 'InProgress' })
  })
  await bulk.close('750-2')
  const open = await bulkOn(({ method }, res) =>
    method === 'PATCH' ? json(res, 400, NOT_ALLOWED) : json(res, 200, { state: 'Open' }),
  )
  await expect(open.bulk.close('750-2')).rejects.toThrow(SalesforceRejected)
})

test('rows go out in texts that are short enough, each with its header, and come back as they were', () => {
  const cell = fc.option(
    fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text !== '#N/A'),
    { nil: null },
  )
  const rows = fc.array(
    fc.record({
      Id: fc.string({ minLength: 1, unit: fc.constantFrom('a', '1') }),
      A__c: cell,
      B__c: cell,
    }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  fc.assert(
    fc.property(rows, fc.integer({ min: 200, max: 600 }), (sent, maxBytes) => {
      const texts = csvOf(sent, maxBytes)
      for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
      const back = texts.flatMap((text) => rowsIn({ text, headers: new Headers() }))
      expect(back).toEqual(
        sent.map(({ Id, A__c, B__c }) => ({ Id, A__c: A__c ?? '#N/A', B__c: B__c ?? '#N/A' })),
      )
    }),
  )
})

test('a column that a row has not is left as it is', () => {
  expect(csvOf([{ Id: '1' }, { Id: '2', A__c: null }])).toEqual(['Id,A__c\n1,\n2,#N/A\n'])
  expect(csvOf([])).toEqual([])
})

test('a job is waited for with growing pauses, and not for ever', async () => {
  const states: JobState['state'][] = ['working', 'working', 'working', 'done']
  const { sleep, slept } = recordingSleep()
  const { client } = openClient({ tokens: tokensAt('http://127.0.0.1:1') })
  const bulk = createBulk(client, sleep)
  const ask = async (): Promise<JobState> => ({
    state: states.shift() ?? 'working',
    records: 0,
    reason: '',
  })
  expect(await bulk.settle(ask, 300_000)).toMatchObject({ state: 'done' })
  expect(slept).toEqual([1_000, 1_600, 2_560])
  slept.splice(0)
  expect(await bulk.settle(ask, 300_000)).toMatchObject({ state: 'working' })
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(300_000)
  expect(slept.length).toBeLessThan(25)
  slept.splice(0)
  await bulk.settle(ask, 0)
  expect(slept).toEqual([])
})

test('what either way costs', () => {
  expect(bulkQueryCalls(0)).toBe(12)
  expect(bulkQueryCalls(100_000)).toBe(21)
  expect(bulkUpdateCalls()).toBe(16)
  expect(bulkUpdateCalls(2)).toBe(32)
})
