import type { Facts } from '../result.ts'
import type { Decision } from './decide.ts'
import type { FactRow } from './fact-row.ts'
import { toWholePoints } from './points.ts'
import { isReason } from './reasons.ts'
import type { Signals } from './signals.ts'
import type { Tally } from './tally.ts'
import { type Observed, observe } from './timeline.ts'
import { ItemisedTotals, Snapshot, Totals, type Values } from './totals.ts'

export interface Judgement {
  readonly tally: Tally
  readonly decision: Decision
}

/** One person's way through time when nothing new happens. */
export interface Course {
  readonly signals: Signals
  readonly facts: Facts
  readonly row: FactRow
  /** Judges values; the previous state is what was decided at `asOf`. */
  readonly judge: (values: Values) => Judgement
  /** The CRM fields as one text. */
  readonly write: (totals: ItemisedTotals, judgement: Judgement) => string
}

const DAY = 86_400_000
/** The last moment a Date can hold. */
const END_OF_TIME = 8.64e15
/**
 * Bounds the work for one person to tens of milliseconds. Only signals that cancel each other out to within a
 * hundredth for months come near it; then the answer is a moment that is too early, never one that is too late.
 */
const MAX_STEPS = 20_000

/**
 * The first ms after `asOf` at which the written values differ from `now`; null when they never do.
 *
 * Between two arrivals of activities every signal's value is monotone in time (what it earned fades towards 0,
 * being quiet only costs more), rounding included. So over a stretch of time each value lies between its
 * values at the two ends, and because everything that is decided is monotone in the values, equal decisions
 * for the lowest and for the highest values prove that nothing changes in between. Stretches for which that
 * cannot be shown are halved, earlier half first, down to one millisecond.
 */
export function nextChange(course: Course, asOf: number, now: string): number | null {
  let time = asOf + 1
  let steps = MAX_STEPS
  while (time <= END_OF_TIME) {
    const stretch = new Stretch(course, time, now, steps)
    if (stretch.differsAt(time)) return time
    const end = stretch.end
    const found = stretch.search(time, end - 1)
    if (found !== null) return found
    if (end > END_OF_TIME) return null
    time = end
    steps = stretch.steps
  }
  return null
}

/** One moment of a stretch: every signal's value, and what is decided on it. */
interface Point {
  readonly time: number
  readonly values: Values
  readonly judgement: Judgement
}

/** A stretch of time during which no further activity starts to count. */
class Stretch {
  steps: number
  readonly #course: Course
  readonly #snapshot = new Snapshot()
  readonly #observed: Observed
  readonly #now: string
  /** Indexes of the signals that time moves. */
  readonly #moving: readonly number[]

  constructor(course: Course, start: number, now: string, steps: number) {
    this.#course = course
    const { signals, facts } = course
    this.#observed = observe(signals.activities, facts, start, this.#snapshot)
    this.#now = now
    this.#moving = movingSignals(signals, this.#snapshot, this.#observed)
    this.steps = steps
  }

  /** When the next activity starts to count, in ms; infinite when none is left. */
  get end(): number {
    return this.#observed.nextArrival
  }

  differsAt(time: number): boolean {
    return this.#differs(this.#at(time))
  }

  /** The first ms in (start, end] that differs, when `start` does not. */
  search(start: number, end: number): number | null {
    if (this.#moving.length === 0) return null
    const last = this.#at(end)
    let from = this.#at(start)
    for (let length = DAY; from.time < Math.min(end, END_OF_TIME); length *= 2) {
      if (this.#isSteady(from, last)) return null
      const to = this.#at(Math.min(from.time + length, end, END_OF_TIME))
      const found = this.#firstDifference(from, to)
      if (found !== null) return found
      from = to
    }
    return null
  }

  #firstDifference(from: Point, to: Point): number | null {
    if (this.#isSteady(from, to)) return null
    const length = to.time - from.time
    if (length <= 1) return this.#differs(to) ? to.time : null
    if (--this.steps < 0) return from.time
    const middle = this.#at(from.time + Math.floor(length / 2))
    return this.#firstDifference(from, middle) ?? this.#firstDifference(middle, to)
  }

  #at(time: number): Point {
    const { signals, judge } = this.#course
    const { values } = this.#total(new Totals(signals), time)
    return { time, values, judgement: judge(values) }
  }

  #total<T extends Totals>(totals: T, time: number): T {
    totals.begin(this.#course.row, time)
    this.#snapshot.replay(totals)
    return totals.finish(this.#observed.lastAt)
  }

  #differs({ time, judgement }: Point): boolean {
    const { signals, write } = this.#course
    return write(this.#total(new ItemisedTotals(signals), time), judgement) !== this.#now
  }

  /** True when whatever lies between two points is judged the same. */
  #isSteady(from: Point, to: Point): boolean {
    let rises = false
    let falls = false
    for (const index of this.#moving) {
      const a = from.values[index] ?? 0
      const b = to.values[index] ?? 0
      if (isReason(a) !== isReason(b)) return false
      if (a < b) rises = true
      if (a > b) falls = true
    }
    if (rises && falls) return this.#isSteadyBetween(from.values, to.values)
    return isSame(from.judgement, to.judgement)
  }

  /** Some values rise while others fall: only the lowest of all and the highest of all bound what is between. */
  #isSteadyBetween(start: Values, end: Values): boolean {
    const { judge } = this.#course
    const low = start.map((value, index) => Math.min(value, end[index] ?? value))
    const high = start.map((value, index) => Math.max(value, end[index] ?? value))
    return isSame(judge(low), judge(high))
  }
}

function movingSignals(
  { activities, quiet }: Signals,
  { occurrences }: Snapshot,
  { lastAt }: Observed,
): number[] {
  const earning = new Set(occurrences.map(({ signal }) => signal))
  const moving = [...earning].filter((index) => activities.fading[index]?.isLasting === false)
  return lastAt === undefined ? moving : [...moving, ...quiet.map(({ index }) => index)]
}

function isSame(a: Judgement, b: Judgement): boolean {
  const { tally: left } = a
  const { tally: right } = b
  return (
    toWholePoints(left.score) === toWholePoints(right.score) &&
    toWholePoints(left.fit) === toWholePoints(right.fit) &&
    toWholePoints(left.engagement) === toWholePoints(right.engagement) &&
    isSameDecision(a.decision, b.decision)
  )
}

function isSameDecision(a: Decision, b: Decision): boolean {
  return (
    a.grade === b.grade &&
    a.stage === b.stage &&
    a.tier === b.tier &&
    a.fitHigh === b.fitHigh &&
    a.engagementHigh === b.engagementHigh &&
    a.heldBack === b.heldBack
  )
}
