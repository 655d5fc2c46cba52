import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../connectors/connector.ts'
import type { Page } from '../../connectors/page.ts'
import { EMPTY_PAGE } from '../../connectors/page.ts'
import { fetchRecords } from '../../jobs/fetch.ts'
import { storePage } from '../../jobs/store-page.ts'
import { CrmDisconnected, CrmRateLimited, CrmUnavailable } from '../../src/errors.ts'
import { inTransaction } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { findInstallation, type Installation } from '../../src/store/installations.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const ago = (ms: number) => new Date(NOW.getTime() - ms)

const database = useDatabase()
let here: Installation
beforeEach(async () => {
  await sql`truncate installation cascade`.execute(database.db)
  here = await makeInstallation(database.db)
})

function person(id: string, title: string, updatedAt = NOW): Page['people'][number] {
  return { id, facts: { title }, createdAt: ago(1_000_000), updatedAt }
}

type Calls = Partial<Pick<Connection, 'fetch' | 'history'>>

function deps(calls: Calls) {
  const connection: Connection = {
    ...unusedConnection,
    ...calls,
  }
  return stageDeps(database.db, movableClock(NOW), { crm: crmOf(connection) })
}

async function run(calls: Calls): Promise<readonly string[]> {
  const made = deps(calls)
  await fetchRecords({ installationId: here.id }, made)
  return made.woken
}

const want = (stream: string, ...ids: string[]) =>
  mark(database.db, here.id, 'fetch', stream, ids, NOW)

async function due(stage = 'fetch') {
  const { rows } = await sql<{ kind: string; id: string; attempts: number; dueAt: Date }>`
    select subject_kind as kind, subject_id as id, attempts, due_at as "dueAt"
    from due where stage = ${stage} order by 1, 2`.execute(database.db)
  return rows
}

async function titles(): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ id: string; title: string }>`
    select id, case when deleted_at is not null then 'deleted' when merged_into is not null
      then 'merged into ' || merged_into else facts->>'title' end as title
    from person order by id`.execute(database.db)
  return Object.fromEntries(rows.map(({ id, title }) => [id, title]))
}

describe('records that the CRM told about', () => {
  test('are read by stream, stored, and handed on', async () => {
    await want('contacts', '1', '2')
    await want('deals', '1')
    const asked: string[] = []
    const woken = await run({
      async fetch(stream, ids) {
        asked.push(`${stream}: ${ids.toSorted().join()}`)
        return stream === 'contacts'
          ? { ...EMPTY_PAGE, people: [person('1', 'CTO'), person('2', 'CFO')] }
          : EMPTY_PAGE
      },
    })
    expect(asked.toSorted()).toEqual(['contacts: 1,2', 'deals: 1'])
    expect(await titles()).toEqual({ 1: 'CTO', 2: 'CFO' })
    expect(await due()).toEqual([])
    expect((await due('enrich')).map(({ id }) => id)).toEqual(['1', '2'])
    // Itself again, after a pause in which news gathers.
    expect(woken).toEqual(['enrich', 'fetch'])
  })

  test('are read 200 at a time, all of them', async () => {
    const ids = Array.from({ length: 450 }, (_, at) => String(at))
    await want('contacts', ...ids)
    const sizes: number[] = []
    const seen = new Set<string>()
    await run({
      async fetch(_stream, some) {
        sizes.push(some.length)
        for (const id of some) seen.add(id)
        return EMPTY_PAGE
      },
    })
    expect(sizes).toEqual([200, 200, 50])
    expect(seen.size).toBe(450)
  })

  test('that are gone or merged leave, and come back when they are restored', async () => {
    const told = async (page: Partial<Page>) => {
      await want('contacts', '1', '2')
      await run({ fetch: async () => ({ ...EMPTY_PAGE, ...page }) })
      return titles()
    }
    const early = ago(60_000)
    await told({ people: [person('1', 'CTO', early), person('2', 'CFO', early)] })
    const gone = await told({
      removed: [{ kind: 'person', id: '1', at: ago(30_000) }],
      merged: [{ kind: 'person', loser: '2', winner: '3' }],
    })
    expect(gone).toEqual({ 1: 'deleted', 2: 'merged into 3' })
    await sql`delete from due`.execute(database.db)
    expect(await told({ people: [person('1', 'CTO')] })).toMatchObject({ 1: 'CTO' })
    expect((await due('enrich')).map(({ id }) => id)).toEqual(['1'])
  })

  test('change again while they are being read: they are read once more', async () => {
    await want('contacts', '1')
    const answers = ['CTO', 'CEO']
    const read = async () => {
      const title = answers.shift() ?? 'too often'
      if (title === 'CTO') await want('contacts', '1')
      return { ...EMPTY_PAGE, people: [person('1', title)] }
    }
    expect(await run({ fetch: read })).toContain('fetch')
    expect(await due()).toHaveLength(1)
    await run({ fetch: read })
    expect(await titles()).toEqual({ 1: 'CEO' })
    expect(await due()).toEqual([])
  })

  test('stay as they are when a full reading comes with an older page', async () => {
    await want('contacts', '1')
    await run({ fetch: async () => ({ ...EMPTY_PAGE, people: [person('1', 'new')] }) })
    const older = { ...EMPTY_PAGE, people: [person('1', 'old', ago(60_000))] }
    await inTransaction(database.db, (transaction) => storePage(transaction, here.id, older, NOW))
    expect(await titles()).toEqual({ 1: 'new' })
  })

  test('of which an older state comes late stay as they are', async () => {
    await want('contacts', '1')
    await run({ fetch: async () => ({ ...EMPTY_PAGE, people: [person('1', 'new')] }) })
    await want('contacts', '1')
    await run({ fetch: async () => ({ ...EMPTY_PAGE, people: [person('1', 'old', ago(1))] }) })
    expect(await titles()).toEqual({ 1: 'new' })
  })

  test('whose history is wanted get one, and nothing current changes', async () => {
    await want('history:person', '1')
    const asked: unknown[] = []
    const woken = await run({
      async history(kind, ids) {
        asked.push(kind, ids)
        const versions = [{ knownAt: ago(86_400_000), facts: { title: 'Trainee' } }]
        return [{ subject: { kind: 'person', id: '1' }, versions }]
      },
    })
    expect({ asked, woken }).toEqual({ asked: ['person', ['1']], woken: ['fetch'] })
    expect(await titles()).toEqual({})
    expect(await due()).toEqual([])
  })
})

describe('a CRM that does not answer', () => {
  const fails = (error: Error) => ({ fetch: () => Promise.reject(error) })

  test('because of its limit is asked again after that time, and no attempt counts', async () => {
    await want('contacts', '1')
    await run(fails(new CrmRateLimited('hubspot', 10_000)))
    expect(await due()).toMatchObject([
      { id: '1', attempts: 0, dueAt: new Date(NOW.getTime() + 10_000) },
    ])
  })

  test('for one stream does not keep the others from being stored', async () => {
    await want('contacts', '1')
    await want('deals', '5')
    const error = new CrmUnavailable('hubspot', 'away')
    await run({
      async fetch(stream) {
        if (stream === 'deals') throw error
        return { ...EMPTY_PAGE, people: [person('1', 'CTO')] }
      },
    })
    expect(await titles()).toEqual({ 1: 'CTO' })
    expect(await due()).toMatchObject([{ kind: 'deals', id: '5', attempts: 1 }])
  })

  test('because the app was removed ends the installation', async () => {
    await want('contacts', '1')
    await run(fails(new CrmDisconnected('hubspot', 'gone')))
    expect((await findInstallation(database.db, here.id))?.status).toBe('disconnected')
  })
})
