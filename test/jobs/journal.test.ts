import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connector } from '../../connectors/connector.ts'
import { createHubspotConnector } from '../../connectors/hubspot/index.ts'
import type { Journal, JournalPage, Notice } from '../../connectors/notice.ts'
import {
  type JournalParts,
  pollJournal,
  startJournalPoller,
  subscribeJournal,
} from '../../jobs/journal.ts'
import { CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { findInstallation, type Installation } from '../../src/store/installations.ts'
import { type JournalServer, startJournalServer } from '../connectors/hubspot/journal-server.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { type MovableClock, movableClock } from '../helpers/deps.ts'

const NOW = new Date()
const MINUTE_MS = 60_000

const database = useDatabase()
let here: Installation
let clock: MovableClock
let woken: string[]
let logged: string[]
beforeEach(async () => {
  await sql`truncate installation, journal_position, inbox_refused cascade`.execute(database.db)
  here = await makeInstallation(database.db)
  clock = movableClock(NOW)
  woken = []
  logged = []
})

const forward = (minutes: number) =>
  clock.moveTo(new Date(clock.now().getTime() + minutes * MINUTE_MS))

function parts(connectors: readonly Connector[] = []): JournalParts {
  return {
    db: database.db,
    clock,
    log: createLog('debug', { write: (line: string) => void logged.push(line) }),
    wake: async (stage, id) => void woken.push(`${stage} ${id}`),
    connectors: new Map(connectors.map((each) => [each.crm, each])),
  }
}

const plain = createHubspotConnector({
  apiUrl: 'http://127.0.0.1:1',
  authorizeUrl: 'http://127.0.0.1:1',
  clientId: 'id',
  clientSecret: 'secret',
  redirectUrl: 'http://127.0.0.1:1',
})

function withJournal(journal: Partial<Journal>): Connector {
  const quiet = { read: async () => page('', []), subscribe: async () => {} }
  return { ...plain, journal: { ...quiet, ...journal } }
}

function page(position: string, ids: readonly string[], more = false): JournalPage {
  const notices = ids.map(
    (id): Notice => ({
      accountId: here.accountId,
      key: `journal ${id}`,
      at: NOW,
      about: { what: 'record', stream: 'contacts', id },
    }),
  )
  return { notices, unreadable: [], position, more }
}

/** A journal of pages with one record each: page `n` leads to position `n`. */
function pagesUpTo(last: number, asked: (string | null)[] = []) {
  return withJournal({
    async read(position) {
      asked.push(position)
      const next = Number(position ?? 0) + 1
      return next > last ? page(position ?? '', []) : page(String(next), [String(next)], true)
    },
  })
}

async function due(): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select subject_id as id from due where stage = 'fetch' order by 1`.execute(database.db)
  return rows.map(({ id }) => id)
}

async function turn() {
  const { rows } = await sql<{ position: string | null; failures: number; inMs: number }>`
    select position, failures, extract(epoch from next_poll_at - ${clock.now()})::int * 1000 as "inMs"
    from journal_position`.execute(database.db)
  return rows[0]
}

describe('the journal', () => {
  test('is read to its end, and from there the next time', async () => {
    const asked: (string | null)[] = []
    await pollJournal(parts(), pagesUpTo(3, asked))
    expect(asked).toEqual([null, '1', '2', '3'])
    expect(await due()).toEqual(['1', '2', '3'])
    expect(new Set(woken)).toEqual(new Set([`fetch ${here.id}`]))
    expect(await turn()).toEqual({ position: '3', failures: 0, inMs: 5 * MINUTE_MS })
    forward(5)
    await pollJournal(parts(), pagesUpTo(4, asked))
    expect(asked.slice(4)).toEqual(['3', '4'])
    expect(await due()).toEqual(['1', '2', '3', '4'])
  })

  test('is not asked before its time', async () => {
    const asked: (string | null)[] = []
    await pollJournal(parts(), pagesUpTo(0, asked))
    forward(4)
    await pollJournal(parts(), pagesUpTo(0, asked))
    expect(asked).toHaveLength(1)
  })

  test('is read by one process at a time', async () => {
    const asked: (string | null)[] = []
    const connector = pagesUpTo(3, asked)
    await Promise.all([1, 2, 3].map(() => pollJournal(parts(), connector)))
    expect(asked).toHaveLength(4)
  })

  test('loses and repeats nothing when a process overstays its turn', async () => {
    let slow = () => {}
    const overstayed = withJournal({
      async read(position) {
        await new Promise<void>((resolve) => {
          slow = resolve
        })
        return page(String(Number(position ?? 0) + 1), ['a'], true)
      },
    })
    const first = pollJournal(parts(), overstayed)
    await expect.poll(turn).toBeTruthy()
    forward(3)
    await pollJournal(parts(), pagesUpTo(3))
    slow()
    await first
    expect(await turn()).toMatchObject({ position: '3' })
    expect(await due()).toEqual(['1', '2', '3'])
  })

  test('stands where it stood when its page cannot be stored', async () => {
    const broken = {
      ...page('1', ['1'], true),
      notices: [{ ...page('1', ['1']).notices[0], at: 'x' }],
    }
    // What no connector gives: a time that the database refuses.
    const read = async () => broken as unknown as JournalPage
    await pollJournal(parts(), withJournal({ read }))
    expect(await turn()).toMatchObject({ position: null, failures: 1 })
    expect(await due()).toEqual([])
  })

  test('that fails is asked ever more rarely, and says so once', async () => {
    const away = withJournal({ read: () => Promise.reject(new CrmUnavailable('hubspot', 'away')) })
    const pauses: unknown[] = []
    for (let round = 0; round < 5; round += 1) {
      await pollJournal(parts(), away)
      const pause = (await turn())?.inMs ?? 0
      pauses.push(pause / MINUTE_MS)
      forward(pause / MINUTE_MS)
    }
    expect(pauses).toEqual([10, 20, 40, 60, 60])
    expect(logged.filter((line) => line.includes('"level":40'))).toHaveLength(1)
    await pollJournal(parts(), pagesUpTo(1))
    expect(await turn()).toEqual({ position: '1', failures: 0, inMs: 5 * MINUTE_MS })
  })

  test('that a CRM does not offer is asked for hourly', async () => {
    const none = withJournal({ read: () => Promise.reject(new CrmRejected('hubspot', 403, 'no')) })
    await pollJournal(parts(), none)
    expect(await turn()).toMatchObject({ failures: 1, inMs: 60 * MINUTE_MS })
  })

  test('says what it could not make out', async () => {
    const read = async () => ({ ...page('1', ['1']), unreadable: ['unknown type X'] })
    await pollJournal(parts(), withJournal({ read }))
    expect(logged.join()).toContain('unknown type X')
    expect(await due()).toEqual(['1'])
  })

  test('ends an installation that was removed', async () => {
    const notice: Notice = {
      accountId: here.accountId,
      key: 'k',
      at: new Date(NOW.getTime() + 60_000),
      about: { what: 'uninstalled' },
    }
    const read = async () => ({ ...page('1', []), notices: [notice] })
    await pollJournal(parts(), withJournal({ read }))
    expect((await findInstallation(database.db, here.id))?.status).toBe('disconnected')
  })
})

describe('asking for a journal', () => {
  test('is done for every active installation, daily', async () => {
    const asked: string[] = []
    const connector = withJournal({ subscribe: async (accountId) => void asked.push(accountId) })
    for (let hour = 0; hour < 25; hour += 1) {
      await pollJournal(parts(), connector)
      forward(60)
    }
    expect(asked).toEqual([here.accountId, here.accountId])
  })

  test('is repeated soon after an outage, and after a day where it was refused', async () => {
    const errors = [new CrmUnavailable('hubspot', 'away'), new CrmRejected('hubspot', 403, 'no')]
    let asked = 0
    const subscribe = () => {
      asked += 1
      return Promise.reject(errors.shift())
    }
    for (let round = 0; round < 4; round += 1) {
      await pollJournal(parts(), withJournal({ subscribe }))
      forward(5)
    }
    expect(asked).toBe(2)
  })

  test('right after an installation never fails', async () => {
    const subscribe = () => Promise.reject(new TypeError('anything'))
    await subscribeJournal(parts(), withJournal({ subscribe }), here)
    expect(logged.join()).toContain('TypeError')
  })
})

describe('the poller on a real journal', () => {
  let server: JournalServer
  beforeEach(async () => {
    server = await startJournalServer()
  })
  afterEach(() => server.close())

  test('finds what webhooks have missed, and stops when asked', async () => {
    server.add([
      {
        type: 'OBJECT',
        portalId: Number(here.accountId),
        occurredAt: NOW.toISOString(),
        action: 'UPDATE',
        objectTypeId: '0-1',
        objectId: 4242,
      },
    ])
    const connector = createHubspotConnector({
      apiUrl: server.url,
      authorizeUrl: server.url,
      clientId: 'id',
      clientSecret: 'secret',
      redirectUrl: 'http://127.0.0.1:1',
    })
    const stop = startJournalPoller(parts([connector]))
    await expect.poll(due).toEqual(['4242'])
    await stop()
    const { length } = server.asked
    expect(server.routes()).toContain('POST /webhooks-journal/subscriptions/2026-09')
    expect(server.asked).toHaveLength(length)
  })
})
