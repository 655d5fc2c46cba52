import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Page } from '../../connectors/page.ts'
import { EMPTY_PAGE } from '../../connectors/page.ts'
import { enrich } from '../../jobs/enrich.ts'
import { score } from '../../jobs/score.ts'
import { storePage } from '../../jobs/store-page.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import type { Scorer } from '../../src/scoring/result.ts'
import { inTransaction } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { setDuplicateRule } from '../../src/store/duplicates.ts'
import type { Installation } from '../../src/store/installations.ts'
import { LANES, MANY_ROWS } from '../../src/store/lanes.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { starterScorer } from '../helpers/portal.ts'
import { smallCrm } from '../helpers/small-crm.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const ACCOUNTS = 40
const PEOPLE = 400
const PATIENCE = { timeout: 30_000 }

describe('a large installation', () => {
  const database = useDatabase()
  let installation: Installation
  beforeEach(async () => {
    installation = await oneOfMany()
  })

  async function oneOfMany(): Promise<Installation> {
    const made = await makeInstallation(database.db)
    const change = { rule: 'email', actor: 'test', at: NOW } as const
    await inTransaction(database.db, (transaction) =>
      setDuplicateRule(transaction, made.id, change),
    )
    return made
  }
  const pageOf = (of: Installation): Page => {
    const crm = smallCrm(database.db, of, movableClock(NOW))
    const companies = numbers(ACCOUNTS).map((n) =>
      crm.company(`c${n}`, { name: `Firm ${n}`, domain: `firm${n}.example`, employees: 10 * n }),
    )
    // Two records of each person, who belong to their account by their address alone.
    const people = numbers(PEOPLE).map((n) => {
      const email = `p${n >> 1}@firm${(n >> 1) % ACCOUNTS}.example`
      return crm.person(String(n), { email, title: n % 2 ? 'VP Sales' : 'Engineer' })
    })
    const activities = numbers(PEOPLE).map((n) => crm.visit(String(n), `v${n}`))
    return { ...EMPTY_PAGE, companies, people, activities }
  }
  const fill = (of: Installation) =>
    inTransaction(database.db, (transaction) => storePage(transaction, of.id, pageOf(of), NOW))
  /** Nobody of them exists; enough of them make lanes. */
  const crowd = (stage: 'enrich' | 'score') => {
    const ids = numbers(MANY_ROWS).map((n) => `nobody-${n}`)
    return mark(database.db, installation.id, stage, 'person', ids, NOW)
  }
  const rows = async <R extends object>({ id }: Installation, query: string) =>
    (await sql.raw<R>(query.replaceAll('$id', `'${id}'`)).execute(database.db)).rows
  const dueNow = async (stage: string) =>
    (
      await rows(
        installation,
        `select from due where installation_id = $id and stage = '${stage}' and due_at <= '${NOW.toISOString()}'`,
      )
    ).length
  const endState = async (of: Installation) => ({
    people: await rows(
      of,
      `select person_id, inputs_hash, written_values, account_id, represented_by
       from score where installation_id = $id order by 1`,
    ),
    accounts: await rows(
      of,
      'select company_id, inputs_hash, written_values from account_score where installation_id = $id order by 1',
    ),
    links: await rows(
      of,
      'select person_id, company_id, basis from account_link where installation_id = $id order by 1',
    ),
  })
  const jobs = (stage: typeof enrich) => {
    const deps = stageDeps(database.db, movableClock(NOW))
    const { id: installationId } = installation
    const helpers = numbers(LANES - 1).map((n) => stage({ installationId, lane: n + 1 }, deps))
    return Promise.all([stage({ installationId }, deps), ...helpers])
  }

  test('comes to the same in lanes as in one job', async () => {
    const small = await oneOfMany()
    await fill(small)
    const alone = stageDeps(database.db, movableClock(NOW))
    await enrich({ installationId: small.id }, alone)
    await score({ installationId: small.id }, alone)

    await fill(installation)
    await crowd('enrich')
    while ((await dueNow('enrich')) > 0) await jobs(enrich)
    await crowd('score')
    while ((await dueNow('score')) > 0) await jobs(score)
    const state = await endState(installation)
    expect(state).toEqual(await endState(small))
    expect(state.people).toHaveLength(PEOPLE)
    expect(state.accounts).toHaveLength(ACCOUNTS)
    expect(
      state.people.filter((row) => 'represented_by' in row && row.represented_by),
    ).toHaveLength(PEOPLE / 2)
  })

  test('two jobs that both take everything leave one receipt of each', async () => {
    await fill(installation)
    const deps = stageDeps(database.db, movableClock(NOW))
    const wake = { installationId: installation.id }
    while ((await dueNow('enrich')) > 0) await Promise.all([enrich(wake, deps), enrich(wake, deps)])
    while ((await dueNow('score')) > 0) await Promise.all([score(wake, deps), score(wake, deps)])
    const receipts = await rows<{ people: number; receipts: number }>(
      installation,
      `select count(distinct person_id)::int as people, count(*)::int as receipts
       from score_receipt where installation_id = $id`,
    )
    expect(receipts).toEqual([{ people: PEOPLE, receipts: PEOPLE }])
  })

  test('wakes the lanes that have something, and takes only its own', async () => {
    await crowd('score')
    const woken: (number | undefined)[] = []
    const deps = stageDeps(database.db, movableClock(NOW), {
      wake: async (_stage, _id, _delayMs, lane) => void woken.push(lane),
    })
    await score({ installationId: installation.id }, deps)
    expect(woken).toEqual([1, 2, 3])
    const left = await dueNow('score')
    expect(left).toBeGreaterThan(MANY_ROWS / 2)
    // The rest is little enough for one job.
    await score({ installationId: installation.id }, deps)
    expect([woken.length, await dueNow('score')]).toEqual([3, 0])
  })

  test('a helper whose slice is over wakes its own lane, not the whole', async () => {
    await crowd('score')
    const woken: (number | undefined)[] = []
    const start = NOW.getTime()
    let asked = 0
    const deps = stageDeps(
      database.db,
      // Each look at the clock takes a second.
      { now: () => new Date(start + 1_000 * asked++) },
      { wake: async (_stage, _id, _delayMs, lane) => void woken.push(lane) },
    )
    await score({ installationId: installation.id, lane: 2 }, deps)
    expect(woken).toEqual([2])
  })

  test('a job whose lease has ended keeps nothing of what another has done', async () => {
    await fill(installation)
    const wake = { installationId: installation.id }
    await enrich(wake, stageDeps(database.db, movableClock(NOW)))
    const real = await starterScorer()
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = stageDeps(database.db, movableClock(NOW), {
      async shadow(): Promise<Scorer | null> {
        reached.resolve()
        await gate.promise
        return null
      },
      scorer: async () => real,
    })
    const standing = score(wake, slow)
    await reached.promise
    const later = movableClock(new Date(NOW.getTime() + 60_000))
    const quick = stageDeps(database.db, later)
    while ((await dueNow('score')) > 0) await score(wake, quick)
    gate.resolve()
    await standing
    const receipts = await rows<{ n: number }>(
      installation,
      'select count(*)::int as n from score_receipt where installation_id = $id',
    )
    expect(receipts).toEqual([{ n: PEOPLE }])
  })
})

describe('two records of one person that are enriched by two workers at once', () => {
  const database = useDatabase()
  test('know of each other, also when one is scored before the other is through', async () => {
    const installation = await makeInstallation(database.db)
    const wake = { installationId: installation.id }
    await inTransaction(database.db, (transaction) =>
      setDuplicateRule(transaction, wake.installationId, {
        rule: 'email_and_name',
        actor: 'test',
        at: NOW,
      }),
    )
    const clock = movableClock(NOW)
    const deps = stageDeps(database.db, clock)
    const crm = smallCrm(database.db, installation, clock)
    const stored = (id: string, facts: FactMap) =>
      inTransaction(database.db, (transaction) =>
        storePage(
          transaction,
          wake.installationId,
          { ...EMPTY_PAGE, people: [crm.person(id, facts)] },
          clock.now(),
        ),
      )
    const named = { first_name: 'Ann', last_name: 'Lee' }
    await crm.says({ people: [crm.person('3', { email: 'lee@acme.com', ...named })] })
    const far = new Date('2027-11-22')
    await mark(database.db, wake.installationId, 'score', 'person', ['3'], far)

    const workers: Promise<void>[] = []
    await database.db.transaction().execute(async (holder) => {
      // The first one finds 3, by the name, and stops where it makes 3 due.
      await sql`select from due where stage = 'score' and subject_id = '3' for update`.execute(
        holder,
      )
      await stored('2', { email: 'ann@acme.com', ...named })
      workers.push(enrich(wake, deps))
      await untilBlocked(1)
      await stored('1', { email: 'ann@acme.com' })
      const second = enrich(wake, deps).then(() => score(wake, deps))
      workers.push(second)
      await Promise.race([second, untilBlocked(2)])
    })
    await Promise.all(workers)
    await score(wake, deps)
    const scores = await Promise.all(['1', '2', '3'].map((id) => crm.score(id)))
    const [first] = scores
    expect(scores).toEqual([
      { ...first, representedBy: null },
      { ...first, representedBy: '1' },
      { ...first, representedBy: '1' },
    ])
  })

  async function untilBlocked(count: number): Promise<void> {
    await expect
      .poll(async () => {
        const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db)
        return rows[0]?.n
      }, PATIENCE)
      .toBe(count)
  }
})

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n)
}
