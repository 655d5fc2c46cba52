import type { ScoredActivity } from '../result.ts'
import type { ActivityRules } from './activity-rules.ts'
import { halved } from './decay.ts'
import type { FactRow } from './fact-row.ts'
import { roundHalfAway } from './points.ts'
import type { Signals } from './signals.ts'
import type { Ledger } from './timeline.ts'

/** One number per signal, by index: hundredths of a point. */
export type Values = number[]

/** What every signal counts at one moment. Can be used again and again. */
export class Totals implements Ledger {
  readonly values: Values
  readonly #signals: Signals
  readonly #halfLives: Float64Array
  readonly #windows: Float64Array
  #time = 0

  constructor(signals: Signals) {
    const size = signals.all.length
    this.#signals = signals
    this.#halfLives = signals.activities.halfLives
    this.#windows = signals.activities.windows
    this.values = new Array<number>(size).fill(0)
  }

  /**
   * Starts with what facts give.
   * @param time in ms; at an infinite time only what never fades is left
   */
  begin(row: FactRow, time: number): this {
    this.#time = time
    const { values } = this
    for (let index = 0; index < values.length; index++) values[index] = 0
    this.#signals.decisions.fill(row, values)
    return this
  }

  add(signal: number, at: number, full: number): void {
    const { values } = this
    const age = this.#time > at ? this.#time - at : 0
    values[signal] = (values[signal] ?? 0) + roundHalfAway(full * this.#shareOf(signal, age))
  }

  /** What `shareAt` says, without a call for the two kinds of fading that models use most. */
  #shareOf(signal: number, age: number): number {
    const halfLife = this.#halfLives[signal] ?? 0
    if (halfLife > 0) return halved(age / halfLife)
    const window = this.#windows[signal] ?? 0
    if (window > 0) return age < window ? 1 : 0
    return shareAt(this.#signals.activities, signal, age)
  }

  /** Turns counts into points and adds what silence costs. `lastAt` is when the last activity happened, in ms. */
  finish(lastAt: number | undefined): this {
    const { values } = this
    const { activities, quiet } = this.#signals
    for (const { index, times, points } of activities.recent) {
      values[index] = (values[index] ?? 0) >= times ? points : 0
    }
    for (const { index, points, period } of quiet) {
      const periods = lastAt === undefined ? 0 : Math.floor((this.#time - lastAt) / period)
      values[index] = periods > 0 ? points * periods : 0
    }
    return this
  }
}

/** The same, and what every signal would count if nothing had faded. */
export class ItemisedTotals extends Totals {
  readonly fulls: Values
  readonly #unfading: Uint32Array

  constructor(signals: Signals) {
    super(signals)
    this.#unfading = signals.unfading
    this.fulls = new Array<number>(signals.all.length).fill(0)
  }

  override begin(row: FactRow, time: number): this {
    const { fulls } = this
    for (let index = 0; index < fulls.length; index++) fulls[index] = 0
    return super.begin(row, time)
  }

  override add(signal: number, at: number, full: number): void {
    super.add(signal, at, full)
    this.fulls[signal] = (this.fulls[signal] ?? 0) + roundHalfAway(full)
  }

  /** What activities do not earn one by one has no other value if nothing had faded. */
  override finish(lastAt: number | undefined): this {
    super.finish(lastAt)
    const { values, fulls } = this
    for (let each = 0; each < this.#unfading.length; each++) {
      const index = this.#unfading[each] ?? 0
      fulls[index] = values[index] ?? 0
    }
    return this
  }
}

/** Hundredths that an occurrence still counts at `time`. An activity slightly ahead of the clock has age 0. */
export function valueAt(
  rules: ActivityRules,
  signal: number,
  at: number,
  full: number,
  time: number,
): number {
  return roundHalfAway(full * shareAt(rules, signal, time > at ? time - at : 0))
}

function shareAt({ fading }: ActivityRules, signal: number, age: number): number {
  return fading[signal]?.share(age) ?? 0
}

/** Every occurrence that counts, kept to be valued at any later moment. */
export class Snapshot implements Ledger {
  readonly occurrences: Occurrence[] = []

  add(signal: number, at: number, full: number, activity: ScoredActivity): void {
    this.occurrences.push({ signal, at, full, activity })
  }

  /** Enters every occurrence into another ledger. */
  replay(ledger: Ledger): void {
    for (const { signal, at, full, activity } of this.occurrences) {
      ledger.add(signal, at, full, activity)
    }
  }
}

/** One match that counts; see `Ledger.add`. */
export interface Occurrence {
  readonly signal: number
  readonly at: number
  readonly full: number
  readonly activity: ScoredActivity
}
