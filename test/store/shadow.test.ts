import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { listVersions } from '../../src/store/model-versions.ts'
import {
  type ModelText,
  modelInRole,
  publish,
  saveDraft,
  versionName,
} from '../../src/store/models.ts'
import { endShadow, setShadow } from '../../src/store/shadow.ts'
import { upsertCompanies, upsertPeople } from '../../src/store/subjects.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { titleModelText } from '../helpers/model-texts.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const BY_ANN = { actor: 'ann', reason: 'because', at: NOW }

const A = titleModelText('a', 10)
const B = titleModelText('b', 20)
const C = titleModelText('c', 30)
const WITH_ACCOUNTS = titleModelText('abm', 10, 'accounts: { tiers: { A: 50 } }')

describe('drafts and shadows', () => {
  const database = useDatabase()
  let id: string
  beforeEach(async () => {
    id = (await makeInstallation(database.db)).id
  })
  const record = (name: string) => ({ id: name, facts: {}, createdAt: NOW, updatedAt: NOW })
  const addPeople = (...names: string[]) => upsertPeople(database.db, id, names.map(record), NOW)
  const publishes = (model: ModelText) => publish(database.db, id, model, BY_ANN)
  const live = async () => (await modelInRole(database.db, id, 'live'))?.modelId
  const addCompanies = (...names: string[]) =>
    upsertCompanies(database.db, id, names.map(record), NOW)

  test('a draft is stored once and can be published later', async () => {
    expect(await saveDraft(database.db, id, A, NOW)).toBe(true)
    expect(await saveDraft(database.db, id, A, NOW)).toBe(false)
    expect(await listVersions(database.db, id)).toMatchObject([
      { modelId: 'a', status: 'draft', publishedAt: null },
    ])
    await publishes(A)
    expect(await saveDraft(database.db, id, A, NOW)).toBe(false)
    expect(await live()).toBe('a')
  })

  test('a shadow makes people due, companies not, and stays beside new publications', async () => {
    await addPeople('1')
    await addCompanies('9')
    await publishes(A)
    await sql`delete from due`.execute(database.db)
    expect(await setShadow(database.db, id, WITH_ACCOUNTS, BY_ANN)).toMatchObject({
      changed: true,
      replaced: null,
      due: { people: 1, companies: 0 },
    })
    await publishes(B)
    expect(await modelInRole(database.db, id, 'shadow')).toMatchObject({ modelId: 'abm' })
    expect(await setShadow(database.db, id, WITH_ACCOUNTS, BY_ANN)).toMatchObject({
      changed: false,
    })
  })

  test('there is one shadow at most; the one before is a draft again, or retired', async () => {
    await publishes(A)
    await publishes(B)
    await setShadow(database.db, id, C, BY_ANN)
    expect(await setShadow(database.db, id, A, BY_ANN)).toMatchObject({
      replaced: versionName(C),
    })
    const statuses = async () =>
      Object.fromEntries(
        (await listVersions(database.db, id)).map(({ modelId, status }) => [modelId, status]),
      )
    expect(await statuses()).toEqual({ a: 'shadow', b: 'live', c: 'draft' })
    expect(await endShadow(database.db, id, BY_ANN)).toBe(versionName(A))
    expect(await statuses()).toEqual({ a: 'retired', b: 'live', c: 'draft' })
    expect(await endShadow(database.db, id, BY_ANN)).toBeNull()
  })

  test('the live version cannot be its own shadow', async () => {
    await publishes(A)
    await expect(setShadow(database.db, id, A, BY_ANN)).rejects.toThrow(/is live already/)
  })

  test('publishing the shadow ends it', async () => {
    await publishes(A)
    await setShadow(database.db, id, B, BY_ANN)
    await publishes(B)
    expect(await modelInRole(database.db, id, 'shadow')).toBeNull()
    expect(await live()).toBe('b')
  })
})
