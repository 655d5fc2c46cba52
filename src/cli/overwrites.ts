import { formatMinute } from '../scoring/language/duration.ts'
import type { Db } from '../store/database.ts'
import { type Installation, listInstallations } from '../store/installations.ts'
import { countOverwrites, openOverwrites } from '../store/overwrites.ts'
import { readSettings } from '../store/settings.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { nextWords, OVERWRITE_WORDS, shortField } from './overwrite-words.ts'
import { bold, count, cut, plural, print, safe, table } from './terminal.ts'

/** Lists our fields that somebody changed in the CRM. */
export function overwrites(options: {
  readonly data: string
  readonly json: boolean
  /** Which account; all active ones are listed without it. */
  readonly installation?: string | undefined
  readonly limit: number
}): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const asked = options.installation
      ? [await chosenInstallation(db, options.installation)]
      : (await listInstallations(db)).filter(({ status }) => status === 'active')
    const reports = await Promise.all(asked.map((each) => report(db, each, options.limit)))
    if (options.json) return print(JSON.stringify(reports))
    if (reports.length === 0) return print('Nothing is installed yet. Try: npm run demo')
    for (const each of reports) printReport(each)
  })
}

type Report = Awaited<ReturnType<typeof report>>

async function report(db: Db, { id, crm, accountId }: Installation, limit: number) {
  const { overwrites: setting } = await readSettings(db, id)
  const found = await openOverwrites(db, id, { limit })
  return {
    crm,
    accountId,
    setting,
    total: await countOverwrites(db, id),
    overwrites: found.map((each) => ({ ...each, next: nextWords(setting, each) })),
  }
}

const HEADING = ['seen', 'record', 'field', 'there now', 'ours', 'times', 'next']

function printReport({ crm, accountId, setting, total, overwrites: found }: Report): void {
  print(bold(`${crm} account ${accountId}: ${plural(total, 'field')} changed by others`))
  print(`  ${OVERWRITE_WORDS[setting]}`)
  const rows = found.map(({ kind, id, field, ours, theirs, seenAt, times, next }) => [
    formatMinute(seenAt),
    `${kind} ${id}`,
    shortField(field),
    cut(safe(theirs), 24),
    cut(safe(ours), 24),
    count(times),
    next,
  ])
  const lines = rows.length > 0 ? table([HEADING, ...rows]) : []
  for (const line of lines) print(`  ${line}`)
  if (total > found.length) {
    print(`  and ${count(total - found.length)} more; --limit ${total} shows them all`)
  }
}
