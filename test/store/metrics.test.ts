import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { holdCalls } from '../../src/store/budgets.ts'
import { mark } from '../../src/store/due.ts'
import { countRefusal } from '../../src/store/event-feeds.ts'
import { storeDelivery } from '../../src/store/inbox.ts'
import { setStatus } from '../../src/store/installations.ts'
import { endTurn, takeTurn } from '../../src/store/journal-position.ts'
import {
  budgetWaits,
  fullReadings,
  heldCounts,
  installationCounts,
  journalFailures,
  rejectionCounts,
  toldCounts,
  unheardCounts,
  waitingWork,
  waitingWorkQuery,
} from '../../src/store/metrics.ts'
import { reject, resolveRejections } from '../../src/store/rejections.ts'
import { finishRun, startRun } from '../../src/store/sync-runs.ts'
import { holdWrites, saveWritten } from '../../src/store/written.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000)
const HOUR = 3_600

const database = useDatabase()

/** Every test has accounts of a CRM of its own. */
async function account(crm: string) {
  const installation = await makeInstallation(database.db)
  await sql`update installation set crm = ${crm} where id = ${installation.id}`.execute(database.db)
  return installation
}

const of = <Row extends { readonly crm: string }>(rows: readonly Row[], crm: string) =>
  rows.filter((row) => row.crm === crm)

/** Of a plan as Postgres explains it. */
interface PlanNode {
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

function scansOf(node: PlanNode, table: string): readonly PlanNode[] {
  const below = (node.Plans ?? []).flatMap((each) => scansOf(each, table))
  return node['Relation Name'] === table ? [node, ...below] : below
}

function rowsSeen(node: PlanNode): number {
  return node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0))
}

describe('work that waits', () => {
  test('is what is due, with the age of its oldest row; what is due later is not', async () => {
    const { db } = database
    const { id } = await account('waits')
    await mark(db, id, 'score', 'person', ['1'], ago(600))
    await mark(db, id, 'score', 'person', ['2'], ago(60))
    await mark(db, id, 'score', 'person', ['3'], ago(-60))
    await mark(db, id, 'sync', 'run', ['delta'], ago(5))
    const rows = of(await waitingWork(db, NOW), 'waits')
    expect(rows.toSorted((a, b) => b.rows - a.rows)).toEqual([
      { installationId: id, crm: 'waits', stage: 'score', rows: 2, oldestDueAt: ago(600) },
      { installationId: id, crm: 'waits', stage: 'sync', rows: 1, oldestDueAt: ago(5) },
    ])
  })

  test('of a paused account waits for its admin, and only erasing goes on', async () => {
    const { db } = database
    const { id } = await account('paused')
    await mark(db, id, 'score', 'person', ['1'], ago(600))
    await mark(db, id, 'erase', 'person', ['2'], ago(60))
    await setStatus(db, id, 'paused', 'asked for', NOW)
    const rows = of(await waitingWork(db, NOW), 'paused')
    expect(rows.map(({ stage }) => stage)).toEqual(['erase'])
  })

  test('is found without walking through what is due some day', async () => {
    const { db } = database
    const { id } = await account('big')
    const ids = Array.from({ length: 50_000 }, (_, index) => String(index))
    await mark(db, id, 'score', 'person', ids, ago(-HOUR))
    await mark(db, id, 'score', 'person', ['due'], ago(60))
    await sql`analyze due`.execute(db)
    const { rows } = await sql<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>`
      explain (analyze, format json) ${waitingWorkQuery(NOW)}`.execute(db)
    const [explained] = rows
    const looks = explained ? scansOf(explained['QUERY PLAN'][0].Plan, 'due') : []
    expect(looks).not.toEqual([])
    expect(looks.map((node) => node['Index Name'])).toEqual(looks.map(() => 'due_by_time'))
    expect(looks.reduce((sum, node) => sum + rowsSeen(node), 0)).toBeLessThan(100)
  })
})

test('installations are counted by status', async () => {
  const { db } = database
  await account('counted')
  await account('counted')
  const gone = await account('counted')
  await setStatus(db, gone.id, 'disconnected', 'removed', NOW)
  const rows = of(await installationCounts(db), 'counted')
  expect(rows.toSorted((a, b) => b.installations - a.installations)).toEqual([
    { crm: 'counted', status: 'active', installations: 2 },
    { crm: 'counted', status: 'disconnected', installations: 1 },
  ])
})

test('rejections count while they are open', async () => {
  const { db } = database
  const { id } = await account('refused')
  const reasons = ['1', '2', '3'].map((each) => ({ kind: 'person', id: each, reason: 'no' }))
  await reject(db, id, 'write_back', reasons, NOW)
  await resolveRejections(db, id, 'write_back', 'person', ['1'], NOW)
  expect(of(await rejectionCounts(db), 'refused')).toEqual([
    { crm: 'refused', stage: 'write_back', rejections: 2 },
  ])
})

describe('full readings', () => {
  test('are as old as their end; what reads changes does not count', async () => {
    const { db } = database
    const [late, punctual] = [await account('read'), await account('read')]
    await read(late.id, 'full', 30 * HOUR)
    await read(late.id, 'delta', HOUR)
    await read(punctual.id, 'full', 30 * HOUR)
    await read(punctual.id, 'full', 5 * HOUR)
    expect(of(await fullReadings(db, ago(26 * HOUR)), 'read')).toEqual([
      { crm: 'read', oldestAt: ago(30 * HOUR), overdue: 1 },
    ])
  })

  test('that never ended are as old as the consent', async () => {
    const { db } = database
    const { id } = await account('new')
    await sql`update installation set consented_at = ${ago(2 * HOUR)} where id = ${id}`.execute(db)
    expect(of(await fullReadings(db, ago(26 * HOUR)), 'new')).toEqual([
      { crm: 'new', oldestAt: ago(2 * HOUR), overdue: 0 },
    ])
  })

  async function read(id: string, kind: 'full' | 'delta', endedAgo: number) {
    const startedAt = ago(endedAgo + 60)
    const run = await startRun(database.db, id, { kind, since: null, startedAt }, [['people']])
    await finishRun(database.db, run.id, ago(endedAgo))
  }
})

test('notices count by the way they came, for as long as asked', async () => {
  const { db } = database
  const { accountId } = await account('told')
  const notice = (key: string) => ({
    accountId,
    key,
    at: NOW,
    about: { what: 'record', stream: 'contacts', id: key } as const,
  })
  const deliver = (source: 'webhook' | 'journal', key: string, at: Date) =>
    storeDelivery(db, { crm: 'told', source, notices: [notice(key)], unreadable: 0 }, at)
  await deliver('webhook', 'a', ago(60))
  await deliver('webhook', 'b', ago(120))
  await deliver('journal', 'c', ago(180))
  await deliver('journal', 'd', ago(2 * HOUR))
  const rows = of(await toldCounts(db, ago(HOUR)), 'told')
  expect(rows.toSorted((a, b) => b.notices - a.notices)).toEqual([
    { crm: 'told', source: 'webhook', notices: 2 },
    { crm: 'told', source: 'journal', notices: 1 },
  ])
})

test('a record is held until its time', async () => {
  const { db } = database
  const { id } = await account('held')
  const times = { sentAt: NOW, writtenAt: NOW, recentSince: ago(600) }
  const rows = ['1', '2'].map((each) => ({ id: each, values: { plumbline_score: '1' } }))
  await saveWritten(db, id, 'person', rows, times)
  const held = [
    { id: '1', until: ago(-60) },
    { id: '2', until: ago(60) },
  ]
  await holdWrites(db, id, 'person', held)
  expect(of(await heldCounts(db, NOW), 'held')).toEqual([{ crm: 'held', records: 1 }])
})

test('of the waits for a rate the longest counts, and one that is over is none', async () => {
  const { db } = database
  const [first, second] = [await account('slow'), await account('slow')]
  await holdCalls(db, first.id, 'general', 60_000)
  await holdCalls(db, second.id, 'general', 600_000)
  await holdCalls(db, second.id, 'search', 0)
  const waits = of(await budgetWaits(db), 'slow').toSorted((a, b) => b.seconds - a.seconds)
  expect(waits.map(({ key }) => key)).toEqual(['general', 'search'])
  expect(waits[0]?.seconds).toBeGreaterThan(500)
  expect(waits[0]?.seconds).toBeLessThanOrEqual(600)
  expect(waits[1]?.seconds).toBe(0)
})

test('accounts and journals that tell nothing are counted', async () => {
  const { db } = database
  const { id } = await account('deaf')
  await countRefusal(db, id)
  await takeTurn(db, 'deaf', NOW, ago(-60))
  await endTurn(db, 'deaf', 3, ago(-120))
  expect(of(await unheardCounts(db), 'deaf')).toEqual([{ crm: 'deaf', accounts: 1 }])
  expect(of(await journalFailures(db), 'deaf')).toEqual([{ crm: 'deaf', turns: 3 }])
})
