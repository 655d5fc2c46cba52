import { toHundredths, toPoints } from '../engine/points.ts'
import type { Facts, ItemisedLine, ScoredActivity, Scorer, Stage, Standing } from '../result.ts'
import {
  type ActivityChanges,
  type ChangedActivity,
  changedActivities,
  changedFields,
  type FieldChange,
} from './facts-change.ts'

/** Why a score moved, in the order in which the reasons are told apart. */
const ATTRIBUTION_KINDS = [
  'unrecorded',
  'decay',
  'retraction',
  'merge',
  'new_activity',
  'changed_facts',
  'changed_rules',
] as const
export type AttributionKind = (typeof ATTRIBUTION_KINDS)[number]

/** A standing with its lines, whether worked out now or kept. */
interface Told extends Standing {
  readonly lines: Iterable<ItemisedLine>
}

/** One person as scored, or to be scored, at one moment. */
export interface ScoredMoment {
  readonly scorer: Scorer
  readonly facts: Facts
  readonly asOf: Date
  /** What a receipt says came out then; where replaying the facts differs, the difference is `unrecorded`. */
  readonly recorded?: Told
}

/** What one line of the sum (a signal, a cap, a weight) was worth before and after one step. In points. */
export interface LineChange {
  readonly signal: string
  readonly label: string
  readonly dimension: string
  readonly before: number
  readonly after: number
  readonly delta: number
}

/** One reason with everything that belongs to it. The lines' deltas sum exactly to `points`. */
export interface AttributionPart {
  readonly kind: AttributionKind
  readonly points: number
  /** Those that moved, the largest movement first. */
  readonly lines: readonly LineChange[]
  /** Fields that changed; only of `changed_facts`. */
  readonly fields: readonly FieldChange[]
  /** Activities that came, went or were merged in, whether or not they earned anything. */
  readonly activities: readonly ScoredActivity[]
  /** Activities with another content under the same id; only of `changed_facts`. */
  readonly changed: readonly ChangedActivity[]
}

/** What stood at one end. */
interface AttributedStanding {
  readonly score: number
  readonly tier: string
  readonly stage: Stage
  readonly asOf: string
  /** `id@hash` */
  readonly model: string
}

/** The difference between two scores of one person, taken apart: the parts sum exactly to `points`. */
export interface Attribution {
  /** Null when the person had no score. */
  readonly before: AttributedStanding | null
  readonly after: AttributedStanding
  readonly points: number
  /** Every kind once, in the order of `ATTRIBUTION_KINDS`. */
  readonly parts: readonly AttributionPart[]
}

type Evidence = Partial<Pick<AttributionPart, 'fields' | 'activities' | 'changed'>>

interface Step {
  readonly kind: AttributionKind
  readonly lines: Iterable<ItemisedLine>
  readonly evidence: Evidence
}

const NOTHING: ReadonlySet<string> = new Set()

/**
 * Takes the difference between two scores apart by replaying a chain of in-between states and taking what
 * each step adds; the steps telescope, so the parts sum exactly to the difference, caps included:
 *
 * 1. `unrecorded`: from what the receipt says to what the stored facts give at that moment;
 * 2. `decay`: the same facts, later (also what waits for its time: inactivity, an activity dated ahead);
 * 3. `retraction`: without the activities that are gone;
 * 4. `merge`: with the activities that came from another record;
 * 5. `new_activity`: with the activities whose ids are new;
 * 6. `changed_facts`: with today's fields of person and company, and activities whose content was corrected
 *    under the same id (one event known better is neither taken back nor new);
 * 7. `changed_rules`: the same with today's model.
 *
 * Where causes meet (a new visit that only counts under new rules) the order decides whose part it is. Time
 * comes first and the rules last, so that everything in between is told in the terms of the model under
 * which the earlier score was given, and the last part is exactly what the model's change does to this
 * person as they are today. Without an earlier score the facts come first, then the activities.
 * @param merged ids of the activities that came from another record
 */
export function attribute(
  before: ScoredMoment | null,
  after: ScoredMoment,
  merged: ReadonlySet<string> = NOTHING,
): Attribution {
  const end = after.scorer.itemise(after.facts, after.asOf)
  const start = before && (before.recorded ?? before.scorer.itemise(before.facts, before.asOf))
  const steps = before ? stepsFrom(before, after, end, merged) : stepsFromNothing(after, end)
  return {
    before: before && start && standingOf(start, before),
    after: standingOf(end, after),
    points: toPoints(toHundredths(end.score) - toHundredths(start?.score ?? 0)),
    parts: partsOf(start?.lines ?? [], steps),
  }
}

function standingOf(
  { score, tier, stage }: Told,
  { asOf, scorer }: ScoredMoment,
): AttributedStanding {
  return { score, tier, stage, asOf: asOf.toISOString(), model: scorer.model }
}

function stepsFrom(
  before: ScoredMoment,
  after: ScoredMoment,
  end: Told,
  merged: ReadonlySet<string>,
): Step[] {
  const activities = changedActivities(before.facts.activities, after.facts.activities)
  const isMerged = ({ id }: ScoredActivity) => merged.has(id)
  const fromOthers = activities.added.filter(isMerged)
  const fresh = activities.added.filter((activity) => !isMerged(activity))
  const kept = without(before.facts.activities, activities)
  const replay = (facts: Facts, asOf = after.asOf) => before.scorer.itemise(facts, asOf).lines
  const doing = (list: readonly ScoredActivity[]) => replay({ ...before.facts, activities: list })
  const step = (kind: AttributionKind, lines: Step['lines'], evidence: Evidence = {}): Step => ({
    kind,
    lines,
    evidence,
  })
  return [
    step('unrecorded', replay(before.facts, before.asOf)),
    step('decay', replay(before.facts)),
    step('retraction', doing(kept), { activities: activities.gone }),
    step('merge', doing([...kept, ...fromOthers]), { activities: fromOthers }),
    step('new_activity', doing([...kept, ...fromOthers, ...fresh]), { activities: fresh }),
    step('changed_facts', replay(after.facts), {
      fields: changedFields(before.facts, after.facts),
      changed: activities.changed,
    }),
    step('changed_rules', end.lines),
  ]
}

function without(
  all: readonly ScoredActivity[],
  { gone }: ActivityChanges,
): readonly ScoredActivity[] {
  const leaving = new Set(gone)
  return all.filter((activity) => !leaving.has(activity))
}

const UNKNOWN: Facts = { person: {}, company: {}, activities: [] }

function stepsFromNothing({ scorer, facts, asOf }: ScoredMoment, end: Told): Step[] {
  const known = scorer.itemise({ ...facts, activities: [] }, asOf).lines
  return [
    { kind: 'changed_facts', lines: known, evidence: { fields: changedFields(UNKNOWN, facts) } },
    { kind: 'new_activity', lines: end.lines, evidence: { activities: facts.activities } },
  ]
}

function partsOf(start: Iterable<ItemisedLine>, steps: readonly Step[]): AttributionPart[] {
  const parts = new Map<AttributionKind, AttributionPart>()
  let from = start
  for (const { kind, lines, evidence } of steps) {
    parts.set(kind, partOf(kind, changesBetween(from, lines), evidence))
    from = lines
  }
  return ATTRIBUTION_KINDS.map((kind) => parts.get(kind) ?? partOf(kind, [], {}))
}

function partOf(
  kind: AttributionKind,
  lines: readonly LineChange[],
  { fields = [], activities = [], changed = [] }: Evidence,
): AttributionPart {
  const hundredths = lines.reduce((sum, { delta }) => sum + toHundredths(delta), 0)
  return { kind, points: toPoints(hundredths), lines, fields, activities, changed }
}

interface Movement {
  readonly line: ItemisedLine
  /** Hundredths. */
  before: number
  after: number
}

/** Lines that share an id are added up: whatever the lines are called, the sum must stay exact. */
function changesBetween(
  before: Iterable<ItemisedLine>,
  after: Iterable<ItemisedLine>,
): LineChange[] {
  const movements = new Map<string, Movement>()
  for (const line of after) movementOf(movements, line).after += toHundredths(line.points)
  for (const line of before) movementOf(movements, line).before += toHundredths(line.points)
  return [...movements.values()]
    .filter((movement) => movement.before !== movement.after)
    .toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .map(toLineChange)
}

function movementOf(movements: Map<string, Movement>, line: ItemisedLine): Movement {
  const known = movements.get(line.signal)
  if (known !== undefined) return known
  const fresh = { line, before: 0, after: 0 }
  movements.set(line.signal, fresh)
  return fresh
}

function toLineChange({ line: { signal, label, dimension }, before, after }: Movement): LineChange {
  return {
    signal,
    label,
    dimension,
    before: toPoints(before),
    after: toPoints(after),
    delta: toPoints(after - before),
  }
}
