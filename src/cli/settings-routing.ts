import { UserError } from '../errors.ts'
import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { changeSettings, type RoutingSettings, readSettings } from '../store/settings.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { assertTiers } from './settings-tasks.ts'
import { bold, print, safe } from './terminal.ts'

export interface SettingsRoutingOptions {
  readonly data: string
  readonly json: boolean
  readonly installation?: string | undefined
  /** Switches routing on for these tiers. */
  readonly tiers?: readonly string[] | undefined
  readonly off: boolean
}

/** Shows whether the CRM chooses the owner anew of people who reach a tier, or switches it on or off. */
export function settingsRouting(options: SettingsRoutingOptions): Promise<void> {
  const { tiers, off, data } = options
  if (off && tiers) throw new UserError('Choose one of --off and --tiers')
  return withDatabase(data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    if (tiers) {
      await assertReroutes(db, installation, data)
      await assertTiers(db, installation, tiers)
      await setRouting(db, installation, { tiers: [...tiers] })
    }
    if (off) await setRouting(db, installation, null)
    await showRouting(db, installation, options.json)
  })
}

/** @throws UserError with what to do instead, where the CRM routes by itself */
async function assertReroutes(db: Db, installation: Installation, data: string): Promise<void> {
  const { openCrm } = await import('./crm-access.ts')
  const { connection } = (await openCrm(db, data)).open(installation)
  // Of nobody: nothing is asked of the account.
  await connection.reroute([])
}

async function setRouting(
  db: Db,
  { id }: Installation,
  routing: RoutingSettings | null,
): Promise<void> {
  const now = new Date()
  await inTransaction(db, async (transaction) => {
    const { routing: before } = await readSettings(transaction, id)
    await changeSettings(transaction, id, { routing }, now)
    const entry = { action: 'settings.routing', details: { before, after: routing } }
    await recordAudit(transaction, id, operator(), [entry], now)
  })
}

async function showRouting(db: Db, installation: Installation, json: boolean): Promise<void> {
  const { id, crm, accountId } = installation
  const { routing } = await readSettings(db, id)
  if (json) return print(JSON.stringify({ crm, accountId, routing }))
  print(bold(`${crm} account ${accountId}`))
  if (routing === null) {
    print('  Owners stay who they are, whatever the tier. To have the assignment rules of the CRM')
    print('  choose anew when a lead reaches a tier: plumbline settings routing --tiers A')
    return
  }
  const tiers = routing.tiers.map(safe).join(', ')
  print(
    `  Whenever a lead reaches tier ${tiers}, the assignment rules of the CRM choose its owner.`,
  )
  print('  Leads in the tier already keep theirs. To switch off: --off')
}
