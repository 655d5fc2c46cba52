import { sql } from 'kysely'
import { beforeEach } from 'vitest'
import type { EventFeed, FeedPage, Notice } from '../../connectors/notice.ts'
import { listen } from '../../jobs/listen.ts'
import { createLog } from '../../src/log.ts'
import type { Db } from '../../src/store/database.ts'
import { mark } from '../../src/store/due.ts'
import { type FeedState, feedState } from '../../src/store/event-feeds.ts'
import type { Installation } from '../../src/store/installations.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

export const NOW = new Date('2026-11-20T12:00:00Z')

/** A page of a feed that says nothing but what `changes` says. */
export function pageOf(changes: Partial<FeedPage>): FeedPage {
  return { notices: [], unreadable: [], position: null, more: false, gap: false, ...changes }
}

export const says = (read: EventFeed['read']): EventFeed => ({ read })
export const saysOnce = (changes: Partial<FeedPage>): EventFeed => says(async () => pageOf(changes))
export const fails = (error: Error): EventFeed => says(() => Promise.reject(error))

/** What an account told: position `n` stands behind its event `n`. */
export function tellingFeed(perPage = 100) {
  const told: Notice[] = []
  const asked: (string | null)[] = []
  const feed = says(async (position) => {
    asked.push(position)
    const from = Number(position ?? 0)
    const notices = told.slice(from, from + perPage)
    const to = from + notices.length
    return pageOf({ notices, position: to > 0 ? String(to) : null, more: to < told.length })
  })
  return { feed, asked, tells: (...notices: Notice[]) => void told.push(...notices) }
}

/** Before each test a new installation that is to be listened to now. */
export function useListener(database: { readonly db: Db }) {
  const held: { here?: Installation } = {}
  const logged: string[] = []
  const clock = movableClock(NOW)
  beforeEach(async () => {
    held.here = await makeInstallation(database.db)
    clock.moveTo(NOW)
    logged.length = 0
    await mark(database.db, held.here.id, 'listen', 'feed', ['events'], NOW)
  })
  const here = () => {
    if (!held.here) throw new Error('the installation is there only while tests run')
    return held.here
  }
  const forward = (seconds: number) =>
    clock.moveTo(new Date(clock.now().getTime() + seconds * 1_000))
  /** In how many seconds the account is listened to again; undefined: never. */
  const againIn = async (): Promise<number | undefined> => {
    const { rows } = await sql<{ at: Date }>`
      select due_at as at from due
      where installation_id = ${here().id} and stage = 'listen'`.execute(database.db)
    const [row] = rows
    return row && (row.at.getTime() - clock.now().getTime()) / 1_000
  }
  return {
    clock,
    forward,
    againIn,
    get id() {
      return here().id
    },
    notice: (id: string, what: 'record' | 'echo' = 'record'): Notice => ({
      accountId: here().accountId,
      key: `event ${id}`,
      at: NOW,
      about: { what, stream: 'Lead', id },
    }),
    /** Listens as far as is due. @returns which stages were woken */
    async work(events: EventFeed | null): Promise<readonly string[]> {
      const deps = stageDeps(database.db, clock, {
        crm: crmOf({ ...unusedConnection, events }),
        log: createLog('debug', { write: (line: string) => void logged.push(line) }),
      })
      await listen({ installationId: here().id }, deps)
      return deps.woken
    },
    /** Until the account is listened to again. */
    async wait(): Promise<void> {
      forward((await againIn()) ?? Number.NaN)
    },
    async due(stage: string): Promise<readonly string[]> {
      const { rows } = await sql<{ id: string }>`
        select subject_id as id from due where installation_id = ${here().id} and stage = ${stage}
        order by length(subject_id), 1`.execute(database.db)
      return rows.map(({ id }) => id)
    },
    warnings: () => logged.filter((line) => line.includes('"level":40')),
    state: (): Promise<FeedState | null> => feedState(database.db, here().id),
    async position(): Promise<string | null | undefined> {
      const state = await feedState(database.db, here().id)
      return state?.position
    },
  }
}
