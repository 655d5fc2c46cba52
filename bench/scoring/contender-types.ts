import type { Facts, Standing } from '../../src/scoring/result.ts'

/** Points before clamping. */
export interface Sums {
  readonly fit: number
  readonly engagement: number
}

/** What a contender makes of one person. */
export interface Outcome extends Sums {
  /** `fit` and `engagement` are before clamping; otherwise after it. */
  readonly unclamped: boolean
  /** The score, 0 to 100. */
  readonly score: number
  /** What follows from it, where the contender says. */
  readonly decided?: Pick<Standing, 'grade' | 'stage' | 'tier' | 'action'>
}

/** A contender that has been handed its people, in the shape it likes. */
export interface Workload {
  /** Scores everybody once and returns the sum of the scores, so that no score may be left out. */
  pass(): number | Promise<number>
  /** One person's outcome, for comparing contenders. */
  outcome(index: number): Outcome | Promise<Outcome>
}

export interface Contender {
  readonly label: string
  /** At most so many people are timed; the rest is scaled. */
  readonly sample: number
  /** Rounds what each activity is worth to hundredths of a point. */
  readonly rounds: boolean
  /** The least number of passes in each of its processes. */
  readonly passes: number
  load(people: readonly Facts[]): Workload
}

export function clamp(points: number): number {
  return Math.min(100, Math.max(0, points))
}

/** The score that both sums come to. */
export function scoreOf({ fit, engagement }: Sums): number {
  return clamp(clamp(fit) + clamp(engagement))
}
