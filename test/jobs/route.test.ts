import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection, RerouteOutcome } from '../../connectors/connector.ts'
import type { Stage } from '../../jobs/pipeline.ts'
import { route } from '../../jobs/route.ts'
import { writeBack } from '../../jobs/write-back.ts'
import { CrmRateLimited, CrmUnavailable } from '../../src/errors.ts'
import { mark } from '../../src/store/due.ts'
import type { Installation } from '../../src/store/installations.ts'
import { changeSettings } from '../../src/store/settings.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock, stageDeps } from '../helpers/deps.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

const NOW = new Date('2026-11-22T12:00:00Z')

describe('routing by tier', () => {
  const database = useDatabase()
  let installation: Installation
  let clock: MovableClock
  let calls: (readonly string[])[]
  let reroutes: boolean
  let answer: (id: string) => RerouteOutcome

  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    clock = movableClock(NOW)
    calls = []
    reroutes = true
    answer = (id) => ({ id, status: 'rerouted' })
    await people('A', ['a1', 'a2'])
    await people('B', ['b1'])
  })

  async function people(tier: string, ids: readonly string[]): Promise<void> {
    await sql`
      insert into person (installation_id, id, facts, source_created_at, source_updated_at, known_at)
      select ${installation.id}, id, '{}', ${NOW}, ${NOW}, ${NOW} from unnest(${[...ids]}::text[]) id`.execute(
      database.db,
    )
    await sql`
      insert into score (installation_id, person_id, model, as_of, inputs_hash, score, tier, stage, written_values)
      select ${installation.id}, id, 'm@1', ${NOW}, 'h', 70, ${tier}, 'mql', '{}'
      from unnest(${[...ids]}::text[]) id`.execute(database.db)
  }
  const allow = (...tiers: string[]) =>
    changeSettings(database.db, installation.id, { routing: { tiers } }, NOW)
  const due = (...ids: string[]) =>
    mark(database.db, installation.id, 'route', 'person', ids, clock.now())
  async function work(stage: Stage = route): Promise<void> {
    const connection: Connection = {
      ...unusedConnection,
      push: async (writes) => writes.map(({ subject: { id } }) => ({ id, status: 'written' })),
      async reroute(ids) {
        calls.push(ids)
        return ids.map(answer)
      },
    }
    const deps = stageDeps(database.db, clock, { crm: crmOf(connection, { reroutes }) })
    await stage({ installationId: installation.id }, deps)
  }
  const told = () => calls.flat().toSorted()
  async function dueRows(): Promise<readonly { id: string; error: string | null }[]> {
    const { rows } = await sql<{ id: string; error: string | null }>`
      select subject_id as id, last_error as error from due
      where installation_id = ${installation.id} and stage = 'route' order by 1`.execute(
      database.db,
    )
    return rows
  }
  async function rejections() {
    const { rows } = await sql`select stage, subject_id as id, reason from rejection
      where installation_id = ${installation.id} and resolved_at is null order by 2`.execute(
      database.db,
    )
    return rows
  }

  test('where nobody switched it on nobody is routed, and nothing waits', async () => {
    await due('a1', 'b1')
    await work()
    expect(calls).toEqual([])
    expect(await dueRows()).toEqual([])
  })

  test('where the CRM routes by itself nothing is asked of it', async () => {
    reroutes = false
    await allow('A')
    await due('a1')
    await work()
    expect(calls).toEqual([])
    expect(await dueRows()).toEqual([])
  })

  test('those in a chosen tier are routed, once for each time they reach it', async () => {
    await allow('A')
    await due('a1', 'a2', 'b1')
    await work()
    expect(told()).toEqual(['a1', 'a2'])
    await work()
    expect(told()).toEqual(['a1', 'a2'])
    await due('a1')
    await work()
    expect(told()).toEqual(['a1', 'a1', 'a2'])
    expect(await dueRows()).toEqual([])
  })

  test('who has left the tier by then, or is gone, is not', async () => {
    await allow('A')
    await due('a1', 'a2')
    await sql`update score set tier = 'B' where person_id = 'a1'`.execute(database.db)
    await sql`update person set deleted_at = ${NOW} where id = 'a2'`.execute(database.db)
    await work()
    expect(calls).toEqual([])
    expect(await dueRows()).toEqual([])
  })

  test('what the CRM refuses is filed, and settled when it passes', async () => {
    await allow('A')
    await due('a1', 'a2')
    answer = (id) =>
      id === 'a2' ? { id, status: 'rejected', reason: 'a flow' } : { id, status: 'passed over' }
    await work()
    expect(await rejections()).toEqual([{ stage: 'route', id: 'a2', reason: 'a flow' }])
    expect(await dueRows()).toEqual([])
    answer = (id) => ({ id, status: 'rerouted' })
    await due('a2')
    await work()
    expect(await rejections()).toEqual([])
  })

  test('a call that broke off is made again, without those whose call went through', async () => {
    const crowd = Array.from({ length: 30 }, (_, at) => `q${String(at).padStart(2, '0')}`)
    await people('A', crowd)
    await allow('A')
    await due(...crowd)
    answer = (id) => {
      if (calls.length === 2) throw new CrmUnavailable('salesforce', 'the connection broke')
      return { id, status: 'rerouted' }
    }
    await work()
    expect(calls.map((ids) => ids.length)).toEqual([20, 10])
    expect(await dueRows()).toHaveLength(10)
    clock.moveTo(new Date(NOW.getTime() + 60_000))
    await work()
    expect(calls[2]?.toSorted()).toEqual(calls[1]?.toSorted())
    expect(new Set(told())).toEqual(new Set(crowd))
    expect(await dueRows()).toEqual([])
  })

  test('whose new tier stands in the CRM by now is routed, without being asked for', async () => {
    await allow('A')
    const written = async (id: string, tier: string) => {
      await sql`update score set tier = ${tier}, written_values = ${JSON.stringify({ plumbline_tier: tier })}
        where person_id = ${id}`.execute(database.db)
      await mark(database.db, installation.id, 'write_back', 'person', [id], clock.now())
      clock.moveTo(new Date(clock.now().getTime() + 3_000))
      await work(writeBack)
    }
    for (const id of ['a1', 'a2', 'b1']) await written(id, 'B')
    await work()
    expect(told()).toEqual([])
    await written('a1', 'A')
    await work()
    expect(told()).toEqual(['a1'])
  })

  test('a limit of the CRM leaves them for later', async () => {
    await allow('A')
    await due('a1')
    answer = () => {
      throw new CrmRateLimited('salesforce', 60_000)
    }
    await work()
    expect(await dueRows()).toMatchObject([{ id: 'a1', error: null }])
    answer = (id) => ({ id, status: 'rerouted' })
    clock.moveTo(new Date(NOW.getTime() + 60_000))
    await work()
    expect(await dueRows()).toEqual([])
  })
})
