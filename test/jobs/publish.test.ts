import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Deps } from '../../jobs/deps.ts'
import { createModels } from '../../jobs/models.ts'
import { score } from '../../jobs/score.ts'
import { inTransaction } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import type { Installation } from '../../src/store/installations.ts'
import { type ModelText, publish, versionName } from '../../src/store/models.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { titleModelText } from '../helpers/model-texts.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const BY_ANN = { actor: 'ann', reason: null, at: NOW }
const OLD = titleModelText('old', 10)
const NEW = titleModelText('new', 60)

describe('publishing while people are scored', () => {
  const database = useDatabase()
  let installation: Installation
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    await publishes(OLD)
  })
  const publishes = (model: ModelText) => publish(database.db, installation.id, model, BY_ANN)
  const wake = () => ({ installationId: installation.id })
  const depsWith = (changes: Partial<Deps> = {}) =>
    stageDeps(database.db, movableClock(NOW), { ...createModels(() => database.db), ...changes })
  const addPeople = async (from: number, to: number) => {
    const ids = Array.from({ length: to - from + 1 }, (_, index) => String(from + index))
    const people = ids.map((id) => ({
      id,
      facts: { title: 'CEO' },
      createdAt: NOW,
      updatedAt: NOW,
    }))
    await upsertPeople(database.db, installation.id, people, NOW)
    await addFactVersions(database.db, installation.id, 'person', people, NOW)
    await mark(database.db, installation.id, 'score', 'person', ids, NOW)
  }
  const peopleByModel = async (table: 'score' | 'score_receipt') => {
    const { rows } = await sql<{ model: string; n: number }>`
      select model, count(distinct person_id)::int as n from ${sql.table(table)}
      where installation_id = ${installation.id} group by 1`.execute(database.db)
    return Object.fromEntries(rows.map(({ model, n }) => [model, n]))
  }
  const dueForScoring = async () => {
    const { rows } = await sql`select 1 from due where installation_id = ${installation.id}
      and stage = 'score' and due_at <= ${NOW}`.execute(database.db)
    return rows.length
  }

  test('everybody is scored anew, receipts name the new version, and the new values are written', async () => {
    await addPeople(1, 5)
    const deps = depsWith()
    await score(wake(), deps)
    await sql`delete from due where stage = 'write_back'`.execute(database.db)
    await publishes(NEW)
    expect(await dueForScoring()).toBe(5)
    await score(wake(), deps)
    expect(await peopleByModel('score')).toEqual({ [versionName(NEW)]: 5 })
    expect(await peopleByModel('score_receipt')).toEqual({
      [versionName(OLD)]: 5,
      [versionName(NEW)]: 5,
    })
    const { rows } = await sql<{ score: string; tier: string }>`
      select distinct score, tier from score where installation_id = ${installation.id}`.execute(
      database.db,
    )
    expect(rows).toEqual([{ score: '60.00', tier: 'A' }])
    const { rows: writing } = await sql`select 1 from due
      where installation_id = ${installation.id} and stage = 'write_back'`.execute(database.db)
    expect(writing).toHaveLength(5)
    expect(await dueForScoring()).toBe(0)
  })

  test('in the middle of a slice: the next batch is scored with it, and nobody keeps an old score', async () => {
    await addPeople(1, 450)
    const models = createModels(() => database.db)
    const asked: string[] = []
    // The second batch has its model and its people when somebody publishes.
    const scorer = async (installationId: string) => {
      const current = await models.scorer(installationId)
      asked.push(current.model)
      if (asked.length === 2) await publishes(NEW)
      return current
    }
    await score(wake(), depsWith({ ...models, scorer }))
    expect(asked.slice(0, 3)).toEqual([versionName(OLD), versionName(OLD), versionName(NEW)])
    expect(await peopleByModel('score')).toEqual({ [versionName(NEW)]: 450 })
    expect(await peopleByModel('score_receipt')).toEqual({
      [versionName(OLD)]: 200,
      [versionName(NEW)]: 450,
    })
    expect(await dueForScoring()).toBe(0)
  })

  test('somebody who arrives while it is being committed is scored with it as well', async () => {
    await addPeople(1, 3)
    await score(wake(), depsWith())
    let scoring: Promise<void> = Promise.resolve()
    await inTransaction(database.db, async (transaction) => {
      await publish(transaction, installation.id, NEW, BY_ANN)
      // Not among those the publication has marked; the worker cannot see the new version yet either.
      await addPeople(4, 4)
      scoring = score(wake(), depsWith())
      await expect.poll(waitingForLock, { timeout: 10_000 }).toBe(1)
    })
    await scoring
    await score(wake(), depsWith())
    expect(await peopleByModel('score')).toEqual({ [versionName(NEW)]: 4 })
  })
  const waitingForLock = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_locks
      where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`.execute(
      database.db,
    )
    return rows[0]?.n
  }

  test('a version is compiled once, also for two installations, and the next one when it is live', async () => {
    const other = await makeInstallation(database.db)
    await publish(database.db, other.id, OLD, BY_ANN)
    const models = createModels(() => database.db)
    const first = await models.scorer(installation.id)
    expect(await models.scorer(installation.id)).toBe(first)
    expect(await models.scorer(other.id)).toBe(first)
    await publishes(NEW)
    expect((await models.scorer(installation.id)).model).toBe(versionName(NEW))
    expect(await models.scorer(other.id)).toBe(first)
  })

  test('without a live model the remedy is named', async () => {
    const bare = await makeInstallation(database.db)
    await expect(createModels(() => database.db).scorer(bare.id)).rejects.toThrow(
      /publish one first/,
    )
    expect(await createModels(() => database.db).shadow(bare.id)).toBeNull()
  })
})
