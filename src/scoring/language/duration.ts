const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const UNITS: ReadonlyMap<string, number> = new Map([
  ['min', MINUTE],
  ['h', HOUR],
  ['d', DAY],
  ['w', 7 * DAY],
])
const DURATION = /^(\d{1,6}(?:\.\d{1,3})?)(min|h|d|w)$/

/** `m` and `mo` are left out on purpose: nobody can tell minutes from months, and months differ in length. */
export const DURATION_REMEDY = 'Write a number and a unit: 15min, 36h, 30d or 2w.'

/** Milliseconds of "30d", "36h", "2w" or "15min"; undefined when it is none of them. */
export function readDuration(text: string): number | undefined {
  const match = DURATION.exec(text.trim())
  const unit = UNITS.get(match?.[2] ?? '')
  if (match?.[1] === undefined || unit === undefined) return undefined
  return Math.round(Number(match[1]) * unit)
}

/** Milliseconds of a duration that the model's schema has already checked. */
export function durationMs(text: string): number {
  const milliseconds = readDuration(text)
  if (milliseconds === undefined) throw new RangeError(`${text} is not a duration`)
  return milliseconds
}

/** "2026-12-01 00:00", in UTC. */
export function formatMinute(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ')
}

/** "2026-12-01 00:00 UTC" */
export function formatMoment(at: Date): string {
  return `${formatMinute(at)} UTC`
}

/** "12 days ago", "3 hours ago", "just now": in whole units, rounded down. */
export function formatAge(ageMs: number): string {
  if (ageMs >= DAY) return count(ageMs / DAY, 'day')
  if (ageMs >= HOUR) return count(ageMs / HOUR, 'hour')
  if (ageMs >= MINUTE) return count(ageMs / MINUTE, 'minute')
  return 'just now'
}

function count(amount: number, unit: string): string {
  const whole = Math.floor(amount)
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`
}
