import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { restoreAll } from '../store/overwrites.ts'
import { changeSettings, readSettings, type Settings } from '../store/settings.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { OVERWRITE_WORDS } from './overwrite-words.ts'
import { bold, plural, print } from './terminal.ts'

type Choice = Settings['overwrites']

/** Shows or sets what becomes of our fields when somebody changes them in the CRM. */
export function settingsOverwrites(
  choice: Choice | undefined,
  options: {
    readonly data: string
    readonly json: boolean
    readonly installation?: string | undefined
  },
): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    const { crm, accountId } = installation
    const { before, restored } = await setOverwrites(db, installation, choice)
    const now = choice ?? before
    if (options.json) return print(JSON.stringify({ crm, accountId, overwrites: now, restored }))
    print(bold(`${crm} account ${accountId}`))
    print(`  ${now}: ${OVERWRITE_WORDS[now]}`)
    if (restored > 0)
      print(`  ${plural(restored, 'record')} will be written again with our values.`)
    if (now !== before) print(`  To undo: plumbline settings overwrites ${before}`)
  })
}

async function setOverwrites(
  db: Db,
  { id }: Installation,
  choice: Choice | undefined,
): Promise<{ before: Choice; restored: number }> {
  const at = new Date()
  return inTransaction(db, async (transaction) => {
    const { overwrites: before } = await readSettings(transaction, id)
    if (choice === undefined || choice === before) return { before, restored: 0 }
    await changeSettings(transaction, id, { overwrites: choice }, at)
    const entry = { action: 'settings.overwrites', details: { before, after: choice } }
    await recordAudit(transaction, id, operator(), [entry], at)
    const restored = choice === 'restore' ? await restoreAll(transaction, id, at) : 0
    return { before, restored }
  })
}
