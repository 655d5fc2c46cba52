import { formatAge } from '../../scoring/language/duration.ts'
import { type Action, NO_TIER } from '../../scoring/result.ts'

/** "3 days ago" */
export function agoWords(at: string, now: Date): string {
  return formatAge(Math.max(0, now.getTime() - Date.parse(at)))
}

/** "21 Nov 2026, 14:05" in a zone such as `Europe/Berlin`. */
export function momentWords(at: Date, timeZone: string): string {
  return at.toLocaleString('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' })
}

const DAY = 86_400_000

/** Without news only time changes a score; what it changes is written in the night after. */
export function fadeWords(at: Date | null, now: Date, timeZone: string): string {
  if (at === null) return STAYS
  return `Fades a little ${nightWords(at, now, timeZone)}, unless something new happens before.`
}

/** Without news an account changes only when somebody's interest is too long ago. */
export function leaveWords(at: Date | null, now: Date, timeZone: string): string {
  if (at === null) return STAYS
  return `Changes ${nightWords(at, now, timeZone)}, when somebody’s last sign of interest gets too old to count, unless something new happens before.`
}

const STAYS = 'Stays as it is until something new happens.'

function nightWords(at: Date, now: Date, timeZone: string): string {
  if (at.getTime() <= now.getTime() + DAY) return 'with the next nightly update'
  return `on ${at.toLocaleDateString('en-GB', { timeZone, dateStyle: 'medium' })}`
}

/** To a tenth; never -0. */
export function tenths(points: number): number {
  return Math.round(points * 10) / 10 + 0
}

export function tierWords(tier: string): string {
  return tier === NO_TIER ? 'None' : tier
}

export const ACTION_WORDS: Readonly<Record<Action, { name: string; meaning: string }>> = {
  route_now: { name: 'Route now', meaning: 'Ready for sales: get in touch now.' },
  review: { name: 'Review', meaning: 'Worth a look by a person before anybody gets in touch.' },
  nurture: { name: 'Nurture', meaning: 'Not ready for sales yet: keep in marketing.' },
  hold: { name: 'Hold', meaning: 'Do nothing for now.' },
}
