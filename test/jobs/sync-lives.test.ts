import { beforeEach, describe, expect, test } from 'vitest'
import type { Page } from '../../connectors/page.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock } from '../helpers/deps.ts'
import { smallCrm } from '../helpers/small-crm.ts'
import { minute, person, useSmallAccount } from './sync-stage.ts'

describe('what a reading leaves out or brings back', () => {
  const database = useDatabase()
  const here = useSmallAccount(database)

  describe('people whom the list leaves out', () => {
    const everything = { kind: 'person', after: null, upTo: null } as const
    beforeEach(async () => {
      const people = ['9', '10', '11', '100'].map((id) => person(id))
      here.crm.lists('contacts', { people, records: 4, covers: everything })
      await here.ask('full', minute(0))
      await here.work(minute(0))
      await here.forgetDue()
    })
    const full = async (page: Partial<Page>) => {
      here.crm.lists('contacts', page)
      await here.ask('full', minute(10))
      const woken = await here.work(minute(10))
      const due = await here.dueAt('fetch')
      return { woken, due: due.map(({ kind, id }) => `${kind} ${id}`) }
    }

    test('are looked up, and until then they live', async () => {
      const { woken, due } = await full({
        people: [person('9'), person('100')],
        records: 2,
        covers: everything,
      })
      expect(due).toEqual(['contacts 10', 'contacts 11'])
      expect(woken).toContain('fetch')
      expect(here.warnings).toMatchObject([{ stream: 'contacts', listed: 2, missing: 2 }])
      expect(await here.alive('9', '10', '11', '100')).toHaveLength(4)
    })

    test.each([
      ['from 9 to 11', { after: '9', upTo: '11' }, ['contacts 10', 'contacts 11']],
      ['up to 9', { after: null, upTo: '9' }, ['contacts 9']],
      ['from 11 to the end', { after: '11', upTo: null }, ['contacts 100']],
      ['past the end', { after: '100', upTo: null }, []],
    ])('only where the page tells: %s', async (_, range, expected) => {
      const { due } = await full({ people: [], covers: { kind: 'person', ...range } })
      expect(due.toSorted()).toEqual(expected)
    })

    test('an empty list of a CRM that had people removes nobody', async () => {
      const { due } = await full({ people: [], covers: everything })
      expect(due).toHaveLength(4)
      expect(here.warnings).toMatchObject([{ listed: 0, missing: 4 }])
      expect(await here.alive('9', '10', '11', '100')).toHaveLength(4)
    })

    test('who is deleted or merged already, or is of another account, is not looked up', async () => {
      const other = await makeInstallation(database.db)
      await upsertPeople(database.db, other.id, [person('12')], minute(1))
      const removed = [{ kind: 'person' as const, id: '10', at: minute(1) }]
      const merged = [{ kind: 'person' as const, loser: '11', winner: '9' }]
      await here.stores({ removed, merged }, minute(1))
      expect((await full({ people: [person('9')], covers: everything })).due).toEqual([
        'contacts 100',
      ])
    })

    test('a page without a range, and a list that is complete, look nobody up', async () => {
      expect((await full({ people: [] })).due).toEqual([])
      const people = ['9', '10', '11', '100'].map((id) => person(id))
      expect((await full({ people, covers: everything })).due).toEqual([])
    })
  })

  describe('a person who was deleted', () => {
    beforeEach(async () => {
      here.crm.lists('contacts', { people: [person('1')] })
      await here.ask('full', minute(0))
      await here.work(minute(0))
      const removed = [{ kind: 'person' as const, id: '1', at: minute(10) }]
      await here.stores({ removed }, minute(10))
      await here.forgetDue()
      expect(await here.alive('1')).toEqual([])
    })
    const enriched = async () => (await here.dueAt('enrich')).map(({ kind, id }) => `${kind} ${id}`)

    test('and restored comes back with the changes', async () => {
      here.crm.changes('contacts', { people: [person('1', minute(12))] })
      await here.ask('delta', minute(15))
      await here.work(minute(15))
      expect(await here.alive('1')).toEqual(['1'])
      expect(await enriched()).toEqual(['person 1'])
    })

    test('and is still in the search index stays deleted', async () => {
      here.crm.changes('contacts', { people: [person('1')] })
      await here.ask('delta', minute(15))
      await here.work(minute(15))
      expect(await here.alive('1')).toEqual([])
      expect(await enriched()).toEqual([])
    })

    test('and restored comes back with a full reading, changed or not', async () => {
      await here.ask('full', minute(15))
      await here.work(minute(15))
      expect(await here.alive('1')).toEqual(['1'])
      expect(await enriched()).toEqual(['person 1'])
    })

    test('and restored comes back when it is looked up', async () => {
      await here.stores({ people: [person('1')] }, minute(15))
      expect(await here.alive('1')).toEqual(['1'])
      expect(await enriched()).toEqual(['person 1'])
    })
  })

  test('a merged person who is still in the search index stays merged', async () => {
    here.crm.lists('contacts', { people: [person('1'), person('2')] })
    await here.ask('full', minute(0))
    await here.work(minute(0))
    await here.stores({ merged: [{ kind: 'person', loser: '1', winner: '2' }] }, minute(10))
    here.crm.changes('contacts', { people: [person('1', minute(11))] })
    await here.ask('delta', minute(15))
    await here.work(minute(15))
    expect(await here.alive('1', '2')).toEqual(['2'])
  })

  test('what the CRM calls modified without a changed fact is not worked on', async () => {
    here.crm.lists('contacts', { people: [person('1')] })
    await here.ask('full', minute(0))
    await here.work(minute(0))
    await here.forgetDue()
    const subject = { kind: 'person', id: '1' } as const
    const ours = [{ subject, values: { plumbline_score: '7' }, updatedAt: minute(4) }]
    here.crm.changes('contacts', { people: [person('1', minute(4))], ours })
    await here.ask('delta', minute(5))
    expect(await here.work(minute(5))).not.toContain('enrich')
    expect(await here.dueAt('enrich')).toEqual([])
    expect(await here.dueAt('score')).toEqual([])
  })

  test('somebody who comes back is scored again', async () => {
    const crm = smallCrm(database.db, await makeInstallation(database.db), movableClock(minute(0)))
    const ann = { email: 'ann@acme.com', title: 'CEO' }
    await crm.says({ people: [crm.person('1', ann)] })
    await crm.says({ removed: [crm.gone('person', '1')] })
    expect(await crm.score('1')).toBeUndefined()
    await crm.says({ people: [crm.person('1', ann)] })
    expect((await crm.score('1'))?.score).toBeGreaterThan(0)
  })
})
