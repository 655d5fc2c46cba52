import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FeedPage } from '../../../connectors/notice.ts'
import { CrmDisconnected } from '../../../src/errors.ts'
import { lead } from '../../sandbox/org.ts'
import { openStage, type Stage, TIERS } from './stage.ts'

const LEADS = [lead(1), lead(2), lead(3)]
const [ONE, TWO, THREE] = LEADS.map(({ id }) => id) as [string, string, string]

let stage: Stage
let position: string | null
beforeEach(async () => {
  stage = await openStage(LEADS, { org: { pubSubPort: 0 } })
  position = null
})
afterEach(() => stage.close())

/** What has come since the last reading. */
async function told(): Promise<FeedPage> {
  const { events } = stage.connection
  if (!events) throw new Error('the connection has no events')
  const page = await events.read(position)
  position = page.position
  return page
}

const subjects = ({ notices }: FeedPage) => notices.map(({ about }) => about)
const record = (stream: string, id: unknown) => ({ what: 'record', stream, id })

const update = (id: string, fields: object) =>
  stage.mutate({ op: 'update', type: 'Lead', id, fields })

test('our own writes are echoes; what somebody changes with them is not', async () => {
  await stage.connection.provision(TIERS)
  const writes = [ONE, TWO].map((id, n) => ({
    subject: { kind: 'person' as const, id },
    values: { plumbline_score: String(40 + n), plumbline_tier: 'A' },
  }))
  await stage.connection.push(writes)
  await update(THREE, { Plumbline_Score__c: 1, Title: 'Chief Executive Officer' })
  const page = await told()
  expect(subjects(page)).toEqual([
    { what: 'echo', stream: 'Lead', id: ONE },
    { what: 'echo', stream: 'Lead', id: TWO },
    record('Lead', THREE),
  ])
  expect(page).toMatchObject({ unreadable: [], gap: false })
  expect(page.notices[0]).toMatchObject({ accountId: stage.grant.accountId })
})

test('a conversion is news of the lead and of the contact', async () => {
  const converted = await stage.mutate({ op: 'convert', id: ONE })
  // The sandbox's own answer; a wrong shape makes the expectation fail.
  const { contactId } = converted as { contactId: string }
  expect(subjects(await told())).toEqual(
    expect.arrayContaining([record('Lead', ONE), record('Contact', contactId)]),
  )
})

test('deletions, restorations and changes without values are looked at', async () => {
  await stage.mutate({ op: 'delete', type: 'Lead', id: ONE })
  await stage.mutate({ op: 'undelete', type: 'Lead', id: ONE })
  await stage.lever('/__events', { gap: 'update', entity: 'Lead', ids: [TWO] })
  const page = await told()
  expect(subjects(page)).toEqual([ONE, ONE, TWO].map((id) => record('Lead', id)))
  expect(new Set(page.notices.map(({ key }) => key)).size).toBe(3)
  expect(page.gap).toBe(false)
})

test('too much at once is a gap', async () => {
  await stage.lever('/__events', { gap: 'overflow', entity: 'Lead' })
  expect(await told()).toMatchObject({ notices: [], gap: true })
})

test('nothing is told twice', async () => {
  await update(ONE, { Title: 'A' })
  expect(subjects(await told())).toEqual([record('Lead', ONE)])
  expect(subjects(await told())).toEqual([])
  await update(TWO, { Title: 'B' })
  expect(subjects(await told())).toEqual([record('Lead', TWO)])
})

test('an expired session and an org that has moved are survived', async () => {
  await update(ONE, { Title: 'A' })
  await told()
  await stage.lever('/__tokens', { expire: true })
  await update(TWO, { Title: 'B' })
  expect(subjects(await told())).toEqual([record('Lead', TWO)])
  await stage.lever('/__tokens', { instanceUrlPath: '/moved/1' })
  await update(THREE, { Title: 'C' })
  expect(subjects(await told())).toEqual([record('Lead', THREE)])
  expect(stage.credentials.renewals).toBe(2)
})

test('whoever revokes the app ends it', async () => {
  await told()
  await stage.lever('/__tokens', { revoke: true })
  await expect(told()).rejects.toThrow(CrmDisconnected)
})
