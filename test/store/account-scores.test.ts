import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FactMap, SubjectKind } from '../../src/leads/facts.ts'
import type { AccountResult } from '../../src/scoring/accounts/account-result.ts'
import {
  accountInputs,
  accountResult,
  accountsMustWait,
  dropAccountScores,
  followAccounts,
  saveAccountScores,
  topAccounts,
} from '../../src/store/account-scores.ts'
import { mark } from '../../src/store/due.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import { removeSubjects, upsertCompanies, upsertPeople } from '../../src/store/subjects.ts'
import { startRun } from '../../src/store/sync-runs.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const EARLIER = new Date('2026-11-20T12:00:00Z')
const MODEL = 'm@1'

const RESULT: AccountResult = {
  score: 61.5,
  tier: 'B',
  engaged: 1,
  functions: ['sales'],
  buyingGroup: [],
  reasons: ['1 person engaged'],
  contributions: [{ kind: 'person', label: 'Ann', points: 61.5, person: '1' }],
  nextChangeAt: '2027-01-01T00:00:00.000Z',
  model: MODEL,
  asOf: NOW.toISOString(),
}

describe('accounts in the store', () => {
  const database = useDatabase()
  let id: string
  beforeEach(async () => {
    id = (await makeInstallation(database.db)).id
  })
  const subject = (name: string, facts: FactMap) => ({
    id: name,
    facts,
    createdAt: EARLIER,
    updatedAt: EARLIER,
  })
  const facts = (kind: SubjectKind, name: string, map: FactMap, at = NOW) =>
    addFactVersions(database.db, id, kind, [{ id: name, facts: map }], at)
  const addCompany = async (name: string, map: FactMap = {}) => {
    await upsertCompanies(database.db, id, [subject(name, map)], NOW)
    await facts('company', name, map)
  }
  /** A scored person of an account. */
  const addPerson = async (
    name: string,
    account: string,
    score: { engagement?: number; engagedAt?: Date; sameAs?: string } = {},
    map: FactMap = {},
  ) => {
    await upsertPeople(database.db, id, [subject(name, map)], NOW)
    await facts('person', name, map)
    const accountId = score.sameAs ? null : account
    await sql`insert into score (installation_id, person_id, model, as_of, inputs_hash, score, tier, stage,
        written_values, engagement, intent, engaged_at, account_id, represented_by)
      values (${id}, ${name}, ${MODEL}, ${NOW}, '', 0, 'C', 'nurture', '{}', ${score.engagement ?? 0}, 2.5,
        ${score.engagedAt ?? null}, ${accountId}, ${score.sameAs ?? null})`.execute(database.db)
  }
  const row = (companyId: string, changes: Partial<AccountResult> = {}, asOf = NOW) => {
    const result = { ...RESULT, ...changes, asOf: asOf.toISOString() }
    return {
      companyId,
      model: MODEL,
      asOf,
      inputsHash: 'h',
      previousTier: null,
      writtenValues: { plumbline_account_tier: result.tier },
      result,
    }
  }
  const receipts = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from account_receipt
      where installation_id = ${id}`.execute(database.db)
    return rows[0]?.n
  }

  test('an account comes with its scored people, in order, with what their scores say', async () => {
    await addCompany('c', { name: 'Acme', employees: 100 })
    await addPerson('2', 'c', {}, { first_name: 'Bo' })
    await addPerson('1', 'c', { engagement: 40.25, engagedAt: EARLIER }, { first_name: 'Ann' })
    await facts('person', '1', { first_name: 'Ann', title: 'CEO' }, new Date(NOW.getTime() + 1))
    await addCompany('elsewhere')
    await addPerson('3', 'elsewhere')
    await upsertPeople(database.db, id, [{ ...subject('unscored', {}), companyId: 'c' }], NOW)
    await addPerson('gone', 'c')
    await removeSubjects(database.db, id, 'person', [{ id: 'gone', at: NOW }])

    expect(await accountInputs(database.db, id, ['c', 'unknown'])).toEqual([
      {
        id: 'c',
        company: { name: 'Acme', employees: 100 },
        people: [
          {
            id: '1',
            records: [{ id: '1', person: { first_name: 'Ann', title: 'CEO' }, knownAt: +NOW + 1 }],
            engagement: 40.25,
            intent: 2.5,
            engagedAt: EARLIER.getTime(),
          },
          {
            id: '2',
            records: [{ id: '2', person: { first_name: 'Bo' }, knownAt: +NOW }],
            engagement: 0,
            intent: 2.5,
            engagedAt: null,
          },
        ],
        previousTier: null,
        inputsHash: null,
        model: null,
        writtenValues: null,
      },
    ])
  })

  test('a person of two records comes once, with the facts of both', async () => {
    await addCompany('c')
    await addPerson('1', 'c', { engagement: 10 }, { email: 'ann@acme.example' })
    await addPerson('2', 'c', { engagement: 10, sameAs: '1' }, { title: 'CEO' })
    const [account] = await accountInputs(database.db, id, ['c'])
    expect(account?.people).toHaveLength(1)
    expect(account?.people[0]?.records).toMatchObject([
      { id: '1', person: { email: 'ann@acme.example' } },
      { id: '2', person: { title: 'CEO' } },
    ])
  })

  test('a deleted company is not loaded', async () => {
    await addCompany('c')
    await removeSubjects(database.db, id, 'company', [{ id: 'c', at: NOW }])
    expect(await accountInputs(database.db, id, ['c'])).toEqual([])
  })

  test('of very many people the most engaged come, then those with a role, then the newest', async () => {
    await addCompany('c')
    await sql`insert into person (installation_id, id, company_id, facts, source_created_at, source_updated_at, known_at)
      select ${id}, 'p' || n, 'c', case when n = 1 then '{"buying_role": ["CHAMPION"]}' else '{}' end::jsonb,
        ${EARLIER}, ${EARLIER}::timestamptz + n * interval '1 second', ${NOW}
      from generate_series(1, 700) n`.execute(database.db)
    await sql`insert into fact_version (installation_id, subject_kind, subject_id, known_at, facts)
      select installation_id, 'person', id, ${NOW}, facts from person where installation_id = ${id}`.execute(
      database.db,
    )
    // 200 to 299 are engaged; 200 least.
    await sql`insert into score (installation_id, person_id, model, as_of, inputs_hash, score, tier, stage,
        written_values, engagement, engaged_at, account_id)
      select ${id}, 'p' || n, ${MODEL}, ${NOW}, '', 0, 'C', 'nurture', '{}', n / 10.0,
        case when n between 200 and 299 then ${EARLIER}::timestamptz end, 'c'
      from generate_series(1, 700) n`.execute(database.db)
    const [account] = await accountInputs(database.db, id, ['c'])
    const loaded = (account?.people ?? []).map((person) => Number(person.id.slice(1)))
    expect(loaded).toHaveLength(500)
    const others = loaded.filter((n) => n < 200 || n > 299).toSorted((a, b) => a - b)
    expect(others).toHaveLength(400)
    // The one with a role, and the 399 newest.
    expect(others[0]).toBe(1)
    expect(others[1]).toBe(302)
  })

  test('a score becomes the current one and leaves a receipt; an older one only the receipt', async () => {
    await addCompany('c', { name: 'Acme' })
    await saveAccountScores(database.db, id, [row('c')])
    await saveAccountScores(database.db, id, [row('c', { tier: 'A', score: 80 }, EARLIER)])
    expect(await accountResult(database.db, id, 'c')).toEqual(RESULT)
    expect(await receipts()).toBe(2)
    const [account] = await accountInputs(database.db, id, ['c'])
    expect(account).toMatchObject({
      previousTier: 'B',
      inputsHash: 'h',
      model: MODEL,
      writtenValues: { plumbline_account_tier: 'B' },
    })
    await dropAccountScores(database.db, id, ['c'])
    expect(await accountResult(database.db, id, 'c')).toBeNull()
    expect(await receipts()).toBe(2)
  })

  test('accounts rank by tier, then by score', async () => {
    for (const name of ['low', 'high', 'best']) await addCompany(name)
    await saveAccountScores(database.db, id, [
      row('low', { score: 51 }),
      row('high', { score: 60 }),
      row('best', { tier: 'A', score: 40 }),
    ])
    const ranking = await topAccounts(database.db, id, 2)
    expect(ranking.map((account) => account.id)).toEqual(['best', 'high'])
  })

  test('accounts of people who changed are named, and both accounts of whoever moved', async () => {
    for (const name of ['1', '2', '3', '4']) await addPerson(name, 'a')
    const follow = (people: [string, string | null][], changed: string[]) =>
      followAccounts(
        database.db,
        id,
        people.map(([person, accountId]) => ({ id: person, accountId })),
        changed,
      )
    expect(await follow([['1', 'a']], [])).toEqual([])
    expect(await follow([['1', 'a']], ['1'])).toEqual(['a'])
    expect((await follow([['2', 'b']], ['2'])).toSorted()).toEqual(['a', 'b'])
    expect(await follow([['2', 'b']], ['2'])).toEqual(['b'])
    expect(await follow([['3', null]], [])).toEqual(['a'])
    expect(await follow([['3', null]], ['3'])).toEqual([])
  })

  describe('accounts wait', () => {
    const waits = () => accountsMustWait(database.db, id, NOW)
    const start = (kind: 'full' | 'delta', startedAt: Date) =>
      startRun(database.db, id, { kind, since: null, startedAt }, [['contacts']])

    test('for nobody when nothing is under way', async () => {
      await mark(database.db, id, 'score', 'company', ['c'], NOW)
      await mark(database.db, id, 'write_back', 'person', ['1'], NOW)
      await mark(database.db, id, 'score', 'person', ['1'], new Date(NOW.getTime() + 1))
      expect(await waits()).toBe(false)
    })

    test.each(['enrich', 'score'] as const)('for people who are due for %s', async (stage) => {
      await mark(database.db, id, stage, 'person', ['1'], NOW)
      expect(await waits()).toBe(true)
    })

    test('for a full reading, but not for one that hangs, nor for an incremental one', async () => {
      await start('full', EARLIER)
      expect(await waits()).toBe(false)
      await sql`delete from sync_run`.execute(database.db)
      await start('delta', NOW)
      expect(await waits()).toBe(false)
      await sql`delete from sync_run`.execute(database.db)
      await start('full', NOW)
      expect(await waits()).toBe(true)
    })
  })
})
