import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Claim, claim, mark } from '../../src/store/due.ts'
import { crowdedLanes, LANE_OF, LANES, MANY_ROWS } from '../../src/store/lanes.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const LATER = new Date('2026-11-22T12:01:00Z')
const EVERY_LANE = Array.from({ length: LANES }, (_, lane) => lane)

describe('the lanes of an installation', () => {
  const database = useDatabase()
  let installationId: string
  beforeEach(async () => {
    installationId = (await makeInstallation(database.db)).id
  })
  const markPeople = (count: number, at = NOW) => {
    const ids = Array.from({ length: count }, (_, n) => String(n))
    return mark(database.db, installationId, 'score', 'person', ids, at)
  }
  const claimLane = (lane: number, limit = 10_000) =>
    claim(database.db, installationId, 'score', limit, NOW, { kind: 'person', lane })
  const crowded = (at = NOW) => crowdedLanes(database.db, installationId, 'score', at)

  test('share the subjects out: each is in one, and none is much fuller than another', async () => {
    await markPeople(4_000)
    const lanes = await Promise.all(EVERY_LANE.map((lane) => claimLane(lane)))
    const ids = lanes.flat().map(({ id }: Claim) => id)
    expect(new Set(ids).size).toBe(4_000)
    expect(ids).toHaveLength(4_000)
    for (const lane of lanes) expect(lane.length).toBeGreaterThan(850)
  })

  test('a subject is in the same lane at every stage and in every installation', async () => {
    await markPeople(200)
    const other = (await makeInstallation(database.db)).id
    const ids = Array.from({ length: 200 }, (_, n) => String(n))
    await mark(database.db, other, 'enrich', 'person', ids, NOW)
    const here = (await claimLane(1)).map(({ id }) => id).toSorted()
    const there = await claim(database.db, other, 'enrich', 500, NOW, { kind: 'person', lane: 1 })
    expect(there.map(({ id }) => id).toSorted()).toEqual(here)
  })

  test('are not called while one job can do everything', async () => {
    await markPeople(MANY_ROWS - 1)
    expect(await crowded()).toEqual([])
  })

  test('are not called for what is due later', async () => {
    await markPeople(MANY_ROWS, LATER)
    expect(await crowded()).toEqual([])
    expect(await crowded(LATER)).toEqual(EVERY_LANE)
  })

  test('are called only where somebody waits whom nobody works on', async () => {
    await markPeople(MANY_ROWS)
    await claimLane(2)
    expect(await crowded()).toEqual([0, 1, 3])
  })

  test('looking for the rest of a lane does not walk past the rows of the others', async () => {
    await markPeople(20_000)
    await sql`analyze due`.execute(database.db)
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select 1 from due
      where installation_id = ${installationId} and stage = 'score' and due_at <= ${NOW}
        and (lease_until is null or lease_until < ${NOW})
        and subject_kind = 'person' and ${LANE_OF} = ${2}
      order by due_at limit 200 for update skip locked`.execute(database.db)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toContain('Index Scan using due_by_lane')
    expect(plan).not.toContain('Sort')
  })
})
