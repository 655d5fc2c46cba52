import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { EMPTY_PAGE } from '../../connectors/page.ts'
import { score } from '../../jobs/score.ts'
import { storePage } from '../../jobs/store-page.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import type { Scorer } from '../../src/scoring/result.ts'
import { upsertActivities } from '../../src/store/activities.ts'
import { mark } from '../../src/store/due.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import type { Installation } from '../../src/store/installations.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { starterScorer } from '../helpers/portal.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const DAY = 86_400_000

describe('scoring what is due', () => {
  const database = useDatabase()
  let installation: Installation
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
  })
  const wake = () => ({ installationId: installation.id })
  const addPerson = async (id: string, facts: FactMap) => {
    const person = { id, facts, createdAt: NOW, updatedAt: NOW }
    await upsertPeople(database.db, installation.id, [person], NOW)
    await addFactVersions(database.db, installation.id, 'person', [{ id, facts }], NOW)
    await mark(database.db, installation.id, 'score', 'person', [id], NOW)
  }
  const visitedPricing = (personId: string) =>
    upsertActivities(
      database.db,
      installation.id,
      [
        {
          personId,
          sourceId: 'visit',
          type: 'page_view',
          occurredAt: new Date(NOW.getTime() - DAY),
          attributes: { path: '/pricing' },
        },
      ],
      NOW,
    )
  const rows = async <R>(query: string) =>
    (await sql.raw<R>(query.replace('$id', `'${installation.id}'`)).execute(database.db)).rows

  test('whoever leaves the CRM while a batch is being scored does not stay in the lists', async () => {
    await addPerson('1', { seniority: 'vp' })
    await addPerson('2', { seniority: 'vp' })
    const remove = { kind: 'person', id: '1', at: NOW } as const
    let left = 0
    const deps = stageDeps(database.db, movableClock(NOW), {
      // Asked for after the facts have been read, before scores are stored.
      async shadow() {
        left += 1
        if (left > 1) return null
        const page = { ...EMPTY_PAGE, removed: [remove] }
        await storePage(database.db, installation.id, page, NOW)
        return null
      },
    })
    await score(wake(), deps)
    await score(wake(), deps)
    expect(left).toBeGreaterThan(1)
    expect(await rows('select person_id from score where installation_id = $id')).toEqual([
      { person_id: '2' },
    ])
  })

  test('wakes the writing once there is something to write, and not otherwise', async () => {
    await addPerson('1', { seniority: 'vp' })
    const deps = stageDeps(database.db, movableClock(NOW))
    await score(wake(), deps)
    expect(deps.woken).toEqual(['write_back'])
    await mark(database.db, installation.id, 'score', 'person', ['1'], NOW)
    await score(wake(), deps)
    expect(deps.woken).toEqual(['write_back'])
  })

  test('keeps score and receipt, marks the writing, and notes when time changes it', async () => {
    await addPerson('1', { seniority: 'vp' })
    await visitedPricing('1')
    const clock = movableClock(NOW)
    const deps = stageDeps(database.db, clock)
    await score(wake(), deps)

    const [current] = await rows<{ next_change_at: Date; values: Record<string, string> }>(
      'select next_change_at, written_values as values from score where installation_id = $id',
    )
    const [due] = await rows<{ due_at: Date }>(
      `select due_at from due where installation_id = $id and stage = 'score'`,
    )
    const [writing] = await rows(
      `select 1 from due where installation_id = $id and stage = 'write_back'`,
    )
    expect(writing).toBeDefined()
    expect(deps.woken).toContain('write_back')
    const changesAt = current?.next_change_at ?? NOW
    expect(due?.due_at).toEqual(deps.timetable.nightly(installation, changesAt))

    // In that night the score is computed anew, without anything new about the person.
    clock.moveTo(due?.due_at ?? NOW)
    await score(wake(), deps)
    const [later] = await rows<{ values: Record<string, string> }>(
      'select written_values as values from score where installation_id = $id',
    )
    expect(Number(later?.values['plumbline_score'])).toBeLessThan(
      Number(current?.values['plumbline_score']),
    )
    const receipts = await rows('select 1 from score_receipt where installation_id = $id')
    expect(receipts).toHaveLength(2)
  })

  test('scoring unchanged facts again leaves no second receipt and nothing to write', async () => {
    await addPerson('1', { seniority: 'vp' })
    const deps = stageDeps(database.db, movableClock(NOW))
    await score(wake(), deps)
    await sql`delete from due where stage = 'write_back'`.execute(database.db)
    await mark(database.db, installation.id, 'score', 'person', ['1'], NOW)
    await score(wake(), deps)
    expect(await rows('select 1 from score_receipt where installation_id = $id')).toHaveLength(1)
    expect(
      await rows(`select 1 from due where installation_id = $id and stage = 'write_back'`),
    ).toHaveLength(0)
  })

  test('a receipt read back from the database is the result, byte for byte', async () => {
    await addPerson('1', { seniority: 'vp', email_kind: 'business' })
    await visitedPricing('1')
    await score(wake(), stageDeps(database.db, movableClock(NOW)))
    const [receipt] = await rows<{ result: object }>(
      'select result from score_receipt where installation_id = $id',
    )
    const scorer = await starterScorer()
    const facts = {
      person: { email_kind: 'business', seniority: 'vp' },
      company: {},
      activities: [
        {
          id: 'visit',
          type: 'page_view',
          at: new Date(NOW.getTime() - DAY),
          attributes: { path: '/pricing' },
        },
      ],
    }
    expect(receipt?.result).toEqual(JSON.parse(JSON.stringify(scorer.score(facts, NOW))))
  })

  test('one person that cannot be scored is filed with the reason; the others are scored', async () => {
    const real = await starterScorer()
    const failing: Scorer = {
      ...real,
      score(facts, asOf) {
        if (facts.person['title'] === 'poison') throw new Error('cannot divide by poison')
        return real.score(facts, asOf)
      },
    }
    await addPerson('1', { title: 'poison' })
    await addPerson('2', { title: 'fine' })
    const broken = stageDeps(database.db, movableClock(NOW), { scorer: async () => failing })
    await score(wake(), broken)
    const open = () =>
      rows<{ subject_id: string; reason: string }>(
        'select subject_id, reason from rejection where installation_id = $id and resolved_at is null',
      )
    expect(await open()).toEqual([{ subject_id: '1', reason: 'cannot divide by poison' }])
    expect(await rows('select 1 from score where installation_id = $id')).toHaveLength(1)

    await mark(database.db, installation.id, 'score', 'person', ['1'], NOW)
    await score(wake(), stageDeps(database.db, movableClock(NOW)))
    expect(await open()).toEqual([])
  })
})
