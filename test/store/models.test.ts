import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import { inTransaction } from '../../src/store/database.ts'
import { claim, mark, settle } from '../../src/store/due.ts'
import { listVersions } from '../../src/store/model-versions.ts'
import {
  holdModels,
  type ModelText,
  modelInRole,
  publish,
  readVersion,
  versionName,
} from '../../src/store/models.ts'
import { removeSubjects, upsertCompanies, upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { titleModelText } from '../helpers/model-texts.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-25T02:00:00Z')
const BY_ANN = { actor: 'ann', reason: 'because', at: NOW }

const A = titleModelText('a', 10)
const B = titleModelText('b', 20)
const C = titleModelText('c', 30)
const D = titleModelText('d', 40)
const WITH_ACCOUNTS = titleModelText('abm', 10, 'accounts: { tiers: { A: 50 } }')

describe('model versions', () => {
  const database = useDatabase()
  let id: string
  beforeEach(async () => {
    id = (await makeInstallation(database.db)).id
  })
  const record = (name: string) => ({ id: name, facts: {}, createdAt: NOW, updatedAt: NOW })
  const addPeople = (...names: string[]) => upsertPeople(database.db, id, names.map(record), NOW)
  const addCompanies = (...names: string[]) =>
    upsertCompanies(database.db, id, names.map(record), NOW)
  const publishes = (model: ModelText) => publish(database.db, id, model, BY_ANN)
  const live = async () => (await modelInRole(database.db, id, 'live'))?.modelId
  const due = async () => {
    const { rows } = await sql<{ kind: string; id: string; generation: string; due_at: Date }>`
      select subject_kind as kind, subject_id as id, generation, due_at from due
      where installation_id = ${id} and stage = 'score' order by 1, 2`.execute(database.db)
    return rows
  }
  const publications = async () => {
    const { rows } = await sql<{ model_id: string; previous_model_id: string | null }>`
      select model_id, previous_model_id from model_publication
      where installation_id = ${id} order by id`.execute(database.db)
    return rows.map((row) => `${row.previous_model_id ?? ''}>${row.model_id}`)
  }

  test('publishing makes everybody alive due, and nobody else', async () => {
    await addPeople('1', '2', '3')
    await addCompanies('9')
    await removeSubjects(database.db, id, 'person', [{ id: '3', at: NOW }])
    const other = await makeInstallation(database.db)
    await upsertPeople(database.db, other.id, [record('1')], NOW)
    expect(await publishes(A)).toEqual({
      changed: true,
      model: versionName(A),
      previous: null,
      due: { people: 2, companies: 0 },
    })
    expect((await due()).map((row) => `${row.kind} ${row.id}`)).toEqual(['person 1', 'person 2'])
    const { rows } = await sql`select 1 from due where installation_id = ${other.id}`.execute(
      database.db,
    )
    expect(rows).toEqual([])
  })

  test('companies become due as well where the model scores accounts', async () => {
    await addPeople('1')
    await addCompanies('8', '9')
    expect(await publishes(WITH_ACCOUNTS)).toMatchObject({ due: { people: 1, companies: 2 } })
    expect((await due()).map((row) => row.kind)).toEqual(['company', 'company', 'person'])
  })

  test('somebody who waits for the night is due at once, and work under way does not clear that', async () => {
    await addPeople('1', '2')
    await mark(database.db, id, 'score', 'person', ['1'], LATER)
    await mark(database.db, id, 'score', 'person', ['2'], NOW)
    const claimed = await claim(database.db, id, 'score', 10, NOW)
    expect(claimed.map((each) => each.id)).toEqual(['2'])
    await publishes(A)
    await inTransaction(database.db, (transaction) =>
      settle(
        transaction,
        id,
        'score',
        claimed.map((each) => ({ claim: each })),
      ),
    )
    expect(await due()).toMatchObject([
      { id: '1', due_at: NOW, generation: '2' },
      { id: '2', due_at: NOW, generation: '2' },
    ])
  })

  test('publishing the live version again changes nothing', async () => {
    await addPeople('1')
    await publishes(A)
    await sql`delete from due`.execute(database.db)
    expect(await publishes(A)).toEqual({ changed: false, model: versionName(A) })
    expect(await due()).toEqual([])
    expect(await publications()).toEqual(['>a'])
    expect(await auditOf(database.db, id, 'model.published', 10)).toHaveLength(1)
  })

  test('a publication is recorded with who, why and what it replaced', async () => {
    await addPeople('1')
    await publishes(A)
    await publishes(B)
    const [entry] = await auditOf(database.db, id, 'model.published', 1)
    expect(entry).toMatchObject({
      actor: 'ann',
      kind: 'model',
      id: versionName(B),
      details: { previous: versionName(A), reason: 'because', people: 1, companies: 0 },
    })
    expect(await publications()).toEqual(['>a', 'a>b'])
    expect(await listVersions(database.db, id)).toMatchObject([
      { modelId: 'b', status: 'live', publishedAt: NOW, actor: 'ann', reason: 'because' },
      { modelId: 'a', status: 'retired' },
    ])
  })

  test('a publication that fails leaves version, marks and history as they were', async () => {
    await addPeople('1')
    await publishes(A)
    await sql`delete from due`.execute(database.db)
    const failing = inTransaction(database.db, async (transaction) => {
      await publish(transaction, id, B, BY_ANN)
      throw new Error('the power went out')
    })
    await expect(failing).rejects.toThrow('the power went out')
    expect(await live()).toBe('a')
    expect(await due()).toEqual([])
    expect(await publications()).toEqual(['>a'])
    expect(await readVersion(database.db, id, B)).toBeNull()
  })

  test('two who publish at once come one after the other', async () => {
    await Promise.all([A, B, C, D].map(publishes))
    const chain = await publications()
    expect(chain).toHaveLength(4)
    for (const [index, link] of chain.entries()) {
      expect(link.split('>')[0]).toBe(chain[index - 1]?.split('>')[1] ?? '')
    }
    const versions = await listVersions(database.db, id)
    expect(versions.filter(({ status }) => status === 'live')).toHaveLength(1)
    expect(chain.at(-1)).toMatch(new RegExp(`>${await live()}$`))
  })

  test('a publication waits for whoever keeps scores, who then sees it', async () => {
    await publishes(A)
    const order: string[] = []
    let publishing: Promise<unknown> = Promise.resolve()
    await inTransaction(database.db, async (transaction) => {
      expect((await holdModels(transaction, id)).live).toBe(versionName(A))
      publishing = publishes(B).then(() => order.push('published'))
      // It is at the lock once somebody waits there.
      await expect.poll(waitingForLock, { timeout: 10_000 }).toBe(1)
      expect((await holdModels(transaction, id)).live).toBe(versionName(A))
      order.push('kept')
    })
    await publishing
    expect(order).toEqual(['kept', 'published'])
    const held = await inTransaction(database.db, (transaction) => holdModels(transaction, id))
    expect(held).toEqual({ live: versionName(B), shadow: null })
  })
  const waitingForLock = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_locks
      where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`.execute(
      database.db,
    )
    return rows[0]?.n
  }
})
