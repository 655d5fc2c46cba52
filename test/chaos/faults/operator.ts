import { parseModelText } from '../../../jobs/models.ts'
import { giveConsent } from '../../../src/cli/demo/consent.ts'
import { modelInRole, publish, rollback } from '../../../src/store/models.ts'
import { crmOf, type Fault } from '../fault.ts'
import { untilRead, untilScored } from '../quiet.ts'

const decision = () => ({ actor: 'chaos', reason: 'a run of chaos', at: new Date() })

/** Another model goes live in the middle of everything, and is taken back: everybody is scored anew, twice. */
const modelPublished: Fault = {
  name: 'model-published',
  kind: 'operator',
  recovery: 'none',
  async start({ db, crms, model }) {
    const other = model.replace(/points: 30/, 'points: 29')
    for (const { installationId } of crms) {
      await publish(db, installationId, parseModelText(other, 'the other model'), decision())
    }
  },
  async stop({ db, crms }) {
    for (const { installationId } of crms) {
      const live = await modelInRole(db, installationId, 'live')
      if (live) await rollback(db, installationId, live, decision())
    }
  },
}

/** Of Salesforce's app. */
export const ACCESS_REVOKED = 'access-revoked'

/** An admin takes the app's access away, and gives it again. */
const accessRevoked: Fault = {
  name: ACCESS_REVOKED,
  kind: 'operator',
  recovery: 'none',
  lastsMs: 8_000,
  async start(stage) {
    await crmOf(stage, 'salesforce').control('POST', '__tokens', { revoke: true })
  },
  async stop(stage) {
    const { installationId } = crmOf(stage, 'salesforce')
    const since = new Date()
    await giveConsent(stage.webUrl, 'salesforce')
    await untilRead(stage.db, installationId, since)
    await untilScored(stage.db, installationId)
  },
}

/** What is no fault, and must not be disturbed by faults. */
export const OPERATOR_FAULTS: readonly Fault[] = [modelPublished, accessRevoked]
