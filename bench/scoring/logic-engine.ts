/** json-logic-engine, compiled: one sum of conditions for each dimension, own methods for the activities. */
import { LogicEngine } from 'json-logic-engine'
import type { Facts } from '../../src/scoring/result.ts'
import { type Sums, scoreOf, type Workload } from './contender-types.ts'
import { DAY, type FlatPerson, flatten, NOW } from './people.ts'
import { COUNTS, DECAYS, FLAGS, RANGES, SETS } from './rubric.ts'

type Events = FlatPerson['events']

export function loadLogicEngine(people: readonly Facts[]): Workload {
  const engine = new LogicEngine()
  engine.addMethod('decayed', decayed)
  engine.addMethod('count', count)
  const fitOf = engine.build({ '+': fitRules() })
  const engagementOf = engine.build({ '+': engagementRules() })
  const flat = people.map(flatten)
  const sumsOf = (person: FlatPerson | undefined): Sums => ({
    fit: fitOf(person),
    engagement: engagementOf(person),
  })
  return {
    pass: () => {
      let total = 0
      for (const person of flat) total += scoreOf(sumsOf(person))
      return total
    },
    outcome: (index) => {
      const sums = sumsOf(flat[index])
      return { ...sums, unclamped: true, score: scoreOf(sums) }
    },
  }
}

function decayed([events, type, halfLife, each, cap]: [Events, string, number, number, number]) {
  let sum = 0
  for (const event of events) {
    if (event.type !== type) continue
    const days = (NOW.getTime() - event.at) / DAY
    if (days >= 0) sum += Math.exp((-Math.LN2 * days) / halfLife)
  }
  return Math.min(cap, each * sum)
}

function count([events, type, window]: [Events, string, number]) {
  let found = 0
  for (const event of events) {
    if (event.type !== type) continue
    const days = (NOW.getTime() - event.at) / DAY
    if (days >= 0 && days <= window) found++
  }
  return found
}

function fitRules(): object[] {
  const ranges = RANGES.map(({ field, from, to, points }) => {
    const value = { var: field }
    const within = to === undefined ? { '>=': [value, from] } : { '<=': [from, value, to] }
    return { if: [within, points, 0] }
  })
  const sets = SETS.map(({ field, values, points }) => ({
    if: [{ in: [{ var: field }, values] }, points, 0],
  }))
  const flags = FLAGS.map(({ field, points }) => ({ if: [{ var: field }, points, 0] }))
  return [...ranges, ...sets, ...flags]
}

function engagementRules(): object[] {
  const events = { var: 'events' }
  const decays = DECAYS.map(({ type, halfLife, each, cap }) => ({
    decayed: [events, type, halfLife, each, cap],
  }))
  const counts = COUNTS.map(({ type, times, days, points }) => ({
    if: [{ '>=': [{ count: [events, type, days] }, times] }, points, 0],
  }))
  return [...decays, ...counts]
}
