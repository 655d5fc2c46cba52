import { sql } from 'kysely'
import { beforeEach } from 'vitest'
import type { Connection } from '../../connectors/connector.ts'
import type { ChangeWindow, Page, Position } from '../../connectors/page.ts'
import { EMPTY_PAGE } from '../../connectors/page.ts'
import type { OpenAccount } from '../../jobs/deps.ts'
import { createModels } from '../../jobs/models.ts'
import { requestSync } from '../../jobs/schedule.ts'
import { storePage } from '../../jobs/store-page.ts'
import { sync } from '../../jobs/sync.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import type { Installation } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import { livePeople } from '../../src/store/subjects.ts'
import type { RunKind } from '../../src/store/sync-runs.ts'
import { makeInstallation } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { titleModelText } from '../helpers/model-texts.ts'

/** What was asked of the account: a full list, or the changes in a window. */
interface Asked {
  readonly stream: string
  readonly window: ChangeWindow | null
}

/** An account whose streams are what the test says; one page per stream. */
function smallAccount() {
  const listed = new Map<string, Partial<Page>>()
  const changed = new Map<string, Partial<Page>>()
  const asked: Asked[] = []
  const page = (from: Map<string, Partial<Page>>, stream: string, window: ChangeWindow | null) => {
    asked.push({ stream, window })
    return Promise.resolve({ ...EMPTY_PAGE, ...from.get(stream) })
  }
  let aheadMs = 0
  let forgotten = 0
  const connection = {
    provision: async () => {},
    clockAheadMs: () => aheadMs,
    pullAll: (stream: string, _position: Position | null) => page(listed, stream, null),
    pullChanges: (stream: string, window: ChangeWindow, _position: Position | null) =>
      page(changed, stream, window),
  }
  const account: OpenAccount = {
    // Reading needs no other part of it.
    connection: connection as unknown as Connection,
    fullPhases: [['companies'], ['contacts']],
    changePhases: [['companies'], ['contacts']],
    streamOf: ({ kind }) => kind,
    batchSize: 100,
    writesAtOnce: 400,
    visibleWithinMs: 5 * 60_000,
    reroutes: false,
    forgetWishes() {
      forgotten += 1
    },
  }
  return {
    account,
    asked,
    /** How often what is wanted was to be asked anew. */
    forgotten: () => forgotten,
    /** Our clock is so far ahead of the CRM's. */
    lags: (ms: number) => {
      aheadMs = ms
    },
    lists: (stream: string, content: Partial<Page>) => void listed.set(stream, content),
    changes: (stream: string, content: Partial<Page>) => void changed.set(stream, content),
  }
}

const BEGINNING = new Date('2026-11-20T12:00:00Z')

/** So many minutes after the beginning. */
export const minute = (n: number) => new Date(BEGINNING.getTime() + n * 60_000)
export const BY_ANN = { actor: 'ann', reason: null, at: BEGINNING }

/** A chief executive as the CRM has them. */
export function person(id: string, updatedAt = BEGINNING): Page['people'][number] {
  return { id, facts: { title: 'CEO' }, createdAt: BEGINNING, updatedAt }
}

/** A new installation in a small account before each test, and what happens to it. */
export function useSmallAccount(database: { readonly db: Db }) {
  const held: { installation?: Installation; crm?: ReturnType<typeof smallAccount> } = {}
  const warnings: object[] = []
  const clock = movableClock(BEGINNING)
  beforeEach(async () => {
    held.installation = await makeInstallation(database.db)
    held.crm = smallAccount()
    warnings.length = 0
    await publish(database.db, installation(), titleModelText('first', 60), BY_ANN)
  })
  const installation = () => {
    if (!held.installation) throw new Error('the installation is there only while tests run')
    return held.installation.id
  }
  const crm = () => {
    if (!held.crm) throw new Error('the account is there only while tests run')
    return held.crm
  }
  return {
    warnings,
    get id() {
      return installation()
    },
    get crm() {
      return crm()
    },
    /** @returns which stages were woken */
    async work(at: Date) {
      clock.moveTo(at)
      crm().asked.length = 0
      const deps = stageDeps(database.db, clock, {
        ...createModels(() => database.db),
        crm: { open: () => crm().account, writesAtOnce: () => crm().account.writesAtOnce },
      })
      const warn = { value: (details: object) => warnings.push(details) }
      await sync(
        { installationId: installation() },
        { ...deps, log: Object.create(deps.log, { warn }) },
      )
      return deps.woken
    },
    ask: (kind: RunKind, at: Date) => requestSync(database.db, installation(), kind, at),
    /** As when records are looked up. */
    stores: (page: Partial<Page>, at: Date) =>
      inTransaction(database.db, (transaction) =>
        storePage(transaction, installation(), { ...EMPTY_PAGE, ...page }, at),
      ),
    alive: (...ids: string[]) => livePeople(database.db, installation(), ids),
    async runs() {
      const { rows } = await sql<{ kind: RunKind; since: Date | null; until: Date | null }>`
        select kind, since, until from sync_run where installation_id = ${installation()}
        order by started_at, id`.execute(database.db)
      return rows
    },
    async dueAt(stage: string) {
      const { rows } = await sql<{ kind: string; id: string; at: Date }>`
        select subject_kind as kind, subject_id as id, due_at as at from due
        where installation_id = ${installation()} and stage = ${stage} order by 1, 2`.execute(
        database.db,
      )
      return rows
    },
    async forgetDue() {
      await sql`delete from due where installation_id = ${installation()} and stage <> 'sync'`.execute(
        database.db,
      )
    },
  }
}
