import type { Contribution, Result } from '../result.ts'

/**
 * When a person last did something that earns points for engagement or intent at the moment of the result;
 * null when nothing does. What has faded to nothing, or earns nothing or less, engages nobody.
 */
export function engagedAt({ contributions }: Pick<Result, 'contributions'>): Date | null {
  const moments = contributions
    .filter(({ dimension }) => dimension === 'engagement' || dimension === 'intent')
    .flatMap(momentsThatEarned)
  return moments.length === 0 ? null : new Date(Math.max(...moments))
}

/** Activities that earn their points together, as a count does, carry none of their own. */
function momentsThatEarned({ points: together, because }: Contribution): number[] {
  return because.flatMap(({ activity, at, points = together }) =>
    activity !== undefined && at !== undefined && points > 0 ? [Date.parse(at)] : [],
  )
}
