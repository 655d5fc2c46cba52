import type { Facts, PreviousState, Result } from '../result.ts'
import { type Writable, writtenValues } from '../written-values.ts'
import { contributionsOf, linesOf } from './contributions.ts'
import type { FactRow } from './fact-row.ts'
import { type GatesInForce, gatesThatHold, toHeld } from './gates.ts'
import { LineSheet } from './lines.ts'
import { type Course, type Judgement, nextChange } from './next-change.ts'
import { toPoints } from './points.ts'
import { reasonsOf } from './reasons.ts'
import type { Rules } from './rules.ts'
import { observe } from './timeline.ts'
import { ItemisedTotals, Snapshot, type Values } from './totals.ts'

/** One person, as far as time does not matter. */
interface Situation {
  readonly facts: Facts
  readonly row: FactRow
  readonly gates: GatesInForce
  readonly route: string | null
}

/** Everything there is to say about one person at one moment. */
export function completeResult(rules: Rules, facts: Facts, asOf: Date): Result {
  const { signals, adder } = rules
  const time = asOf.getTime()
  const situation = situationOf(rules, facts)
  const { row, gates, route } = situation
  const { totals, occurrences, lastAt } = totalsAt(rules, situation, time)
  const judgement = judge(rules, gates, totals.values, facts.previous)
  const writable = writableOf(rules, situation, totals, judgement)
  const missing = rules.missingIn(row)
  const lines = linesOf(adder, totals, judgement.tally, new LineSheet(rules.headings))
  let next: string | null | undefined
  return {
    score: writable.score,
    fit: writable.fit,
    engagement: writable.engagement,
    intent: toPoints(judgement.tally.intent),
    grade: writable.grade,
    tier: writable.tier,
    stage: writable.stage,
    action: writable.action,
    route,
    reasons: writable.reasons,
    held: gatesThatHold(gates.gates, judgement.decision).map(toHeld),
    contributions: contributionsOf(signals, lines, { row, occurrences, lastAt, time }),
    missing,
    coverage: coverageOf(rules.asked, missing.length),
    reachable: rules.reach(row, totals.values, missing),
    get nextChangeAt() {
      if (next === undefined) next = changeAfter(rules, situation, time, writable)
      return next
    },
    model: rules.model,
    asOf: asOf.toISOString(),
  }
}

function totalsAt({ signals }: Rules, { facts, row }: Situation, time: number) {
  const totals = new ItemisedTotals(signals).begin(row, time)
  const snapshot = new Snapshot()
  const { lastAt } = observe(signals.activities, facts, time, snapshot)
  snapshot.replay(totals)
  totals.finish(lastAt)
  return { totals, occurrences: snapshot.occurrences, lastAt }
}

function situationOf(rules: Rules, facts: Facts): Situation {
  const row = rules.signals.table.read(facts)
  const gates = rules.gatesFor(row)
  return { facts, row, gates, route: gates.limits.noRoute ? null : rules.routeFor(row) }
}

function changeAfter(
  rules: Rules,
  situation: Situation,
  time: number,
  now: Writable,
): string | null {
  const previous = { tier: now.tier, stage: now.stage }
  const course: Course = {
    signals: rules.signals,
    facts: situation.facts,
    row: situation.row,
    judge: (later) => judge(rules, situation.gates, later, previous),
    write: (...state) => written(writableOf(rules, situation, ...state)),
  }
  const change = nextChange(course, time, written(now))
  return change === null ? null : new Date(change).toISOString()
}

function judge(
  { adder, decide }: Rules,
  gates: GatesInForce,
  values: Values,
  previous: PreviousState | undefined,
): Judgement {
  const tally = adder.add(values)
  return { tally, decision: decide(tally, gates.limits, previous) }
}

function writableOf(
  { model, signals }: Rules,
  { gates, route }: Situation,
  totals: ItemisedTotals,
  { tally, decision }: Judgement,
): Writable {
  return {
    score: toPoints(tally.score),
    fit: toPoints(tally.fit),
    engagement: toPoints(tally.engagement),
    grade: decision.grade,
    tier: decision.tier,
    stage: decision.stage,
    action: decision.action,
    reasons: reasonsOf(signals, totals, gates.gates, decision),
    route,
    model,
  }
}

function written(writable: Writable): string {
  return JSON.stringify(writtenValues(writable))
}

/** The known share of the fields that the model asks for, in two decimals; 1 when it asks for none. */
function coverageOf(asked: number, missing: number): number {
  return asked === 0 ? 1 : Math.round(((asked - missing) / asked) * 100) / 100
}
