import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Page } from '../../../connectors/page.ts'
import { RESULT_PAGE } from '../../../connectors/salesforce/bulk-costs.ts'
import { readingPlan } from '../../../connectors/salesforce/list.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { readAll } from '../pages.ts'
import { leads } from './org-records.ts'
import { openStage, type Stage } from './stage.ts'

const COUNT = 32_000

let stage: Stage
beforeAll(async () => {
  stage = await openStage(leads(COUNT))
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.lever('/__bulk', { failNext: 0, stall: false })
  await stage.resetLedger()
})

const idsOf = (pages: readonly Page[]) => pages.flatMap(({ people }) => people).map(({ id }) => id)
const everybody = Array.from({ length: COUNT }, (_, n) => idOf('Lead', n + 1))

function expectNoGap(pages: readonly Page[]): void {
  const ranges = pages.flatMap(({ covers }) => covers ?? [])
  expect(ranges[0]?.after).toBe('00Q000000000000000')
  expect(ranges.at(-1)?.upTo).toBe('00Qzzzzzzzzzzzzzzz')
  for (const [at, range] of ranges.slice(1).entries()) expect(range.after).toBe(ranges[at]?.upTo)
}

test('many records come by a query job, each once, and its pages cover what they hold', async () => {
  const pages = await readAll(stage.connection, 'Lead')
  expect(idsOf(pages)).toEqual(everybody)
  expectNoGap(pages)
  const { byRoute } = await stage.ledger()
  expect(byRoute['GET /services/data/queryAll']).toBe(2)
  expect(byRoute['GET /services/data/jobs/query/{id}/results']).toBe(3)
  expect(Math.max(...pages.map(({ records }) => records))).toBe(RESULT_PAGE)
  expect(await stage.lever('/__bulk', undefined, 'GET')).toHaveProperty('jobs', {})
})

test('while a job works, pages are empty and stay where they are', async () => {
  await stage.lever('/__bulk', { stall: true })
  const { connection } = stage
  const first = await connection.pullAll('Lead', null)
  const waiting = await connection.pullAll('Lead', first.next)
  expect(waiting).toMatchObject({ records: 0, people: [], next: { job: expect.any(String) } })
  expect(waiting).not.toHaveProperty('covers')
  const still = await connection.pullAll('Lead', waiting.next)
  expect(still.next).toEqual(waiting.next)
  await stage.lever('/__bulk', { stall: false })
  // To its end: a job that is left over would take the failures that are meant for the next one.
  const people = [...first.people]
  for (let { next } = still; next; ) {
    const page = await connection.pullAll('Lead', next)
    people.push(...page.people)
    next = page.next
  }
  expect(people.map(({ id }) => id)).toEqual(everybody)
})

test('a job that fails is read by pages from where it began', async () => {
  await stage.lever('/__bulk', { failNext: 1 })
  const pages = await readAll(stage.connection, 'Lead')
  expect(idsOf(pages)).toEqual(everybody)
  expectNoGap(pages)
  expect((await stage.ledger()).byRoute['GET /services/data/queryAll']).toBe(
    readingPlan(COUNT).rest + 2,
  )
})

test('a job that takes too long is given up', async () => {
  await stage.lever('/__bulk', { stall: true })
  const first = await stage.connection.pullAll('Lead', null)
  const waiting = await stage.connection.pullAll('Lead', first.next)
  stage.clock.forward(31 * 60_000)
  const page = await stage.connection.pullAll('Lead', waiting.next)
  expect(page.people[0]?.id).toBe(idOf('Lead', 2_001))
  expect(page.people).toHaveLength(2_000)
})

test('results that are gone are read again by pages', async () => {
  const pages: Page[] = []
  let page = await stage.connection.pullAll('Lead', null)
  for (let step = 0; step < 2 && page.next; step++) {
    pages.push(page)
    page = await stage.connection.pullAll('Lead', page.next)
  }
  await stage.lever('/__bulk', { expireLocators: true })
  for (; page.next; page = await stage.connection.pullAll('Lead', page.next)) pages.push(page)
  expect(new Set([...idsOf(pages), ...page.people.map(({ id }) => id)]).size).toBe(COUNT)
})
