import { beforeEach, describe, expect, test } from 'vitest'
import { applyMerges } from '../../jobs/store-page.ts'
import type { Attribution } from '../../src/scoring/history/attribution.ts'
import { retractActivities } from '../../src/store/activities.ts'
import { removeSubjects } from '../../src/store/subjects.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { createMirror, type Mirror } from './stored-people.ts'

const DAY = 86_400_000
const START = Date.now()
const daysAgo = (days: number) => new Date(START - days * DAY)

const MODEL = `model: small
dimensions: { fit: { max: 100 }, engagement: { max: 100 } }
signals:
  - { id: vp, label: Vice president, dimension: fit, points: 20, when: { person.seniority: vp } }
  - { id: pricing, label: Visited pricing, dimension: engagement, points: 40, on: page_view, decay: { half_life: 14d } }
  - { id: click, label: Clicked in an e-mail, dimension: engagement, points: 3, on: email_click }
  - { id: held, label: Met with us, dimension: engagement, points: 30, on: meeting_held }
  - { id: booked, label: Booked a meeting, dimension: engagement, points: 10, on: meeting_booked }
grades: { A: 75, D: 0 }
stages: { mql: { score: 50 } }
tiers: { A: { stage: mql }, C: {} }
`

interface Answer {
  readonly id: string
  readonly attribution: Attribution
  readonly notes: readonly string[]
}

describe('plumbline why', () => {
  const database = useDatabase()
  let installationId: string
  let mirror: Mirror
  /** Record ids are unique, so that no test finds the people of another. */
  let ada: string
  let serial = 0
  beforeEach(async () => {
    serial += 1
    ada = `ada-${serial}`
    installationId = (await makeInstallation(database.db)).id
    mirror = createMirror(database.db, installationId)
    await mirror.publish(MODEL, daysAgo(30))
    await mirror.people(
      [{ id: ada, facts: { first_name: 'Ada', seniority: 'manager' } }],
      daysAgo(30),
    )
  })

  const did = (personId: string, sourceId: string, type: string, at: Date) => ({
    personId,
    sourceId,
    type,
    occurredAt: at,
    attributes: {},
  })
  const run = (...args: string[]) =>
    plumbline(['why', ...args], { DATABASE_URL: database.url }).ended
  const since = (days: number) => ['--since', daysAgo(days).toISOString()]
  const ask = async (id: string, days: number): Promise<Answer> => {
    const { code, stdout, stderr } = await run(id, ...since(days), '--json')
    expect(code, stderr).toBe(0)
    const answers: readonly Answer[] = JSON.parse(stdout)
    const [answer] = answers
    if (answer === undefined) throw new Error('no answer')
    expectExact(answer.attribution)
    return answer
  }
  const points = ({ attribution }: Answer) =>
    Object.fromEntries(
      attribution.parts.flatMap(({ kind, points }) => (points === 0 ? [] : [[kind, points]])),
    )

  function expectExact({ before, after, points, parts }: Attribution): void {
    const sum = parts.reduce((total, part) => total + Math.round(part.points * 100), 0)
    expect(sum).toBe(Math.round(points * 100))
    expect(sum).toBe(Math.round((after.score - (before?.score ?? 0)) * 100))
  }

  test('time, a new click, a promotion and a new model: each is told apart, to the hundredth', async () => {
    await mirror.activities([did(ada, 'visit', 'page_view', daysAgo(28))], daysAgo(28))
    await mirror.score([ada], daysAgo(14))
    await mirror.activities([did(ada, 'click', 'email_click', daysAgo(3))], daysAgo(3))
    await mirror.people([{ id: ada, facts: { first_name: 'Ada', seniority: 'vp' } }], daysAgo(2))
    await mirror.publish(MODEL.replace('points: 20', 'points: 25'), daysAgo(1))
    await mirror.score([ada], daysAgo(1))

    const answer = await ask(ada, 10)
    expect(answer.attribution.before).toMatchObject({
      score: 20,
      model: expect.stringMatching(/^small@/),
    })
    expect(points(answer)).toEqual({
      decay: -10,
      new_activity: 3,
      changed_facts: 20,
      changed_rules: 5,
    })
    const { stdout } = await run(ada, ...since(10))
    expect(stdout).toContain('Score 38.00, 14 days ago 20.00: +18.00')
    expect(stdout).toContain('-10.00 faded: Visited pricing')
    expect(stdout).toContain('+3.00 new: Clicked in an e-mail')
    expect(stdout).toContain('person.seniority was manager, is vp')
    expect(stdout).toContain('+5.00 other rules: Vice president')
  })

  test('what was retracted is taken back', async () => {
    await mirror.activities([did(ada, 'click', 'email_click', daysAgo(20))], daysAgo(20))
    await mirror.score([ada], daysAgo(14))
    await retractActivities(database.db, installationId, [{ id: 'click', at: daysAgo(2) }])
    const answer = await ask(ada, 7)
    expect(points(answer)).toEqual({ retraction: -3 })
  })

  test('what was overwritten since is said to be unrecorded, and the sum is still exact', async () => {
    await mirror.activities([did(ada, 'meetings:1', 'meeting_booked', daysAgo(20))], daysAgo(20))
    await mirror.score([ada], daysAgo(14))
    await mirror.activities([did(ada, 'meetings:1', 'meeting_held', daysAgo(3))], daysAgo(3))
    const answer = await ask(ada, 7)
    expect(answer.attribution.before?.score).toBe(10)
    expect(points(answer)).toEqual({ unrecorded: -10, new_activity: 30 })
    const { stdout } = await run(ada, ...since(7))
    expect(stdout).toMatch(
      /-10\.00 not on record: Booked a meeting\n.*not stored any more as it was/,
    )
  })

  test('the receipt in force at the moment counts, not a later one', async () => {
    await mirror.score([ada], daysAgo(14))
    await mirror.activities([did(ada, 'click', 'email_click', daysAgo(5))], daysAgo(5))
    await mirror.score([ada], daysAgo(5))
    expect((await ask(ada, 7)).attribution.before?.score).toBe(0)
    expect((await ask(ada, 4)).attribution.before?.score).toBe(3)
  })

  test('before the first score: the first one is compared with, and that is said', async () => {
    await mirror.activities([did(ada, 'visit', 'page_view', daysAgo(14))], daysAgo(14))
    await mirror.score([ada], daysAgo(14))
    const answer = await ask(ada, 25)
    expect(answer.attribution.before?.asOf).toBe(daysAgo(14).toISOString())
    expect(answer.notes.join()).toContain('There was no score at')
    expect(points(answer)).toEqual({ decay: -20 })
  })

  test('somebody who was never scored is told from nothing', async () => {
    await mirror.activities([did(ada, 'click', 'email_click', daysAgo(3))], daysAgo(3))
    const answer = await ask(ada, 7)
    expect(answer.attribution.before).toBeNull()
    expect(points(answer)).toEqual({ new_activity: 3 })
  })

  test('activities of a record that was merged in are not new ones', async () => {
    const loser = `bob-${serial}`
    await mirror.people([{ id: loser, facts: { first_name: 'Bob' } }], daysAgo(30))
    await mirror.activities([did(loser, 'bobs', 'email_click', daysAgo(20))], daysAgo(20))
    await mirror.score([ada, loser], daysAgo(14))
    const merge = { kind: 'person' as const, loser, winner: ada }
    await applyMerges(database.db, installationId, [merge], daysAgo(5))
    await mirror.activities([did(ada, 'own', 'email_click', daysAgo(3))], daysAgo(3))
    expect(points(await ask(ada, 7))).toEqual({ merge: 3, new_activity: 3 })
    // After a score that already had it, it is no news at all.
    await mirror.score([ada], daysAgo(2))
    expect(points(await ask(ada, 1))).toEqual({})
  })

  test.each<[string, () => readonly string[], RegExp]>([
    ['nobody of that id', () => ['nobody', ...since(1)], /"nobody"/],
    ['a moment that lies ahead', () => [ada, ...since(-2)], /lies ahead/],
    ['no moment', () => [ada], /--since/],
    ['a moment that is none', () => [ada, '--since', 'yesterday'], /2026-11-01/],
  ])('%s ends 1 and says what to do', async (_, args, words) => {
    const { code, stderr } = await run(...args())
    expect(code).toBe(1)
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('    at ')
  })

  test('somebody who is deleted in the CRM is said to be', async () => {
    await removeSubjects(database.db, installationId, 'person', [{ id: ada, at: daysAgo(1) }])
    const { code, stderr } = await run(ada, ...since(1))
    expect(code).toBe(1)
    expect(stderr).toContain('deleted')
  })
})
