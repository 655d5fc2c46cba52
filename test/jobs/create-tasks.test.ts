import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection, Task } from '../../connectors/connector.ts'
import { createTasks } from '../../jobs/create-tasks.ts'
import { CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import { mark } from '../../src/store/due.ts'
import type { Installation } from '../../src/store/installations.ts'
import { changeSettings } from '../../src/store/settings.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock, stageDeps } from '../helpers/deps.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

/** 23:30 in Berlin. */
const NOW = new Date('2026-11-22T22:30:00Z')
const TEN_PEOPLE = Array.from({ length: 10 }, (_, at) => `p${at}`)

describe('tasks for owners', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let created: Task[]
  let answer: (task: Task) => void

  beforeEach(async () => {
    installation = await makeInstallation(database.db, 'Europe/Berlin')
    clock = movableClock(NOW)
    created = []
    answer = () => undefined
    await people(TEN_PEOPLE)
  })

  /** In tier A, the later the better. */
  async function people(ids: readonly string[]): Promise<void> {
    await sql`
      insert into person (installation_id, id, facts, source_created_at, source_updated_at, known_at)
      select ${installation.id}, id, '{}', ${NOW}, ${NOW}, ${NOW} from unnest(${[...ids]}::text[]) id`.execute(
      database.db,
    )
    await sql`
      insert into score (installation_id, person_id, model, as_of, inputs_hash, score, tier, stage, written_values)
      select ${installation.id}, id, 'm@1', ${NOW}, 'h', 70 + place, 'A', 'mql',
        jsonb_build_object('plumbline_reasons', 'Asked for a <demo>')
      from unnest(${[...ids]}::text[]) with ordinality as u(id, place)`.execute(database.db)
  }
  const allow = (perOwnerPerDay: number) =>
    changeSettings(database.db, installation.id, { tasks: { tiers: ['A'], perOwnerPerDay } }, NOW)
  const due = (ids: readonly string[]) =>
    mark(database.db, installation.id, 'task', 'person', ids, clock.now())
  async function work(): Promise<void> {
    const connection: Connection = {
      ...unusedConnection,
      owners: async (ids) => new Map(ids.map((id) => [id, 'ines'])),
      async createTask(task) {
        answer(task)
        created.push(task)
      },
    }
    const deps = stageDeps(database.db, clock, { crm: crmOf(connection) })
    await createTasks({ installationId: installation.id }, deps)
  }
  const told = () => created.map(({ personId }) => personId)
  async function dueRows(): Promise<{ id: string; dueAt: Date; error: string | null }[]> {
    const { rows } = await sql<{ id: string; dueAt: Date; error: string | null }>`
      select subject_id as id, due_at as "dueAt", last_error as error from due
      where installation_id = ${installation.id} and stage = 'task' order by 1`.execute(database.db)
    return rows
  }

  test('where tasks are switched off nothing is created, and nothing waits', async () => {
    await due(TEN_PEOPLE)
    await work()
    expect(created).toEqual([])
    expect(await dueRows()).toEqual([])
  })

  test('the best come first; the others wait until seven in the morning of the account', async () => {
    await allow(3)
    await due(TEN_PEOPLE)
    await work()
    expect(told()).toEqual(['p9', 'p8', 'p7'])
    expect(created[0]).toMatchObject({ ownerId: 'ines', dueAt: NOW })
    expect(created[0]?.subject).toContain('Tier A')
    expect(created[0]?.body).toContain('Asked for a <demo>')
    const waiting = await dueRows()
    expect(waiting).toHaveLength(7)
    expect(new Set(waiting.map(({ dueAt }) => dueAt.toISOString()))).toEqual(
      new Set(['2026-11-23T06:00:00.000Z']),
    )
    clock.moveTo(new Date('2026-11-23T06:00:00Z'))
    await work()
    expect(told()).toEqual(['p9', 'p8', 'p7', 'p6', 'p5', 'p4'])
  })

  test('who comes back into the tier makes no second task', async () => {
    await allow(100)
    await due(['p1'])
    await work()
    await due(['p1'])
    await work()
    expect(told()).toEqual(['p1'])
  })

  test('who has left the tier by then makes none', async () => {
    await allow(100)
    await due(['p1', 'p2'])
    await sql`update score set tier = 'B' where person_id = 'p2'`.execute(database.db)
    await work()
    expect(told()).toEqual(['p1'])
    expect(await dueRows()).toEqual([])
  })

  test('a call that broke off is repeated under the same key', async () => {
    await allow(100)
    await due(['p1'])
    const keys: string[] = []
    answer = ({ key }) => {
      keys.push(key)
      if (keys.length === 1) throw new CrmUnavailable('hubspot', 'the connection broke')
    }
    await work()
    expect(await dueRows()).toMatchObject([{ id: 'p1', error: 'the connection broke' }])
    clock.moveTo(new Date(NOW.getTime() + 60_000))
    await work()
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
    expect(await dueRows()).toEqual([])
  })

  test('what the CRM refuses is filed with its reason, and stops no other', async () => {
    await allow(100)
    await due(['p1', 'p2'])
    answer = ({ personId }) => {
      if (personId === 'p2') throw new CrmRejected('hubspot', 400, 'the owner has left')
    }
    await work()
    expect(told()).toEqual(['p1'])
    const { rows } = await sql`select subject_id as id, reason from rejection
      where installation_id = ${installation.id} and resolved_at is null`.execute(database.db)
    expect(rows).toEqual([{ id: 'p2', reason: 'the owner has left' }])
  })

  test('more than a slice holds are created one batch after the other', async () => {
    const crowd = Array.from({ length: 60 }, (_, at) => `q${at}`)
    await people(crowd)
    await allow(200)
    await due(crowd)
    await work()
    expect(new Set(told()).size).toBe(60)
    expect(await dueRows()).toEqual([])
  })
})
