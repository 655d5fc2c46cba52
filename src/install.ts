import type { Connector, Grant } from '../connectors/connector.ts'
import type { Wake } from '../jobs/queues.ts'
import { requestSync, type Timetable } from '../jobs/schedule.ts'
import type { Clock } from './clock.ts'
import { CrmAuthExpired } from './errors.ts'
import type { Log } from './log.ts'
import { PIPELINE_ACTOR } from './store/audit.ts'
import { type Db, inTransaction } from './store/database.ts'
import { type Installation, saveInstallation } from './store/installations.ts'
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

/**
 * Records a consent, publishes the starter model where none is live, and asks for a full reading now and
 * incremental ones from then on. Installing the same account again is a repair: nothing is lost.
 */
export async function install(
  parts: InstallParts,
  connector: Connector,
  grant: Grant,
): Promise<Installation> {
  const account = await connector.connect(unsavedContext(parts, connector, grant)).account()
  const now = parts.clock.now()
  const installation = await inTransaction(parts.db, async (transaction) => {
    const saved = await saveInstallation(
      transaction,
      parts.box,
      { ...grant, ...account, crm: connector.crm, timeZone: usableTimeZone(account.timeZone) },
      now,
    )
    const live = await modelInRole(transaction, saved.id, 'live')
    if (!live) {
      const first = { actor: PIPELINE_ACTOR, reason: 'first installation', at: now }
      await publish(transaction, saved.id, parts.starterModel, first)
    }
    await requestSync(transaction, saved.id, 'full', now)
    await requestSync(transaction, saved.id, 'delta', parts.timetable.delta(now))
    return saved
  })
  await parts.wake('sync', installation.id)
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

/** The account is asked before there is a row to keep tokens and rates in. */
function unsavedContext(parts: InstallParts, connector: Connector, grant: Grant) {
  const refuse = () =>
    Promise.reject(new CrmAuthExpired(connector.crm, 'The new token was refused'))
  return {
    credentials: { current: async () => grant.tokens, renew: refuse },
    budget: { take: async () => {}, hold: async () => {} },
    wishes: async () => ({ fields: { person: [], company: [] }, mapping: {} }),
    clock: parts.clock,
    log: parts.log,
  }
}
