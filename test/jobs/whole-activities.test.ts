import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Installation } from '../../src/store/installations.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock } from '../helpers/deps.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const CALL = 'calls:1'

describe('activities of which a page names everybody', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let crm: SmallCrm
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    clock = movableClock(NOW)
    crm = smallCrm(database.db, installation, clock)
    await crm.says({ people: ['1', '2'].map((id) => crm.person(id, { title: 'CEO' })) })
    await says(['1', '2'])
  })

  /** The call and the people who were on it. */
  const says = (people: readonly string[]) =>
    crm.says({
      activities: people.map((id) => ({ ...crm.visit(id, CALL), type: 'meeting_held' })),
      whole: [{ sourceId: CALL, at: clock.now() }],
    })
  async function living(): Promise<string[]> {
    const { rows } = await sql<{ id: string }>`
      select person_id as id from activity
      where installation_id = ${installation.id} and retracted_at is null order by 1`.execute(
      database.db,
    )
    return rows.map(({ id }) => id)
  }
  const scores = async () => [(await crm.score('1'))?.score, (await crm.score('2'))?.score]

  test('whoever is named no more has lost it, and is scored without it', async () => {
    const [before] = await scores()
    expect(await scores()).toEqual([before, before])
    await says(['1'])
    expect(await living()).toEqual(['1'])
    const [named, other] = await scores()
    expect(named).toBe(before)
    expect(other).toBeLessThan(before ?? 0)
  })

  test('who is named again has it again', async () => {
    const before = await scores()
    await says([])
    expect(await living()).toEqual([])
    await says(['1', '2'])
    expect(await living()).toEqual(['1', '2'])
    expect(await scores()).toEqual(before)
  })

  test('other activities of the same people are not touched', async () => {
    await crm.says({ activities: [crm.visit('2', 'calls:2')] })
    await says([])
    expect(await living()).toEqual(['2'])
  })

  test('nobody loses an activity of the same id in another account', async () => {
    const other = await makeInstallation(database.db)
    const elsewhere = smallCrm(database.db, other, clock)
    await elsewhere.says({ whole: [{ sourceId: CALL, at: clock.now() }] })
    expect(await living()).toEqual(['1', '2'])
  })
})
