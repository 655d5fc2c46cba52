import { UserError } from '../errors.ts'
import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { changeSettings, readSettings, type TaskSettings } from '../store/settings.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { liveModelOf } from './replay-models.ts'
import { bold, print, safe } from './terminal.ts'

export interface SettingsTasksOptions {
  readonly data: string
  readonly json: boolean
  readonly installation?: string | undefined
  /** Switches tasks on for these tiers. */
  readonly tiers?: readonly string[] | undefined
  readonly perOwner: number
  readonly off: boolean
}

/** Shows whether owners get tasks for people who reach a tier, or switches it on or off. */
export function settingsTasks(options: SettingsTasksOptions): Promise<void> {
  const { tiers, perOwner, off } = options
  if (off && tiers) throw new UserError('Choose one of --off and --tiers')
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    if (tiers) {
      await assertTiers(db, installation, tiers)
      await setTasks(db, installation, { tiers: [...tiers], perOwnerPerDay: perOwner })
    }
    if (off) await setTasks(db, installation, null)
    await showTasks(db, installation, options.json)
  })
}

/** @throws UserError for tiers that the live model does not have */
export async function assertTiers(
  db: Db,
  installation: Installation,
  tiers: readonly string[],
): Promise<void> {
  const model = await liveModelOf(db, installation)
  const known = Object.keys(model?.document.tiers ?? {})
  const strange = tiers.filter((tier) => !known.includes(tier))
  if (strange.length === 0) return
  throw new UserError(
    `The live model has no tier ${strange.map((tier) => `"${tier}"`).join(', ')}; it has ${known.join(', ')}`,
  )
}

async function setTasks(db: Db, { id }: Installation, tasks: TaskSettings | null): Promise<void> {
  const now = new Date()
  await inTransaction(db, async (transaction) => {
    const { tasks: before } = await readSettings(transaction, id)
    await changeSettings(transaction, id, { tasks }, now)
    const entry = { action: 'settings.tasks', details: { before, after: tasks } }
    await recordAudit(transaction, id, operator(), [entry], now)
  })
}

async function showTasks(db: Db, installation: Installation, json: boolean): Promise<void> {
  const { id, crm, accountId } = installation
  const { tasks } = await readSettings(db, id)
  if (json) return print(JSON.stringify({ crm, accountId, tasks }))
  print(bold(`${crm} account ${accountId}`))
  if (tasks === null) {
    print('  No tasks are created. To switch them on: plumbline settings tasks --tiers A')
    return
  }
  const tiers = tasks.tiers.map(safe).join(', ')
  print(`  Whoever reaches tier ${tiers} makes a task for their owner,`)
  print(`  at most ${tasks.perOwnerPerDay} a day for each owner, the best scores first.`)
  print('  People who were in the tier already make none. To switch off: --off')
}
