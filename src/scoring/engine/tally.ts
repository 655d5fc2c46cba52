import type { DimensionName, ModelDocument } from '../language/model-schema.ts'
import type { Heading } from './lines.ts'
import { roundHalfAway, toHundredths } from './points.ts'
import type { Signals } from './signals.ts'

const MAX_SCORE = 10_000

/** How the signals' values add up; all in hundredths of a point. */
export interface Tally {
  /** Each dimension after groups and clamping. */
  fit: number
  engagement: number
  intent: number
  score: number
  /** The same before clamping. */
  fitSum: number
  engagementSum: number
  intentSum: number
  /** The score before clamping. */
  sum: number
  /** What each group's maximum took away (≤ 0), in the model's order. */
  readonly taken: number[]
}

export function emptyTally(): Tally {
  return {
    fit: 0,
    engagement: 0,
    intent: 0,
    score: 0,
    fitSum: 0,
    engagementSum: 0,
    intentSum: 0,
    sum: 0,
    taken: [],
  }
}

export interface Adder {
  /** Adds up the values of all signals. Every step is monotone: more points never lower a sum. */
  add(values: readonly number[], into?: Tally): Tally
  /** Of the lines for groups, dimensions, weights and the total; they come after those of the signals. */
  readonly headings: readonly Heading[]
  /** What each of them took away or added. */
  correct(tally: Tally): readonly number[]
}

export function compileAdder(document: ModelDocument, signals: Signals): Adder {
  const groups = compileGroups(document, signals)
  const fitPart = compilePart('fit', signals, groups)
  const engagementPart = compilePart('engagement', signals, groups)
  const intentPart = compilePart('intent', signals, groups)
  const maximum = (name: DimensionName) => toHundredths(document.dimensions[name]?.max ?? 0)
  const [fitMax, engagementMax, intentMax] = [
    maximum('fit'),
    maximum('engagement'),
    maximum('intent'),
  ]
  const weighFit = compileWeight(document, 'fit', fitMax)
  const weighEngagement = compileWeight(document, 'engagement', engagementMax)
  const weighIntent = compileWeight(document, 'intent', intentMax)

  return {
    headings: [...groups.map(({ heading }) => heading), ...CORRECTIONS],
    add(values, into = emptyTally()) {
      const fit = fitPart(values, into.taken)
      const engagement = engagementPart(values, into.taken)
      const intent = intentPart(values, into.taken)
      into.fitSum = fit
      into.engagementSum = engagement
      into.intentSum = intent
      into.fit = clamp(fit, fitMax)
      into.engagement = clamp(engagement, engagementMax)
      into.intent = clamp(intent, intentMax)
      into.sum = weighFit(into.fit) + weighEngagement(into.engagement) + weighIntent(into.intent)
      into.score = clamp(into.sum, MAX_SCORE)
      return into
    },
    correct(tally) {
      const { fit, engagement, intent, taken } = tally
      const first = groups.length
      taken[first] = fit - tally.fitSum
      taken[first + 1] = engagement - tally.engagementSum
      taken[first + 2] = intent - tally.intentSum
      taken[first + 3] = weighFit(fit) - fit
      taken[first + 4] = weighEngagement(engagement) - engagement
      taken[first + 5] = weighIntent(intent) - intent
      taken[first + 6] = tally.score - tally.sum
      return taken
    },
  }
}

/** In the order in which `correct` adds them. */
const CORRECTIONS: readonly Heading[] = [
  { signal: 'cap:fit', label: 'Capped', dimension: 'fit' },
  { signal: 'cap:engagement', label: 'Capped', dimension: 'engagement' },
  { signal: 'cap:intent', label: 'Capped', dimension: 'intent' },
  { signal: 'weight:fit', label: 'Weighted', dimension: 'total' },
  { signal: 'weight:engagement', label: 'Weighted', dimension: 'total' },
  { signal: 'weight:intent', label: 'Weighted', dimension: 'total' },
  { signal: 'cap:total', label: 'Capped', dimension: 'total' },
]

interface Group {
  /** Its place in the model. */
  readonly place: number
  readonly heading: Heading
  readonly members: readonly number[]
  readonly max: number
  readonly dimension: DimensionName
}

function compileGroups({ groups }: ModelDocument, { all }: Signals): Group[] {
  return groups.map((group, place) => {
    const members = all.filter(({ id }) => group.signals.includes(id))
    const dimension = members[0]?.dimension ?? 'engagement'
    return {
      place,
      heading: { signal: `cap:${group.id}`, label: 'Capped', dimension },
      members: members.map(({ index }) => index),
      max: toHundredths(group.max),
      dimension,
    }
  })
}

/** The sum of one dimension: its signals, less what its groups' maxima take away. */
type SumOf = (values: readonly number[], taken: number[]) => number

function compilePart(name: DimensionName, { all }: Signals, groups: readonly Group[]): SumOf {
  const members = all.filter(({ dimension }) => dimension === name).map(({ index }) => index)
  const own = groups.filter(({ dimension }) => dimension === name)
  return (values, taken) => {
    let sum = 0
    for (let place = 0; place < members.length; place++) sum += values[members[place] ?? 0] ?? 0
    for (let place = 0; place < own.length; place++) {
      const group = own[place]
      if (group === undefined) continue
      const excess = excessOf(group, values)
      taken[group.place] = excess
      sum += excess
    }
    return sum
  }
}

/** What a group's maximum takes away (≤ 0). */
function excessOf({ members, max }: Group, values: readonly number[]): number {
  let sum = 0
  for (let place = 0; place < members.length; place++) sum += values[members[place] ?? 0] ?? 0
  return (max - sum) * Number(sum > max)
}

/** What a dimension's hundredths count towards the score. */
type Weigh = (hundredths: number) => number

function compileWeight({ combine }: ModelDocument, name: DimensionName, max: number): Weigh {
  if (combine === 'sum') return (hundredths) => hundredths
  if (combine === 'separate') return (hundredths) => (name === 'fit' ? 0 : hundredths)
  const weight = combine.weighted[name] ?? 0
  return (hundredths) => (max === 0 ? 0 : roundHalfAway((hundredths * weight * 100) / max))
}

function clamp(value: number, max: number): number {
  return Math.min(max, Math.max(0, value))
}
