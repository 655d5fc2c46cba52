import type { Model } from '../language/parse.ts'
import { fieldGains } from '../outlook/field-gains.ts'
import { outlookText } from '../outlook/outlook-text.ts'
import type { Facts, Itemised, Result, Scorer, Standing } from '../result.ts'
import { completeResult } from './complete-result.ts'
import { linesOf } from './contributions.ts'
import type { Decision } from './decide.ts'
import type { FactRow } from './fact-row.ts'
import { LineSheet } from './lines.ts'
import { toPoints } from './points.ts'
import { compileRules, type Rules } from './rules.ts'
import { emptyTally, type Tally } from './tally.ts'
import { observe } from './timeline.ts'
import { ItemisedTotals, Totals } from './totals.ts'

/**
 * Compiles a model once for any number of people. The scorer is pure: no clock, no I/O, nothing that one call
 * could leave for the next but answers that are the same for everybody. `Result.nextChangeAt` is worked out when
 * it is first read, because a backtest never asks.
 */
export function compileModel(model: Model): Scorer {
  const rules = compileRules(model)
  const desk = createDesk(new Totals(rules.signals))
  const itemisingDesk = {
    ...createDesk(new ItemisedTotals(rules.signals)),
    sheet: new LineSheet(rules.headings),
  }
  const promises = once(() => ({ document: model.document, gains: fieldGains(model) }))
  return {
    model: model.name,
    score: (facts, asOf): Result => completeResult(rules, facts, asOf),
    standing: (facts, asOf) => standingAt(rules, desk, facts, asOf),
    itemise: (facts, asOf) => itemise(rules, itemisingDesk, facts, asOf),
    outlook: (result) => outlookText(promises(), result),
  }
}

/** A backtest never asks, and it takes milliseconds. */
function once<T>(work: () => T): () => T {
  let kept: { readonly value: T } | undefined
  return () => {
    kept ??= { value: work() }
    return kept.value
  }
}

/**
 * Room to work in, cleared for every person. Going through a million people then allocates next to nothing;
 * nothing of it is handed out.
 */
interface Desk<T extends Totals = Totals> {
  readonly row: FactRow
  readonly totals: T
  readonly tally: Tally
}

interface ItemisingDesk extends Desk<ItemisedTotals> {
  readonly sheet: LineSheet
}

function createDesk<T extends Totals>(totals: T): Desk<T> {
  return { row: { values: [], texts: [] }, totals, tally: emptyTally() }
}

/** Leaves the sums on the desk. */
function decideAt(rules: Rules, { row, totals, tally }: Desk, facts: Facts, asOf: Date): Decision {
  const { signals, adder, gatesFor, decide } = rules
  const time = asOf.getTime()
  signals.table.read(facts, row)
  totals.begin(row, time)
  totals.finish(observe(signals.activities, facts, time, totals).lastAt)
  adder.add(totals.values, tally)
  return decide(tally, gatesFor(row).limits, facts.previous)
}

function standingAt(rules: Rules, desk: Desk, facts: Facts, asOf: Date): Standing {
  const { grade, tier, stage, action } = decideAt(rules, desk, facts, asOf)
  const { score, fit, engagement, intent } = desk.tally
  return {
    score: toPoints(score),
    fit: toPoints(fit),
    engagement: toPoints(engagement),
    intent: toPoints(intent),
    grade,
    tier,
    stage,
    action,
  }
}

/** Written out: spreading a finished standing into a second object costs 3 % of the whole. */
function itemise(rules: Rules, desk: ItemisingDesk, facts: Facts, asOf: Date): Itemised {
  const { grade, tier, stage, action } = decideAt(rules, desk, facts, asOf)
  const { score, fit, engagement, intent } = desk.tally
  return {
    score: toPoints(score),
    fit: toPoints(fit),
    engagement: toPoints(engagement),
    intent: toPoints(intent),
    grade,
    tier,
    stage,
    action,
    lines: linesOf(rules.adder, desk.totals, desk.tally, desk.sheet),
  }
}
