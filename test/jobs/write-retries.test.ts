import { beforeEach, describe, expect, test } from 'vitest'
import type { WriteOutcome } from '../../connectors/connector.ts'
import { useDatabase } from '../helpers/database.ts'
import { type OurCrm, ourCrm } from '../helpers/our-crm.ts'

/** An hour of growing pauses. */
const MOST_ATTEMPTS = 12

describe('a write that does not get through', () => {
  const database = useDatabase()
  let crm: OurCrm
  beforeEach(async () => {
    crm = await ourCrm(database.db)
    await crm.says({ people: [crm.person('1', { title: 'VP Sales' })] })
  })

  const retry = (id: string, afterMs?: number): WriteOutcome => ({
    ...{ id, status: 'retry', reason: 'busy' },
    ...(afterMs !== undefined && { afterMs }),
  })
  const from = (seconds: number) => new Date(crm.clock.now().getTime() + seconds * 1_000)
  const failures = () =>
    crm.rows(`select attempts, last_error as reason from due
      where installation_id = $id and stage = 'write_back'`)
  const writeWhenDue = async (id = '1') => {
    crm.clock.moveTo((await crm.dueAt(id)) ?? crm.clock.now())
    await crm.write()
  }

  test('is tried again after a pause, and says why it waits', async () => {
    crm.answers(({ subject: { id } }) => retry(id))
    await crm.write()
    expect(await crm.dueAt('1')).toEqual(from(2))
    expect(await failures()).toEqual([{ attempts: 1, reason: 'busy' }])
  })

  test('counts as not done where nothing was said about it', async () => {
    crm.answers(() => ({ id: 'somebody else', status: 'written' }))
    await crm.write()
    expect(await crm.dueAt('1')).toEqual(from(2))
    const reason = 'the connector said nothing about this record'
    expect(await failures()).toEqual([{ attempts: 1, reason }])
    expect(await crm.rows('select from written where installation_id = $id')).toEqual([])
  })

  test('is filed with its last reason after a dozen pauses', async () => {
    crm.answers(({ subject: { id } }) => retry(id))
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) await writeWhenDue()
    expect(await crm.rejections()).toEqual([])
    expect(await crm.dueAt('1')).not.toBeNull()
    await writeWhenDue()
    expect(await crm.rejections()).toEqual([{ id: '1', reason: 'busy', attempts: 1 }])
    expect(await crm.dueAt('1')).toBeNull()
  })

  test('because of a limit uses no attempt, and comes back with what waits longest', async () => {
    await crm.says({ people: [crm.person('2', { title: 'VP Sales' })] })
    crm.answers(({ subject: { id } }) => retry(id, id === '1' ? 7_000 : 3_000))
    for (let attempt = 0; attempt <= MOST_ATTEMPTS + 1; attempt += 1) await writeWhenDue()
    expect([await crm.dueAt('1'), await crm.dueAt('2')]).toEqual([from(7), from(7)])
    expect(await failures()).toEqual(Array(2).fill({ attempts: 0, reason: null }))
    expect(await crm.rejections()).toEqual([])
  })

  test('because of a limit does not keep those beside it from counting theirs', async () => {
    await crm.says({ people: [crm.person('2', { title: 'VP Sales' })] })
    crm.answers(({ subject: { id } }) => retry(id, id === '1' ? 60_000 : undefined))
    await crm.write()
    expect([await crm.dueAt('1'), await crm.dueAt('2')]).toEqual([from(60), from(2)])
  })
})
