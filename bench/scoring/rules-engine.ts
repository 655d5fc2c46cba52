/**
 * json-rules-engine the way its documentation shows: one rule per rule of the rubric, facts computed on
 * demand with parameters, points added up over the events that fired.
 */
import { type Almanac, Engine, type RuleProperties } from 'json-rules-engine'
import type { Facts } from '../../src/scoring/result.ts'
import { type Sums, scoreOf, type Workload } from './contender-types.ts'
import { DAY, type FlatPerson, flatten, NOBODY, NOW } from './people.ts'
import { COUNTS, DECAYS, FLAGS, RANGES, SETS } from './rubric.ts'

type Conditions = RuleProperties['conditions']
type Event = RuleProperties['event']
/** What the library hands to a computed fact and takes with an event. */
type Params = NonNullable<Event['params']>

export function loadRulesEngine(people: readonly Facts[]): Workload {
  const engine = buildEngine()
  return {
    pass: async () => {
      let total = 0
      for (const facts of people) total += scoreOf(await sumsOf(engine, flatten(facts)))
      return total
    },
    outcome: async (index) => {
      const sums = await sumsOf(engine, flatten(people[index] ?? NOBODY))
      return { ...sums, unclamped: true, score: scoreOf(sums) }
    },
  }
}

function buildEngine(): Engine {
  const rules = [...rangeRules(), ...setRules(), ...flagRules(), ...decayRules(), ...countRules()]
  const engine = new Engine(rules, { allowUndefinedFacts: true })
  engine.addFact('decayed', decayed)
  engine.addFact('count', count)
  return engine
}

async function sumsOf(engine: Engine, person: FlatPerson): Promise<Sums> {
  const { events, almanac } = await engine.run(person)
  let fit = 0
  let engagement = 0
  for (const { type, params } of events) {
    if (type === 'fit') fit += Number(params?.['points'])
    else if (type === 'count') engagement += Number(params?.['points'])
    else engagement += await cappedPoints(almanac, params)
  }
  return { fit, engagement }
}

async function cappedPoints(almanac: Almanac, params: Event['params']): Promise<number> {
  const sum = await almanac.factValue<number>('decayed', params?.['decayed'])
  return Math.min(Number(params?.['cap']), Number(params?.['each']) * sum)
}

async function decayed({ type, halfLife }: Params, almanac: Almanac): Promise<number> {
  let sum = 0
  for (const event of await almanac.factValue<FlatPerson['events']>('events')) {
    if (event.type !== type) continue
    const days = (NOW.getTime() - event.at) / DAY
    if (days >= 0) sum += Math.exp((-Math.LN2 * days) / halfLife)
  }
  return sum
}

async function count({ type, days: window }: Params, almanac: Almanac): Promise<number> {
  let found = 0
  for (const event of await almanac.factValue<FlatPerson['events']>('events')) {
    const days = (NOW.getTime() - event.at) / DAY
    if (event.type === type && days >= 0 && days <= window) found++
  }
  return found
}

function rule(conditions: Conditions, event: Event): RuleProperties {
  return { conditions, event }
}

function rangeRules(): RuleProperties[] {
  return RANGES.map(({ field, from, to, points }) => {
    const all = [{ fact: field, operator: 'greaterThanInclusive', value: from }]
    if (to !== undefined) all.push({ fact: field, operator: 'lessThanInclusive', value: to })
    return rule({ all }, { type: 'fit', params: { points } })
  })
}

function setRules(): RuleProperties[] {
  return SETS.map(({ field, values, points }) =>
    rule(
      { all: [{ fact: field, operator: 'in', value: values }] },
      { type: 'fit', params: { points } },
    ),
  )
}

function flagRules(): RuleProperties[] {
  return FLAGS.map(({ field, points }) =>
    rule(
      { all: [{ fact: field, operator: 'equal', value: true }] },
      { type: 'fit', params: { points } },
    ),
  )
}

function decayRules(): RuleProperties[] {
  return DECAYS.map(({ type, halfLife, each, cap }) => {
    const params = { type, halfLife }
    const all = [{ fact: 'decayed', params, operator: 'greaterThan', value: 0 }]
    return rule({ all }, { type: 'decay', params: { decayed: params, each, cap } })
  })
}

function countRules(): RuleProperties[] {
  return COUNTS.map(({ type, times, days, points }) => {
    const params = { type, days }
    const all = [{ fact: 'count', params, operator: 'greaterThanInclusive', value: times }]
    return rule({ all }, { type: 'count', params: { points } })
  })
}
