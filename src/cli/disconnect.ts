import { CrmDisconnected, CrmError, UserError } from '../errors.ts'
import { countRows, eraseInstallation } from '../store/account-erasure.ts'
import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import type { TableCounts } from '../store/erasure-rules.ts'
import { type Installation, setStatus } from '../store/installations.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { confirmed } from './confirmed.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { count, plural, print, table, tell } from './terminal.ts'

interface DisconnectOptions {
  /** Deletes what is stored here. */
  readonly erase: boolean
  /** Does not ask the CRM. */
  readonly local: boolean
  readonly yes: boolean
  readonly data: string
  readonly json: boolean
}

/** What became of the account. */
interface Disconnection {
  /** False where it was not asked for, or done already. */
  readonly removedFromCrm: boolean
  /** Rows here, by table: those that went with `--erase`, otherwise those that stay. */
  readonly rows: TableCounts
  readonly left: number
}

/** Removes the app from a CRM account, forgets its tokens, and stops the work for it. */
export function disconnect(account: string | undefined, options: DisconnectOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, account)
    if (!(await confirmed(questionAbout(installation, options), options.yes))) {
      return tell('Nothing was changed.')
    }
    const removedFromCrm = await removeFromCrm(db, installation, options)
    const done = await forgetHere(db, installation, options, removedFromCrm)
    if (!options.json) return printDisconnection(installation, options, done)
    const { crm, accountId } = installation
    print(JSON.stringify({ crm, accountId, erased: options.erase, ...done }))
  })
}

function questionAbout({ crm, accountId }: Installation, options: DisconnectOptions): string {
  const where = options.local ? ' here, without asking it' : ''
  const erased = options.erase ? ' and delete everything that is stored here about it' : ''
  return `Disconnect ${crm} account ${accountId}${where}${erased}?`
}

/** First of all: as long as the CRM has not agreed, nothing is forgotten here, so that it can be tried again. */
async function removeFromCrm(
  db: Db,
  installation: Installation,
  { local, data }: DisconnectOptions,
): Promise<boolean> {
  if (local || installation.status === 'disconnected') return false
  const { openCrm } = await import('./crm-access.ts')
  try {
    await (await openCrm(db, data)).open(installation).connection.uninstall()
    return true
  } catch (error) {
    if (error instanceof CrmDisconnected) return true
    if (!(error instanceof CrmError || error instanceof UserError)) throw error
    throw new UserError(
      `The app could not be removed from ${installation.crm} account ${installation.accountId}: ${error.message}\n` +
        'Nothing was changed here. Try again; or forget the account here only, with --local, and remove the app in the CRM.',
      { cause: error },
    )
  }
}

function forgetHere(
  db: Db,
  installation: Installation,
  { erase }: DisconnectOptions,
  removedFromCrm: boolean,
): Promise<Disconnection> {
  const now = new Date()
  const actor = operator()
  return inTransaction(db, async (transaction) => {
    const { id } = installation
    await setStatus(transaction, id, 'disconnected', `disconnected by ${actor}`, now)
    if (!erase) {
      const entry = { action: 'installation.disconnected', details: { removedFromCrm } }
      await recordAudit(transaction, id, actor, [entry], now)
      const rows = await countRows(transaction, id)
      return { removedFromCrm, rows, left: sum(rows) }
    }
    const reason = `disconnected and erased by ${actor}`
    const erased = await eraseInstallation(transaction, installation, reason, now)
    const details = { removedFromCrm, rows: erased.counts }
    const entry = { action: 'installation.erased', details }
    await recordAudit(transaction, erased.id, actor, [entry], now)
    return { removedFromCrm, rows: erased.counts, left: sum(await countRows(transaction, id)) }
  })
}

function sum(rows: TableCounts): number {
  return Object.values(rows).reduce((total, n) => total + n, 0)
}

function printDisconnection(
  { crm, accountId }: Installation,
  { erase }: DisconnectOptions,
  { removedFromCrm, rows, left }: Disconnection,
): void {
  const removed = removedFromCrm ? 'the app is removed from it, ' : ''
  print(
    `${crm} account ${accountId} is disconnected: ${removed}its tokens are forgotten, and no work is done for it.`,
  )
  print(
    'What stays in the CRM: the fields whose names begin with "plumbline_" keep their last values.\n' +
      'To delete them there: Settings, Properties, group Plumbline lead scoring, on contacts and on companies.',
  )
  if (erase) printErased(rows, left)
  else printKept(accountId, left)
}

function printErased(rows: TableCounts, left: number): void {
  print(`Deleted here: ${plural(sum(rows), 'row')}.`)
  for (const line of table(Object.entries(rows).map(([name, n]) => [name, count(n)]))) {
    print(`  ${line}`)
  }
  print(`Left: ${count(left)}.`)
}

function printKept(accountId: string, left: number): void {
  print(
    `What stays here: ${plural(left, 'row')} of people, companies, scores and their history.\n` +
      `To delete it: plumbline disconnect ${accountId} --erase`,
  )
}
