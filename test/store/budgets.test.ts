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
})
