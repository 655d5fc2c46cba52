import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Db } from '../../src/store/database.ts'
import type { DueStage } from '../../src/store/due.ts'
import { useDatabase } from '../helpers/database.ts'
import {
  installIn,
  starterJudges,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'
import { judgePortal } from './oracle.ts'

/** What queries that forgot their installation found, from inside of the jobs. */
const seen: { stage: DueStage; asked: string; role: string; found: readonly string[] }[] = []

vi.mock('../../src/store/due.ts', async (importOriginal) => {
  const store = await importOriginal<typeof import('../../src/store/due.ts')>()
  const claim: typeof store.claim = async (db, installationId, stage, ...rest) => {
    seen.push({ stage, asked: installationId, ...(await look(db)) })
    await sql`update person set facts = facts || '{"touched": true}' where installation_id <> ${installationId}`.execute(
      db,
    )
    return store.claim(db, installationId, stage, ...rest)
  }
  return { ...store, claim }
})

async function look(db: Db): Promise<{ role: string; found: readonly string[] }> {
  const { rows } = await sql<{ role: string; found: readonly string[] }>`
    select current_user::text as role, array(select id::text from installation union
      select installation_id::text from person union select installation_id::text from score union
      select installation_id::text from due) as found`.execute(db)
  return rows[0] ?? { role: '', found: [] }
}

const database = useDatabase()
const portals: TestPortal[] = []
afterAll(() => Promise.all(portals.map((portal) => portal.close())))
beforeEach(() => void seen.splice(0))

/** Reads, scores and writes a portal of its own, with the record ids of every other one. */
async function run(portalId: number, seed: number) {
  const portal = await startPortal(120, seed, portalId)
  portals.push(portal)
  const plumbline = await startStack(await testConfig(database.url, portal, null))
  const since = new Date()
  const { id } = await installIn(plumbline)
  await untilQuiet(plumbline, id, since)
  const verdict = await judgePortal(portal.url, SANDBOX_APP, await starterJudges())
  await plumbline.close()
  return { id, verdict }
}

/** Everything that is stored of the people of an installation. */
async function stored(id: string): Promise<unknown> {
  const { rows } = await sql`
    select p.id, p.facts, s.score, s.tier, s.written_values, w.written_at from person p
    left join score s on (s.installation_id, s.person_id) = (p.installation_id, p.id)
    left join written w on (w.installation_id, w.subject_kind, w.subject_id) = (p.installation_id, 'person', p.id)
    where p.installation_id = ${id} order by p.id`.execute(database.db)
  return rows
}

test('two tenants with the same record ids each get their own, even from queries that forget whose', async () => {
  const first = await run(4711, 1)
  const before = await stored(first.id)
  const second = await run(4712, 2)
  for (const { verdict } of [first, second]) {
    expect(verdict).toMatchObject({ contacts: 120, differences: [] })
  }
  expect(before).toHaveLength(120)
  expect(await stored(first.id)).toEqual(before)
  expect(await stored(second.id)).toHaveLength(120)

  const stages = new Set(seen.map(({ stage }) => stage))
  expect([...stages]).toEqual(expect.arrayContaining(['sync', 'enrich', 'score', 'write_back']))
  for (const { asked, found, role } of seen) {
    expect(found).toEqual([asked])
    expect(role).toMatch(/^plumbline_tenant_/)
  }
})
