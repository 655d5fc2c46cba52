import type { Connector, Grant, ReadingWishes } from '../connectors/connector.ts'
import { subscribeJournal } from '../jobs/journal.ts'
import type { Wake } from '../jobs/queues.ts'
import { requestSync, type Timetable } from '../jobs/schedule.ts'
import type { Clock } from './clock.ts'
import { CrmAuthExpired } from './errors.ts'
import type { Log } from './log.ts'
import { PIPELINE_ACTOR, recordAudit } from './store/audit.ts'
import { type Db, inTransaction } from './store/database.ts'
import { mark } from './store/due.ts'
import { beginNewLife } from './store/former-life.ts'
import { type Installation, lockStatus, saveInstallation } from './store/installations.ts'
import { type ModelText, modelInRole, publish } from './store/models.ts'
import type { SecretBox } from './store/secret-box.ts'

/** What recording a consent needs. */
export interface InstallParts {
  readonly db: Db
  readonly box: SecretBox
  readonly clock: Clock
  readonly log: Log
  readonly wake: Wake
  readonly timetable: Timetable
  /** What an installation starts with that has no model of its own yet. */
  readonly starterModel: ModelText
}

/** The audit log's word for a recorded consent. */
const CONNECTED = 'installation.connected'

/**
 * Records a consent, publishes the starter model where none is live, and asks for a full reading now and
 * incremental ones from then on. Installing a connected account again is a repair: nothing is lost. One that was
 * disconnected begins anew.
 */
export async function install(
  parts: InstallParts,
  connector: Connector,
  grant: Grant,
): Promise<Installation> {
  const connection = connector.connect(unsavedContext(parts, connector, grant))
  const account = await connection.account()
  const now = parts.clock.now()
  const installation = await inTransaction(parts.db, async (transaction) => {
    const before = await lockStatus(transaction, connector.crm, account.accountId)
    const saved = await saveInstallation(
      transaction,
      parts.box,
      { ...grant, ...account, crm: connector.crm, timeZone: usableTimeZone(account.timeZone) },
      now,
    )
    if (before === 'disconnected') await beginNewLife(transaction, saved.id)
    const { scopes, notGranted } = grant
    const entry = { action: CONNECTED, details: { before, scopes, notGranted } }
    await recordAudit(transaction, saved.id, PIPELINE_ACTOR, [entry], now)
    const live = await modelInRole(transaction, saved.id, 'live')
    if (!live) {
      const first = { actor: PIPELINE_ACTOR, reason: 'first installation', at: now }
      await publish(transaction, saved.id, parts.starterModel, first)
    }
    await requestSync(transaction, saved.id, 'full', now)
    await requestSync(transaction, saved.id, 'delta', parts.timetable.delta(now))
    if (connection.events) await mark(transaction, saved.id, 'listen', 'feed', ['events'], now)
    return saved
  })
  await parts.wake('sync', installation.id)
  if (connection.events) await parts.wake('listen', installation.id)
  // The admin does not wait for it: whoever reads the journal asks again for what is missing.
  void subscribeJournal(parts, connector, installation).catch((error: unknown) =>
    parts.log.warn({ installationId: installation.id, error }, 'no journal yet'),
  )
  return installation
}

/** A zone that this machine does not know would stop every schedule of the account; UTC is merely early or late. */
export function usableTimeZone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

/** Only the account itself is asked for. */
const NO_WISHES: ReadingWishes = {
  fields: { person: [], company: [] },
  mapping: {},
  apiShare: 1,
}

/** The account is asked before there is a row to keep tokens and rates in. */
function unsavedContext(parts: InstallParts, connector: Connector, grant: Grant) {
  const refuse = () =>
    Promise.reject(new CrmAuthExpired(connector.crm, 'The new token was refused'))
  return {
    credentials: { current: async () => grant.tokens, renew: refuse },
    budget: { take: async () => {}, hold: async () => {} },
    wishes: async () => NO_WISHES,
    clock: parts.clock,
    log: parts.log,
  }
}
