import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { CrmUnavailable } from '../../../src/errors.ts'
import { leads, smallOrg } from './org-records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  const [first, ...others] = leads(900)
  stage = await openStage([...smallOrg(), ...others.slice(0, first ? 899 : 0)])
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
})

const fetchLeads = (...ns: number[]) =>
  stage.connection.fetch(
    'Lead',
    ns.map((n) => idOf('Lead', n)),
  )
const mutate = (mutation: object) => stage.mutate(mutation)

test('any number of records, each once, in as few calls as URLs allow', async () => {
  const ids = Array.from({ length: 900 }, (_, n) => idOf('Lead', n + 1))
  const page = await stage.connection.fetch('Lead', [...ids, ...ids])
  expect(page.people.map(({ id }) => id).toSorted()).toEqual(ids)
  expect(page).toMatchObject({ removed: [], merged: [], next: null })
  expect((await stage.ledger()).byRoute['GET /services/data/queryAll']).toBe(3)
})

test('short pages are read to their end', async () => {
  await stage.faults({ match: { route: '/services/data' }, do: { kind: 'short-page', rows: 60 } })
  const page = await fetchLeads(...Array.from({ length: 300 }, (_, n) => n + 1))
  expect(page.people).toHaveLength(300)
})

test('ids of 15 characters are the same record', async () => {
  const page = await stage.connection.fetch('Lead', [idOf('Lead', 7).slice(0, 15), idOf('Lead', 7)])
  expect(page.people.map(({ id }) => id)).toEqual([idOf('Lead', 7)])
})

test('who was never there, and what is no id, is gone', async () => {
  const page = await stage.connection.fetch('Lead', [idOf('Lead', 4_000), 'nonsense'])
  expect(page.removed.map(({ kind, id }) => [kind, id])).toEqual([
    ['person', idOf('Lead', 4_000)],
    ['person', 'nonsense'],
  ])
  expect(page.people).toEqual([])
})

test('who was deleted is gone since then, and back when restored', async () => {
  const at = Date.parse('2026-10-25T10:00:00Z')
  await mutate({ op: 'delete', type: 'Lead', id: idOf('Lead', 10), at })
  const gone = await fetchLeads(10)
  expect(gone).toMatchObject({ people: [], removed: [{ id: idOf('Lead', 10), at: new Date(at) }] })
  await mutate({ op: 'undelete', type: 'Lead', id: idOf('Lead', 10) })
  expect(await fetchLeads(10)).toMatchObject({ people: [{ id: idOf('Lead', 10) }], removed: [] })
})

test('who was merged is told with the winner, and with the winner of the winner', async () => {
  await mutate({ op: 'merge', type: 'Lead', id: idOf('Lead', 21), loserId: idOf('Lead', 20) })
  await mutate({ op: 'merge', type: 'Lead', id: idOf('Lead', 22), loserId: idOf('Lead', 21) })
  const page = await fetchLeads(20)
  expect(page.merged.map(({ loser, winner }) => [loser, winner])).toEqual([
    [idOf('Lead', 20), idOf('Lead', 21)],
    [idOf('Lead', 21), idOf('Lead', 22)],
  ])
  expect(page.people.map(({ id }) => id)).toEqual([idOf('Lead', 22)])
  expect(page.removed).toEqual([])
})

test('who was converted is told as the contact, who comes along', async () => {
  await mutate({ op: 'convert', id: idOf('Lead', 30) })
  const page = await fetchLeads(30)
  const [contact] = page.people
  expect(contact?.id).toMatch(/^003/)
  expect(page.merged).toEqual([{ kind: 'person', loser: idOf('Lead', 30), winner: contact?.id }])
  expect(page.removed).toEqual([])
})

test('who was purged leaves no trace, and is gone', async () => {
  await mutate({ op: 'purge', type: 'Lead', id: idOf('Lead', 40) })
  expect(await fetchLeads(40)).toMatchObject({ people: [], removed: [{ id: idOf('Lead', 40) }] })
})

test('a deal, a task and a campaign membership that are gone are no more', async () => {
  for (const [type, kind, id] of [
    ['Opportunity', 'deal', idOf('Opportunity', 9)],
    ['Task', 'activity', `Task:${idOf('Task', 9)}`],
    ['CampaignMember', 'activity', `CampaignMember:${idOf('CampaignMember', 9)}`],
  ] as const) {
    const page = await stage.connection.fetch(type, [id.split(':').at(-1) ?? ''])
    expect(page.removed, type).toMatchObject([{ kind, id }])
  }
})

test('a role brings its opportunity; one that is gone says nothing', async () => {
  const page = await stage.connection.fetch('OpportunityContactRole', [
    idOf('OpportunityContactRole', 1),
    idOf('OpportunityContactRole', 99),
  ])
  expect(page.deals.map(({ id }) => id)).toEqual([idOf('Opportunity', 1)])
  expect(page.removed).toEqual([])
})

test('a record of another object is read as what it is', async () => {
  const page = await stage.connection.fetch('Lead', [idOf('Contact', 1), idOf('Lead', 1)])
  expect(page.people.map(({ id }) => id).toSorted()).toEqual([idOf('Contact', 1), idOf('Lead', 1)])
  expect(page.removed).toEqual([])
})

test('an outage is no deletion', async () => {
  await stage.faults({ match: { route: '/services/data' }, do: { kind: 'status', status: 503 } })
  await expect(fetchLeads(1)).rejects.toThrow(CrmUnavailable)
})

test('nothing asked for costs nothing', async () => {
  expect(await stage.connection.fetch('Lead', [])).toMatchObject({ records: 0, people: [] })
  expect((await stage.ledger()).total).toBe(0)
})
