import { readField } from '../language/field-path.ts'
import { fieldsAskedFor } from '../language/fields-asked-for.ts'
import type { ModelDocument } from '../language/model-schema.ts'
import type { Model } from '../language/parse.ts'
import type { Facts, PreviousState, Result, Scorer } from '../result.ts'
import { type Writable, writtenValues } from '../written-values.ts'
import { contributionsOf } from './contributions.ts'
import { compileDecide } from './decide.ts'
import { compileGates, type GatesInForce, gatesThatHold, toHeld } from './gates.ts'
import { type Course, type Judgement, nextChange } from './next-change.ts'
import { toPoints } from './points.ts'
import { compileCondition, isKnown, TRUE } from './predicate.ts'
import { compileReach, type Reach } from './reachable.ts'
import { reasonsOf } from './reasons.ts'
import { compileSignals, type Signals } from './signals.ts'
import { type Adder, compileAdder } from './tally.ts'
import { observe, type Snapshot, timelineOf, valuesAt } from './timeline.ts'

/**
 * Compiles a model once for any number of people. The scorer is pure: no clock, no I/O, nothing remembered
 * between calls. `Result.nextChangeAt` is worked out when it is first read, because a backtest never asks.
 */
export function compileModel(model: Model): Scorer {
  const rules = compileRules(model)
  const score = (facts: Facts, asOf: Date) => scoreOne(rules, facts, asOf)
  return {
    model: model.name,
    score,
    standing: score,
    itemise: (facts, asOf) => {
      const result = score(facts, asOf)
      return { ...result, lines: result.contributions }
    },
  }
}

interface Rules {
  readonly model: string
  readonly document: ModelDocument
  readonly signals: Signals
  readonly add: Adder
  readonly decide: ReturnType<typeof compileDecide>
  readonly gatesFor: (facts: Facts) => GatesInForce
  readonly routeFor: (facts: Facts) => string | null
  readonly missingIn: (facts: Facts) => string[]
  readonly fields: readonly string[]
  readonly reach: Reach
}

function compileRules({ name, document }: Model): Rules {
  const signals = compileSignals(document)
  const add = compileAdder(document, signals)
  const fields = fieldsAskedFor(document)
  return {
    model: name,
    document,
    signals,
    add,
    decide: compileDecide(document),
    gatesFor: compileGates(document),
    routeFor: compileRouting(document),
    missingIn: compileMissing(fields),
    fields,
    reach: compileReach(document, signals, add),
  }
}

function compileRouting({ routing }: ModelDocument): Rules['routeFor'] {
  const routes = routing.map(({ when, to }) => ({
    to,
    isMet: when === undefined ? () => TRUE : compileCondition(when, readField),
  }))
  return (facts) => routes.find(({ isMet }) => isMet(facts) === TRUE)?.to ?? null
}

function compileMissing(fields: readonly string[]): Rules['missingIn'] {
  const readers = fields.map((field) => ({ field, read: readField(field) }))
  return (facts) => readers.filter(({ read }) => !isKnown(read(facts))).map(({ field }) => field)
}

/** One person as of one moment. */
interface Situation {
  readonly facts: Facts
  readonly gates: GatesInForce
  readonly route: string | null
}

function scoreOne(rules: Rules, facts: Facts, asOf: Date): Result {
  const time = asOf.getTime()
  const gates = rules.gatesFor(facts)
  const route = gates.limits.noRoute ? null : rules.routeFor(facts)
  const situation = { facts, gates, route }
  const timeline = timelineOf(facts)
  const base = valuesOfFacts(rules, facts)
  const snapshot = observe(rules.signals, timeline, time)
  const values = valuesAt(rules.signals, snapshot, base, time)
  const judgement = judge(rules, gates, values, facts.previous)
  const writable = writableOf(rules, situation, snapshot, values, judgement)
  const missing = rules.missingIn(facts)
  let next: string | null | undefined

  function changeAt(): string | null {
    const previous = { tier: writable.tier, stage: writable.stage }
    const course: Course = {
      signals: rules.signals,
      timeline,
      base,
      judge: (later) => judge(rules, gates, later, previous),
      write: (...state) => written(writableOf(rules, situation, ...state)),
    }
    const change = nextChange(course, time, written(writable))
    return change === null ? null : new Date(change).toISOString()
  }

  return {
    score: writable.score,
    fit: writable.fit,
    engagement: writable.engagement,
    intent: toPoints(judgement.tally.dimensions.intent),
    grade: writable.grade,
    tier: writable.tier,
    stage: writable.stage,
    action: writable.action,
    route,
    reasons: writable.reasons,
    held: gatesThatHold(gates.gates, judgement.decision).map(toHeld),
    contributions: contributionsOf(
      { document: rules.document, signals: rules.signals, facts, snapshot, time },
      values,
      judgement.tally,
    ),
    missing,
    coverage: coverageOf(rules.fields.length, missing.length),
    reachable: rules.reach(facts, values, missing),
    get nextChangeAt() {
      if (next === undefined) next = changeAt()
      return next
    },
    model: rules.model,
    asOf: asOf.toISOString(),
  }
}

function valuesOfFacts({ signals }: Rules, facts: Facts): readonly number[] {
  const values = signals.all.map(() => 0)
  for (const { index, points, isMet } of signals.facts) {
    if (isMet(facts) === TRUE) values[index] = points
  }
  return values
}

function judge(
  { add, decide }: Rules,
  gates: GatesInForce,
  values: readonly number[],
  previous: PreviousState | undefined,
): Judgement {
  const tally = add(values)
  return { tally, decision: decide(tally, gates.limits, previous) }
}

function writableOf(
  { model, signals }: Rules,
  { gates, route }: Situation,
  snapshot: Snapshot,
  values: readonly number[],
  { tally, decision }: Judgement,
): Writable {
  return {
    score: toPoints(tally.score),
    fit: toPoints(tally.dimensions.fit),
    engagement: toPoints(tally.dimensions.engagement),
    grade: decision.grade,
    tier: decision.tier,
    stage: decision.stage,
    action: decision.action,
    reasons: reasonsOf(signals.all, snapshot, values, gates.gates, decision),
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
