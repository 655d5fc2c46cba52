import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { inTransaction } from '../../src/store/database.ts'
import { useDatabase } from '../helpers/database.ts'

describe('transactions', () => {
  const database = useDatabase()
  beforeEach(async () => {
    await sql`drop table if exists counter`.execute(database.db)
    await sql`create table counter (id int primary key, n int not null)`.execute(database.db)
    await sql`insert into counter values (1, 0), (2, 0)`.execute(database.db)
  })
  const totals = async () => {
    const { rows } = await sql<{ n: number }>`select n from counter order by id`.execute(
      database.db,
    )
    return rows.map(({ n }) => n)
  }

  test('two that wait for each other are both done, each once', async () => {
    const started: (() => void)[] = []
    const bothStarted = Promise.all([0, 1].map(() => new Promise<void>((ok) => started.push(ok))))
    let runs = 0
    const sides: Promise<void>[] = []
    const add = (first: number, second: number) => {
      let tries = 0
      return inTransaction(database.db, async (transaction) => {
        runs += 1
        tries += 1
        // Whoever was undone comes again when the other is through, and cannot get in its way once more.
        if (tries > 1) await sides[second - 1]
        await sql`update counter set n = n + 1 where id = ${first}`.execute(transaction)
        started[first - 1]?.()
        await bothStarted
        await sql`update counter set n = n + 1 where id = ${second}`.execute(transaction)
      })
    }
    sides.push(add(1, 2), add(2, 1))
    await Promise.all(sides)
    expect(await totals()).toEqual([2, 2])
    expect(runs).toBe(3)
  })

  test('an error keeps nothing and is not tried again', async () => {
    let runs = 0
    const failing = inTransaction(database.db, async (transaction) => {
      runs += 1
      await sql`update counter set n = 9`.execute(transaction)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await totals()).toEqual([0, 0])
    expect(runs).toBe(1)
  })
})
