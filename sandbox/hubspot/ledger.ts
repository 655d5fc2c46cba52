import type { Limits } from './limits.ts'

/** One answered request. `counted` says whether it took a place in the ten-second window. */
interface Entry {
  readonly route: string
  /** The status sent, or how the connection ended: reset, hang. */
  readonly outcome: string
  readonly countedAt: number | null
  readonly rateLimited: boolean
  /** Whether the limit itself refused it, and no fault. */
  readonly overLimit: boolean
  readonly recordsWritten: number
  readonly isUpdate: boolean
}

/** What was asked of the portal since the last reset; tests and the demo's figures read it. */
interface LedgerReport {
  total: number
  counted: number
  byRoute: Record<string, number>
  byStatus: Record<string, number>
  recordsWritten: number
  updateCalls: number
  rateLimited: number
  /** Calls beyond what the limits allow. */
  overLimit: number
  firstCountedAt: number | null
  lastCountedAt: number | null
  /** The pace from the first counted request to the last, as a share of the allowed one; null before two. */
  share: number | null
}

export interface Ledger {
  record(entry: Entry): void
  report(): LedgerReport
  reset(): void
}

function emptyReport(): LedgerReport {
  return {
    total: 0,
    counted: 0,
    byRoute: {},
    byStatus: {},
    recordsWritten: 0,
    updateCalls: 0,
    rateLimited: 0,
    overLimit: 0,
    firstCountedAt: null,
    lastCountedAt: null,
    share: null,
  }
}

function shareOf(report: LedgerReport, limits: Limits): number | null {
  const { firstCountedAt, lastCountedAt, counted } = report
  if (firstCountedAt === null || lastCountedAt === null) return null
  const spanMs = lastCountedAt - firstCountedAt
  // n requests span n - 1 intervals.
  return spanMs > 0 ? (counted - 1) / ((limits.burst * spanMs) / limits.burstWindowMs) : null
}

function count(totals: Record<string, number>, key: string): void {
  totals[key] = (totals[key] ?? 0) + 1
}

export function openLedger(limits: Limits): Ledger {
  let sums = emptyReport()
  return {
    record(entry) {
      sums.total += 1
      count(sums.byRoute, entry.route)
      count(sums.byStatus, entry.outcome)
      sums.recordsWritten += entry.recordsWritten
      if (entry.isUpdate) sums.updateCalls += 1
      if (entry.rateLimited) sums.rateLimited += 1
      if (entry.overLimit) sums.overLimit += 1
      if (entry.countedAt === null) return
      sums.counted += 1
      sums.firstCountedAt ??= entry.countedAt
      sums.lastCountedAt = entry.countedAt
    },
    report: () => ({ ...sums, share: shareOf(sums, limits) }),
    reset() {
      sums = emptyReport()
    },
  }
}
