import { replayRejections } from '../../../src/store/rejections.ts'
import { onceBack } from '../away.ts'
import { crmOf, type Fault } from '../fault.ts'
import type { LiveStage } from '../stage.ts'

/** What an operator does when the reason for refusals is gone: `plumbline rejections --replay`. */
export async function replayAll({ db, crms }: Pick<LiveStage, 'db' | 'crms'>): Promise<number> {
  let replayed = 0
  for (const { installationId } of crms) {
    const all = { stage: null, ids: null }
    const counts = await onceBack(() => replayRejections(db, installationId, all, new Date()))
    replayed += Object.values(counts).reduce((sum, n) => sum + n, 0)
  }
  return replayed
}

const PARTIAL = 'partial-batch-refused'

/** One record of a batch is refused for good. */
const refusedRecord: Fault = {
  name: PARTIAL,
  kind: 'crm',
  async start(stage) {
    const match = { route: 'batch/update', probability: 0.7 }
    await crmOf(stage, 'hubspot').faults.set(PARTIAL, [
      { match, do: { kind: 'partial', count: 1 } },
    ])
  },
  async stop(stage) {
    await crmOf(stage, 'hubspot').faults.clear(PARTIAL)
    await replayAll(stage)
  },
}

/** The admins make a rule that our writes break, and take it back. */
const adminRule: Fault = {
  name: 'admin-rule',
  kind: 'crm',
  async start(stage, chance) {
    const when = { property: 'country', equals: 'Germany' }
    const perRecord = chance.next() < 0.5
    await crmOf(stage, 'hubspot').control('POST', '__rules', [
      { objectType: 'contacts', when, requires: 'hs_persona', perRecord },
    ])
    const validation = [{ type: 'Lead', when: { field: 'Country', equals: 'Germany' } }]
    await crmOf(stage, 'salesforce').control('POST', '__rules', { validation })
  },
  async stop(stage) {
    await crmOf(stage, 'hubspot').control('POST', '__rules', [])
    await crmOf(stage, 'salesforce').control('POST', '__rules', { validation: [] })
    await replayAll(stage)
  },
}

/** Tokens are refused before their time: once in a while at HubSpot, all at once at Salesforce. */
const expiredTokens: Fault = {
  name: 'premature-401',
  kind: 'crm',
  async start(stage) {
    // Never two requests in a row: a renewed token that is refused as well is a matter for the admin.
    const refusals = [3, 40].map((nth) => ({
      match: { route: '/crm/', nth },
      do: { kind: 'status', status: 401 },
    }))
    await crmOf(stage, 'hubspot').faults.set('premature-401', refusals)
    await crmOf(stage, 'salesforce').control('POST', '__tokens', { expire: true })
  },
  async stop(stage) {
    await crmOf(stage, 'hubspot').faults.clear('premature-401')
  },
}

export const CRM_REFUSALS: readonly Fault[] = [refusedRecord, adminRule, expiredTokens]
