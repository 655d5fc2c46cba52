import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection, Write, WriteOutcome } from '../../connectors/connector.ts'
import { writeBack } from '../../jobs/write-back.ts'
import type { Installation } from '../../src/store/installations.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock, stageDeps } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

const DAY = 86_400_000

describe('who may make a task', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let crm: SmallCrm
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    clock = movableClock(new Date(Date.now() + DAY))
    crm = smallCrm(database.db, installation, clock)
  })

  const outcome = ({ subject: { id } }: Write): WriteOutcome => ({ id, status: 'written' })
  async function write(answer = outcome): Promise<void> {
    clock.moveTo(new Date(clock.now().getTime() + 3_000))
    const connection: Connection = {
      ...unusedConnection,
      push: async (writes) => writes.map(answer),
    }
    const deps = stageDeps(database.db, clock, { crm: crmOf(connection) })
    await writeBack({ installationId: installation.id }, deps)
  }
  async function asked(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`select subject_id as id from due
      where installation_id = ${installation.id} and stage = 'task' order by 1`.execute(database.db)
    return rows.map(({ id }) => id)
  }
  const oldRecord = (id: string, facts = {}) => ({
    ...crm.person(id, facts),
    createdAt: new Date(Date.now() - 30 * DAY),
  })
  const moveTier = (id: string) =>
    sql`update score set written_values = written_values || '{"plumbline_tier":"A"}'
      where installation_id = ${installation.id} and person_id = ${id}`.execute(database.db)
  const writeAgain = async (id: string) => {
    await sql`insert into due (installation_id, stage, subject_kind, subject_id, due_at)
      values (${installation.id}, 'write_back', 'person', ${id}, ${clock.now()})`.execute(
      database.db,
    )
    await write()
  }

  test('not those whom Plumbline found in the CRM, however good they are', async () => {
    await crm.says({ people: [oldRecord('1', { title: 'CEO' })] })
    await write()
    expect(await asked()).toEqual([])
  })

  test('who comes in afterwards', async () => {
    await crm.says({ people: [crm.person('2', { title: 'CEO' })] })
    await write()
    expect(await asked()).toEqual(['2'])
  })

  test('whose tier changes, once it stands in the CRM', async () => {
    await crm.says({ people: [oldRecord('1', { title: 'CEO' })] })
    await write()
    await moveTier('1')
    await writeAgain('1')
    expect(await asked()).toEqual(['1'])
  })

  test('nobody whose write was refused', async () => {
    await crm.says({ people: [crm.person('3', { title: 'CEO' })] })
    await write(({ subject: { id } }) => ({ id, status: 'rejected', reason: 'a rule' }))
    expect(await asked()).toEqual([])
  })

  test('nobody whose score changes inside the tier', async () => {
    await crm.says({ people: [oldRecord('1', { title: 'CEO' })] })
    await write()
    await sql`update score set written_values = written_values || '{"plumbline_score":"1"}'
      where installation_id = ${installation.id} and person_id = '1'`.execute(database.db)
    await writeAgain('1')
    expect(await asked()).toEqual([])
  })
})
