import type { ChangeWindow } from '../connectors/page.ts'

const MINUTE_MS = 60_000

/** How long after a change the late pass looks for it first. */
const LATE_BY_MS = 30 * MINUTE_MS
/** How far the late pass goes back behind its last end: whatever it saw early is looked for once more. */
const LATE_OVERLAP_MS = 30 * MINUTE_MS
/** How far the first late pass goes back. */
const FIRST_LATE_REACH_MS = 120 * MINUTE_MS

/** Answers tell whole seconds and take time; the overlap covers far more than this. */
const USUAL_LEAD_MS = 5_000

/** When the next late pass is due after one that ended. */
export const LATE_EVERY_MS = 60 * MINUTE_MS

/**
 * What an incremental reading that begins now has to read: from somewhat before the last one began, because changes
 * become visible late (search indexes lag, transactions commit) and clocks differ. Reading a record twice costs
 * nothing.
 * @param last the reading before it, incremental or full
 * @param visibleWithinMs how late a change of this CRM may become visible
 */
export function changesWindow(
  last: { readonly startedAt: Date },
  now: Date,
  visibleWithinMs: number,
): ChangeWindow {
  return { since: before(last.startedAt, visibleWithinMs), until: now }
}

/**
 * What the hourly late pass has to read. A CRM's search shows a change only once it is indexed; under load that
 * takes longer than the overlap of incremental readings, and then none of them would ever see it. Every moment
 * lies in the windows of all passes from 30 to 120 minutes after it, of which one comes after the first hour:
 * changes that are indexed up to an hour late are found the same day, and not only by the nightly reading.
 * @param readUntil up to where changes are known without lag: the end of the last late pass, or the beginning of
 * the last full reading, which uses no search; null when there was neither
 */
export function lateWindow(readUntil: Date | null, now: Date): ChangeWindow {
  const until = before(now, LATE_BY_MS)
  const since = readUntil ? before(readUntil, LATE_OVERLAP_MS) : before(now, FIRST_LATE_REACH_MS)
  return { since: since < until ? since : until, until }
}

/**
 * The moment a reading begins by the CRM's clock. Windows are compared with the CRM's times: with a clock that is
 * fast, the window after this one would open later than this one closed.
 * @param aheadMs how far our clock is ahead
 */
export function crmTime(now: Date, aheadMs: number): Date {
  return aheadMs > USUAL_LEAD_MS ? before(now, aheadMs) : now
}

function before(moment: Date, ms: number): Date {
  return new Date(moment.getTime() - ms)
}
