import { formatMinute, formatMoment } from '../scoring/language/duration.ts'
import type { Db } from '../store/database.ts'
import { backlog } from '../store/due-backlog.ts'
import { feedState } from '../store/event-feeds.ts'
import { type NoticeCount, noticeCounts } from '../store/inbox-counts.ts'
import { listInstallations } from '../store/installations.ts'
import { type ModelProgress, modelProgress } from '../store/model-versions.ts'
import { accountCounts, lastTrouble, peopleCounts } from '../store/overview.ts'
import { newestRun } from '../store/sync-runs.ts'
import { withDatabase } from './connect.ts'
import { count, plural, print, table } from './terminal.ts'

/** How every installation stands: people, work that waits, last reading, trouble. */
export function status(options: { data: string; json: boolean }): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installations = await listInstallations(db)
    const rows = await Promise.all(installations.map((each) => describe(db, each)))
    if (options.json) return print(JSON.stringify(rows))
    if (rows.length === 0) return print('Nothing is installed yet. Try: npm run demo')
    for (const row of rows) printInstallation(row)
  })
}

const DAY_MS = 24 * 3_600_000

type Row = Awaited<ReturnType<typeof describe>>

async function describe(
  db: Db,
  installation: Awaited<ReturnType<typeof listInstallations>>[number],
) {
  const now = new Date()
  const newest = await newestRun(db, installation.id)
  return {
    ...installation,
    ...(await peopleCounts(db, installation.id, now)),
    accounts: await accountCounts(db, installation.id, now),
    models: await modelProgress(db, installation.id),
    waiting: await backlog(db, installation.id, now),
    lastReading: newest && {
      kind: newest.run.kind,
      startedAt: newest.run.startedAt,
      finishedAt: newest.run.finishedAt,
      records: newest.cursors.reduce((sum, cursor) => sum + cursor.records, 0),
    },
    listens: await feedState(db, installation.id),
    toldInADay: await noticeCounts(db, installation.id, new Date(now.getTime() - DAY_MS)),
    trouble: await lastTrouble(db, installation.id),
  }
}

function printInstallation(row: Row): void {
  const { waiting, lastReading, accounts } = row
  const state = row.statusReason ? `${row.status}: ${row.statusReason}` : row.status
  print(`${row.crm} account ${row.accountId} (${state})`)
  const reading = lastReading
    ? `${lastReading.kind}, ${count(lastReading.records)} records, ${lastReading.finishedAt ? `finished ${lastReading.finishedAt.toISOString()}` : 'under way'}`
    : 'none yet'
  const lines = table([
    [
      'people',
      `${count(row.people)}, ${count(row.scored)} scored, ${count(row.written)} written, ${count(row.rejected)} rejected`,
    ],
    ['accounts', `${count(accounts.scored)} scored, ${count(accounts.written)} written`],
    [
      'waiting',
      `${count(waiting.fetch)} to fetch, ${count(waiting.enrich)} to enrich, ${count(waiting.score)} to score, ${count(waiting.write_back)} to write`,
    ],
    ['reading', reading],
    ['told', toldWords(row)],
    ...row.models.map((model) => modelLine(model, row.people)),
    ...row.notGranted.map((missed) => ['not granted', missed]),
    ...(row.trouble ? [['trouble', row.trouble]] : []),
  ])
  for (const line of lines) print(`  ${line}`)
}

/** What the CRM told by itself. */
function toldWords({ toldInADay: told, listens }: Pick<Row, 'toldInADay' | 'listens'>): string {
  const sum = (source: NoticeCount['source']) =>
    told.filter((each) => each.source === source).reduce((total, { events }) => total + events, 0)
  if (listens) {
    const last = listens.toldAt ? `the last at ${formatMoment(listens.toldAt)}` : 'none so far'
    return `${plural(sum('events'), 'change event')} in 24 hours, ${last}`
  }
  const [webhooks, journal] = [sum('webhook'), sum('journal')]
  return `${plural(webhooks, 'webhook event')} and ${count(journal)} from the journal in 24 hours`
}

function modelLine({ name, role, since, scored }: ModelProgress, people: number): string[] {
  const reach = `${count(scored)} of ${plural(people, 'person', 'people')} scored with it`
  return ['model', `${name} ${role} since ${formatMinute(since)}, ${reach}`]
}
