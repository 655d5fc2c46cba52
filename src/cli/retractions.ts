import { z } from 'zod'
import { formatMinute } from '../scoring/language/duration.ts'
import { recordedRetractions } from '../store/scanner-retractions.ts'
import { withDatabase } from './connect.ts'
import { nameOf } from './leads-table.ts'
import { cut, plural, print, safe, table } from './terminal.ts'

const Details = z.object({
  rule: z.string(),
  activities: z.array(
    z.object({ id: z.string(), type: z.string(), at: z.string(), reason: z.string() }),
  ),
})

/** What the reasons mean, for somebody who has not read the rule. */
const MEANINGS: Readonly<Record<string, string>> = {
  user_agent: 'a known scanner clicked',
  before_delivery: 'before the mail was delivered',
  too_soon: 'all links right after delivery',
  burst: 'many links at once',
}

/** Which clicks were taken for a mail security scanner's, whose and why; the newest first. */
export function retractions(options: {
  data: string
  json: boolean
  limit: number
}): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const recorded = await recordedRetractions(db, options.limit)
    const list = recorded.map(({ facts, details, ...rest }) => ({
      ...rest,
      name: facts ? nameOf(facts) : null,
      ...Details.parse(details),
    }))
    if (options.json) return print(JSON.stringify(list))
    if (list.length === 0) return print('No click has been taken for a scanner’s.')
    const rows = list.map(({ at, crm, accountId, personId, name, activities, rule }) => [
      formatMinute(at),
      `${crm} ${accountId}`,
      personId,
      cut(safe(name ?? '(gone)'), 24),
      plural(activities.length, 'activity', 'activities'),
      reasonsOf(activities),
      rule,
    ])
    for (const line of table([HEADING, ...rows])) print(line)
  })
}

const HEADING = ['retracted', 'account', 'record', 'name', 'what', 'because', 'rule']

function reasonsOf(activities: readonly { reason: string }[]): string {
  const reasons = new Set(activities.map(({ reason }) => MEANINGS[reason] ?? reason))
  return [...reasons].join(', ')
}
