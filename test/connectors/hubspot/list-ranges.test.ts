import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readAll } from '../pages.ts'
import { smallPortal } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage(smallPortal())
})
afterAll(() => stage.close())
beforeEach(() => stage.faults())

test('the pages of a list cover all ids without a gap', async () => {
  const pages = await readAll(stage.connection, 'contacts')
  expect(pages.map(({ covers }) => covers)).toEqual([
    { kind: 'person', after: null, upTo: '102' },
    { kind: 'person', after: '102', upTo: '202' },
    { kind: 'person', after: '202', upTo: null },
  ])
})

test('a single page covers everything; what is no person or company covers nothing', async () => {
  const [companies] = await readAll(stage.connection, 'companies')
  expect(companies?.covers).toEqual({ kind: 'company', after: null, upTo: null })
  for (const stream of ['deals', 'meetings', 'archived:contacts']) {
    const pages = await readAll(stage.connection, stream)
    expect(pages.map(({ covers }) => covers)).toEqual(pages.map(() => undefined))
  }
})

test('an empty portal says so', async () => {
  await stage.faults({ do: { kind: 'status', status: 200, body: { results: [] } } })
  const page = await stage.connection.pullAll('contacts', null)
  expect(page.covers).toEqual({ kind: 'person', after: null, upTo: null })
})

const record = (id: string) => ({
  id,
  properties: {},
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
})

test('a page that is out of order covers nothing, nor do those after it', async () => {
  const body = { results: [record('9'), record('5')], paging: { next: { after: '1' } } }
  await stage.faults({ match: { nth: 1 }, do: { kind: 'status', status: 200, body } })
  const pages = await readAll(stage.connection, 'companies')
  expect(pages.map(({ companies }) => companies.map(({ id }) => id))).toEqual([
    ['9', '5'],
    ['2', '3'],
  ])
  expect(pages.map(({ covers }) => covers)).toEqual([undefined, undefined])
})

test('a position saved by an earlier version goes on without ranges', async () => {
  const page = await stage.connection.pullAll('contacts', { after: '102' })
  expect(page.people).toHaveLength(100)
  expect(page.covers).toBeUndefined()
})

test('a search covers nothing', async () => {
  const window = { since: new Date(0), until: stage.clock.now() }
  expect((await stage.connection.pullChanges('contacts', window, null)).covers).toBeUndefined()
})
