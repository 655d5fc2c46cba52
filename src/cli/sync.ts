import { readConfig } from '../../config/env.ts'
import { requestSync } from '../../jobs/schedule.ts'
import { UserError } from '../errors.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { requestHistory } from '../store/history-requests.ts'
import type { Installation } from '../store/installations.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { count, plural, print, tell } from './terminal.ts'

interface SyncOptions {
  readonly full?: true | undefined
  readonly delta?: true | undefined
  readonly history?: true | undefined
  readonly wait: boolean
  readonly data: string
  readonly json: boolean
}

/** What was asked for. */
interface Request {
  readonly reading: 'full' | 'delta' | 'history'
  /** Whose histories; null unless asked for. */
  readonly people: number | null
  readonly companies: number | null
}

/** Asks for a reading of an account now; a running Plumbline does it. */
export function syncNow(account: string | undefined, options: SyncOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, account)
    assertActive(installation)
    const now = new Date()
    const request = await inTransaction(db, (transaction) =>
      makeRequest(transaction, installation, options, now),
    )
    if (!options.json) printRequest(installation, request)
    const outcome = options.wait ? await follow(db, installation, now) : null
    const { crm, accountId } = installation
    if (options.json) return print(JSON.stringify({ crm, accountId, ...request, outcome }))
    if (outcome) {
      const { people } = outcome
      print(`Done: ${count(people.people)} people, ${count(people.writtenSince)} written now.`)
    }
  })
}

function assertActive({ crm, accountId, status, statusReason }: Installation): void {
  if (status === 'active') return
  const why = statusReason ? `: ${statusReason}` : ''
  throw new UserError(
    `${crm} account ${accountId} is ${status}${why}. Connect it first: plumbline install ${crm}`,
  )
}

async function makeRequest(
  transaction: Db,
  { id }: Installation,
  { full, history }: SyncOptions,
  now: Date,
): Promise<Request> {
  if (history) {
    const people = await requestHistory(transaction, id, 'person', now)
    const companies = await requestHistory(transaction, id, 'company', now)
    return { reading: 'history', people, companies }
  }
  const reading = full ? 'full' : 'delta'
  await requestSync(transaction, id, reading, now)
  return { reading, people: null, companies: null }
}

function printRequest(
  { crm, accountId }: Installation,
  { reading, people, companies }: Request,
): void {
  const what = {
    full: 'Everything is read again',
    delta: 'What has changed is read',
    history: `The histories of ${plural(people ?? 0, 'person', 'people')} and ${plural(companies ?? 0, 'company', 'companies')} are read`,
  }[reading]
  print(`${what}: ${crm} account ${accountId}, as soon as a running Plumbline sees it.`)
}

async function follow(db: Db, installation: Installation, since: Date) {
  // It brings the CRM libraries along, which a mere request needs not wait for.
  const { readiness, stopSignal, watchWork } = await import('./install-watch.ts')
  const { publicUrl } = readConfig()
  const { ready } = await readiness(publicUrl)
  if (!ready) {
    tell(`No Plumbline answers at ${publicUrl}. Unless workers run elsewhere: npm start`)
  }
  return watchWork(db, installation.id, since, stopSignal())
}
