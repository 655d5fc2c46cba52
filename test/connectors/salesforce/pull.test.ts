import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Page } from '../../../connectors/page.ts'
import { readingPlan } from '../../../connectors/salesforce/list.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { readAll, readChanges } from '../pages.ts'
import { ALL_TIME, BORN, CHANGED, contact, leads, record, smallOrg } from './org-records.ts'
import { openStage, type Stage } from './stage.ts'

const idsOf = (pages: readonly Page[]) => pages.flatMap(({ people }) => people).map(({ id }) => id)
const QUERY_ALL = 'GET /services/data/queryAll'

describe('an org with a little of everything', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage(smallOrg())
  })
  afterAll(() => stage.close())

  const all = async (stream: string) => {
    const [page, ...others] = await readAll(stage.connection, stream)
    expect(others).toEqual([])
    return page
  }

  test('a contact with its account', async () => {
    const page = await all('Contact')
    expect(page?.people[0]).toEqual({
      id: idOf('Contact', 1),
      companyId: idOf('Account', 1),
      facts: {
        email: 'c1@acme.example',
        first_name: 'C1',
        last_name: 'Contact 1',
        company_name: 'Acme',
        unsubscribed: false,
      },
      createdAt: new Date(BORN),
      updatedAt: new Date(CHANGED),
    })
  })

  test('an account', async () => {
    const page = await all('Account')
    expect(page?.companies[0]?.facts).toEqual({
      name: 'Acme',
      domain: 'acme.example',
      employees: 120,
    })
  })

  test('an opportunity with the people whose role stands', async () => {
    const page = await all('Opportunity')
    expect(page?.deals).toMatchObject([
      {
        personIds: [idOf('Contact', 1)],
        outcome: 'won',
        amount: 9_000,
        companyId: idOf('Account', 1),
      },
    ])
    expect(page?.deals[0]?.closedAt).toEqual(new Date('2026-10-15T12:00:00Z'))
  })

  test('what people did, archived too; what is not done yet, and what was cancelled, is none', async () => {
    const tasks = await all('Task')
    expect(tasks?.activities.map(({ type, personId }) => [type, personId])).toEqual([
      ['demo_requested', idOf('Lead', 1)],
      ['email_open', idOf('Contact', 1)],
    ])
    expect(tasks?.whole).toHaveLength(3)
    const events = await all('Event')
    expect(events?.activities.map(({ type }) => type)).toEqual(['meeting_held'])
    expect(events?.removed).toMatchObject([{ kind: 'activity', id: `Event:${idOf('Event', 2)}` }])
    const members = await all('CampaignMember')
    expect(members?.activities).toMatchObject([
      { type: 'webinar_attended', personId: idOf('Lead', 1) },
    ])
  })

  test('the changes of all time say the same, and roles bring their opportunities', async () => {
    for (const stream of [
      'Account',
      'Opportunity',
      'Task',
      'Event',
      'CampaignMember',
      'Lead',
      'Contact',
    ]) {
      const [changed] = await readChanges(stage.connection, stream, ALL_TIME)
      const { covers, ...listed } = (await all(stream)) ?? {}
      expect(changed, stream).toEqual(listed)
    }
    const [roles] = await readChanges(stage.connection, 'OpportunityContactRole', ALL_TIME)
    expect(roles?.deals.map(({ id }) => id)).toEqual([idOf('Opportunity', 1)])
    expect(roles?.records).toBe(2)
  })

  test('a stream costs a call, beside the look at its fields', async () => {
    await stage.resetLedger()
    for (const stream of stage.connector.changePhases.flat()) {
      await stage.connection.pullChanges(
        stream,
        { since: new Date('2027-01-01'), until: new Date('2027-01-02') },
        null,
      )
    }
    expect((await stage.ledger()).byRoute).toEqual({ [QUERY_ALL]: 8 })
  })
})

describe('pages', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage([...leads(250), ...[1, 2, 3].map((n) => contact(n))], {
      org: { pageSize: 100 },
    })
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    await stage.faults()
    await stage.resetLedger()
  })

  test('follow each other without a gap, and each says what it covers', async () => {
    const pages = await readAll(stage.connection, 'Lead')
    expect(idsOf(pages)).toEqual(leads(250).map(({ id }) => id))
    const covers = pages.map((page) => [page.covers?.after, page.covers?.upTo])
    const edge = (n: number) => idOf('Lead', n)
    expect(covers).toEqual([
      ['00Q000000000000000', edge(100)],
      [edge(100), edge(200)],
      [edge(200), '00Qzzzzzzzzzzzzzzz'],
    ])
  })

  test('of contacts cover contacts only', async () => {
    const [page] = await readAll(stage.connection, 'Contact')
    expect(page?.covers).toEqual({
      kind: 'person',
      after: '003000000000000000',
      upTo: '003zzzzzzzzzzzzzzz',
    })
  })

  test('that are shorter than asked for are not the end, of a list or of changes', async () => {
    await stage.faults({ match: { route: '/services/data' }, do: { kind: 'short-page', rows: 7 } })
    expect(idsOf(await readAll(stage.connection, 'Lead'))).toHaveLength(250)
    const changed = idsOf(await readChanges(stage.connection, 'Lead', ALL_TIME))
    expect(new Set(changed).size).toBe(250)
    expect(changed).toHaveLength(250)
  })

  test('count what is left once, when there is more than one of them', async () => {
    await readAll(stage.connection, 'Lead')
    expect((await stage.ledger()).byRoute[QUERY_ALL]).toBe(4)
    await stage.resetLedger()
    await readAll(stage.connection, 'Contact')
    expect((await stage.ledger()).byRoute[QUERY_ALL]).toBe(1)
  })
})

describe('changes', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage([
      ...leads(5),
      ...[1, 2].map((n) => contact(n)),
      ...smallOrg().slice(4, 7),
    ])
  })
  afterAll(() => stage.close())

  const at = (minutes: number) => CHANGED + minutes * 60_000
  const window = (from: number, to: number) => ({
    since: new Date(at(from)),
    until: new Date(at(to)),
  })
  const since = async (stream: string, from: number, to: number) => {
    const [page] = await readChanges(stage.connection, stream, window(from, to))
    return page
  }

  test('of a second that has begun at the edge of a window are in it', async () => {
    await stage.mutate({
      op: 'update',
      type: 'Lead',
      id: idOf('Lead', 1),
      fields: { Title: 'CTO' },
      at: at(1) + 900,
    })
    const edge = { since: new Date(at(1) + 500), until: new Date(at(2)) }
    const [page] = await readChanges(stage.connection, 'Lead', edge)
    expect(page?.people.map(({ id }) => id)).toEqual([idOf('Lead', 1)])
  })

  test('tell who was deleted, and when', async () => {
    await stage.mutate({ op: 'delete', type: 'Lead', id: idOf('Lead', 2), at: at(10) })
    const page = await since('Lead', 9, 11)
    expect(page?.people).toEqual([])
    expect(page?.removed).toEqual([{ kind: 'person', id: idOf('Lead', 2), at: new Date(at(10)) }])
  })

  test('tell who was merged into whom', async () => {
    await stage.mutate({
      op: 'merge',
      type: 'Lead',
      id: idOf('Lead', 3),
      loserId: idOf('Lead', 4),
      at: at(20),
    })
    const page = await since('Lead', 19, 21)
    expect(page?.merged).toEqual([
      { kind: 'person', loser: idOf('Lead', 4), winner: idOf('Lead', 3) },
    ])
    expect(page?.removed).toEqual([])
    expect(page?.people.map(({ id }) => id)).toEqual([idOf('Lead', 3)])
  })

  test('tell which contact a lead became', async () => {
    await stage.mutate({ op: 'convert', id: idOf('Lead', 5), at: at(30) })
    const page = await since('Lead', 29, 31)
    const contacts = await since('Contact', 29, 31)
    const winner = contacts?.people[0]?.id
    expect(page?.merged).toEqual([{ kind: 'person', loser: idOf('Lead', 5), winner }])
    expect(page?.people).toEqual([])
    const listed = idsOf(await readAll(stage.connection, 'Lead'))
    expect(listed).not.toContain(idOf('Lead', 5))
  })

  test('of a role tell the opportunity again, though itself did not change', async () => {
    const fields = { OpportunityId: idOf('Opportunity', 1), ContactId: idOf('Contact', 2) }
    await stage.mutate({ op: 'insert', type: 'OpportunityContactRole', fields, at: at(40) })
    expect((await since('Opportunity', 39, 41))?.deals).toEqual([])
    const added = await since('OpportunityContactRole', 39, 41)
    expect(added?.deals[0]?.personIds).toEqual([idOf('Contact', 1), idOf('Contact', 2)])
    const role = idOf('OpportunityContactRole', 1)
    await stage.mutate({ op: 'delete', type: 'OpportunityContactRole', id: role, at: at(50) })
    const gone = await since('OpportunityContactRole', 49, 51)
    expect(gone?.deals[0]?.personIds).toEqual([idOf('Contact', 2)])
  })
})

test('the way that takes fewer calls is chosen', () => {
  expect(readingPlan(0)).toMatchObject({ way: 'rest', rest: 1 })
  expect(readingPlan(20_000)).toMatchObject({ way: 'rest', rest: 10 })
  expect(readingPlan(100_000)).toMatchObject({ way: 'bulk', rest: 50 })
  expect(readingPlan(100_000).bulk).toBeLessThan(50)
  expect(readingPlan(20_000, 200)).toMatchObject({ way: 'bulk', rest: 100 })
})

test('records without a person, or of a person who is nobody, do not stop a page', async () => {
  const stage = await openStage([
    record('Task', 1, {
      Subject: 'Email opened',
      Status: 'Completed',
      IsClosed: true,
      Priority: 'Normal',
    }),
  ])
  const [page] = await readAll(stage.connection, 'Task')
  expect(page).toMatchObject({ activities: [], records: 1 })
  await stage.close()
})
