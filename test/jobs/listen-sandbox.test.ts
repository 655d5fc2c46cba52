import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { createFeed } from '../../connectors/salesforce/feed.ts'
import { createSalesforceConnector } from '../../connectors/salesforce/index.ts'
import type { Org } from '../../connectors/salesforce/org.ts'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import { memoryCredentials, recordingBudget, silentLog } from '../connectors/helpers.ts'
import { useDatabase } from '../helpers/database.ts'
import { lead, ORG_APP, ORG_ID, ORG_REDIRECT, openOrg, startOrg } from '../sandbox/org.ts'
import { useListener } from './listen-stage.ts'

const database = useDatabase()
const listener = useListener(database)
const CDC = { pubSubPort: 0 } as const
const HOUR_MS = 3_600_000

type TestOrg = Awaited<ReturnType<typeof openOrg>>
type Running = Pick<TestOrg, 'url' | 'pubSub'>

function contextOf({ tokens }: TestOrg, instanceUrl: string) {
  const home = { instanceUrl, userId: idOf('User', 1) }
  const kept = {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? '',
    expiresAt: new Date('2030-01-01'),
    home,
  }
  return {
    credentials: memoryCredentials(kept),
    clock: listener.clock,
    budget: recordingBudget(),
    log: silentLog,
    wishes: async () => ({ fields: { person: [], company: [] }, mapping: {}, apiShare: 1 }),
  }
}

function pubSubOf({ pubSub }: Running) {
  if (!pubSub) throw new Error('this org has no change events')
  return { pubSubEndpoint: pubSub.endpoint, pubSubCertificate: pubSub.certificate }
}

/** The events of an org; in a hurry, because nothing else happens there. */
function feedOf(org: TestOrg, running: Running = org) {
  const context = contextOf(org, running.url)
  // Of an org the feed needs no other part.
  return createFeed({ context } as unknown as Org, {
    ...pubSubOf(running),
    refresh: () => Promise.reject(new Error('the token is good')),
    accountId: async () => ORG_ID,
    streams: ['Lead', 'Contact', 'Account', 'Task'],
    pace: { firstMs: 500, quietMs: 200, longestMs: 5_000, most: 500 },
  })
}

const leads = (count: number) => Array.from({ length: count }, (_, n) => lead(n + 1))

async function changes(org: TestOrg, n: number, fields: object): Promise<void> {
  const change = { op: 'update', type: 'Lead', id: idOf('Lead', n), fields }
  expect((await org.lever('/__mutate', change)).status).toBe(200)
}

beforeEach(async () => {
  await sql`delete from installation where id <> ${listener.id}`.execute(database.db)
  await sql`update installation set crm = 'salesforce', account_id = ${ORG_ID}`.execute(database.db)
})

test('a change in an org has its record fetched', async () => {
  const org = await openOrg(leads(2), CDC)
  const app = {
    ...pubSubOf(org),
    loginUrl: org.url,
    clientId: ORG_APP.client_id,
    clientSecret: ORG_APP.client_secret,
    redirectUrl: ORG_REDIRECT,
  }
  const { events } = createSalesforceConnector(app).connect(contextOf(org, org.url))
  await changes(org, 1, { Title: 'Chief Executive Officer' })
  await org.lever('/__mutate', { op: 'delete', type: 'Lead', id: idOf('Lead', 2) })
  expect(await listener.work(events)).toEqual(['fetch'])
  expect(await listener.due('fetch')).toEqual([idOf('Lead', 1), idOf('Lead', 2)])
})

test('what an org tells while nobody listens is not lost', async () => {
  const org = await openOrg(leads(3), CDC)
  await changes(org, 1, { Title: 'A' })
  await listener.work(feedOf(org))
  await changes(org, 2, { Title: 'B' })
  await org.close()
  const again = await startOrg(org.file, { ...CDC, now: () => org.clock.now })
  await listener.wait()
  await listener.work(feedOf(org, again))
  await again.close()
  expect(await listener.due('fetch')).toEqual([idOf('Lead', 1), idOf('Lead', 2)])
})

test('three thousand changes arrive in their order', async () => {
  const org = await openOrg(leads(3_000), CDC)
  for (let from = 0; from < 3_000; from += 200) {
    const records = Array.from({ length: 200 }, (_, n) => ({
      attributes: { type: 'Lead' },
      id: idOf('Lead', from + n + 1),
      Title: `Number ${from + n}`,
    }))
    const { status } = await org.call('PATCH', 'composite/sobjects', { allOrNone: false, records })
    expect(status).toBe(200)
  }
  const feed = feedOf(org)
  const told: string[] = []
  let position: string | null = null
  for (let more = true; more; ) {
    const page = await feed.read(position)
    told.push(...page.notices.flatMap(({ about }) => ('id' in about ? [about.id] : [])))
    position = page.position
    more = page.more
  }
  expect(told).toEqual(leads(3_000).map(({ id }) => id))
})

test('after more than three days the changes are read instead', async () => {
  const org = await openOrg(leads(2), { ...CDC, tokenLifetimeS: 7 * 86_400 })
  await changes(org, 1, { Title: 'A' })
  await listener.work(feedOf(org))
  org.clock.now += 80 * HOUR_MS
  await changes(org, 2, { Title: 'B' })
  await listener.wait()
  expect(await listener.work(feedOf(org))).toContain('sync')
  expect(await listener.due('sync')).toEqual(['delta'])
  await listener.wait()
  await listener.work(feedOf(org))
  expect(await listener.due('fetch')).toEqual([idOf('Lead', 1), idOf('Lead', 2)])
})
