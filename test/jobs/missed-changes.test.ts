import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { readMissedChanges, requestSync } from '../../jobs/schedule.ts'
import { setStatus } from '../../src/store/installations.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const from = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000)
const database = useDatabase()

test('whoever starts to listen has the changes read of every connected account, soon', async () => {
  const [waits, late, paused] = [
    await makeInstallation(database.db),
    await makeInstallation(database.db),
    await makeInstallation(database.db),
  ]
  await requestSync(database.db, waits.id, 'delta', from(-1))
  await requestSync(database.db, late.id, 'delta', from(300))
  await setStatus(database.db, paused.id, 'paused', 'test', NOW)
  await readMissedChanges(database.db, NOW)
  const { rows } = await sql`
    select installation_id as id, due_at as at from due where stage = 'sync' and subject_id = 'delta'
    order by due_at`.execute(database.db)
  expect(rows).toEqual([
    { id: waits.id, at: from(-1) },
    { id: late.id, at: from(5) },
  ])
})
