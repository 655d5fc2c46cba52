import { stringify } from 'yaml'
import { requestSync } from '../../jobs/schedule.ts'
import type { ActivityMapping } from '../leads/activity-mapping.ts'
import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { changeSettings, readSettings } from '../store/settings.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { readMapping } from './mapping-file.ts'
import { readNamed } from './named-file.ts'
import { operator } from './operator.ts'
import { bold, plural, print, safe } from './terminal.ts'

export interface SettingsMappingOptions {
  readonly data: string
  readonly json: boolean
  readonly installation?: string | undefined
}

/** Shows which activities an account's forms, pages and meetings are, or sets it from a YAML file. */
export async function settingsMapping(
  file: string | undefined,
  options: SettingsMappingOptions,
): Promise<void> {
  const mapping = file === undefined ? undefined : readMapping(await readNamed(file), file)
  await withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    if (mapping) await setMapping(db, installation, mapping, options.json)
    else await showMapping(db, installation, options.json)
  })
}

async function showMapping(db: Db, installation: Installation, json: boolean): Promise<void> {
  const { id, crm, accountId } = installation
  const { mapping } = await readSettings(db, id)
  if (json) return print(JSON.stringify({ crm, accountId, mapping }))
  if (ruleCount(mapping) > 0) {
    print(`# ${crm} account ${accountId}`)
    for (const line of stringify(mapping).trimEnd().split('\n')) print(safe(line))
    return
  }
  print(bold(`${crm} account ${accountId}`))
  print('  No mapping is set: forms, pages and meetings are what their names say.')
  print('  To set one: plumbline settings mapping FILE.yaml')
}

async function setMapping(
  db: Db,
  { id, crm, accountId }: Installation,
  mapping: ActivityMapping,
  json: boolean,
): Promise<void> {
  const now = new Date()
  await inTransaction(db, async (transaction) => {
    const { mapping: before } = await readSettings(transaction, id)
    await changeSettings(transaction, id, { mapping }, now)
    const entry = { action: 'settings.mapping', details: { before, after: mapping } }
    await recordAudit(transaction, id, operator(), [entry], now)
    await requestSync(transaction, id, 'full', now)
  })
  if (json) return print(JSON.stringify({ crm, accountId, mapping, fullReading: true }))
  print(bold(`${crm} account ${accountId}`))
  print(`  ${plural(ruleCount(mapping), 'rule')} set; everything will be read again with them.`)
  print('  A running worker begins within seconds; "plumbline status" shows how far it is.')
}

function ruleCount({ forms = [], pages = [], meetings = [] }: ActivityMapping): number {
  return forms.length + pages.length + meetings.length
}
