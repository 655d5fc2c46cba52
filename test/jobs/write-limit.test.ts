import { beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { replayRejections } from '../../src/store/rejections.ts'
import { useDatabase } from '../helpers/database.ts'
import { type OurCrm, ourCrm } from '../helpers/our-crm.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

describe('a record that something changes after every write', () => {
  const database = useDatabase()
  let crm: OurCrm
  let title = 0
  beforeEach(async () => {
    crm = await ourCrm(database.db)
  })

  /** A workflow that answers our write by toggling what the score rests on; the answer is scored and written. */
  const toggle = async (id = '1') => {
    title += 1
    const facts = { title: title % 2 === 0 ? 'VP Sales' : 'Intern' }
    await crm.says({ people: [crm.person(id, facts)] })
    await crm.write()
  }
  const toggles = async (times: number) => {
    for (let done = 0; done < times; done += 1) await toggle()
  }

  test('is written five times, then filed in plain words and left alone for an hour', async () => {
    await toggles(6)
    expect(crm.pushes).toHaveLength(5)
    const [filed] = await crm.rejections()
    expect(filed).toMatchObject({ id: '1', attempts: 1 })
    expect(filed?.reason).toMatch(/Written 5 times within 10 minutes.*workflow or another app/)
    expect(await crm.dueAt('1')).toEqual(new Date(crm.clock.now().getTime() + HOUR_MS))
  })

  test('is no case any more once its values are as they should be by themselves', async () => {
    await toggles(6)
    await toggle()
    expect(await crm.rejections()).toEqual([])
    expect(await crm.dueAt('1')).toBeNull()
  })

  test('is left alone though it is scored again and again, and though ten minutes have passed', async () => {
    await toggles(6)
    crm.forward(11 * MINUTE_MS)
    await toggle()
    await toggle()
    await toggle()
    await toggle()
    expect(crm.pushes).toHaveLength(5)
    expect(await crm.rejections()).toHaveLength(1)
  })

  test('is written again after the hour, and the case is closed', async () => {
    await toggles(6)
    crm.forward(HOUR_MS)
    await crm.write()
    expect(crm.pushes).toHaveLength(6)
    expect(await crm.rejections()).toEqual([])
    expect(await crm.dueAt('1')).toBeNull()
  })

  test('is never written more than five times in any ten minutes', async () => {
    const sent: number[] = []
    crm.answers(({ subject: { id } }, apply) => {
      sent.push(crm.clock.now().getTime())
      apply()
      return { id, status: 'written' }
    })
    // Once at first and then, at the end of the ten minutes, in a hurry.
    await toggle()
    crm.forward(6 * MINUTE_MS)
    await toggles(8)
    for (const [at, first] of sent.entries()) {
      const sixth = sent[at + 5]
      expect(sixth === undefined || sixth - first >= 10 * MINUTE_MS).toBe(true)
    }
    expect(sent.length).toBeGreaterThanOrEqual(5)
  })

  test('a lead who is busy right now waits until the ten minutes have room, and is no case', async () => {
    const first = crm.clock.now().getTime() + MINUTE_MS
    for (const pages of [1, 2, 3, 4, 5, 6]) {
      const activities = Array.from({ length: pages }, (_, at) => crm.visit('1', `visit-${at}`))
      await crm.says({ people: [crm.person('1', { title: 'Intern' })], activities })
      await crm.rows(
        `update score set written_values = written_values || '{"plumbline_score":"${pages}"}'
         where installation_id = $id`,
      )
      await mark(database.db, crm.installation.id, 'write_back', 'person', ['1'], crm.clock.now())
      await crm.write()
    }
    expect(crm.pushes).toHaveLength(5)
    expect(await crm.rejections()).toEqual([])
    const dueAt = await crm.dueAt('1')
    expect(dueAt?.getTime()).toBeGreaterThanOrEqual(first + 10 * MINUTE_MS)
    expect(dueAt?.getTime()).toBeLessThan(first + 11 * MINUTE_MS)
    crm.clock.moveTo(dueAt ?? crm.clock.now())
    await crm.write()
    expect(crm.stands('1')).toMatchObject({ plumbline_score: '6' })
  })

  test('others are written meanwhile, in the same batch', async () => {
    await toggles(5)
    await crm.says({ people: [crm.person('2', {}), crm.person('1', { title: 'CEO' })] })
    await crm.write()
    expect(crm.pushes.at(-1)?.map(({ subject }) => subject.id)).toEqual(['2'])
    expect(await crm.dueAt('2')).toBeNull()
  })

  test('a write that did not get through does not count', async () => {
    crm.answers(({ subject: { id } }) => ({ id, status: 'retry', reason: 'busy', afterMs: 1 }))
    await toggles(6)
    expect(await crm.rejections()).toEqual([])
    expect(crm.pushes).toHaveLength(6)
  })

  test('a record that only stands waits for nothing', async () => {
    await toggles(5)
    await mark(database.db, crm.installation.id, 'write_back', 'person', ['1'], crm.clock.now())
    await crm.write()
    expect(await crm.dueAt('1')).toBeNull()
    expect(await crm.rejections()).toEqual([])
  })

  test('the admin who found the workflow need not wait for the hour', async () => {
    await toggles(6)
    const choice = { stage: null, ids: ['1'] }
    const replayed = await inTransaction(database.db, (transaction) =>
      replayRejections(transaction, crm.installation.id, choice, crm.clock.now()),
    )
    expect(replayed).toEqual({ write_back: 1 })
    await crm.write()
    expect(crm.pushes).toHaveLength(6)
    expect(await crm.rejections()).toEqual([])
  })
})

describe('what makes a write', () => {
  const database = useDatabase()
  test('another time of scoring alone does not', async () => {
    const crm = await ourCrm(database.db)
    await crm.says({ people: [crm.person('1', { title: 'VP Sales' })] })
    await crm.write()
    crm.forward(HOUR_MS)
    await mark(database.db, crm.installation.id, 'score', 'person', ['1'], crm.clock.now())
    // A new fact that no rule asks for: another score row, of another time, with the same values.
    await crm.says({ people: [crm.person('1', { title: 'VP Sales', shoe_size: 43 })] })
    const [score] = await crm.rows('select as_of as at from score where installation_id = $id')
    expect(score).toEqual({ at: crm.clock.now() })
    await mark(database.db, crm.installation.id, 'write_back', 'person', ['1'], crm.clock.now())
    await crm.write()
    expect(crm.pushes).toHaveLength(1)
  })

  test('numbers are written without commas, choices as their options are', async () => {
    const crm = await ourCrm(database.db)
    await crm.says({ people: [crm.person('1', { title: 'VP Sales', annual_revenue: 5e9 })] })
    await crm.write()
    const values = crm.stands('1')
    for (const name of ['plumbline_score', 'plumbline_fit', 'plumbline_engagement']) {
      expect(values[name]).toMatch(/^\d{1,3}$/)
    }
    expect(values['plumbline_tier']).toMatch(/^(A|B|C|none)$/)
    expect(values['plumbline_stage']).toMatch(/^(disqualified|nurture|mql|sql)$/)
    expect(values['plumbline_action']).toMatch(/^(hold|nurture|review|route_now)$/)
  })
})
