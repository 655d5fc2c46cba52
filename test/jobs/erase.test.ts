import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { erase, SECOND_LOOK_MS } from '../../jobs/erase.ts'
import { createQueues, prepareQueues, type Queues } from '../../jobs/queues.ts'
import { createLog } from '../../src/log.ts'
import { auditOf } from '../../src/store/audit.ts'
import { mark } from '../../src/store/due.ts'
import { tenantTables } from '../../src/store/erasure.ts'
import { EXEMPT_TABLES, tablesWithOwners } from '../../src/store/erasure-rules.ts'
import type { Installation } from '../../src/store/installations.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock } from '../helpers/deps.ts'
import {
  accountOf,
  canaryFacts,
  canaryId,
  dump,
  leaveTraces,
  openPipeline,
  type Pipeline,
  traces,
} from './canaries.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const CANARIES = Array.from({ length: 20 }, (_, n) => n)

describe('twenty people who must be forgotten, and have left traces everywhere', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let pipeline: Pipeline
  let queues: Queues
  beforeAll(async () => {
    const backend = { kind: 'postgres', url: database.url } as const
    await prepareQueues(backend)
    queues = createQueues(backend, createLog('silent'))
    installation = await makeInstallation(database.db)
    clock = movableClock(NOW)
    pipeline = await openPipeline(database.db, installation, clock, queues.wake)
    await fill()
  })
  afterAll(() => queues.close())

  const fill = async () => {
    const { person, says } = pipeline
    const activity = (personId: string, sourceId: string, title: string) => ({
      personId,
      sourceId,
      type: 'demo_requested',
      occurredAt: clock.now(),
      attributes: { title, path: `/for/${title}` },
    })
    await says({
      companies: [0, 1, 2, 3, 4].map((n) => ({
        id: accountOf(n),
        facts: { name: `Acme ${n}`, domain: `${accountOf(n)}.example` },
        createdAt: NOW,
        updatedAt: NOW,
      })),
      people: CANARIES.flatMap((n) => [
        person(canaryId(n), canaryFacts(n), accountOf(n)),
        person(`bystander${n}`, { first_name: 'Bo', last_name: `B${n}` }, accountOf(n)),
      ]),
      activities: CANARIES.flatMap((n) => {
        const title = `Demo with Canary${n}q first_name Canary${n}q last_name`
        const shared = ['meeting', 'call'].map((kind) => `${kind}:${n}`)
        return shared.flatMap((source) => [
          activity(canaryId(n), source, title),
          activity(`bystander${n}`, source, title),
        ])
      }),
      deals: CANARIES.map((n) => ({
        id: `deal${n}`,
        personIds: [canaryId(n), `bystander${n}`],
        stage: 'won',
        outcome: 'won' as const,
        createdAt: NOW,
        updatedAt: NOW,
      })),
    })
    // Somebody new at every company: accounts are scored again, with receipts of how it was before.
    await says({
      people: [0, 1, 2, 3, 4].map((n) =>
        person(`late${n}`, { first_name: 'Lou', title: 'CEO' }, accountOf(n)),
      ),
    })
    // Number 3 was another record once.
    const former = person('9000000099', canaryFacts(99), accountOf(3))
    await says({ people: [former] })
    const merge = { kind: 'person', loser: '9000000099', winner: canaryId(3) } as const
    await says({ merged: [merge] })
    for (const n of CANARIES) await leaveTraces(database.db, installation, n, clock.now())
  }
  const rowCount = async (table: string) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(table)} where installation_id = ${installation.id}`.execute(
      database.db,
    )
    return rows[0]?.n ?? 0
  }
  const eraseDue = () => erase({ installationId: installation.id }, pipeline.deps)

  test('are in every table that can name somebody before, so that the test can fail', async () => {
    const found = Object.keys(traces(await dump(database.db)))
    const ofPeople = [...tablesWithOwners()].filter(
      (table) => !['company', 'company_domain', 'shadow_score'].includes(table),
    )
    const expected = [...ofPeople, 'shadow_score', 'deal', 'audit_log'].map(
      (name) => `public.${name}`,
    )
    expect(found.toSorted()).toEqual(expect.arrayContaining(expected))
  })

  test('are in none afterwards, and in no line of the log', async () => {
    pipeline.log.length = 0
    await mark(database.db, installation.id, 'erase', 'person', CANARIES.map(canaryId), clock.now())
    await eraseDue()
    const { 'public.due': waiting, ...others } = traces(await dump(database.db))
    expect(others).toEqual({})
    // Only that they have to be looked for once more.
    expect(waiting).toBe(CANARIES.length + 1)
    clock.moveTo(new Date(clock.now().getTime() + SECOND_LOOK_MS))
    await pipeline.work()
    await eraseDue()
    expect(traces(await dump(database.db))).toEqual({})
    expect(pipeline.log.join('').match(/canary/i)).toBeNull()
  })

  test('are proved to be gone: the audit log says how many rows of which tables', async () => {
    const entries = await auditOf(database.db, installation.id, 'person.erased', 100)
    // Twenty and one former record, each looked for twice.
    expect(entries).toHaveLength(42)
    const first = entries.at(-1)
    expect(first?.id).toMatch(/^[0-9a-f]{64}$/)
    const counts = entries.map(({ details }) => Object.keys(Object(details['rows'])).length)
    expect(counts.filter((n) => n > 0)).toHaveLength(21)
    expect(await rowCount('erased')).toBe(21)
  })

  test('leave everybody else as they were, scored without them', async () => {
    expect(await rowCount('person')).toBe(25)
    expect(await rowCount('score')).toBe(25)
    expect(await rowCount('account_score')).toBe(5)
    const { rows } = await sql<{ people: string[] }>`
      select person_ids as people from deal where installation_id = ${installation.id}
      order by id limit 1`.execute(database.db)
    expect(rows[0]?.people).toEqual(['bystander0'])
  })
})

describe('the list of tables to erase from', () => {
  const database = useDatabase()
  test('knows every table of an installation, or says why it needs not', async () => {
    const known = new Set([...tablesWithOwners(), ...Object.keys(EXEMPT_TABLES)])
    const unknown = (await tenantTables(database.db)).filter((table) => !known.has(table))
    // A new table: add it to OWNERS in src/store/erasure-rules.ts, or to EXEMPT_TABLES with the reason.
    expect(unknown).toEqual([])
  })
})
