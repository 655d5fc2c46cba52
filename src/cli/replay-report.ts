import { formatPoints, formatSignedPoints } from '../scoring/engine/points.ts'
import type {
  Distribution,
  Mover,
  QueueLoad,
  StandingComparison,
} from '../scoring/history/compare-standings.ts'
import type { Model } from '../scoring/language/parse.ts'
import { NO_TIER, STAGES } from '../scoring/result.ts'
import { STAGE_WORDS } from '../scoring/stage-words.ts'
import { bold, count, cut, plural, safe, table } from './terminal.ts'

/** So many of each direction are named; `--json` names all. */
const MOST_MOVERS = 20

/** Who changes score and tier, from where to where, and who they are. */
export function migrationLines(
  comparison: StandingComparison,
  models: readonly Model[],
): readonly string[] {
  const { people, changedScore, movers } = comparison
  return [
    `${plural(people, 'person', 'people')}: ${count(changedScore)} with another score, ${count(movers.length)} with another tier`,
    ...(people === 0 ? [] : ['', bold('Tiers, from the row to the column')]),
    ...tierMatrix(comparison, tierOrder(models)),
    ...moverLines(movers),
  ]
}

/** All tiers of the models, best first. */
function tierOrder(models: readonly Model[]): readonly string[] {
  return [...new Set([...models.flatMap(({ document }) => Object.keys(document.tiers)), NO_TIER])]
}

function tierMatrix(
  { tierMigrations }: StandingComparison,
  order: readonly string[],
): readonly string[] {
  if (tierMigrations.length === 0) return []
  const used = new Set(tierMigrations.flatMap(({ from, to }) => [from, to]))
  const tiers = order.filter((tier) => used.has(tier))
  const cell = (from: string, to: string) =>
    tierMigrations.find((each) => each.from === from && each.to === to)?.people ?? 0
  const rows = tiers.map((from) => [from, ...tiers.map((to) => number(cell(from, to)))])
  return table([['', ...tiers.map((tier) => tier.padStart(8))], ...rows])
}

function moverLines(movers: readonly Mover[]): readonly string[] {
  const directions = Map.groupBy(movers, ({ from, to }) => `${from} → ${to}`)
  return [...directions].flatMap(([direction, list]) => [
    '',
    bold(`${direction}: ${plural(list.length, 'person', 'people')}`),
    ...table(list.slice(0, MOST_MOVERS).map(moverRow)).map((line) => `  ${line}`),
    ...(list.length > MOST_MOVERS
      ? [`  and ${count(list.length - MOST_MOVERS)} more (--json names all)`]
      : []),
  ])
}

function moverRow({ id, name, scoreBefore, scoreAfter }: Mover): readonly string[] {
  const delta = formatSignedPoints(scoreAfter - scoreBefore)
  const scores = `${formatPoints(scoreBefore)} → ${formatPoints(scoreAfter)}`
  return [id, cut(safe(name), 30), scores, delta]
}

/** How many people each queue would have. */
export function queueLines({ queues }: StandingComparison): readonly string[] {
  if (queues.length === 0) return []
  const load = (of: QueueLoad | null) => (of ? [number(of.people), number(of.routeNow)] : [])
  const compared = queues.some(({ before }) => before !== null)
  const head = compared ? ['before', 'at once', 'after', 'at once'] : ['people', 'at once']
  const rows = queues.map(({ route, before, after }) => [
    safe(route ?? '(no route)'),
    ...load(before),
    ...load(after),
  ])
  const heading = ['route', ...head.map((word) => word.padStart(8))]
  return ['', bold('Load by route'), ...table([heading, ...rows])]
}

/** Scores in bands of ten, tiers and stages; beside those of the live model where there is one. */
export function distributionLines(
  { before, after }: StandingComparison,
  models: readonly Model[],
): readonly string[] {
  const sides = before ? [before, after] : [after]
  const head = ['', ...(before ? ['live', 'new'] : ['people']).map((word) => word.padStart(8))]
  const section = (title: string, rows: readonly Row[]) => {
    const cells = rows.map(({ name, of }) => [name, ...sides.map((side) => of(side).padStart(8))])
    return ['', bold(title), ...table([head, ...cells])]
  }
  return [
    ...section('Scores', bandRows()),
    ...section('Tiers', tierRows(sides, models)),
    ...section('Stages', stageRows()),
  ]
}

interface Row {
  readonly name: string
  of(side: Distribution): string
}

function bandRows(): readonly Row[] {
  const bands = Array.from({ length: 10 }, (_, index) => ({
    name: `${index * 10} to ${index * 10 + 10}`,
    of: ({ bands }: Distribution) => count(bands[index] ?? 0),
  }))
  const average = ({ averageScore }: Distribution) =>
    averageScore === null ? '' : formatPoints(averageScore)
  return [...bands, { name: 'average', of: average }]
}

function tierRows(sides: readonly Distribution[], models: readonly Model[]): readonly Row[] {
  const used = new Set(sides.flatMap(({ tiers }) => Object.keys(tiers)))
  const tiers = tierOrder(models).filter((tier) => used.has(tier))
  return tiers.map((tier) => ({ name: tier, of: (side) => count(side.tiers[tier] ?? 0) }))
}

function stageRows(): readonly Row[] {
  return STAGES.toReversed().map((stage) => ({
    name: STAGE_WORDS[stage],
    of: ({ stages }) => count(stages[stage]),
  }))
}

function number(n: number): string {
  return count(n).padStart(8)
}
