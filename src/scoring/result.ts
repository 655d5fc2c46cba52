import type { FactMap } from '../leads/facts.ts'
import type { ActivityAttributes } from '../leads/records.ts'

export const GRADES = ['A', 'B', 'C', 'D', 'F'] as const
export type Grade = (typeof GRADES)[number]

export const STAGES = ['disqualified', 'nurture', 'mql', 'sql'] as const
export type Stage = (typeof STAGES)[number]

export const ACTIONS = ['route_now', 'nurture', 'review', 'hold'] as const
export type Action = (typeof ACTIONS)[number]

/** Tiers are named by the model, best first; `none` when no tier holds. */
export const NO_TIER = 'none'

/** One activity as the engine sees it. `id` is quoted in contributions. */
export interface ScoredActivity {
  readonly id: string
  readonly type: string
  readonly at: Date
  readonly attributes: ActivityAttributes
}

/** What the previous scoring decided; hysteresis needs it. */
export interface PreviousState {
  readonly tier: string
  readonly stage: Stage
}

/** Everything a score depends on besides the model and the moment. */
export interface Facts {
  readonly person: FactMap
  readonly company: FactMap
  /** In any order; the engine sorts. */
  readonly activities: readonly ScoredActivity[]
  readonly previous?: PreviousState
}

/** Why a contribution is there: the fields it rests on, or the activities that earned it. */
export interface Because {
  readonly field?: string
  readonly value?: FactMap[string]
  readonly activity?: string
  readonly type?: string
  readonly at?: string
  /** What this activity earned after decay, in points. */
  readonly points?: number
}

/** One line of the sum. `points` is what counts, after decay; `decayed` is what time took away (≥ 0 for positive signals). */
export interface Contribution {
  readonly signal: string
  readonly label: string
  readonly dimension: string
  readonly points: number
  readonly decayed: number
  readonly because: readonly Because[]
}

/** A gate that holds the person back. */
export interface Held {
  readonly gate: string
  readonly reason: string
  /** The field that would clear it. */
  readonly ask?: string
}

/** What scoring decides about one person, without the explanation. Points are numbers with at most two decimals. */
export interface Standing {
  readonly score: number
  readonly fit: number
  readonly engagement: number
  readonly intent: number
  readonly grade: Grade
  readonly tier: string
  readonly stage: Stage
  readonly action: Action
}

/** One line of the sum without its evidence. */
export type ItemisedLine = Pick<
  Contribution,
  'signal' | 'label' | 'dimension' | 'points' | 'decayed'
>

/** The lines of one sum, in its order; they never change. Going through them makes an object of each line. */
export interface Lines extends Iterable<ItemisedLine> {
  readonly length: number
  /** What one line is about, without making an object of it; empty where there is no such line. */
  signalAt(place: number): string
  /** What it counts; 0 where there is no such line. */
  pointsAt(place: number): number
  toJSON(): ItemisedLine[]
}

/** A standing with every line of its sum: the lines sum exactly to the score. */
export interface Itemised extends Standing {
  readonly lines: Lines
}

/** The complete outcome of scoring one person. */
export interface Result extends Standing {
  readonly route: string | null
  /** Short sentences for a sales rep, most important first. */
  readonly reasons: readonly string[]
  readonly held: readonly Held[]
  /** Sums exactly to `score`. */
  readonly contributions: readonly Contribution[]
  /** Fields that a signal or gate asked for and that are unknown, sorted. */
  readonly missing: readonly string[]
  /** Share of the model's fact fields that are known, 0..1, two decimals. */
  readonly coverage: number
  /** The lowest and highest score that filling the missing fields could give. */
  readonly reachable: { readonly min: number; readonly max: number }
  /** First moment after `asOf` when a written value would differ if nothing new happened. */
  readonly nextChangeAt: string | null
  /** `id@hash` */
  readonly model: string
  readonly asOf: string
}

/** A model compiled for one version: pure, reusable, without clock or I/O. */
export interface Scorer {
  /** `id@hash` */
  readonly model: string
  /** Scores one person as of a moment. Same input, same output, byte for byte. */
  score(facts: Facts, asOf: Date): Result
  /** What `score` decides and nothing else; for going through very many people. */
  standing(facts: Facts, asOf: Date): Standing
  /** The standing and the lines that it sums up. */
  itemise(facts: Facts, asOf: Date): Itemised
  /** What would change a result of this model, for people: one sentence a line; empty where there is nothing to say. */
  outlook(result: Result): string
}
