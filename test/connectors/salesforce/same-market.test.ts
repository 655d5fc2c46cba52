import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Connection, Connector } from '../../../connectors/connector.ts'
import type { Page } from '../../../connectors/page.ts'
import { generateMarket } from '../../../sandbox/market/generate.ts'
import type { FactMap } from '../../../src/leads/facts.ts'
import { openStage as openPortal } from '../hubspot/stage.ts'
import { readAll } from '../pages.ts'
import { openStage } from './stage.ts'

const PEOPLE = 300
const MARKET = [...generateMarket({ people: PEOPLE, seed: 3, now: Date.UTC(2026, 10, 1) })]
const Keys = z.array(z.object({ id: z.string(), key: z.string() }))

/** What is known of everybody, by the market's own ids. */
interface Known {
  readonly facts: ReadonlyMap<string, FactMap>
  readonly activities: ReadonlyMap<string, ReadonlySet<string>>
}

let portal: Awaited<ReturnType<typeof openPortal>>
let org: Awaited<ReturnType<typeof openStage>>
let inHubspot: Known
let inSalesforce: Known
beforeAll(async () => {
  portal = await openPortal(MARKET)
  org = await openStage([], { market: MARKET })
  const keys = Keys.parse(await (await fetch(`${org.url}/__keys`)).json())
  const keyOf = new Map(keys.map(({ id, key }) => [id, key]))
  inHubspot = await knownIn(portal, (id) => id)
  inSalesforce = await knownIn(org, (id) => keyOf.get(id) ?? id)
})
afterAll(async () => {
  await portal.close()
  await org.close()
})

async function knownIn(
  { connection, connector }: { connection: Connection; connector: Connector },
  keyOf: (id: string) => string,
): Promise<Known> {
  const pages: Page[] = []
  for (const stream of connector.fullPhases.flat())
    pages.push(...(await readAll(connection, stream)))
  const subjects = pages.flatMap(({ people, companies }) => [...people, ...companies])
  const facts = new Map(subjects.map((each) => [keyOf(each.id), each.facts]))
  const activities = new Map<string, Set<string>>()
  for (const { personId, occurredAt, type, attributes } of pages.flatMap(
    (page) => page.activities,
  )) {
    const some = activities.get(keyOf(personId)) ?? new Set()
    activities.set(keyOf(personId), some)
    some.add(JSON.stringify([occurredAt, type, attributes]))
  }
  return { facts, activities: new Map([...activities].filter(([key]) => facts.has(key))) }
}

/** Salesforce always says whether somebody opted out, and gives every lead a status. */
function comparable({ unsubscribed, lead_status, ...facts }: FactMap): FactMap {
  const status = lead_status === 'Open - Not Contacted' ? undefined : lead_status
  return { ...facts, ...(unsubscribed && { unsubscribed }), ...(status && { lead_status: status }) }
}

test('the same market gives the same facts in both CRMs', () => {
  expect(inSalesforce.facts.size).toBeGreaterThan(PEOPLE)
  expect(new Set(inSalesforce.facts.keys())).toEqual(new Set(inHubspot.facts.keys()))
  for (const [key, facts] of inHubspot.facts) {
    expect(comparable(inSalesforce.facts.get(key) ?? {}), key).toEqual(comparable(facts))
  }
})

test('and the same activities, to the second', () => {
  expect(inSalesforce.activities.size).toBeGreaterThan(PEOPLE / 2)
  expect(inSalesforce.activities).toEqual(inHubspot.activities)
})
