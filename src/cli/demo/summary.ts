import { z } from 'zod'
import type { Db } from '../../store/database.ts'
import { type RankedLead, tierCounts, topLeads } from '../../store/scores.ts'
import { leadLines } from '../leads-table.ts'
import { bold, count, plural, print, table } from '../terminal.ts'
import type { RunOutcome } from './watch.ts'

const Ledger = z.object({
  total: z.number(),
  rateLimited: z.number(),
  share: z.number().nullable(),
})
type Ledger = z.infer<typeof Ledger>

/** What the sandbox saw of us since it started. */
export async function readLedger(sandboxUrl: string): Promise<Ledger> {
  const answer = await fetch(`${sandboxUrl}/__ledger`, { signal: AbortSignal.timeout(10_000) })
  return Ledger.parse(await answer.json())
}

/** The figures of one run. */
export interface DemoResult {
  readonly people: number
  readonly scored: number
  readonly written: number
  readonly accountsScored: number
  readonly accountsWritten: number
  readonly rejected: number
  readonly apiCalls: number
  /** Pages plus full write batches; null when the reading began in an earlier run. */
  readonly apiCallsIdeal: number | null
  /** Calls that the portal refused because they came too fast. */
  readonly rateLimited: number
  /** Share of the allowance of 110 calls per 10 s that was used from the first call to the last. */
  readonly allowanceShare: number | null
  readonly seconds: number
  /** Peak of this process: web, workers and demo. Postgres and the sandbox are processes of their own. */
  readonly peakMemoryMb: number
  readonly tiers: Readonly<Record<string, number>>
}

const RECORDS_PER_WRITE = 100

/** Puts the figures together. */
export async function summarise(
  db: Db,
  installationId: string,
  outcome: RunOutcome,
  ledger: Ledger,
  startedAt: Date,
): Promise<DemoResult> {
  const { people, accounts, pages } = outcome
  // A batch is of one kind.
  const batches = [people, accounts].map((each) => Math.ceil(each.writtenSince / RECORDS_PER_WRITE))
  return {
    people: people.people,
    scored: people.scored,
    written: people.writtenSince,
    accountsScored: accounts.scored,
    accountsWritten: accounts.writtenSince,
    rejected: people.rejected,
    apiCalls: ledger.total,
    apiCallsIdeal: pages === null ? null : batches.reduce((sum, n) => sum + n, pages),
    rateLimited: ledger.rateLimited,
    allowanceShare: ledger.share,
    seconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    tiers: await tierCounts(db, installationId),
  }
}

/** Prints the figures, the tiers and the best leads. */
export async function printSummary(
  db: Db,
  installationId: string,
  result: DemoResult,
): Promise<void> {
  print()
  print(bold(`${plural(result.people, 'person', 'people')} scored and written back`))
  print()
  for (const line of table(figures(result))) print(`  ${line}`)
  print()
  print(bold('Tiers'))
  for (const line of table(tierRows(result.tiers))) print(`  ${line}`)
  print()
  print(bold('Top ten leads'))
  const leads: readonly RankedLead[] = await topLeads(db, installationId, 10)
  for (const line of leadLines(leads)) print(`  ${line}`)
}

function figures(result: DemoResult): readonly (readonly string[])[] {
  const { apiCalls, apiCallsIdeal, allowanceShare } = result
  const ideal = apiCallsIdeal ? `; at least ${count(apiCallsIdeal)} are needed` : ''
  const ratio = apiCallsIdeal ? ` (${(apiCalls / apiCallsIdeal).toFixed(2)} times that)` : ''
  const share = allowanceShare
    ? `, ${Math.round(allowanceShare * 100)} % of HubSpot's allowance`
    : ''
  return [
    ['scored', count(result.scored)],
    ['written', count(result.written)],
    [
      'accounts',
      `${count(result.accountsScored)} scored, ${count(result.accountsWritten)} written`,
    ],
    ['rejected', count(result.rejected)],
    ['API calls', `${count(apiCalls)}${ideal}${ratio}${share}`],
    ['time', `${result.seconds} s, peak memory ${count(result.peakMemoryMb)} MB`],
  ]
}

function tierRows(tiers: Readonly<Record<string, number>>): readonly (readonly string[])[] {
  const total = Object.values(tiers).reduce((sum, n) => sum + n, 0)
  const row = ([tier, n]: [string, number]) => [
    tier,
    count(n).padStart(8),
    `${((100 * n) / total).toFixed(1)} %`.padStart(7),
  ]
  return Object.entries(tiers).map(row)
}
