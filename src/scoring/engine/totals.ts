import type { ScoredActivity } from '../result.ts'
import type { ActivityRules } from './activity-rules.ts'
import { type Fading, shareAt } from './decay.ts'
import type { FactRow } from './fact-row.ts'
import { roundHalfAway, where } from './points.ts'
import type { Signals } from './signals.ts'
import type { Ledger } from './timeline.ts'

/** One number per signal, by index: hundredths of a point. */
export type Values = number[]

/** What every signal counts at one moment. Can be used again and again. */
export class Totals implements Ledger {
  readonly values: Values
  readonly #signals: Signals
  readonly #fading: readonly Fading[]
  #time = 0

  constructor(signals: Signals) {
    const size = signals.all.length
    this.#signals = signals
    this.#fading = signals.activities.fading
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

  /** Returns the hundredths that it still counts. */
  add(signal: number, at: number, full: number): number {
    const { values } = this
    const age = this.#time > at ? this.#time - at : 0
    const counted = roundHalfAway(full * shareAt(this.#fading[signal], age))
    values[signal] = (values[signal] ?? 0) + counted
    return counted
  }

  /** Turns counts into points and adds what silence costs. `lastAt` is when the last activity happened, in ms. */
  finish(lastAt: number | undefined): this {
    const { values } = this
    const { activities, quiet } = this.#signals
    for (const { index, times, points } of activities.recent) {
      values[index] = where((values[index] ?? 0) >= times, points)
    }
    for (const { index, points, period } of quiet) {
      const periods = lastAt === undefined ? 0 : Math.floor((this.#time - lastAt) / period)
      values[index] = periods > 0 ? points * periods : 0
    }
    return this
  }
}

/** The same, and what time has taken away from every signal. */
export class ItemisedTotals extends Totals {
  readonly faded: Values
  readonly #recent: ActivityRules['recent']

  constructor(signals: Signals) {
    super(signals)
    this.#recent = signals.activities.recent
    this.faded = new Array<number>(signals.all.length).fill(0)
  }

  override begin(row: FactRow, time: number): this {
    const { faded } = this
    for (let index = 0; index < faded.length; index++) faded[index] = 0
    return super.begin(row, time)
  }

  override add(signal: number, at: number, full: number): number {
    const counted = super.add(signal, at, full)
    this.faded[signal] = (this.faded[signal] ?? 0) + roundHalfAway(full) - counted
    return counted
  }

  /** What is too old to be counted has not faded: a count is reached or it is not. */
  override finish(lastAt: number | undefined): this {
    for (const { index } of this.#recent) this.faded[index] = 0
    return super.finish(lastAt)
  }
}

/** Hundredths that an occurrence still counts at `time`. An activity slightly ahead of the clock has age 0. */
export function valueAt(
  { fading }: ActivityRules,
  signal: number,
  at: number,
  full: number,
  time: number,
): number {
  return roundHalfAway(full * shareAt(fading[signal], time > at ? time - at : 0))
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
