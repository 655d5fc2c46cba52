import { parse } from 'csv-parse/sync'
import { expect } from 'vitest'
import { z } from 'zod'
import { lead, type openOrg } from '../org.ts'

export const Job = z.looseObject({
  id: z.string(),
  state: z.string(),
  numberRecordsProcessed: z.number().optional(),
  numberRecordsFailed: z.number().optional(),
  errorMessage: z.string().optional(),
})
const Rows = z.array(z.record(z.string(), z.string()))
export const DAY = 86_400_000

export type TestOrg = Pick<Awaited<ReturnType<typeof openOrg>>, 'call'>

export const leads = (count: number) => Array.from({ length: count }, (_, index) => lead(index + 1))
export const rowsOf = (csv: unknown) => Rows.parse(parse(String(csv), { columns: true }))

export async function startQuery({ call }: TestOrg, query: string, operation = 'query') {
  const reply = await call('POST', 'jobs/query', { operation, query })
  expect(reply.status).toBe(200)
  return Job.parse(reply.body)
}

export async function progress({ call }: TestOrg, kind: 'query' | 'ingest', id: string) {
  return Job.parse((await call('GET', `jobs/${kind}/${id}`)).body)
}

export async function ended(org: TestOrg, kind: 'query' | 'ingest', id: string) {
  await expect
    .poll(async () => (await progress(org, kind, id)).state, { timeout: 20_000 })
    .toMatch(/JobComplete|Failed|Aborted/)
  return await progress(org, kind, id)
}

export async function finishedQuery(org: TestOrg, query: string, operation?: string) {
  const { id } = await startQuery(org, query, operation)
  expect((await ended(org, 'query', id)).state).toBe('JobComplete')
  return id
}

export async function ingest(org: TestOrg, csv: string, more: Record<string, unknown> = {}) {
  const definition = { object: 'Lead', operation: 'update', contentType: 'CSV', ...more }
  const created = await org.call('POST', 'jobs/ingest', definition)
  expect(created.body).toMatchObject({ state: 'Open', object: 'Lead' })
  const { id } = Job.parse(created.body)
  const headers = { 'content-type': 'text/csv' }
  expect((await org.call('PUT', `jobs/ingest/${id}/batches`, csv, headers)).status).toBe(201)
  const closed = await org.call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' })
  expect(closed.body).toMatchObject({ state: 'UploadComplete' })
  return id
}

export async function results({ call }: TestOrg, id: string, which: string) {
  return (await call('GET', `jobs/ingest/${id}/${which}`)).body
}
