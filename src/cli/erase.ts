import { type Forgotten, forget, lookAgain, SECOND_LOOK_MS } from '../../jobs/erase.ts'
import { UserError } from '../errors.ts'
import type { SubjectKind } from '../leads/facts.ts'
import { formatMinute } from '../scoring/language/duration.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { findTraces, type Trace } from '../store/erasure-search.ts'
import type { Installation } from '../store/installations.ts'
import { emailsOf, idsWithEmail } from '../store/person-addresses.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { confirmed } from './confirmed.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { plural, print, table, tell } from './terminal.ts'

interface EraseOptions {
  readonly kind: SubjectKind
  readonly verify: boolean
  readonly email?: string | undefined
  readonly yes: boolean
  readonly installation?: string | undefined
  readonly data: string
  readonly json: boolean
}

/** Erases a person or company as a privacy deletion in the CRM does, or proves that nothing is left. */
export function eraseNow(id: string, options: EraseOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    if (options.verify) return verify(db, installation, id, options)
    const ids = await recordsNamed(db, installation, id, options.kind)
    const question = `Erase ${options.kind} ${id} of ${installation.crm} account ${installation.accountId} for good?`
    if (!(await confirmed(question, options.yes))) return tell('Nothing was changed.')
    await eraseRecords(db, installation, ids, options)
  })
}

async function eraseRecords(
  db: Db,
  installation: Installation,
  ids: readonly string[],
  { kind, json }: EraseOptions,
): Promise<void> {
  const now = new Date()
  const emails = kind === 'person' ? await emailsOf(db, installation.id, ids) : []
  const erasure = await inTransaction(db, async (transaction) => {
    const forgotten = await forget(transaction, installation.id, kind, ids, operator(), now)
    await lookAgain(transaction, installation.id, kind, forgotten.again, now)
    return forgotten
  })
  const left = await traceCount(db, installation, kind, erasure.records, emails)
  const secondLookAt = new Date(now.getTime() + SECOND_LOOK_MS)
  if (json) return print(JSON.stringify({ kind, ...toldOf(erasure), left, secondLookAt }))
  printErasure(erasure, left, installation, secondLookAt)
}

/** Without the ids: the answer may be kept as the proof. */
function toldOf({ records, mentions }: Forgotten) {
  return { records: records.map(({ pseudonym, rows }) => ({ pseudonym, rows })), mentions }
}

async function traceCount(
  db: Db,
  { id: installationId }: Installation,
  kind: SubjectKind,
  records: readonly { id: string }[],
  emails: readonly string[],
): Promise<number> {
  let count = 0
  for (const { id } of records) {
    count += total(await findTraces(db, { installationId, kind, id }))
  }
  for (const email of emails) {
    // Another record with the same address is not erased, and may have it.
    const others = await idsWithEmail(db, installationId, email)
    const [{ id } = { id: email }] = records
    if (others.length === 0)
      count += total(await findTraces(db, { installationId, kind, id, email }))
  }
  return count
}

function printErasure(
  { records, mentions }: Forgotten,
  left: number,
  { crm, accountId }: Installation,
  secondLookAt: Date,
): void {
  for (const { pseudonym, rows } of records) {
    const counts = Object.entries(rows).map(([name, n]) => `${name} ${n}`)
    print(`Erased: ${counts.join(', ') || 'nothing was stored'}`)
    print(`  in the audit log as ${pseudonym}`)
  }
  const others = Object.entries(mentions).map(([name, n]) => `${name} ${n}`)
  if (others.length > 0) print(`Taken out of rows of others: ${others.join(', ')}`)
  print(`Left in the database: ${plural(left, 'trace')}.`)
  print(
    `Work under way may still store something: a running Plumbline looks once more at ${formatMinute(secondLookAt)}.`,
  )
  print(`In ${crm} account ${accountId} nothing was changed; it is not read from there again.`)
}

async function verify(
  db: Db,
  { id: installationId }: Installation,
  id: string,
  { kind, email, json }: EraseOptions,
): Promise<void> {
  const traces = await findTraces(db, { installationId, kind, id, email })
  const left = total(traces)
  if (left > 0) process.exitCode = 1
  if (json) return print(JSON.stringify({ kind, traces, left }))
  const rows = traces.map(({ table: name, about, mentions }) => [
    name,
    String(about),
    String(mentions),
  ])
  for (const line of table([['table', 'rows about it', 'other rows naming it'], ...rows])) {
    print(line)
  }
  print(left === 0 ? 'Nothing is left.' : `${plural(left, 'row')} left.`)
}

function total(traces: readonly Trace[]): number {
  return traces.reduce((sum, { about, mentions }) => sum + about + mentions, 0)
}

async function recordsNamed(
  db: Db,
  installation: Installation,
  id: string,
  kind: SubjectKind,
): Promise<readonly string[]> {
  if (kind === 'company' || !id.includes('@')) return [id]
  const ids = await idsWithEmail(db, installation.id, id)
  if (ids.length > 0) return ids
  throw new UserError(
    `Nobody with the address ${id} is stored for ${installation.crm} account ${installation.accountId}; give the record id to keep them out for good`,
  )
}
