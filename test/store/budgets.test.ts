import { beforeEach, describe, expect, test } from 'vitest'
import { holdCalls, reserveCall } from '../../src/store/budgets.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

describe('call budgets', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })
  const reserve = (key = 'calls') => reserveCall(database.db, installationId, key, 1_000, 3)

  test('a burst goes at once, the rest in even steps', async () => {
    const waits: number[] = []
    for (let i = 0; i < 6; i += 1) waits.push(await reserve())
    const seconds = waits.map((wait) => Math.round(wait / 1_000))
    expect(seconds).toEqual([0, 0, 0, 1, 2, 3])
  })

  test('callers of several processes get different moments', async () => {
    const waits = await Promise.all(Array.from({ length: 20 }, () => reserve()))
    const inOrder = waits.map((wait) => Math.round(wait / 1_000)).toSorted((a, b) => a - b)
    expect(inOrder.slice(-1)).toEqual([17])
  })

  test('a held rate lets nobody through before the hold is over', async () => {
    await holdCalls(database.db, installationId, 'calls', 10_000)
    expect(await reserve()).toBeGreaterThan(9_000)
    expect(await reserve('search')).toBe(0)
  })

  test('who has no patience for the wait takes no place in the line', async () => {
    const impatient = () => reserveCall(database.db, installationId, 'calls', 60_000, 2, 10_000)
    expect([await impatient(), await impatient()]).toEqual([0, 0])
    const refused = [await impatient(), await impatient(), await impatient()]
    for (const wait of refused) {
      expect(wait).toBeGreaterThan(55_000)
      expect(wait).toBeLessThanOrEqual(60_000)
    }
  })

  test('a refused caller is always told to wait longer than its patience', async () => {
    await reserveCall(database.db, installationId, 'calls', 1_000, 1)
    expect(await reserveCall(database.db, installationId, 'calls', 1_000, 1, 0)).toBeGreaterThan(0)
  })

  test('when the rate changes the used part of the burst stays used', async () => {
    const at = (calls: number) =>
      reserveCall(database.db, installationId, 'calls', 86_400_000 / calls, calls / 4, 0)
    for (let call = 0; call < 50; call += 1) expect(await at(400)).toBe(0)
    let more = 0
    while ((await at(4_000)) === 0) more += 1
    expect(more).toBeGreaterThanOrEqual(490)
    expect(more).toBeLessThanOrEqual(495)
  })
})
