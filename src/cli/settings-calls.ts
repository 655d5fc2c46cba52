import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { changeSettings, readSettings } from '../store/settings.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { bold, print } from './terminal.ts'

interface CallsOptions {
  readonly share?: number | undefined
  readonly data: string
  readonly json: boolean
  readonly installation?: string | undefined
}

/** Shows or sets how much of the CRM's daily calls we may take. Running workers follow within seconds. */
export function settingsCalls(options: CallsOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    const { crm, accountId } = installation
    const { before, now } = await setShare(db, installation, options.share)
    if (options.json) return print(JSON.stringify({ crm, accountId, sharePercent: now }))
    print(bold(`${crm} account ${accountId}`))
    print(`  At most ${now} % of the calls that the CRM allows the account in a day.`)
    if (crm === 'hubspot') print('  HubSpot has a pace for each app; this counts for Salesforce.')
    if (now !== before) print(`  To undo: plumbline settings calls --share ${before}`)
  })
}

async function setShare(
  db: Db,
  { id }: Installation,
  wanted: number | undefined,
): Promise<{ before: number; now: number }> {
  const at = new Date()
  return inTransaction(db, async (transaction) => {
    const before = Math.round((await readSettings(transaction, id)).apiShare * 100)
    if (wanted === undefined || wanted === before) return { before, now: before }
    await changeSettings(transaction, id, { apiShare: wanted / 100 }, at)
    const entry = { action: 'settings.calls', details: { before, after: wanted } }
    await recordAudit(transaction, id, operator(), [entry], at)
    return { before, now: wanted }
  })
}
