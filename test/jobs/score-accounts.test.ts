import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { score } from '../../jobs/score.ts'
import type { AccountResult, AccountScorer } from '../../src/scoring/accounts/account-result.ts'
import { accountValues } from '../../src/scoring/accounts/account-values.ts'
import { accountResult } from '../../src/store/account-scores.ts'
import { mark } from '../../src/store/due.ts'
import type { Installation } from '../../src/store/installations.ts'
import { startRun } from '../../src/store/sync-runs.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock, stageDeps } from '../helpers/deps.ts'
import { starterAccounts } from '../helpers/portal.ts'
import { type SmallCrm, smallCrm } from '../helpers/small-crm.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const DAY = 86_400_000
const ANN = { first_name: 'Ann', last_name: 'Lee', seniority: 'vp', function: 'marketing' }
const BO = { email: 'bo@acme.com', seniority: 'manager', function: 'sales' }

describe('accounts', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let crm: SmallCrm
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    clock = movableClock(NOW)
    crm = smallCrm(database.db, installation, clock)
  })
  const wake = () => ({ installationId: installation.id })
  const account = (id: string) => accountResult(database.db, installation.id, id)
  const rows = async <R>(query: string) =>
    (await sql.raw<R>(query.replace('$id', `'${installation.id}'`)).execute(database.db)).rows
  const due = (stage: string, kind: string) =>
    rows<{ id: string; due_at: Date }>(
      `select subject_id as id, due_at from due where installation_id = $id and stage = '${stage}'
       and subject_kind = '${kind}' order by 1`,
    )
  const dueNow = async (stage: string, kind: string) =>
    (await due(stage, kind)).filter(({ due_at }) => due_at <= clock.now()).map(({ id }) => id)
  const receipts = async (id: string) =>
    (
      await rows(
        `select 1 from account_receipt where installation_id = $id and company_id = '${id}'`,
      )
    ).length
  const acmeWithAnn = () =>
    crm.says({
      companies: [crm.company('acme', { name: 'Acme' })],
      people: [crm.person('ann', ANN, 'acme')],
      activities: [crm.visit('ann', 'visit')],
    })

  test('one is scored from its people, and its four values become due for writing', async () => {
    await acmeWithAnn()
    const result = await account('acme')
    // 40 points for the visit, times 1.3 for a vice president.
    expect(result).toMatchObject({ score: 52, tier: 'B', engaged: 1, functions: ['marketing'] })
    expect(result?.contributions).toMatchObject([{ person: 'ann', label: 'Ann Lee' }])
    expect(result?.asOf).toBe(clock.now().toISOString())
    expect(await dueNow('write_back', 'company')).toEqual(['acme'])
    const [stored] = await rows<{ values: object }>(
      'select written_values as values from account_score where installation_id = $id',
    )
    expect(stored?.values).toEqual(accountValues(result as AccountResult))
    expect(Object.keys(stored?.values ?? {}).toSorted()).toEqual([
      'plumbline_account_reasons',
      'plumbline_account_score',
      'plumbline_account_tier',
      'plumbline_buying_group',
    ])
  })

  test('a result read back is what the scorer gives from the same facts, byte for byte', async () => {
    await acmeWithAnn()
    const { rows: people } = await sql<{ engagement: number; engaged: Date; facts: object }>`
      select s.engagement::float8 as engagement, s.engaged_at as engaged, v.facts from score s
      join fact_version v on v.subject_id = s.person_id and v.subject_kind = 'person'
      where s.installation_id = ${installation.id}
        and v.installation_id = s.installation_id`.execute(database.db)
    const [ann] = people
    expect(ann?.engaged).toEqual(NOW)
    const scorer = await starterAccounts()
    const facts = {
      company: { name: 'Acme' },
      people: [
        {
          id: 'ann',
          name: 'Ann Lee',
          facts: ann?.facts as typeof ANN,
          engagement: ann?.engagement ?? 0,
          intent: 0,
          engagedAt: NOW,
        },
      ],
    }
    expect(await account('acme')).toEqual(
      JSON.parse(JSON.stringify(scorer.score(facts, clock.now()))),
    )
  })

  test('scoring unchanged people again leaves no second receipt and nothing to write', async () => {
    await acmeWithAnn()
    await sql`delete from due where stage = 'write_back'`.execute(database.db)
    await mark(database.db, installation.id, 'score', 'company', ['acme'], clock.now())
    await crm.work()
    expect(await receipts('acme')).toBe(1)
    expect(await due('write_back', 'company')).toEqual([])
    expect(await dueNow('score', 'company')).toEqual([])
  })

  test('what one person does changes their account and no other', async () => {
    await acmeWithAnn()
    await crm.says({
      companies: [crm.company('beta', { name: 'Beta' })],
      people: [crm.person('bo', BO, 'acme'), crm.person('cy', {}, 'beta')],
    })
    expect(await account('acme')).toMatchObject({ engaged: 1 })
    await crm.says({ activities: [crm.visit('bo', 'visit-of-bo')] })
    expect(await account('acme')).toMatchObject({
      engaged: 2,
      functions: ['marketing', 'sales'],
      tier: 'A',
    })
    expect(await receipts('beta')).toBe(1)
  })

  test('a new title of somebody who does nothing fills a role of the buying group', async () => {
    await crm.says({
      companies: [crm.company('acme', {})],
      people: [crm.person('bo', BO, 'acme')],
    })
    const filled = async () =>
      (await account('acme'))?.buyingGroup
        .filter(({ people }) => people.length > 0)
        .map(({ role }) => role)
    expect(await filled()).toEqual(['champion'])
    await crm.says({ people: [crm.person('bo', { ...BO, seniority: 'c_level' }, 'acme')] })
    expect(await filled()).toEqual(['decision_maker'])
  })

  test('somebody who moves to another company is missed in the old one', async () => {
    await acmeWithAnn()
    await crm.says({ companies: [crm.company('beta', { name: 'Beta' })] })
    expect(await account('beta')).toMatchObject({ reasons: ['No people known at this company'] })
    await crm.says({ people: [crm.person('ann', ANN, 'beta')] })
    expect(await account('acme')).toMatchObject({ score: 0, engaged: 0 })
    expect(await account('beta')).toMatchObject({ engaged: 1, tier: 'B' })
  })

  test('somebody who is deleted is missed', async () => {
    await acmeWithAnn()
    expect(await account('acme')).toMatchObject({ engaged: 1 })
    await crm.says({ removed: [crm.gone('person', 'ann')] })
    expect(await account('acme')).toMatchObject({ score: 0, engaged: 0 })
  })

  test('two records of one person that are scored as one count once', async () => {
    await sql`update installation set duplicates = 'email' where id = ${installation.id}`.execute(
      database.db,
    )
    await acmeWithAnn()
    await crm.says({ people: [crm.person('ann', { ...ANN, email: 'ann@acme.com' }, 'acme')] })
    const twin = { email: 'ann@acme.com', title: 'Chief Marketing Officer' }
    await crm.says({ people: [crm.person('twin', twin, 'acme')] })
    expect(await crm.score('twin')).toMatchObject({ representedBy: 'ann' })
    const result = await account('acme')
    expect(result).toMatchObject({ engaged: 1 })
    // The title stands only on the other record.
    expect(result?.contributions).toMatchObject([{ label: 'Ann Lee, Chief Marketing Officer' }])
  })

  test('a deleted company leaves the list; restored it is scored again', async () => {
    await acmeWithAnn()
    await crm.says({ removed: [crm.gone('company', 'acme')] })
    expect(await account('acme')).toBeNull()
    clock.moveTo(new Date(clock.now().getTime() + DAY))
    await crm.says({ companies: [crm.company('acme', { name: 'Acme' })] })
    expect(await account('acme')).toMatchObject({ engaged: 1 })
  })

  test('when the last engaged person leaves the window it is scored anew in the next night', async () => {
    await acmeWithAnn()
    const result = await account('acme')
    expect(result?.nextChangeAt).toBe(new Date(NOW.getTime() + 90 * DAY).toISOString())
    const [waiting] = await due('score', 'company')
    const { timetable } = stageDeps(database.db, clock)
    const nightly = timetable.nightly(installation, new Date(NOW.getTime() + 90 * DAY))
    expect(waiting?.due_at).toEqual(nightly)
    // Ann's own fading is not asked about on the way.
    await sql`delete from due where subject_kind = 'person'`.execute(database.db)
    clock.moveTo(nightly)
    await crm.work()
    expect(await account('acme')).toMatchObject({ score: 0, engaged: 0, tier: 'C' })
  })

  test('when its people fade it fades with them', async () => {
    await acmeWithAnn()
    const before = await account('acme')
    const [ann] = await due('score', 'person')
    clock.moveTo(ann?.due_at ?? NOW)
    await crm.work()
    const after = await account('acme')
    expect(after?.score).toBeLessThan(before?.score ?? 0)
    expect(await receipts('acme')).toBe(2)
  })

  test('it waits for people who are still on their way, and is then scored once', async () => {
    const run = { kind: 'full', since: null, startedAt: clock.now() } as const
    await startRun(database.db, installation.id, run, [['contacts']])
    await acmeWithAnn()
    await crm.says({ people: [crm.person('bo', BO, 'acme')] })
    expect(await account('acme')).toBeNull()
    expect(await dueNow('score', 'company')).toEqual(['acme'])
    await sql`update sync_run set status = 'done'`.execute(database.db)
    await crm.work()
    expect((await account('acme'))?.buyingGroup).toMatchObject([
      { role: 'decision_maker', people: ['Ann Lee'] },
      {},
      { role: 'champion', people: ['bo@acme.com'] },
      {},
    ])
    expect(await receipts('acme')).toBe(1)
  })

  test('a model that says nothing about accounts leaves scores and values as they are', async () => {
    await acmeWithAnn()
    const before = await account('acme')
    await sql`delete from due where stage = 'write_back'`.execute(database.db)
    await mark(database.db, installation.id, 'score', 'company', ['acme'], clock.now())
    const silent = stageDeps(database.db, clock, { accounts: async () => null })
    await score(wake(), silent)
    expect(await account('acme')).toEqual(before)
    expect(await due('score', 'company')).toEqual([])
    expect(await due('write_back', 'company')).toEqual([])
  })

  test('one that cannot be scored is filed with the reason; the others are scored', async () => {
    const real = await starterAccounts()
    const failing: AccountScorer = {
      ...real,
      score(facts, asOf) {
        if (facts.company['name'] === 'poison') throw new Error('cannot divide by poison')
        return real.score(facts, asOf)
      },
    }
    await crm.says({
      companies: [crm.company('bad', { name: 'poison' }), crm.company('good', { name: 'fine' })],
    })
    await sql`delete from account_score`.execute(database.db)
    await mark(database.db, installation.id, 'score', 'company', ['bad', 'good'], clock.now())
    await score(wake(), stageDeps(database.db, clock, { accounts: async () => failing }))
    const open = await rows(
      `select subject_kind as kind, subject_id as id, reason from rejection
       where installation_id = $id and resolved_at is null`,
    )
    expect(open).toEqual([{ kind: 'company', id: 'bad', reason: 'cannot divide by poison' }])
    expect(await account('good')).not.toBeNull()
  })
})
