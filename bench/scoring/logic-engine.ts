/**
 * json-logic-engine, compiled: a sum of one `if` per rule for each dimension, own methods for what activities
 * come to. Three times: as its users write rules, on the objects that everybody gets; the same, listing what each
 * rule gave; and tuned for speed, with the caps inside the methods and every person made into one flat object
 * beforehand.
 */
import { LogicEngine } from 'json-logic-engine'
import type { Facts, ScoredActivity } from '../../src/scoring/result.ts'
import { type Sums, scoreOf, type Workload } from './contender-types.ts'
import { COMPANY_FIELDS, DAY, flatten, NOW } from './people.ts'
import { COUNTS, DECAYS, FLAGS, RANGES, SETS } from './rubric.ts'

export function loadLogicEngine(people: readonly Facts[]): Workload {
  const { engine, fit, engagement } = plainRules()
  return workloadOf(engine, fit, engagement, people)
}

interface Given {
  readonly rule: string
  readonly points: number
}

/** Every rule's points in one compiled list, from which those that gave some are picked. */
export function loadListingLogicEngine(people: readonly Facts[]): Workload {
  const { engine, fit, engagement } = plainRules()
  const pointsOf = engine.build([...fit, ...engagement])
  const givenTo = (person: Facts | undefined) => {
    const given: Given[] = []
    const sums = { fit: 0, engagement: 0 }
    const all: readonly number[] = pointsOf(person)
    for (let place = 0; place < all.length; place++) {
      const points = all[place] ?? 0
      if (points === 0) continue
      given.push({ rule: RULE_NAMES[place] ?? '', points })
      if (place < fit.length) sums.fit += points
      else sums.engagement += points
    }
    return { ...sums, score: scoreOf(sums), given }
  }
  return {
    pass: () => {
      let total = 0
      for (const person of people) {
        const { score, given } = givenTo(person)
        total += score
        for (const { rule, points } of given) total += rule.length + points
      }
      return total
    },
    outcome: (index) => ({ ...givenTo(people[index]), unclamped: true }),
  }
}

function plainRules() {
  const engine = new LogicEngine()
  engine.addMethod('decayed', ([activities, type, halfLife]: Asked<ScoredActivity>) =>
    decayed(activities, type, halfLife, ({ at }) => at.getTime()),
  )
  engine.addMethod('count', ([activities, type, days]: Asked<ScoredActivity>) =>
    count(activities, type, days, ({ at }) => at.getTime()),
  )
  const activities = { var: 'activities' }
  const decays = DECAYS.map(({ type, halfLife, each, cap }) => {
    const sum = { decayed: [activities, type, halfLife] }
    return { if: [{ '>': [sum, 0] }, { min: [cap, { '*': [each, sum] }] }, 0] }
  })
  const fit = fitRules((field) => `${COMPANY_FIELDS.has(field) ? 'company' : 'person'}.${field}`)
  return { engine, fit, engagement: [...decays, ...countRules(activities)] }
}

/** In the order of the rules. */
const RULE_NAMES: readonly string[] = [
  ...RANGES.map(({ field, from }) => `${field}_${from}`),
  ...SETS.map(({ field, values }) => `${field}_${values[0]}`),
  ...FLAGS.map(({ field }) => field),
  ...DECAYS.map(({ type }) => type),
  ...COUNTS.map(({ type }) => `recent_${type}`),
]

export function loadTunedLogicEngine(people: readonly Facts[]): Workload {
  const engine = new LogicEngine()
  type Flat = { readonly type: string; readonly at: number }
  engine.addMethod(
    'decayed',
    ([events, type, halfLife, each, cap]: [...Asked<Flat>, number, number]) =>
      Math.min(cap, each * decayed(events, type, halfLife, ({ at }) => at)),
  )
  engine.addMethod('count', ([events, type, days]: Asked<Flat>) =>
    count(events, type, days, ({ at }) => at),
  )
  const events = { var: 'events' }
  const decays = DECAYS.map(({ type, halfLife, each, cap }) => ({
    decayed: [events, type, halfLife, each, cap],
  }))
  const fit = fitRules((field) => field)
  return workloadOf(engine, fit, [...decays, ...countRules(events)], people.map(flatten))
}

/** What a method is called with: activities, a type, and a half-life or a window in days. */
type Asked<A> = [readonly A[], string, number]

function workloadOf(
  engine: LogicEngine,
  fit: readonly object[],
  engagement: readonly object[],
  people: readonly object[],
): Workload {
  const fitOf = engine.build({ '+': fit })
  const engagementOf = engine.build({ '+': engagement })
  const sumsOf = (person: object | undefined): Sums => ({
    fit: fitOf(person),
    engagement: engagementOf(person),
  })
  return {
    pass: () => {
      let total = 0
      for (const person of people) total += scoreOf(sumsOf(person))
      return total
    },
    outcome: (index) => {
      const sums = sumsOf(people[index])
      return { ...sums, unclamped: true, score: scoreOf(sums) }
    },
  }
}

function decayed<A extends { readonly type: string }>(
  activities: readonly A[],
  type: string,
  halfLife: number,
  timeOf: (activity: A) => number,
): number {
  let sum = 0
  for (const activity of activities) {
    if (activity.type !== type) continue
    const days = (NOW.getTime() - timeOf(activity)) / DAY
    if (days >= 0) sum += Math.exp((-Math.LN2 * days) / halfLife)
  }
  return sum
}

function count<A extends { readonly type: string }>(
  activities: readonly A[],
  type: string,
  window: number,
  timeOf: (activity: A) => number,
): number {
  let found = 0
  for (const activity of activities) {
    if (activity.type !== type) continue
    const days = (NOW.getTime() - timeOf(activity)) / DAY
    if (days >= 0 && days <= window) found++
  }
  return found
}

function fitRules(pathOf: (field: string) => string): object[] {
  const ranges = RANGES.map(({ field, from, to, points }) => {
    const value = { var: pathOf(field) }
    const within = to === undefined ? { '>=': [value, from] } : { '<=': [from, value, to] }
    return { if: [within, points, 0] }
  })
  const sets = SETS.map(({ field, values, points }) => ({
    if: [{ in: [{ var: pathOf(field) }, values] }, points, 0],
  }))
  const flags = FLAGS.map(({ field, points }) => ({ if: [{ var: pathOf(field) }, points, 0] }))
  return [...ranges, ...sets, ...flags]
}

function countRules(activities: object): object[] {
  return COUNTS.map(({ type, times, days, points }) => ({
    if: [{ '>=': [{ count: [activities, type, days] }, times] }, points, 0],
  }))
}
