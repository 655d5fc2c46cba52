import { toHundredths, toPoints } from '../engine/points.ts'
import { NO_TIER, type Stage, type Standing } from '../result.ts'

/** A standing with the queue that it leads to. */
export interface RoutedStanding extends Pick<Standing, 'score' | 'tier' | 'stage' | 'action'> {
  readonly route: string | null
}

/** One person under both models; `before` null where there is nothing to compare with. */
export interface StandingPair {
  readonly id: string
  readonly name: string
  readonly before: RoutedStanding | null
  readonly after: RoutedStanding
}

/** Somebody whose tier is another one. */
export interface Mover {
  readonly id: string
  readonly name: string
  /** Tiers. */
  readonly from: string
  readonly to: string
  /** In points. */
  readonly scoreBefore: number
  readonly scoreAfter: number
}

/** How many people went from one tier (or stage) to another; those who stayed have `from` equal to `to`. */
interface Migration {
  readonly from: string
  readonly to: string
  readonly people: number
}

/** How many people lead to one queue, and how many of them at once (`route_now`). */
export interface QueueLoad {
  readonly people: number
  readonly routeNow: number
}

/** Everybody on one side. */
export interface Distribution {
  /** Mean of the scores, in points with two decimals; null without people. */
  readonly averageScore: number | null
  /** Ten bands: 0 to under 10, … 90 to 100. */
  readonly bands: readonly number[]
  readonly tiers: Readonly<Record<string, number>>
  readonly stages: Readonly<Record<Stage, number>>
}

interface QueueComparison {
  /** Null for people who lead to no queue. */
  readonly route: string | null
  readonly before: QueueLoad | null
  readonly after: QueueLoad
}

/** What a change of the model would do to a population. */
export interface StandingComparison {
  readonly people: number
  /** Whose score is another, by a hundredth of a point or more. */
  readonly changedScore: number
  /** Null where there was nothing to compare with. */
  readonly before: Distribution | null
  readonly after: Distribution
  readonly tierMigrations: readonly Migration[]
  readonly stageMigrations: readonly Migration[]
  /** Everybody whose tier changed, in the order of arrival. */
  readonly movers: readonly Mover[]
  /** By route, those without one last. */
  readonly queues: readonly QueueComparison[]
}

/** Takes people one by one and remembers counts, and of people only those who moved. */
export interface StandingCounter {
  add(pair: StandingPair): void
  summary(): StandingComparison
}

/** Compares two models over any number of people without holding them in memory. */
export function compareStandings(): StandingCounter {
  const before = createTally()
  const after = createTally()
  const tierMigrations = new Map<string, Migration>()
  const stageMigrations = new Map<string, Migration>()
  const movers: Mover[] = []
  let changedScore = 0

  function compare(pair: StandingPair, was: RoutedStanding): void {
    const { after: is } = pair
    before.add(was)
    countMigration(tierMigrations, was.tier, is.tier)
    countMigration(stageMigrations, was.stage, is.stage)
    if (toHundredths(was.score) !== toHundredths(is.score)) changedScore++
    if (was.tier !== is.tier) movers.push(moverOf(pair, was))
  }

  return {
    add(pair) {
      after.add(pair.after)
      if (pair.before !== null) compare(pair, pair.before)
    },
    summary: () => ({
      people: after.people(),
      changedScore,
      before: before.people() === 0 ? null : before.distribution(),
      after: after.distribution(),
      tierMigrations: [...tierMigrations.values()],
      stageMigrations: [...stageMigrations.values()],
      movers,
      queues: queuesOf(before, after),
    }),
  }
}

function countMigration(migrations: Map<string, Migration>, from: string, to: string): void {
  const key = `${from} ${to}`
  const people = (migrations.get(key)?.people ?? 0) + 1
  migrations.set(key, { from, to, people })
}

function moverOf({ id, name, after }: StandingPair, before: RoutedStanding): Mover {
  return {
    id,
    name,
    from: before.tier,
    to: after.tier,
    scoreBefore: before.score,
    scoreAfter: after.score,
  }
}

interface Tally {
  add(standing: RoutedStanding): void
  people(): number
  distribution(): Distribution
  readonly queues: ReadonlyMap<string | null, QueueLoad>
}

const BANDS = 10

function createTally(): Tally {
  const bands = Array.from({ length: BANDS }, () => 0)
  const tiers = new Map<string, number>()
  const stages: Record<Stage, number> = { disqualified: 0, nurture: 0, mql: 0, sql: 0 }
  const queues = new Map<string | null, QueueLoad>()
  let people = 0
  let hundredths = 0
  return {
    add({ score, tier, stage, action, route }) {
      people++
      hundredths += toHundredths(score)
      // 100 belongs to the last band.
      const band = Math.min(BANDS - 1, Math.floor(score / 10))
      bands[band] = (bands[band] ?? 0) + 1
      tiers.set(tier, (tiers.get(tier) ?? 0) + 1)
      stages[stage]++
      const load = queues.get(route) ?? NOBODY
      const routeNow = load.routeNow + (action === 'route_now' ? 1 : 0)
      queues.set(route, { people: load.people + 1, routeNow })
    },
    people: () => people,
    distribution: () => ({
      averageScore: people === 0 ? null : toPoints(Math.round(hundredths / people)),
      bands: [...bands],
      tiers: Object.fromEntries([...tiers].toSorted(([a], [b]) => compareTiers(a, b))),
      stages: { ...stages },
    }),
    queues,
  }
}

const NOBODY: QueueLoad = { people: 0, routeNow: 0 }

/** By name, as best is to worst everywhere; those in no tier last. */
function compareTiers(a: string, b: string): number {
  if (a === NO_TIER || b === NO_TIER) return Number(a === NO_TIER) - Number(b === NO_TIER)
  return a < b ? -1 : 1
}

function queuesOf(before: Tally, after: Tally): QueueComparison[] {
  const routes = [...new Set([...before.queues.keys(), ...after.queues.keys()])]
  const compared = before.people() > 0
  return routes.toSorted(compareRoutes).map((route) => ({
    route,
    before: compared ? (before.queues.get(route) ?? NOBODY) : null,
    after: after.queues.get(route) ?? NOBODY,
  }))
}

function compareRoutes(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a < b ? -1 : 1
}
