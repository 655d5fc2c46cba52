import type { RerouteOutcome } from '../connectors/connector.ts'
import { inTransaction } from '../src/store/database.ts'
import { type Claim, settle } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import { reject, resolveRejections } from '../src/store/rejections.ts'
import { readSettings } from '../src/store/settings.ts'
import { taskCandidates } from '../src/store/tasks.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'

/** One call of Salesforce: a call that breaks off is repeated, and must not take those of others along. */
const CLAIMED_AT_ONCE = 20

/**
 * Has the CRM's assignment rules choose the owner anew of people who have reached a tier, once for each reaching.
 * Does nothing where routing is switched off, or where the CRM routes by itself. After a crash between the call and
 * the noting of it the rules are asked once more: they see the same record, but a rule that takes turns moves on.
 */
export function route({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'route', installationId, CLAIMED_AT_ONCE, async (claims, installation) => {
    const outcomes = await reroute(deps, installation, claims)
    await conclude(deps, installationId, claims, outcomes)
    return true
  })
}

async function reroute(
  { db, crm }: Deps,
  installation: Installation,
  claims: readonly Claim[],
): Promise<readonly RerouteOutcome[]> {
  const { routing } = await readSettings(db, installation.id)
  if (routing === null) return []
  const { reroutes, connection } = crm.open(installation)
  if (!reroutes) return []
  const people = claims.map(({ id }) => id)
  const candidates = await taskCandidates(db, installation.id, people, routing.tiers)
  if (candidates.length === 0) return []
  return connection.reroute(candidates.map(({ personId }) => personId))
}

/** What was refused waits for somebody in the list of rejections; it is not asked again by itself. */
async function conclude(
  { db, clock, log }: Deps,
  installationId: string,
  claims: readonly Claim[],
  outcomes: readonly RerouteOutcome[],
): Promise<void> {
  const now = clock.now()
  const refused = outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map(({ id, reason }) => ({ kind: 'person', id, reason }))
  const failed = new Set(refused.map(({ id }) => id))
  const passed = claims.map(({ id }) => id).filter((id) => !failed.has(id))
  await inTransaction(db, async (transaction) => {
    await reject(transaction, installationId, 'route', refused, now)
    await resolveRejections(transaction, installationId, 'route', 'person', passed, now)
    const settlements = claims.map((claim) => ({ claim }))
    await settle(transaction, installationId, 'route', settlements)
  })
  const rerouted = outcomes.filter(({ status }) => status === 'rerouted').length
  if (rerouted > 0) log.info({ installationId, rerouted }, 'routed by the rules of the CRM')
}
