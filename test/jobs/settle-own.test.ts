import { expect, test } from 'vitest'
import { settleOwn } from '../../jobs/settle-own.ts'
import { LeaseLost } from '../../src/errors.ts'
import { inTransaction } from '../../src/store/database.ts'
import { type Claim, claim, mark } from '../../src/store/due.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const from = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000)
const database = useDatabase()

test('a batch of which another worker has taken a part is not ended, and what it found is not kept', async () => {
  const { db } = database
  const { id } = await makeInstallation(db)
  const later = () => claim(db, id, 'score', 10, from(60))
  const settled = (claims: readonly Claim[]) =>
    inTransaction(db, async (transaction) => {
      await mark(transaction, id, 'write_back', 'person', ['1', '2'], NOW)
      await settleOwn(
        transaction,
        id,
        'score',
        claims.map((each) => ({ claim: each })),
      )
    })
  const following = () => claim(db, id, 'write_back', 10, NOW)

  await mark(db, id, 'score', 'person', ['1', '2'], NOW)
  const claims = await claim(db, id, 'score', 10, NOW)
  await claim(db, id, 'score', 1, from(9))
  await expect(settled(claims)).rejects.toThrow(new LeaseLost("1 of 2 are somebody else's"))
  expect(await following()).toEqual([])

  await settled(await later())
  expect(await following()).toHaveLength(2)
  expect(await later()).toEqual([])
})
