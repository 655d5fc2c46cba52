/** Every moment of a market is a whole one: a CRM that keeps no milliseconds must tell the same story. */
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** How far back the market's behaviour reaches: 18 months. */
export const SPAN = 548 * DAY

/** The second in which a moment lies. */
export function wholeSecond(moment: number): number {
  return Math.floor(moment / SECOND) * SECOND
}

/** The second `ms` before another moment. */
export function before(moment: number, ms: number): number {
  return wholeSecond(moment - ms)
}

/** The form in which HubSpot returns date properties. */
export function iso(moment: number): string {
  return new Date(moment).toISOString()
}

/** The second in which a moment lies, or the nearer bound; the bounds are whole seconds. */
export function between(min: number, moment: number, max: number): number {
  return Math.min(max, Math.max(min, wholeSecond(moment)))
}
