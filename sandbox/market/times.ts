export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** How far back the market's behaviour reaches: 18 months. */
export const SPAN = 548 * DAY

/** A moment `ms` before another, in whole milliseconds. */
export function before(moment: number, ms: number): number {
  return Math.floor(moment - ms)
}

/** The form in which HubSpot returns date properties. */
export function iso(moment: number): string {
  return new Date(moment).toISOString()
}

export function between(min: number, moment: number, max: number): number {
  return Math.min(max, Math.max(min, Math.floor(moment)))
}
