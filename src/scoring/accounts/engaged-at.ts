import type { Result } from '../result.ts'

/**
 * When a person last did something that earns points for engagement or intent at the moment of the result;
 * null when nothing does. What has faded to nothing, or earns nothing or less, engages nobody.
 */
export function engagedAt({ contributions }: Pick<Result, 'contributions'>): Date | null {
  const moments = contributions
    .filter(({ dimension }) => dimension === 'engagement' || dimension === 'intent')
    .flatMap(({ because }) => because)
    .flatMap(({ activity, at, points }) =>
      activity !== undefined && at !== undefined && (points ?? 0) > 0 ? [Date.parse(at)] : [],
    )
  return moments.length === 0 ? null : new Date(Math.max(...moments))
}
