import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ReadingWishes } from '../../../connectors/connector.ts'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { createLog } from '../../../src/log.ts'
import { ALL_TIME, leads, smallOrg } from './org-records.ts'
import { openStage, type Stage, TIERS } from './stage.ts'

/** A market in which one contact has a property of the customer's own. */
const MARKET = [
  {
    type: 'contacts',
    id: '101',
    properties: {
      email: 'ada@beta.example',
      lastname: 'Long',
      hs_buying_role: 'DECISION_MAKER;CHAMPION',
      hs_analytics_num_visits: '7',
      job_function: 'Human Resources',
      favourite_colour: 'blue',
    },
    createdAt: Date.parse('2026-10-01T08:00:00Z'),
    updatedAt: Date.parse('2026-10-02T08:00:00Z'),
  },
] as const

let stage: Stage
beforeAll(async () => {
  stage = await openStage([...leads(2), ...smallOrg().slice(1, 2)], { market: MARKET })
})
afterAll(() => stage.close())
beforeEach(async () => {
  await stage.faults()
  await stage.resetLedger()
})

/** A connection whose customer wishes for these fields, and what it warned of. */
function wishing(...person: string[]) {
  const warnings: string[] = []
  const log = createLog('warn', { write: (line: string) => void warnings.push(line) })
  const wishes = async (): Promise<ReadingWishes> => ({
    fields: { person, company: [] },
    mapping: {},
    apiShare: 0.5,
  })
  return { connection: stage.connector.connect({ ...stage.context, log, wishes }), warnings }
}

async function ada(connection = stage.connection) {
  const { people } = await connection.pullAll('Lead', null)
  return people.find(({ facts }) => facts['last_name'] === 'Long')?.facts
}

const calls = async (part: string) =>
  Object.entries((await stage.ledger()).byRoute)
    .filter(([route]) => route.includes(part))
    .reduce((sum, [, n]) => sum + n, 0)

describe('facts', () => {
  test("come from the customer's own fields where those are named like them", async () => {
    expect(await ada()).toMatchObject({
      buying_role: ['DECISION_MAKER', 'CHAMPION'],
      authority: 'confirmed',
      visits: 7,
      function: 'hr',
    })
  })

  test('that a model wishes for are read under the name it used', async () => {
    const { connection, warnings } = wishing(
      'favourite_colour',
      'Favourite_Colour__c',
      'no_such_thing',
    )
    const facts = await ada(connection)
    expect(facts).toMatchObject({ favourite_colour: 'blue', Favourite_Colour__c: 'blue' })
    await ada(connection)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('no_such_thing')
  })

  test('of a field that has gone are unknown, and nothing else is', async () => {
    const { connection } = wishing('favourite_colour')
    expect(await ada(connection)).toHaveProperty('favourite_colour')
    const message = "No such column 'Favourite_Colour__c' on entity 'Lead'"
    await stage.faults({
      match: { route: '/services/data/v66.0/queryAll', times: 1 },
      do: { kind: 'status', status: 400, body: [{ errorCode: 'INVALID_FIELD', message }] },
    })
    await stage.resetLedger()
    expect(await ada(connection)).toMatchObject({ visits: 7 })
    expect(await calls('describe')).toBeGreaterThan(0)
  })
})

describe('the look at the fields of an object', () => {
  test('is taken once an hour', async () => {
    const { connection } = wishing()
    await connection.pullAll('Lead', null)
    await connection.pullAll('Lead', null)
    expect(await calls('describe')).toBe(1)
    stage.clock.forward(61 * 60_000)
    await connection.pullAll('Lead', null)
    expect(await calls('describe')).toBe(2)
  })

  test('that fails is taken again next time', async () => {
    const { connection } = wishing()
    const route = '/services/data/v66.0/sobjects/Lead/describe'
    await stage.faults({
      match: { route },
      do: {
        kind: 'status',
        status: 403,
        body: [{ errorCode: 'API_DISABLED_FOR_ORG', message: 'no' }],
      },
    })
    await expect(connection.pullAll('Lead', null)).rejects.toMatchObject({ name: 'CrmRejected' })
    await stage.faults()
    await expect(connection.pullAll('Lead', null)).resolves.toHaveProperty('next', null)
  })
})

describe('our own fields', () => {
  test('are read back after they were made, but are no facts', async () => {
    const { connection, warnings } = wishing('plumbline_score')
    expect((await connection.pullAll('Lead', null)).ours).toEqual([])
    await connection.provision(TIERS)
    const subject = { kind: 'person', id: idOf('Lead', 1) } as const
    const values = {
      plumbline_score: '42',
      plumbline_tier: 'A',
      plumbline_reasons: 'Demo',
      plumbline_outlook: 'More',
    }
    await connection.push([{ subject, values }])
    const page = await connection.fetch('Lead', [subject.id])
    expect(page.ours).toMatchObject([
      {
        subject,
        values: {
          plumbline_score: '42',
          plumbline_tier: 'A',
          plumbline_reasons: 'Demo',
          plumbline_grade: '',
        },
      },
    ])
    expect(page.ours[0]?.values).not.toHaveProperty('plumbline_outlook')
    expect(Object.keys(page.people[0]?.facts ?? {}).join()).not.toContain('plumbline')
    expect(warnings.join()).toContain('plumbline_score')
  })
})

describe('what an org does not show', () => {
  const hide = (object: string) =>
    stage.faults({
      match: { route: `/services/data/v66.0/sobjects/${object}/describe` },
      do: {
        kind: 'status',
        status: 404,
        body: [{ errorCode: 'NOT_FOUND', message: 'no such object' }],
      },
    })

  test('campaigns: the stream is empty, which is told once', async () => {
    const { connection, warnings } = wishing()
    await hide('CampaignMember')
    for (let time = 0; time < 3; time++) {
      expect(await connection.pullAll('CampaignMember', null)).toMatchObject({
        records: 0,
        next: null,
      })
      stage.clock.forward(11 * 60_000)
    }
    expect(warnings).toHaveLength(1)
  })

  test('leads: nothing makes sense; it says what to do, and goes on once that is done', async () => {
    const { connection } = wishing()
    await hide('Lead')
    await expect(connection.pullAll('Lead', null)).rejects.toThrow('grant Read on Lead')
    await stage.faults()
    stage.clock.forward(11 * 60_000)
    expect((await connection.pullAll('Lead', null)).people).not.toEqual([])
  })
})

describe('what Salesforce does not have', () => {
  test('a stream that is none', async () => {
    await expect(stage.connection.pullAll('Case', null)).rejects.toThrow('no stream "Case"')
  })

  test.each([{ after: '7' }, { lastId: 'x', planned: 0 }, { at: 'soon', id: idOf('Lead', 1) }])(
    'position %j of somebody else',
    async (position) => {
      const again = 'start this stream again'
      await expect(stage.connection.pullAll('Lead', position)).rejects.toThrow(again)
      await expect(stage.connection.pullChanges('Lead', ALL_TIME, position)).rejects.toThrow(again)
    },
  )
})
