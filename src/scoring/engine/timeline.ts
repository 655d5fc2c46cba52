import { comparable, compareText } from '../language/comparable-text.ts'
import { canonicalJson } from '../language/content-hash.ts'
import type { Facts, ScoredActivity } from '../result.ts'
import { type ActivityRules, fullOf, type OrderedSignal } from './activity-rules.ts'
import type { Moment, StepMoment } from './occurrences.ts'

/** Clocks differ: what lies this far ahead (ms) has happened just now. */
const CLOCK_SKEW = 5 * 60_000

/** Takes note of every occurrence that counts. */
export interface Ledger {
  /**
   * @param signal its index
   * @param at ms since the epoch
   * @param full hundredths before fading, unrounded
   */
  add(signal: number, at: number, full: number, activity: ScoredActivity): void
}

/** What there is to know about a person's activities besides what they earn. */
export interface Observed {
  /** When the last activity happened, in ms; undefined when there is none. */
  readonly lastAt: number | undefined
  /** The first moment (ms) at which one more activity starts to count; infinite when none is left. */
  readonly nextArrival: number
}

/** Matches of the signals that need all of theirs in order, by index of the signal. */
type Matches = StepMoment[][]

/** Of a model in which no signal does; nobody ever writes into it. */
const NO_MATCHES: Matches = []

/** Enters what the activities that have happened by `time` (ms) earn into the ledger, in no order. */
export function observe(
  rules: ActivityRules,
  { activities }: Facts,
  time: number,
  ledger: Ledger,
): Observed {
  const matches = rules.ordered.length > 0 ? [] : NO_MATCHES
  const horizon = time + CLOCK_SKEW
  let happened = 0
  let lastAt = Number.NEGATIVE_INFINITY
  let nextArrival = Number.POSITIVE_INFINITY
  for (let place = 0; place < activities.length; place++) {
    const activity = activities[place]
    if (activity === undefined) continue
    const at = activity.at.getTime()
    if (at <= horizon) {
      happened++
      lastAt = Math.max(lastAt, at)
      listen(rules, activity, at, ledger, matches)
    } else if (at > horizon) {
      nextArrival = Math.min(nextArrival, at - CLOCK_SKEW)
    }
  }
  if (matches.length > 0) earnInOrder(rules.ordered, matches, happened, ledger)
  return { lastAt: happened === 0 ? undefined : lastAt, nextArrival }
}

function listen(
  rules: ActivityRules,
  activity: ScoredActivity,
  at: number,
  ledger: Ledger,
  matches: Matches,
): void {
  const listeners = rules.listeners.get(activity.type)
  if (listeners === undefined) return
  for (let each = 0; each < listeners.length; each++) {
    const listener = listeners[each]
    if (listener === undefined) continue
    const { signal, step } = listener
    if (listener.isPlain) {
      ledger.add(signal, at, listener.points, activity)
      continue
    }
    if (listener.matches?.(activity.attributes) === false) continue
    if (listener.isDirect) ledger.add(signal, at, fullOf(listener, activity.attributes), activity)
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
  ledger: Ledger,
): void {
  const outcomes = new Map<number, Set<string>>()
  for (const signal of ordered) {
    const found = matches[signal.index]
    if (found === undefined) continue
    const standing = withoutReplaced(inOrder(found), outcomes.get(signal.index))
    noteOutcomes(signal, standing, outcomes)
    if (signal.isOnly && found.length < happened) continue
    for (const { at, activity } of signal.count(standing)) {
      ledger.add(signal.index, at, fullOf(signal.worth, activity.attributes), activity)
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
    compareText(a.activity.id, b.activity.id) ||
    compareText(a.activity.type, b.activity.type) ||
    compareText(canonicalJson(a.activity.attributes), canonicalJson(b.activity.attributes))
  )
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
