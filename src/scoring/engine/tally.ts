import { DIMENSIONS, type DimensionName, type ModelDocument } from '../language/model-schema.ts'
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
  const homes = Uint8Array.from(signals.all, ({ dimension }) => DIMENSIONS.indexOf(dimension))
  const groups = compileGroups(document, signals)
  const sums = new Float64Array(DIMENSIONS.length)
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
      sums.fill(0)
      for (let index = 0; index < homes.length; index++) {
        const home = homes[index] ?? 0
        sums[home] = (sums[home] ?? 0) + (values[index] ?? 0)
      }
      for (let place = 0; place < groups.length; place++) takeExcess(groups[place], values, sums)
      const fit = sums[0] ?? 0
      const engagement = sums[1] ?? 0
      const intent = sums[2] ?? 0
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
        pushCap(lines, group.line, DIMENSIONS[group.home] ?? '', excessOf(group, values))
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
  readonly first: number
  readonly max: number
  /** Place of its dimension in DIMENSIONS. */
  readonly home: number
}

function compileGroups({ groups }: ModelDocument, { all }: Signals): Group[] {
  return groups.map((group) => {
    const members = all.filter(({ id }) => group.signals.includes(id))
    return {
      line: `cap:${group.id}`,
      members: members.map(({ index }) => index),
      first: members[0]?.index ?? 0,
      max: toHundredths(group.max),
      home: DIMENSIONS.indexOf(members[0]?.dimension ?? 'engagement'),
    }
  })
}

function takeExcess(group: Group | undefined, values: readonly number[], sums: Float64Array): void {
  if (group === undefined) return
  const { home, first, members } = group
  // A group of one is how a single signal is capped.
  const excess =
    members.length === 1 ? Math.min(0, group.max - (values[first] ?? 0)) : excessOf(group, values)
  sums[home] = (sums[home] ?? 0) + excess
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
