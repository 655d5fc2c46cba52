import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Connection, Connector } from '../../connectors/connector.ts'
import type { WebhookRequest } from '../../connectors/notice.ts'
import type { Subject, SubjectKind } from '../../src/leads/facts.ts'
import { silentLog } from '../connectors/helpers.ts'
import { BORN, contacts, smallPortal } from '../connectors/hubspot/records.ts'
import { noWishes, openStage, type Stage } from '../connectors/hubspot/stage.ts'
import type { Harness, Trouble } from './harness.ts'
import { describeReading } from './reading.ts'
import { describeSegments } from './segments.ts'
import { describeTrouble } from './trouble.ts'
import { describeWebhooks } from './webhooks.ts'
import { describeWriting } from './writing.ts'

const OBJECTS: Readonly<Record<SubjectKind, string>> = { person: 'contacts', company: 'companies' }
const NAME: Readonly<Record<SubjectKind, string>> = { person: 'firstname', company: 'name' }
const WEBHOOK_URL = 'https://plumbline.example/webhooks/hubspot'
const SECRET = 'secret-1'

const FAULTS: Readonly<Record<Trouble, object>> = {
  overload: { kind: 'status', status: 503 },
  silence: { kind: 'hang' },
  limit: { kind: '429', policyName: 'DAILY' },
  html: { kind: 'status', status: 200, html: '<html>Sign in</html>' },
  truncated: { kind: 'truncate' },
  'cut connection': { kind: 'reset' },
  forbidden: { kind: 'status', status: 403, body: { category: 'MISSING_SCOPES', message: 'no' } },
}

async function openHarness(): Promise<Harness> {
  const many = contacts(260).map((record) => ({ ...record, id: String(Number(record.id) + 5000) }))
  const stage = await openStage([...smallPortal(), ...many], { webhookUrl: WEBHOOK_URL })
  const { connection, connector } = stage
  const act = (change: object) => mutate(stage, change)
  const people = (await allIds(connection, 'contacts')).toSorted((a, b) => Number(a) - Number(b))
  return {
    connector,
    connection,
    connect: (changes) => connectWith(stage, connector, changes),
    people,
    companies: await allIds(connection, 'companies'),
    nobody: '987654321',
    changedFrom: new Date(BORN),
    changedTo: new Date('2026-11-01T00:00:00Z'),
    rename: async ({ kind, id }, name, at) => {
      const properties = { [NAME[kind]]: name }
      await act({ op: 'update', type: OBJECTS[kind], id, properties, at: at.getTime() })
    },
    remove: async ({ kind, id }) => void (await act({ op: 'archive', type: OBJECTS[kind], id })),
    restore: async ({ kind, id }) => void (await act({ op: 'restore', type: OBJECTS[kind], id })),
    async merge(kind, winner, loser) {
      await act({ op: 'merge', type: OBJECTS[kind], id: winner, loserId: loser })
      return winner
    },
    fieldOf: (subject, field) => fieldOf(stage, subject, field),
    trouble: (trouble) => stage.faults({ match: { route: '/crm' }, do: FAULTS[trouble] }),
    calm: () => stage.faults(),
    async revoke() {
      await connection.uninstall()
    },
    async calls() {
      const { total } = await stage.ledger()
      await stage.resetLedger()
      return total
    },
    async secrets() {
      const { accessToken, refreshToken } = await stage.credentials.current()
      return [accessToken, refreshToken, SECRET]
    },
    webhookAbout,
    close: () => stage.close(),
  }
}

function connectWith(
  { credentials, budget, clock }: Stage,
  connector: Connector,
  changes: Parameters<Harness['connect']>[0],
): Connection {
  const context = { credentials, budget, clock, log: silentLog, wishes: noWishes, ...changes }
  return connector.connect(context)
}

async function mutate({ url }: Stage, change: object): Promise<void> {
  const answer = await fetch(`${url}/__mutate`, { method: 'POST', body: JSON.stringify(change) })
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
}

async function allIds(connection: Connection, stream: string): Promise<string[]> {
  const ids: string[] = []
  let page = await connection.pullAll(stream, null)
  for (;;) {
    ids.push(...[...page.people, ...page.companies].map(({ id }) => id))
    if (page.next === null) return ids
    page = await connection.pullAll(stream, page.next)
  }
}

async function fieldOf(stage: Stage, { kind, id }: Subject, field: string): Promise<string> {
  const page = await stage.connection.fetch(OBJECTS[kind], [id])
  return page.ours[0]?.values[field] ?? ''
}

/** As HubSpot's description says, written apart from the connector. */
function webhookAbout(personId: string, now: Date): WebhookRequest {
  const event = {
    eventId: 1,
    subscriptionId: 2,
    portalId: 4711,
    appId: 4242,
    occurredAt: now.getTime() - 1_000,
    subscriptionType: 'object.propertyChange',
    objectTypeId: '0-1',
    objectId: Number(personId),
    propertyName: 'jobtitle',
    propertyValue: 'VP Sales',
    changeSource: 'CRM_UI',
    sourceId: 'userId:1',
    attemptNumber: 0,
  }
  const body = Buffer.from(JSON.stringify([event]))
  const timestamp = String(now.getTime())
  const signature = createHmac('sha256', SECRET)
    .update(`POST${WEBHOOK_URL}`)
    .update(body)
    .update(timestamp)
    .digest('base64')
  const headers = {
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': timestamp,
    'content-type': 'application/json',
  }
  return { method: 'POST', url: WEBHOOK_URL, headers, body }
}

describe('the HubSpot connector holds to the contract', () => {
  let harness: Harness
  beforeAll(async () => {
    harness = await openHarness()
  })
  afterAll(() => harness.close())
  describe('reading', () => describeReading(() => harness))
  describe('writing', () => describeWriting(() => harness))
  describe('segments', () => describeSegments(() => harness))
  describe('called by others', () => describeWebhooks(() => harness))
  describe('in trouble', () => describeTrouble(() => harness))
})
