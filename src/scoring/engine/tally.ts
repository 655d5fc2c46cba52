import type { DimensionName, ModelDocument } from '../language/model-schema.ts'
import { roundHalfAway, toHundredths } from './points.ts'
import type { Signals } from './signals.ts'

const MAX_SCORE = 10_000

type Each<T> = Readonly<Record<DimensionName, T>>
type PerDimension = Each<number>

/** How the signals' values add up; all in hundredths of a point. */
export interface Tally {
  /** What each group's maximum takes away (≤ 0), by the group's place in the model. */
  readonly groups: readonly number[]
  /** What clamping adds (below 0) or takes away (above the maximum). */
  readonly clamps: PerDimension
  /** Each dimension after clamping. */
  readonly dimensions: PerDimension
  /** What `combine` adds or takes away on the way from a dimension to the score. */
  readonly weights: PerDimension
  readonly totalClamp: number
  readonly score: number
}

/** Adds up the values of all signals, by index. Every step is monotone: more points never lower a sum. */
export type Adder = (values: readonly number[]) => Tally

export function compileAdder(document: ModelDocument, signals: Signals): Adder {
  const members = perDimension((name) => indexesOf(signals, name))
  const groups = compileGroups(document, signals)
  const maxima = perDimension((name) => toHundredths(document.dimensions[name]?.max ?? 0))
  const weigh = compileWeights(document, maxima)
  return (values) => {
    const sums = {
      fit: sumOf(values, members.fit),
      engagement: sumOf(values, members.engagement),
      intent: sumOf(values, members.intent),
    }
    const excesses: number[] = []
    for (const group of groups) {
      const excess = Math.min(0, group.max - sumOf(values, group.members))
      excesses.push(excess)
      sums[group.dimension] += excess
    }
    return total(sums, excesses, maxima, weigh)
  }
}

function total(
  sums: PerDimension,
  groups: readonly number[],
  maxima: PerDimension,
  weigh: Weigh,
): Tally {
  const fit = clamp(sums.fit, maxima.fit)
  const engagement = clamp(sums.engagement, maxima.engagement)
  const intent = clamp(sums.intent, maxima.intent)
  const weights = {
    fit: weigh('fit', fit) - fit,
    engagement: weigh('engagement', engagement) - engagement,
    intent: weigh('intent', intent) - intent,
  }
  const sum = fit + weights.fit + engagement + weights.engagement + intent + weights.intent
  const score = clamp(sum, MAX_SCORE)
  return {
    groups,
    clamps: {
      fit: fit - sums.fit,
      engagement: engagement - sums.engagement,
      intent: intent - sums.intent,
    },
    dimensions: { fit, engagement, intent },
    weights,
    totalClamp: score - sum,
    score,
  }
}

function indexesOf({ all }: Signals, name: DimensionName): readonly number[] {
  return all.filter(({ dimension }) => dimension === name).map(({ index }) => index)
}

function sumOf(values: readonly number[], indexes: readonly number[]): number {
  let sum = 0
  for (let place = 0; place < indexes.length; place++) sum += values[indexes[place] ?? 0] ?? 0
  return sum
}

interface Group {
  readonly members: readonly number[]
  readonly max: number
  readonly dimension: DimensionName
}

function compileGroups({ groups }: ModelDocument, { all }: Signals): Group[] {
  return groups.map((group) => {
    const members = all.filter(({ id }) => group.signals.includes(id))
    return {
      members: members.map(({ index }) => index),
      max: toHundredths(group.max),
      dimension: members[0]?.dimension ?? 'engagement',
    }
  })
}

/** What a dimension counts towards the score, in hundredths. */
type Weigh = (name: DimensionName, hundredths: number) => number

function compileWeights({ combine }: ModelDocument, maxima: PerDimension): Weigh {
  if (combine === 'sum') return (_name, hundredths) => hundredths
  if (combine === 'separate') return (name, hundredths) => (name === 'fit' ? 0 : hundredths)
  const { weighted } = combine
  return (name, hundredths) => {
    const max = maxima[name]
    return max === 0 ? 0 : roundHalfAway((hundredths * (weighted[name] ?? 0) * 100) / max)
  }
}

function clamp(value: number, max: number): number {
  return Math.min(max, Math.max(0, value))
}

function perDimension<T>(of: (name: DimensionName) => T): Each<T> {
  return { fit: of('fit'), engagement: of('engagement'), intent: of('intent') }
}
