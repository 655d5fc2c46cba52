import { comparable } from '../language/comparable-text.ts'
import { canonicalJson } from '../language/content-hash.ts'
import type { Facts, ScoredActivity } from '../result.ts'
import type { ActivityRules, Listener, OrderedSignal } from './activity-rules.ts'
import type { Moment, StepMoment } from './occurrences.ts'

/** Clocks differ: what lies this far ahead (ms) has happened just now. */
const CLOCK_SKEW = 5 * 60_000

/**
 * What the activities that have happened by one moment earn; it stays the same until the next one happens.
 * One occurrence per place in the parallel lists: no object per occurrence, and the lists can be used again.
 */
export class Snapshot {
  /** How many places are in use. */
  count = 0
  /** Indexes of the signals. */
  readonly signals: number[] = []
  /** When, in ms since the epoch. */
  readonly times: number[] = []
  /** Hundredths before fading, unrounded. */
  readonly fulls: number[] = []
  readonly activities: ScoredActivity[] = []
  /** When the last activity happened, in ms; undefined when there is none. */
  lastAt: number | undefined
  /** The first moment (ms) at which one more activity starts to count; infinite when none is left. */
  nextArrival = Number.POSITIVE_INFINITY

  clear(): void {
    this.count = 0
    this.lastAt = undefined
    this.nextArrival = Number.POSITIVE_INFINITY
  }

  add(signal: number, at: number, full: number, activity: ScoredActivity): void {
    const place = this.count++
    this.signals[place] = signal
    this.times[place] = at
    this.fulls[place] = full
    this.activities[place] = activity
  }
}

/** Matches of the signals that need all of theirs in order, by index of the signal. */
type Matches = StepMoment[][]

/**
 * Notes what the activities that have happened by `time` (ms) earn.
 * @param snapshot is emptied first
 */
export function observe(
  rules: ActivityRules,
  { activities }: Facts,
  time: number,
  snapshot: Snapshot,
): Snapshot {
  snapshot.clear()
  const matches: Matches = []
  const horizon = time + CLOCK_SKEW
  let happened = 0
  for (let place = 0; place < activities.length; place++) {
    const activity = activities[place]
    if (activity === undefined) continue
    const at = activity.at.getTime()
    if (at <= horizon) {
      happened++
      if (snapshot.lastAt === undefined || at > snapshot.lastAt) snapshot.lastAt = at
      listen(rules.listeners.get(activity.type), activity, at, snapshot, matches)
    } else if (at - CLOCK_SKEW < snapshot.nextArrival) {
      snapshot.nextArrival = at - CLOCK_SKEW
    }
  }
  if (matches.length > 0) earnInOrder(rules.ordered, matches, happened, snapshot)
  return snapshot
}

function listen(
  listeners: readonly Listener[] | undefined,
  activity: ScoredActivity,
  at: number,
  snapshot: Snapshot,
  matches: Matches,
): void {
  if (listeners === undefined) return
  for (let each = 0; each < listeners.length; each++) {
    const listener = listeners[each]
    if (listener === undefined || listener.matches?.(activity.attributes) === false) continue
    const { signal, step } = listener
    if (listener.isDirect) snapshot.add(signal, at, listener.full(activity.attributes), activity)
    else noteMatch(matches, signal, { at, activity, step })
  }
}

function noteMatch(matches: Matches, signal: number, moment: StepMoment): void {
  const list = matches[signal]
  if (list === undefined) matches[signal] = [moment]
  else list.push(moment)
}

function earnInOrder(
  ordered: readonly OrderedSignal[],
  matches: Matches,
  happened: number,
  snapshot: Snapshot,
): void {
  const outcomes = new Map<number, Set<string>>()
  for (const signal of ordered) {
    const found = matches[signal.index]
    if (found === undefined) continue
    const standing = withoutReplaced(inOrder(found), outcomes.get(signal.index))
    noteOutcomes(signal, standing, outcomes)
    if (signal.isOnly && found.length < happened) continue
    for (const { at, activity } of signal.count(standing)) {
      snapshot.add(signal.index, at, signal.full(activity.attributes), activity)
    }
  }
}

/** In order of time, ties in an order that does not depend on how the activities were handed in. */
export function inOrder<M extends Moment>(moments: M[]): M[] {
  for (let place = 1; place < moments.length; place++) {
    const before = moments[place - 1]
    const moment = moments[place]
    if (before !== undefined && moment !== undefined && before.at < moment.at) continue
    return moments.sort(compareMoments)
  }
  return moments
}

function compareMoments(a: Moment, b: Moment): number {
  if (a.at !== b.at) return a.at - b.at
  return (
    compare(a.activity.id, b.activity.id) ||
    compare(a.activity.type, b.activity.type) ||
    compare(canonicalJson(a.activity.attributes), canonicalJson(b.activity.attributes))
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** What is replaced is as if it had never been: it opens no period and completes no run either. */
function withoutReplaced(
  moments: readonly StepMoment[],
  events: ReadonlySet<string> | undefined,
): readonly StepMoment[] {
  if (events === undefined) return moments
  return moments.filter((moment) => {
    const event = eventOf(moment)
    return event === undefined || !events.has(event)
  })
}

function noteOutcomes(
  signal: OrderedSignal,
  moments: readonly Moment[],
  outcomes: Map<number, Set<string>>,
): void {
  for (const target of signal.replaces) {
    const events = outcomes.get(target) ?? new Set()
    for (const moment of moments) {
      const event = eventOf(moment)
      if (event !== undefined) events.add(event)
    }
    outcomes.set(target, events)
  }
}

function eventOf({ activity }: Moment): string | undefined {
  const event = activity.attributes['event']
  return event === undefined ? undefined : comparable(String(event))
}
