import { beforeEach, describe, expect, test } from 'vitest'
import { AGAIN_AFTER_MS } from '../../jobs/write-outcomes.ts'
import { claim, mark } from '../../src/store/due.ts'
import { useDatabase } from '../helpers/database.ts'
import { type OurCrm, ourCrm } from '../helpers/our-crm.ts'

describe('a record that is taken over from a worker that did not give it back', () => {
  const database = useDatabase()
  let crm: OurCrm
  beforeEach(async () => {
    crm = await ourCrm(database.db)
    await crm.says({ people: [crm.person('1', { title: 'VP Sales' })] })
    await crm.write()
    crm.forward(60_000)
  })

  const visits = (source: string) => crm.says({ activities: [crm.visit('1', source)] })
  /** Another worker takes what is due, sends it, and is heard of no more. Returns what it sent. */
  const vanishes = async () => {
    const before = crm.stands('1')
    await claim(database.db, crm.installation.id, 'write_back', 10, crm.clock.now())
    crm.forward(10_000)
    return before
  }
  const score = () => crm.stands('1')['plumbline_score']
  const again = async () => {
    crm.forward(AGAIN_AFTER_MS)
    await crm.write()
  }

  test('is written once more when nothing can be on its way any longer: what came late does not stay', async () => {
    await visits('a')
    const older = await vanishes()
    await crm.write()
    const newer = crm.stands('1')
    expect(newer['plumbline_score']).not.toBe(older['plumbline_score'])
    crm.forward(1_000)
    crm.edits('1', older)
    await crm.read('1')
    expect(await crm.overwrites()).toEqual([])
    await again()
    expect(score()).toBe(newer['plumbline_score'])
    expect(crm.pushes).toHaveLength(3)
    expect(await crm.dueAt('1')).toBeNull()
  })

  test('is not written a third time, and counts as written once', async () => {
    await visits('a')
    await vanishes()
    await crm.write()
    await again()
    await again()
    expect(crm.pushes).toHaveLength(3)
    const written = await crm.rows(`select cardinality(recent_writes) as recent, again_at
      from written where installation_id = $id`)
    expect(written).toEqual([{ recent: 2, again_at: null }])
  })

  test('is written once more also where it has got another score meanwhile', async () => {
    await visits('a')
    await vanishes()
    await crm.write()
    const soon = new Date(crm.clock.now().getTime() + 5_000)
    await crm.says({ people: [crm.person('1', { title: 'Intern' })] })
    crm.clock.moveTo(soon)
    await mark(database.db, crm.installation.id, 'write_back', 'person', ['1'], soon)
    await crm.write()
    const newest = score()
    crm.edits('1', { plumbline_score: '1' })
    await again()
    expect(score()).toBe(newest)
    expect(crm.pushes).toHaveLength(4)
  })

  test('causes no second task: it does not move into another tier', async () => {
    await visits('a')
    await vanishes()
    await crm.write()
    const tasks = async () =>
      crm.rows(`select count(*)::int as n from due where installation_id = $id and stage = 'task'`)
    await crm.rows(`delete from due where installation_id = $id and stage = 'task'`)
    await again()
    expect(await tasks()).toEqual([{ n: 0 }])
  })

  test('that was given back in time is written once', async () => {
    await visits('a')
    await crm.write()
    await again()
    expect(crm.pushes).toHaveLength(2)
  })
})

describe('a record into which another one was merged', () => {
  const database = useDatabase()

  test('is written once more, all of it: the CRM has filled its empty fields with the other one’s', async () => {
    const crm = await ourCrm(database.db)
    const people = ['1', '2'].map((id) => crm.person(id, { title: 'VP Sales' }))
    await crm.says({ people })
    await crm.write()
    const before = crm.stands('1')
    crm.forward(60_000)
    crm.edits('1', { plumbline_route: 'of the other one' })
    await crm.says({ merged: [{ kind: 'person', loser: '2', winner: '1' }] })
    await crm.read('1')
    await crm.write()
    expect(crm.stands('1')['plumbline_route']).toBe(before['plumbline_route'])
    expect(await crm.overwrites()).toEqual([])
    // Every reading tells of the merge again, which is no news.
    await crm.says({ merged: [{ kind: 'person', loser: '2', winner: '1' }] })
    await crm.write()
    expect(crm.pushes.flat().map(({ subject }) => subject.id)).toEqual(['1', '2', '1'])
    expect(await crm.dueAt('1')).toBeNull()
  })
})
