import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { claim, mark, settle } from '../../src/store/due.ts'
import { backlog, waiting } from '../../src/store/due-backlog.ts'
import { setStatus } from '../../src/store/installations.ts'
import { postpone, release } from '../../src/store/leases.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-22T12:01:00Z')
const MUCH_LATER = new Date('2026-11-25T02:00:00Z')

describe('the ledger of what is due', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })

  const markScore = (ids: string[], at = NOW) =>
    mark(database.db, installationId, 'score', 'person', ids, at)
  const claimScore = (limit = 10, at = NOW) =>
    claim(database.db, installationId, 'score', limit, at)
  const settleScore = (claims: Awaited<ReturnType<typeof claim>>, nextDueAt?: Date) =>
    inTransaction(database.db, (transaction) =>
      settle(
        transaction,
        installationId,
        'score',
        claims.map((each) => ({ claim: each, ...(nextDueAt && { nextDueAt }) })),
      ),
    )

  test('a hundred marks of one person are one row', async () => {
    for (let i = 0; i < 100; i += 1) await markScore(['7'])
    const claims = await claimScore()
    expect(claims).toHaveLength(1)
    expect(claims[0]?.generation).toBe(100)
  })

  test('marking again makes it earlier, never later', async () => {
    await markScore(['7'], MUCH_LATER)
    expect(await claimScore()).toHaveLength(0)
    await markScore(['7'], NOW)
    await markScore(['7'], MUCH_LATER)
    expect(await claimScore()).toHaveLength(1)
  })

  test('a claimed row is held until its lease ends', async () => {
    await markScore(['7'])
    expect(await claimScore()).toHaveLength(1)
    expect(await claimScore()).toHaveLength(0)
    expect(await claimScore(10, LATER)).toHaveLength(1)
  })

  test('two workers at once never get the same row', async () => {
    await markScore(Array.from({ length: 200 }, (_, i) => String(i)))
    const batches = await Promise.all(Array.from({ length: 8 }, () => claimScore(50)))
    const ids = batches.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(200)
  })

  test('a worker does not wait for rows that another is just claiming', async () => {
    await markScore(['1', '2', '3'])
    await inTransaction(database.db, async (transaction) => {
      const first = await claim(transaction, installationId, 'score', 1, NOW)
      // The first claim is not committed yet: without skipping locked rows this one would never return.
      const second = await claimScore()
      expect(second.map(({ id }) => id).toSorted()).toEqual(
        ['1', '2', '3'].filter((id) => id !== first[0]?.id),
      )
    })
  }, 10_000)

  test('a settled row is gone', async () => {
    await markScore(['7', '8'])
    await settleScore(await claimScore(1))
    expect(await backlog(database.db, installationId, NOW)).toMatchObject({ score: 1 })
  })

  test('what is marked during processing stays due and is free at once', async () => {
    await markScore(['7'])
    const claims = await claimScore()
    await markScore(['7'])
    await settleScore(claims)
    expect(await claimScore()).toMatchObject([{ id: '7', generation: 2 }])
  })

  test('what is marked during processing is not put off to the next due time', async () => {
    await markScore(['7'])
    const claims = await claimScore()
    await markScore(['7'])
    await settleScore(claims, MUCH_LATER)
    expect(await claimScore()).toHaveLength(1)
  })

  test('a row may come due by the passing of time', async () => {
    await markScore(['7'])
    await settleScore(await claimScore(), MUCH_LATER)
    expect(await claimScore(10, LATER)).toHaveLength(0)
    expect(await claimScore(10, MUCH_LATER)).toHaveLength(1)
  })

  test('a mark that waits for the settling transaction is not lost', async () => {
    await markScore(['7'])
    const claims = await claimScore()
    await inTransaction(database.db, async (transaction) => {
      await settle(
        transaction,
        installationId,
        'score',
        claims.map((each) => ({ claim: each })),
      )
      // Blocks on the row's lock until the transaction has ended.
      const marked = markScore(['7'])
      await awaitBlocked(database.db)
      setImmediate(() => marked)
    })
    await expect.poll(() => backlog(database.db, installationId, NOW)).toMatchObject({ score: 1 })
  })

  test('postponing counts an attempt and keeps the reason; releasing does not', async () => {
    await markScore(['7'])
    const claims = await claimScore()
    await postpone(database.db, installationId, 'score', claims, LATER, 'the CRM was away')
    expect(await claimScore()).toHaveLength(0)
    const again = await claimScore(10, LATER)
    expect(again).toMatchObject([{ attempts: 1 }])
    await release(database.db, installationId, 'score', again)
    expect(await claimScore(10, LATER)).toMatchObject([{ attempts: 1 }])
  })

  test('a worker that stood still leaves the row to the one that has taken it', async () => {
    await markScore(['7'])
    const [slow, quick] = [await claimScore(), await claimScore(10, LATER)]
    expect(await settleScore(slow)).toBe(1)
    await release(database.db, installationId, 'score', slow)
    await postpone(database.db, installationId, 'score', slow, NOW, 'too late')
    expect(await claimScore(10, LATER)).toEqual([])
    expect(await settleScore(quick)).toBe(0)
    expect(await claimScore(10, MUCH_LATER)).toEqual([])
    expect(await settleScore(slow)).toBe(1)
  })

  test('what is marked after another worker is done is not taken for what this one had', async () => {
    await markScore(['7'])
    const [slow, quick] = [await claimScore(), await claimScore(10, LATER)]
    await settleScore(quick)
    await markScore(['7'])
    // The row is a new one, and its generation 1 again.
    expect(await settleScore(slow)).toBe(1)
    expect(await claimScore(10, LATER)).toMatchObject([{ id: '7', generation: 1 }])
  })

  test('only active installations are woken, each stage once', async () => {
    await markScore(['7', '8'])
    const wake = async () =>
      (await waiting(database.db, NOW)).filter((each) => each.installationId === installationId)
    expect(await wake()).toEqual([{ installationId, stage: 'score' }])
    await setStatus(database.db, installationId, 'paused', 'test', NOW)
    expect(await wake()).toEqual([])
  })

  test('claiming uses the index on time', async () => {
    await markScore(
      Array.from({ length: 5_000 }, (_, i) => String(i)),
      MUCH_LATER,
    )
    await sql`analyze due`.execute(database.db)
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select 1 from due
      where installation_id = ${installationId} and stage = 'score' and due_at <= ${NOW}
      order by due_at limit 100`.execute(database.db)
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('due_by_time')
  })
})

/** Waits until some statement of this database waits for a lock. */
async function awaitBlocked(db: Db): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
      return rows[0]?.n
    })
    .toBeGreaterThan(0)
}
