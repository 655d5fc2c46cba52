import type { DimensionName, ModelDocument } from '../language/model-schema.ts'
import type { ItemisedLine } from '../result.ts'
import { roundHalfAway, toHundredths, toPoints } from './points.ts'
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
  }
}

export interface Adder {
  /** Adds up the values of all signals. Every step is monotone: more points never lower a sum. */
  add(values: readonly number[], into?: Tally): Tally
  /** Appends a line for each group, dimension, weight and total that took away or added something. */
  correct(values: readonly number[], tally: Tally, lines: ItemisedLine[]): void
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
    add(values, into = emptyTally()) {
      const fit = fitPart(values)
      const engagement = engagementPart(values)
      const intent = intentPart(values)
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
    correct(values, tally, lines) {
      const { fit, engagement, intent } = tally
      for (const group of groups) {
        pushCap(lines, group.line, group.dimension, excessOf(group, values))
      }
      pushCap(lines, 'cap:fit', 'fit', fit - tally.fitSum)
      pushCap(lines, 'cap:engagement', 'engagement', engagement - tally.engagementSum)
      pushCap(lines, 'cap:intent', 'intent', intent - tally.intentSum)
      pushWeight(lines, 'weight:fit', weighFit(fit) - fit)
      pushWeight(lines, 'weight:engagement', weighEngagement(engagement) - engagement)
      pushWeight(lines, 'weight:intent', weighIntent(intent) - intent)
      pushCap(lines, 'cap:total', 'total', tally.score - tally.sum)
    },
  }
}

function pushCap(lines: ItemisedLine[], signal: string, dimension: string, taken: number): void {
  if (taken === 0) return
  lines.push({ signal, label: 'Capped', dimension, points: toPoints(taken), decayed: 0 })
}

function pushWeight(lines: ItemisedLine[], signal: string, hundredths: number): void {
  if (hundredths === 0) return
  const points = toPoints(hundredths)
  lines.push({ signal, label: 'Weighted', dimension: 'total', points, decayed: 0 })
}

interface Group {
  /** Name of its line in the sum. */
  readonly line: string
  readonly members: readonly number[]
  readonly max: number
  readonly dimension: DimensionName
}

function compileGroups({ groups }: ModelDocument, { all }: Signals): Group[] {
  return groups.map((group) => {
    const members = all.filter(({ id }) => group.signals.includes(id))
    return {
      line: `cap:${group.id}`,
      members: members.map(({ index }) => index),
      max: toHundredths(group.max),
      dimension: members[0]?.dimension ?? 'engagement',
    }
  })
}

/** The sum of one dimension: its signals, less what its groups' maxima take away. */
type SumOf = (values: readonly number[]) => number

function compilePart(name: DimensionName, { all }: Signals, groups: readonly Group[]): SumOf {
  const members = all.filter(({ dimension }) => dimension === name).map(({ index }) => index)
  const own = groups.filter(({ dimension }) => dimension === name)
  return (values) => {
    let sum = 0
    for (let place = 0; place < members.length; place++) sum += values[members[place] ?? 0] ?? 0
    for (let place = 0; place < own.length; place++) {
      const group = own[place]
      if (group !== undefined) sum += excessOf(group, values)
    }
    return sum
  }
}

/** What a group's maximum takes away (≤ 0). */
function excessOf({ members, max }: Group, values: readonly number[]): number {
  let sum = 0
  for (let place = 0; place < members.length; place++) sum += values[members[place] ?? 0] ?? 0
  return sum > max ? max - sum : 0
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
