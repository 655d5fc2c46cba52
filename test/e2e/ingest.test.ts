import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import { webhookSubscriptions } from '../../connectors/hubspot/webhook-subscriptions.ts'
import { pollJournal } from '../../jobs/journal.ts'
import type { Plumbline } from '../../src/main.ts'
import { findTraces } from '../../src/store/erasure-search.ts'
import { refusedCounts } from '../../src/store/inbox-counts.ts'
import { listInstallations, setStatus } from '../../src/store/installations.ts'
import { useDatabase } from '../helpers/database.ts'
import {
  installIn,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'

const database = useDatabase()
let portal: TestPortal
let stack: Plumbline
let config: Awaited<ReturnType<typeof testConfig>>
let people: readonly string[]

beforeEach(async () => {
  await sql`truncate installation, journal_position cascade`.execute(database.db)
  portal = await startPortal(30)
  config = await testConfig(database.url, portal, null)
  stack = await startStack(config)
  const { id } = await installIn(stack)
  await untilQuiet(stack, id, new Date(0))
  const { rows } = await sql<{ id: string }>`select id from person order by id limit 20`.execute(
    database.db,
  )
  people = rows.map((row) => row.id)
  return () => portal.close()
})

async function pull(path: string, body: object): Promise<void> {
  const answer = await fetch(`${portal.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.ok).toBe(true)
}

function sendWebhooks(chaos: object = {}): Promise<void> {
  return pull('__webhooks', {
    targetUrl: `${config.publicUrl}/webhooks/hubspot`,
    subscriptions: webhookSubscriptions(),
    stampWith: 'machine',
    gatherMs: 10,
    chaos,
  })
}

function retitle(id: string, jobtitle: string): Promise<void> {
  return portal.mutate({ op: 'update', type: 'contacts', id, properties: { jobtitle } })
}

async function titles(): Promise<readonly string[]> {
  const { rows } = await sql<{ title: string }>`
    select facts->>'title' as title from person where id = any(${[...people]}) order by id`.execute(
    database.db,
  )
  return rows.map(({ title }) => title)
}

/** The poller's own turn, now. */
async function readJournal(): Promise<void> {
  if (!config.hubspot) throw new Error('the test has an app')
  const connector = createHubspotConnector({ ...config.hubspot, redirectUrl: config.publicUrl })
  await sql`update journal_position set next_poll_at = now() - interval '1 second'`.execute(
    database.db,
  )
  const connectors = new Map([[connector.crm, connector]])
  await pollJournal({ ...stack.deps, connectors }, connector)
}

describe('what happens in the portal', () => {
  test('arrives by webhooks that are doubled, shuffled and mixed with those of strangers', async () => {
    await sendWebhooks({ duplicate: 0.4, shuffle: 300, repeatEventIds: 0.3, mixPortals: true })
    for (const id of people) {
      await retitle(id, 'Former')
      await retitle(id, `Head of ${id}`)
    }
    await expect.poll(titles, { timeout: 30_000 }).toEqual(people.map((id) => `Head of ${id}`))
    const refused = await refusedCounts(database.db, new Date(0))
    expect(refused.map(({ result }) => result)).toContain('no_installation')
    expect(refused.map(({ result }) => result)).not.toContain('unreadable')
  })

  test('arrives by the journal when every webhook is lost', async () => {
    await readJournal()
    for (const id of people) await retitle(id, `Head of ${id}`)
    await expect
      .poll(() => readJournal().then(titles), { timeout: 30_000, interval: 200 })
      .toEqual(people.map((id) => `Head of ${id}`))
  })

  test('is forgotten everywhere when it is a privacy deletion', async () => {
    await sendWebhooks({ duplicate: 0.5, shuffle: 100 })
    const [id = ''] = people
    const { rows } = await sql<{ email: string }>`
      select facts->>'email' as email from person where id = ${id}`.execute(database.db)
    const [installation] = await listInstallations(database.db)
    const installationId = installation?.id ?? ''
    const email = rows[0]?.email ?? ''
    expect(email).toContain('@')
    const person = { installationId, kind: 'person', id, email } as const
    const left = async () => {
      const traces = await findTraces(database.db, person)
      return traces.filter(({ about, mentions }) => about + mentions > 0)
    }
    expect((await left()).length).toBeGreaterThan(3)
    await portal.mutate({ op: 'forget', type: 'contacts', id })
    await expect.poll(left, { timeout: 30_000 }).toEqual([])
  })

  test('ends the installation when it is the removal of the app', async () => {
    await readJournal()
    const [installation] = await listInstallations(database.db)
    // Nothing calls the CRM, so that only the journal can tell.
    await setStatus(database.db, installation?.id ?? '', 'paused', 'asked for', new Date())
    await pull('__portal', { uninstall: true })
    await expect
      .poll(() => readJournal().then(() => listInstallations(database.db)), { timeout: 30_000 })
      .toMatchObject([{ status: 'disconnected', statusReason: 'the app was removed in the CRM' }])
  })
})
