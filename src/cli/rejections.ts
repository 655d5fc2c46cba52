import { formatMinute } from '../scoring/language/duration.ts'
import { recordAudit } from '../store/audit.ts'
import { type Db, inTransaction } from '../store/database.ts'
import type { DueStage } from '../store/due.ts'
import { type Installation, listInstallations } from '../store/installations.ts'
import {
  countRejections,
  type OpenRejection,
  openRejections,
  type RejectionChoice,
  replayRejections,
} from '../store/rejections.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { bold, count, plural, print, safe } from './terminal.ts'

interface RejectionsOptions {
  readonly data: string
  readonly json: boolean
  /** Which account; all active ones are listed without it. */
  readonly installation?: string | undefined
  readonly limit: number
  readonly stage?: DueStage | undefined
  /** `true`: all of them. */
  readonly replay?: true | readonly string[] | undefined
}

/** Lists the records that the pipeline gave up on, or tries them again. */
export function rejections(options: RejectionsOptions): Promise<void> {
  const { data, replay, stage = null } = options
  const ids = replay === undefined || replay === true ? null : replay
  const choice = { stage, ids }
  return withDatabase(data, (db) =>
    replay === undefined ? list(db, choice, options) : tryAgain(db, choice, options),
  )
}

async function list(
  db: Db,
  choice: RejectionChoice,
  { installation, limit, json }: RejectionsOptions,
): Promise<void> {
  const asked = installation
    ? [await chosenInstallation(db, installation)]
    : (await listInstallations(db)).filter(({ status }) => status === 'active')
  const reports = await Promise.all(asked.map((each) => report(db, each, choice, limit)))
  if (json) return print(JSON.stringify(reports))
  if (reports.length === 0) return print('Nothing is installed yet. Try: npm run demo')
  for (const { crm, accountId, total, rejections: found } of reports) {
    print(bold(`${crm} account ${accountId}: ${plural(total, 'rejected record')}`))
    for (const line of linesOf(found, total)) print(`  ${safe(line)}`)
  }
}

async function report(
  db: Db,
  { id, crm, accountId }: Installation,
  choice: RejectionChoice,
  limit: number,
) {
  const total = await countRejections(db, id, choice)
  return { crm, accountId, total, rejections: await openRejections(db, id, choice, limit) }
}

/** Records with one reason together: a rule of the portal often stops many. */
function linesOf(found: readonly OpenRejection[], total: number): readonly string[] {
  if (total === 0)
    return ['Nothing is rejected: every record is scored, written, or waits its turn.']
  const alike = Map.groupBy(found, ({ stage, kind, reason }) => `${stage} ${kind} ${reason}`)
  const lines = [...alike.values()].flatMap(groupLines)
  const more = total - found.length
  return [
    ...lines,
    ...(more > 0 ? [`and ${count(more)} more; --limit ${total} shows them all`] : []),
    'Each is tried again when it changes in the CRM or gets another score; at once: plumbline rejections --replay',
  ]
}

const STAGE_WORDS: Readonly<Record<DueStage, string>> = {
  sync: 'reading',
  fetch: 'reading',
  enrich: 'enriching',
  score: 'scoring',
  write_back: 'writing',
  task: 'creating a task',
  route: 'routing',
  listen: 'listening',
  erase: 'erasing',
}

function groupLines(group: readonly OpenRejection[]): readonly string[] {
  const [first] = group
  if (!first) return []
  const since = group.reduce(
    (oldest, each) => (each.since < oldest ? each.since : oldest),
    first.since,
  )
  const attempts = Math.max(...group.map((each) => each.attempts))
  const due = group
    .flatMap(({ dueAt }) => dueAt ?? [])
    .toSorted((a, b) => a.getTime() - b.getTime())
  const who = group.length === 1 ? first.kind : `${count(group.length)} × ${first.kind}`
  const tried = attempts === 1 ? 'once' : `up to ${count(attempts)} times`
  const next = due[0] ? `; the next is tried again at ${formatMinute(due[0])}` : ''
  return [
    `${STAGE_WORDS[first.stage]}, ${who}, since ${formatMinute(since)}, refused ${tried}${next}`,
    `  ${first.reason}`,
    `  ${group.map(({ id }) => id).join(' ')}`,
  ]
}

/** Where there are several installations, the one meant must be named. */
async function tryAgain(
  db: Db,
  choice: RejectionChoice,
  { installation, json }: RejectionsOptions,
): Promise<void> {
  const { id, crm, accountId } = await chosenInstallation(db, installation)
  const now = new Date()
  const replayed = await inTransaction(db, async (transaction) => {
    const byStage = await replayRejections(transaction, id, choice, now)
    const entry = { action: 'rejections.replayed', details: { ...choice, byStage } }
    await recordAudit(transaction, id, operator(), [entry], now)
    return byStage
  })
  const total = Object.values(replayed).reduce((sum, n) => sum + n, 0)
  if (json) return print(JSON.stringify({ crm, accountId, replayed: total, byStage: replayed }))
  print(bold(`${crm} account ${accountId}`))
  print(`  ${plural(total, 'record')} will be tried again; a running worker begins within seconds.`)
  const missing = (choice.ids ?? []).length - total
  if (missing > 0) print(`  ${plural(missing, 'record')} of those given had not been rejected.`)
}
