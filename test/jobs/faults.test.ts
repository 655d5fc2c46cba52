import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { requestSync } from '../../jobs/schedule.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import type { Plumbline } from '../../src/main.ts'
import { mark } from '../../src/store/due.ts'
import { findInstallation, type Installation } from '../../src/store/installations.ts'
import { peopleCounts } from '../../src/store/overview.ts'
import { judgePortal } from '../e2e/oracle.ts'
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

const PEOPLE = 150
const UPDATE = { method: 'POST', route: '/contacts/batch/update' }
const BEGINNING = new Date(0)

function stage() {
  const database = useDatabase()
  const held: { portal?: TestPortal; plumbline?: Plumbline } = {}
  beforeEach(async () => {
    held.portal = await startPortal(PEOPLE)
    held.plumbline = await startStack(await testConfig(database.url, held.portal, null))
  })
  afterEach(() => held.portal?.close())
  return {
    get portal() {
      if (!held.portal) throw new Error('the portal is there only while tests run')
      return held.portal
    },
    get plumbline() {
      if (!held.plumbline) throw new Error('the stack is there only while tests run')
      return held.plumbline
    },
  }
}

async function installAndWait(plumbline: Plumbline): Promise<Installation> {
  const installation = await installIn(plumbline)
  await untilQuiet(plumbline, installation.id, BEGINNING)
  return installation
}

/** Makes everybody's written score differ, as if a new one had been computed. */
async function rewrite({ db, deps }: Plumbline, installationId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update score set written_values = written_values || '{"plumbline_score": "1"}'
    where installation_id = ${installationId} returning person_id as id`.execute(db)
  const ids = rows.map(({ id }) => id).toSorted()
  await mark(db, installationId, 'write_back', 'person', ids, new Date())
  await deps.wake('write_back', installationId)
  return ids
}

async function threePeople({ db }: Plumbline): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select person_id as id from score order by 1 limit 3`.execute(db)
  return rows.map(({ id }) => id)
}

async function openRejections({ db }: Plumbline): Promise<{ id: string; reason: string }[]> {
  const { rows } = await sql<{ id: string; reason: string }>`
    select subject_id as id, reason from rejection where resolved_at is null order by 1`.execute(db)
  return rows
}

describe('a CRM that misbehaves for a while', () => {
  const here = stage()
  test('changes nothing about the end state', async () => {
    await here.portal.faults(
      { match: { ...UPDATE, nth: 1 }, do: { kind: '429', policyName: 'SECONDLY' } },
      { match: { ...UPDATE, nth: 2 }, do: { kind: 'apply-then-reset' } },
      { match: { route: '/companies?', nth: 1 }, do: { kind: 'status', status: 502, html: '<p>' } },
      { match: { route: '/meetings?', nth: 1 }, do: { kind: 'truncate' } },
      { match: { route: '/contacts?', nth: 2 }, do: { kind: 'reset' } },
    )
    const installation = await installAndWait(here.plumbline)
    const counts = await peopleCounts(here.plumbline.db, installation.id, BEGINNING)
    expect(counts).toMatchObject({ people: PEOPLE, scored: PEOPLE, written: PEOPLE, rejected: 0 })
    const verdict = await judgePortal(here.portal.url, SANDBOX_APP, await starterJudges())
    expect(verdict).toMatchObject({ contacts: PEOPLE, differences: [] })
  })
})

describe('records that HubSpot refuses', () => {
  const here = stage()
  test('are filed with the reason, the others are written, and later success closes the file', async () => {
    const installation = await installAndWait(here.plumbline)
    const refused = await threePeople(here.plumbline)
    await here.portal.faults({ match: UPDATE, do: { kind: 'partial', ids: refused } })
    await here.portal.resetLedger()
    await rewrite(here.plumbline, installation.id)
    await untilQuiet(here.plumbline, installation.id, BEGINNING)
    const rejections = await openRejections(here.plumbline)
    expect(rejections.map(({ id }) => id)).toEqual(refused)
    expect(rejections[0]?.reason).not.toBe('')
    expect((await here.portal.ledger()).recordsWritten).toBe(PEOPLE - refused.length)

    await here.portal.faults()
    await mark(here.plumbline.db, installation.id, 'write_back', 'person', refused, new Date())
    await here.plumbline.deps.wake('write_back', installation.id)
    await untilQuiet(here.plumbline, installation.id, BEGINNING)
    expect(await openRejections(here.plumbline)).toEqual([])
  })
})

describe('records that went away between scoring and writing', () => {
  const here = stage()
  test('deleted ones leave the lists, merged ones send their history to the survivor', async () => {
    const installation = await installAndWait(here.plumbline)
    const [deleted = '', loser = '', winner = ''] = await threePeople(here.plumbline)
    await here.portal.mutate({ op: 'archive', type: 'contacts', id: deleted })
    await here.portal.mutate({ op: 'merge', type: 'contacts', id: winner, loserId: loser })
    await rewrite(here.plumbline, installation.id)
    await untilQuiet(here.plumbline, installation.id, BEGINNING)
    const { rows: people } = await sql<{ id: string; merged: string | null; gone: boolean }>`
      select id, merged_into as merged, deleted_at is not null as gone from person
      where id in (${deleted}, ${loser}, ${winner}) order by id`.execute(here.plumbline.db)
    expect(people).toEqual([
      { id: deleted, merged: null, gone: true },
      { id: loser, merged: winner, gone: false },
      { id: winner, merged: null, gone: false },
    ])
    expect(await openRejections(here.plumbline)).toEqual([])
    const counts = await peopleCounts(here.plumbline.db, installation.id, BEGINNING)
    expect(counts).toMatchObject({ people: PEOPLE - 2, scored: PEOPLE - 2 })
  })
})

describe('an app that was uninstalled', () => {
  const here = stage()
  test('is disconnected with the reason, and nothing more is asked of the CRM', async () => {
    const { db, deps } = here.plumbline
    const installation = await installAndWait(here.plumbline)
    await fetch(`${here.portal.url}/__portal`, {
      method: 'POST',
      body: JSON.stringify({ gone: true }),
      headers: { 'content-type': 'application/json' },
    })
    await here.portal.faults({
      match: { route: '/crm/' },
      do: { kind: 'status', status: 401, body: { category: 'EXPIRED_AUTHENTICATION' } },
    })
    await requestSync(db, installation.id, 'full', new Date())
    await deps.wake('sync', installation.id)
    await expect
      .poll(async () => (await findInstallation(db, installation.id))?.status, { timeout: 20_000 })
      .toBe('disconnected')
    const { statusReason } = (await findInstallation(db, installation.id)) ?? {}
    expect(statusReason).toContain('HubSpot ended the connection')
    await here.portal.resetLedger()
    await deps.wake('sync', installation.id)
    await deps.wake('write_back', installation.id)
    await untilIdle(here.plumbline)
    expect((await here.portal.ledger()).total).toBe(0)
  })
})

/** Waits until BullMQ has nothing waiting or active. */
async function untilIdle({ db }: Plumbline): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from bullmq.job
        where state::text in ('wait', 'waiting', 'prioritized', 'active', 'delayed')`.execute(db)
      return rows[0]?.n
    })
    .toBe(0)
}
