import { afterAll, beforeAll, describe } from 'vitest'
import { idOf } from '../../sandbox/salesforce/ids.ts'
import type { NewRecord } from '../../sandbox/salesforce/record-table.ts'
import type { Subject } from '../../src/leads/facts.ts'
import { openStage, TIERS } from '../connectors/salesforce/stage.ts'
import { describeEvents } from './events.ts'
import type { Harness, Trouble } from './harness.ts'
import { describeReading } from './reading.ts'
import { describePackagedSegments } from './segments.ts'
import { describeTrouble } from './trouble.ts'
import { describeNoWebhooks } from './webhooks.ts'
import { describeWriting } from './writing.ts'

const BORN = Date.parse('2026-01-01T00:00:00Z')
const SECOND_MS = 1_000

const FAULTS: Readonly<Record<Trouble, object>> = {
  overload: { kind: 'status', status: 503 },
  silence: { kind: 'hang' },
  limit: { kind: 'limit' },
  html: { kind: 'status', status: 200, html: '<html>Sign in</html>' },
  truncated: { kind: 'truncate' },
  'cut connection': { kind: 'reset' },
  forbidden: {
    kind: 'status',
    status: 403,
    body: [{ errorCode: 'INSUFFICIENT_ACCESS', message: 'no' }],
  },
}

function record(type: NewRecord['type'], n: number, fields: NewRecord['fields']): NewRecord {
  return { type, id: idOf(type, n), fields, createdAt: BORN + n * SECOND_MS }
}

/** More leads and more contacts than a page of this org holds, some accounts, and things that people did. */
function smallOrg(): readonly NewRecord[] {
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1)
  const lead = (n: number) =>
    record('Lead', n, {
      FirstName: 'Ann',
      LastName: `Lead ${n}`,
      Company: 'Acme',
      Status: 'Open - Not Contacted',
    })
  const contact = (n: number) =>
    record('Contact', n, {
      FirstName: 'Bob',
      LastName: `Contact ${n}`,
      AccountId: idOf('Account', (n % 5) + 1),
    })
  const call = (n: number) =>
    record('Task', n, {
      WhoId: idOf(n % 2 === 0 ? 'Lead' : 'Contact', n),
      Subject: 'Call',
      TaskSubtype: 'Call',
      CallType: 'Inbound',
      CallDurationInSeconds: 60,
      CallDisposition: 'Connected',
      Status: 'Completed',
    })
  return [
    ...numbers(5).map((n) => record('Account', n, { Name: `Acme ${n}` })),
    ...numbers(250).map(lead),
    ...numbers(130).map(contact),
    ...numbers(40).map(call),
    record('Opportunity', 1, {
      Name: 'Deal',
      AccountId: idOf('Account', 1),
      StageName: 'Prospecting',
      CloseDate: '2026-12-01',
    }),
    record('OpportunityContactRole', 1, {
      OpportunityId: idOf('Opportunity', 1),
      ContactId: idOf('Contact', 1),
    }),
  ]
}

const objectOf = (id: string) => {
  if (id.startsWith('001')) return 'Account'
  return id.startsWith('00Q') ? 'Lead' : 'Contact'
}

async function openHarness(): Promise<Harness> {
  const records = smallOrg()
  const stage = await openStage(records, { org: { pageSize: 100, pubSubPort: 0 } })
  const { connector, connection, mutate } = stage
  await connection.provision(TIERS)
  const idsOf = (...types: string[]) =>
    records.flatMap(({ type, id }) => (types.includes(type) && id ? [id] : []))
  const act = async (op: string, { id }: Pick<Subject, 'id'>) =>
    void (await mutate({ op, type: objectOf(id), id }))
  return {
    connector,
    connection,
    connect: (changes) => connector.connect({ ...stage.context, ...changes }),
    people: [...idsOf('Lead'), ...idsOf('Contact')],
    companies: idsOf('Account'),
    nobody: idOf('Contact', 999_999),
    changedFrom: new Date(BORN),
    changedTo: new Date('2026-11-01T00:00:00Z'),
    rename: async ({ kind, id }, name, at) => {
      const fields = { [kind === 'person' ? 'FirstName' : 'Name']: name }
      await mutate({ op: 'update', type: objectOf(id), id, fields, at: at.getTime() })
    },
    remove: (subject) => act('delete', subject),
    restore: (subject) => act('undelete', subject),
    async merge(_kind, winner, loser) {
      await mutate({ op: 'merge', type: objectOf(winner), id: winner, loserId: loser })
      return winner
    },
    async fieldOf(subject, field) {
      const page = await connection.fetch(connector.streamOf(subject), [subject.id])
      return page.ours[0]?.values[field] ?? ''
    },
    trouble: async (trouble) => {
      await stage.faults({ match: { route: '/services/data' }, do: FAULTS[trouble] })
    },
    calm: async () => void (await stage.faults()),
    revoke: () => connection.uninstall(),
    async calls() {
      const { total } = await stage.ledger()
      await stage.resetLedger()
      return total
    },
    async secrets() {
      const { accessToken, refreshToken } = await stage.credentials.current()
      return [accessToken, refreshToken, 'secret-1']
    },
    webhookAbout: null,
    close: () => stage.close(),
  }
}

describe('the Salesforce connector holds to the contract', () => {
  let harness: Harness
  beforeAll(async () => {
    harness = await openHarness()
  })
  afterAll(() => harness.close())
  describe('reading', () => describeReading(() => harness))
  describe('writing', () => describeWriting(() => harness))
  describe('segments', () => describePackagedSegments(() => harness))
  describe('events', () => describeEvents(() => harness))
  describe('called by others', () => describeNoWebhooks(() => harness))
  describe('in trouble', () => describeTrouble(() => harness))
})
