import { DIMENSIONS, type DimensionName, type ModelDocument } from '../language/model-schema.ts'
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

/** What stands between the sum of the signals and the score, as lines of their own. */
export interface Correction {
  /** `cap:email`, `cap:fit`, `weight:fit`, `cap:total` */
  readonly id: string
  readonly label: string
  readonly dimension: string
  readonly hundredths: number
}

export interface Adder {
  /** Adds up the values of all signals. Every step is monotone: more points never lower a sum. */
  add(values: Float64Array, into?: Tally): Tally
  /** What groups, dimensions, weights and the total took away or added; those that did neither are left out. */
  corrections(values: Float64Array, tally: Tally): Correction[]
}

export function compileAdder(document: ModelDocument, signals: Signals): Adder {
  const homes = Uint8Array.from(signals.all, ({ dimension }) => DIMENSIONS.indexOf(dimension))
  const groups = compileGroups(document, signals)
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
      let [fit, engagement, intent] = [0, 0, 0]
      const addTo = (home: number | undefined, hundredths: number) => {
        if (home === 0) fit += hundredths
        else if (home === 1) engagement += hundredths
        else intent += hundredths
      }
      for (let index = 0; index < homes.length; index++) addTo(homes[index], values[index] ?? 0)
      for (let place = 0; place < groups.length; place++) {
        const group = groups[place]
        if (group !== undefined) addTo(group.home, excessOf(group, values))
      }
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
    corrections(values, tally) {
      const { fit, engagement, intent, score, sum } = tally
      const lines = groups.map((group) =>
        capped(group.id, DIMENSIONS[group.home] ?? '', excessOf(group, values)),
      )
      lines.push(
        capped('fit', 'fit', fit - tally.fitSum),
        capped('engagement', 'engagement', engagement - tally.engagementSum),
        capped('intent', 'intent', intent - tally.intentSum),
        weighted('fit', weighFit(fit) - fit),
        weighted('engagement', weighEngagement(engagement) - engagement),
        weighted('intent', weighIntent(intent) - intent),
        capped('total', 'total', score - sum),
      )
      return lines.filter(({ hundredths }) => hundredths !== 0)
    },
  }
}

function capped(id: string, dimension: string, hundredths: number): Correction {
  return { id: `cap:${id}`, label: 'Capped', dimension, hundredths }
}

function weighted(name: DimensionName, hundredths: number): Correction {
  return { id: `weight:${name}`, label: 'Weighted', dimension: 'total', hundredths }
}

interface Group {
  readonly id: string
  readonly members: readonly number[]
  readonly max: number
  /** Place of its dimension in DIMENSIONS. */
  readonly home: number
}

function compileGroups({ groups }: ModelDocument, { all }: Signals): Group[] {
  return groups.map((group) => {
    const members = all.filter(({ id }) => group.signals.includes(id))
    return {
      id: group.id,
      members: members.map(({ index }) => index),
      max: toHundredths(group.max),
      home: DIMENSIONS.indexOf(members[0]?.dimension ?? 'engagement'),
    }
  })
}

/** What a group's maximum takes away (≤ 0). */
function excessOf({ members, max }: Group, values: Float64Array): number {
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
