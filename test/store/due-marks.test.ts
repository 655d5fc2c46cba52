import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { SubjectKind } from '../../src/leads/facts.ts'
import { inTransaction, openDatabase } from '../../src/store/database.ts'
import { claim, mark, markAll, settle } from '../../src/store/due.ts'
import { backlog, waiting } from '../../src/store/due-backlog.ts'
import { setStatus } from '../../src/store/installations.ts'
import { postpone, release } from '../../src/store/leases.ts'
import { forgetWritten, holdWrites, saveWritten } from '../../src/store/written.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const from = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000)

describe('marks of many stages and kinds', () => {
  const database = useDatabase()
  let id: string
  beforeEach(async () => {
    id = (await makeInstallation(database.db)).id
  })
  const claimed = async (stage: 'score' | 'fetch', at = NOW, limit = 10, kind?: SubjectKind) => {
    const claims = await claim(database.db, id, stage, limit, at, kind ? { kind } : {})
    return claims.map((each) => `${each.kind} ${each.id}`)
  }
  const scoreAt = (ids: string[], at: Date) => mark(database.db, id, 'score', 'person', ids, at)

  test('in one statement are as if each were made by itself', async () => {
    const other = (await makeInstallation(database.db)).id
    const score = { installationId: id, stage: 'score', kind: 'person', id: '1' } as const
    const marks = [score, score, { ...score, stage: 'fetch' as const, kind: 'contacts' }]
    await markAll(database.db, [...marks, { ...score, installationId: other }], from(5))
    await markAll(database.db, [score], NOW)
    const [once] = await claim(database.db, id, 'score', 10, NOW)
    expect(once).toMatchObject({ kind: 'person', id: '1', generation: 2, dueAt: NOW })
    expect(await claimed('fetch', from(5))).toEqual(['contacts 1'])
    expect(await claim(database.db, other, 'score', 10, from(5))).toHaveLength(1)
  })

  test('are claimed by those who wait longest, so many, of one kind where one is asked for', async () => {
    await scoreAt(['late'], from(-1))
    await scoreAt(['early'], from(-3))
    await mark(database.db, id, 'score', 'company', ['between'], from(-2))
    expect(await claimed('score', NOW, 1, 'company')).toEqual(['company between'])
    expect(await claimed('score', NOW, 1)).toEqual(['person early'])
    expect(await claimed('score')).toEqual(['person late'])
  })

  test('come in the order of their times', async () => {
    await scoreAt(['1'], from(-1))
    await scoreAt(['2'], from(-3))
    await scoreAt(['3'], from(-2))
    await inTransaction(database.db, async (transaction) => {
      // A plan that comes to the rows in the order of their names.
      await sql`set local enable_nestloop = off; set local enable_hashjoin = off`.execute(
        transaction,
      )
      const claims = await claim(transaction, id, 'score', 10, NOW)
      expect(claims.map((each) => each.id)).toEqual(['2', '3', '1'])
    })
  })

  test('of one id in two kinds are settled each for itself', async () => {
    await scoreAt(['7'], NOW)
    await mark(database.db, id, 'score', 'company', ['7', '8'], NOW)
    const claims = await claim(database.db, id, 'score', 10, NOW)
    await scoreAt(['7'], NOW)
    await inTransaction(database.db, (transaction) =>
      settle(
        transaction,
        id,
        'score',
        claims.map((each) => ({ claim: each })),
      ),
    )
    expect(await backlog(database.db, id, NOW)).toMatchObject({ score: 1 })
    expect(await claimed('score')).toEqual(['person 7'])
  })

  test('that are released come back when they are said to', async () => {
    await scoreAt(['7'], NOW)
    await release(database.db, id, 'score', await claim(database.db, id, 'score', 10, NOW), from(9))
    expect(await claimed('score', from(8))).toEqual([])
    expect(await claimed('score', from(9))).toEqual(['person 7'])
  })

  test('that are held are not waiting, until the lease has ended', async () => {
    await scoreAt(['7'], NOW)
    await claim(database.db, id, 'score', 10, NOW)
    const woken = async (at: Date) =>
      (await waiting(database.db, at)).filter(({ installationId }) => installationId === id)
    expect(await woken(from(8))).toEqual([])
    expect(await woken(from(8.001))).toEqual([{ installationId: id, stage: 'score' }])
  })

  test('of erasing are waiting whatever became of the installation', async () => {
    await scoreAt(['7'], NOW)
    await mark(database.db, id, 'erase', 'person', ['7'], NOW)
    await setStatus(database.db, id, 'disconnected', 'test', NOW)
    const woken = (await waiting(database.db, NOW)).filter((each) => each.installationId === id)
    expect(woken).toEqual([{ installationId: id, stage: 'erase' }])
  })

  test('are counted by stage, but for listening, which never ends', async () => {
    const none = { sync: 0, fetch: 0, enrich: 0, score: 0, write_back: 0, task: 0, route: 0 }
    expect(await backlog(database.db, id, NOW)).toEqual({ ...none, listen: 0, erase: 0 })
    await scoreAt(['1', '2'], NOW)
    await scoreAt(['3'], from(1))
    await mark(database.db, id, 'listen', 'feed', ['1'], NOW)
    await mark(database.db, id, 'erase', 'person', ['1'], NOW)
    expect(await backlog(database.db, id, NOW)).toEqual({ ...none, score: 2, listen: 0, erase: 1 })
  })
})

test('where there is nothing to do the database is not asked', async () => {
  const closed = openDatabase('postgres://127.0.0.1:1/none', () => {})
  await closed.destroy()
  const times = { sentAt: NOW, writtenAt: NOW, recentSince: NOW }
  await expect(mark(closed, 'i', 'score', 'person', ['1'], NOW)).rejects.toThrow()
  await Promise.all([
    mark(closed, 'i', 'score', 'person', [], NOW),
    markAll(closed, [], NOW),
    settle(closed, 'i', 'score', []),
    postpone(closed, 'i', 'score', [], NOW, 'why'),
    release(closed, 'i', 'score', []),
    saveWritten(closed, 'i', 'person', [], times),
    holdWrites(closed, 'i', 'person', []),
    forgetWritten(closed, 'i', 'person', []),
  ])
})
