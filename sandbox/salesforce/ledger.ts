/** One answered request. */
interface Entry {
  readonly route: string
  /** The status sent, or how the connection ended: reset, hang. */
  readonly outcome: string
  readonly recordsWritten: number
  /** Whether the daily limit refused it. */
  readonly isRefused: boolean
}

/** What was asked of the org since the last reset; tests and the demo's figures read it. */
interface LedgerReport {
  total: number
  byRoute: Record<string, number>
  byStatus: Record<string, number>
  recordsWritten: number
  refused: number
}

export interface Ledger {
  record(entry: Entry): void
  /** Counts records that a job writes after its call was answered. */
  wrote(records: number): void
  report(): LedgerReport
  reset(): void
}

function emptyReport(): LedgerReport {
  return { total: 0, byRoute: {}, byStatus: {}, recordsWritten: 0, refused: 0 }
}

function count(totals: Record<string, number>, key: string): void {
  totals[key] = (totals[key] ?? 0) + 1
}

export function openLedger(): Ledger {
  let sums = emptyReport()
  return {
    record(entry) {
      sums.total += 1
      count(sums.byRoute, entry.route)
      count(sums.byStatus, entry.outcome)
      sums.recordsWritten += entry.recordsWritten
      if (entry.isRefused) sums.refused += 1
    },
    wrote(records) {
      sums.recordsWritten += records
    },
    report: () => sums,
    reset() {
      sums = emptyReport()
    },
  }
}
