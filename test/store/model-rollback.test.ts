import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/store/audit.ts'
import {
  type ModelText,
  modelInRole,
  publish,
  rollback,
  rollbackTarget,
  versionName,
} from '../../src/store/models.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { titleModelText } from '../helpers/model-texts.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const BY_ANN = { actor: 'ann', reason: 'because', at: NOW }

const A = titleModelText('a', 10)
const B = titleModelText('b', 20)
const C = titleModelText('c', 30)
const D = titleModelText('d', 40)

describe('rolling back', () => {
  const database = useDatabase()
  let id: string
  beforeEach(async () => {
    id = (await makeInstallation(database.db)).id
  })
  const record = (name: string) => ({ id: name, facts: {}, createdAt: NOW, updatedAt: NOW })
  const addPeople = (...names: string[]) => upsertPeople(database.db, id, names.map(record), NOW)
  const publishes = (model: ModelText) => publish(database.db, id, model, BY_ANN)
  const live = async () => (await modelInRole(database.db, id, 'live'))?.modelId
  const back = async () => {
    const from = await modelInRole(database.db, id, 'live')
    if (!from) throw new Error('nothing is live')
    return rollback(database.db, id, from, BY_ANN)
  }
  const due = async () =>
    (await sql`select 1 from due where installation_id = ${id}`.execute(database.db)).rows

  test('brings the version before back, as a publication that marks everybody', async () => {
    await addPeople('1', '2')
    await publishes(A)
    await publishes(B)
    await sql`delete from due`.execute(database.db)
    expect(await back()).toEqual({
      changed: true,
      model: versionName(A),
      previous: versionName(B),
      due: { people: 2, companies: 0 },
    })
    expect(await live()).toBe('a')
    expect(await due()).toHaveLength(2)
    const [entry] = await auditOf(database.db, id, 'model.rolled_back', 1)
    expect(entry).toMatchObject({ id: versionName(A), details: { previous: versionName(B) } })
  })

  test('goes further back each time, never to and fro', async () => {
    for (const model of [A, B, C]) await publishes(model)
    await back()
    expect(await live()).toBe('b')
    await back()
    expect(await live()).toBe('a')
    await expect(back()).rejects.toThrow(/No version was live before a@/)
    expect(await live()).toBe('a')
  })

  test('from something new goes to what was live then, and from there past what was undone', async () => {
    for (const model of [A, B, C]) await publishes(model)
    await back()
    await publishes(D)
    await back()
    expect(await live()).toBe('b')
    await back()
    expect(await live()).toBe('a')
  })

  test('of a version that came back by hand goes to what was live before it came back', async () => {
    for (const model of [A, B, A]) await publishes(model)
    await back()
    expect(await live()).toBe('b')
    await back()
    expect(await live()).toBe('a')
    expect(await rollbackTarget(database.db, id)).toBeNull()
  })

  test('asked for twice at once goes back once', async () => {
    for (const model of [A, B, C]) await publishes(model)
    const both = await Promise.allSettled([
      rollback(database.db, id, C, BY_ANN),
      rollback(database.db, id, C, BY_ANN),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await live()).toBe('b')
  })
})
