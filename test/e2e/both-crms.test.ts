import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { plumbline } from '../helpers/cli.ts'
import { useDatabase } from '../helpers/database.ts'

const Side = z.object({
  people: z.number(),
  scored: z.number(),
  written: z.number(),
  accountsWritten: z.number(),
  rejected: z.number(),
  rateLimited: z.number(),
})
const Both = z.object({
  hubspot: Side,
  salesforce: Side,
  compared: z.object({
    people: z.number(),
    differences: z.record(z.string(), z.number()),
    examples: z.array(z.string()),
  }),
})

describe('one market in two CRMs', () => {
  const database = useDatabase()
  let data: string
  beforeAll(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'plumbline-both-'))
  })
  afterAll(() => rm(data, { recursive: true, force: true }))

  test('the same people get the same score, grade, tier and reasons', async () => {
    const choice = ['--crm', 'both', '--people', '400', '--seed', '3', '--data', data]
    const settings = { DATABASE_URL: database.url, PORT: '0' }
    const run = plumbline(['demo', ...choice, '--exit', '--json'], settings)
    const { code, stdout, stderr } = await run.ended
    expect(code, stderr).toBe(0)
    const { hubspot, salesforce, compared } = Both.parse(JSON.parse(stdout))
    expect(compared.examples).toEqual([])
    expect(compared.differences).toEqual({ score: 0, grade: 0, tier: 0, reasons: 0 })
    expect(compared.people).toBe(salesforce.people)
    for (const side of [hubspot, salesforce]) {
      expect(side).toMatchObject({ rejected: 0, rateLimited: 0 })
      expect(side.written).toBe(side.people)
      expect(side.accountsWritten).toBeGreaterThan(20)
    }
    expect(salesforce.people).toBe(hubspot.people)
  })
})
