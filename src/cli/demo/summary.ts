import { z } from 'zod'
import type { Db } from '../../store/database.ts'
import type { Installation } from '../../store/installations.ts'
import { type RankedLead, tierCounts, topLeads } from '../../store/scores.ts'
import { leadLines } from '../leads-table.ts'
import { bold, count, plural, print, table } from '../terminal.ts'
import type { Comparison } from './compare.ts'
import type { RunOutcome } from './watch.ts'

/** Each look-alike counts what its CRM limits: calls of a pace, or calls of a day. */
const Ledger = z.object({
  total: z.number(),
  rateLimited: z.number().optional(),
  refused: z.number().optional(),
  share: z.number().nullish(),
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
  /** Calls that the CRM refused because they were too many. */
  readonly rateLimited: number
  /** Share of HubSpot's 110 calls per 10 s that was used from the first call to the last; null elsewhere. */
  readonly allowanceShare: number | null
  readonly seconds: number
  /** Peak of this process: web, workers and demo. Postgres and the sandbox are processes of their own. */
  readonly peakMemoryMb: number
  readonly tiers: Readonly<Record<string, number>>
}

const RECORDS_PER_WRITE: Readonly<Record<string, number>> = { hubspot: 100, salesforce: 200 }

/** Puts the figures together. */
export async function summarise(
  db: Db,
  { id, crm }: Installation,
  outcome: RunOutcome,
  ledger: Ledger,
  startedAt: Date,
): Promise<DemoResult> {
  const { people, accounts, pages } = outcome
  // A batch is of one kind.
  const perWrite = RECORDS_PER_WRITE[crm] ?? 1
  const batches = [people, accounts].map((each) => Math.ceil(each.writtenSince / perWrite))
  return {
    people: people.people,
    scored: people.scored,
    written: people.writtenSince,
    accountsScored: accounts.scored,
    accountsWritten: accounts.writtenSince,
    rejected: people.rejected,
    apiCalls: ledger.total,
    apiCallsIdeal: pages === null ? null : batches.reduce((sum, n) => sum + n, pages),
    rateLimited: ledger.rateLimited ?? ledger.refused ?? 0,
    allowanceShare: ledger.share ?? null,
    seconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    tiers: await tierCounts(db, id),
  }
}

/** Prints the figures, the tiers and the best leads. */
export async function printSummary(
  db: Db,
  { id }: Installation,
  result: DemoResult,
  title: string,
): Promise<void> {
  print()
  print(bold(`${title}${plural(result.people, 'person', 'people')} scored and written back`))
  print()
  for (const line of table(figures(result))) print(`  ${line}`)
  print()
  print(bold('Tiers'))
  for (const line of table(tierRows(result.tiers))) print(`  ${line}`)
  print()
  print(bold('Top ten leads'))
  const leads: readonly RankedLead[] = await topLeads(db, id, 10)
  for (const line of leadLines(leads)) print(`  ${line}`)
}

/** Prints whether the same people got the same in both CRMs. */
export function printComparison({ people, differences, examples }: Comparison): void {
  print()
  print(bold(`${plural(people, 'person', 'people')} in both CRMs, scored as of one moment`))
  const rows = Object.entries(differences).map(([name, n]) => [`other ${name}`, count(n)])
  for (const line of table(rows)) print(`  ${line}`)
  for (const example of examples) print(`  ${example}`)
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
