import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { migrate } from '../../src/store/database.ts'
import { useDatabase } from '../helpers/database.ts'

const database = useDatabase()
/** After all that were really applied. */
const LATER = '2999-01-01T00:00:00.000Z'

async function noteApplied(name: string): Promise<void> {
  await sql`insert into kysely_migration (name, timestamp) values (${name}, ${LATER})`.execute(
    database.db,
  )
}

afterEach(async () => {
  await sql`delete from kysely_migration where timestamp = ${LATER}`.execute(database.db)
})

test('a version runs on the schema of a newer one, so that one can go back', async () => {
  await noteApplied('9998-newer.sql')
  await noteApplied('9999-newest.sql')
  expect(await migrate(database.db)).toEqual([])
})

test('a schema with a step between ours that we do not know is refused', async () => {
  await noteApplied('0003-of-somebody-else.sql')
  await expect(migrate(database.db)).rejects.toThrow('0003-of-somebody-else.sql')
})
