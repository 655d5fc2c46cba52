import type { SignalDocument } from '../../language/model-schema.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const NEGATIVE_RULES: readonly Rule[] = [
  { name: 'no-negatives', severity: 'warning', check: noNegatives },
  { name: 'heavy-negative', severity: 'warning', check: heavyNegatives },
  { name: 'sinking-negatives', severity: 'warning', check: sinkingNegatives },
]

/** More than this off for one reason decides the case, and deciding is what gates are for. */
const HEAVIEST = -50

function noNegatives({ document: { signals, gates } }: Subject): Flaw[] {
  if (gates.length > 0 || signals.some(({ points }) => points < 0)) return []
  return [
    {
      path: ['signals'],
      message: 'nothing speaks against anybody: scores only go up',
      remedy:
        'Take points away for unsubscribing, bouncing or personal addresses; gate students and competitors.',
    },
  ]
}

function heavyNegatives({ document: { signals } }: Subject): Flaw[] {
  return signals.flatMap(({ id, points }, index) => {
    if (points >= HEAVIEST) return []
    return [
      {
        path: ['signals', index, 'points'],
        message: `${id} alone sinks almost everybody`,
        remedy:
          'If it rules somebody out, write a gate with a reason; otherwise take fewer points.',
      },
    ]
  })
}

/** Doubts about a person should not add up to a verdict on somebody who otherwise fits perfectly. */
function sinkingNegatives({ document, reach }: Subject): Flaw[] {
  const against = document.signals.filter(({ dimension }) => dimension === 'fit').flatMap(negative)
  const worst = worstSum(against)
  if (against.length < 2 || reach.fit === 0 || -worst < reach.fit) return []
  return [
    {
      path: ['signals'],
      message: `the negative signals of fit take up to ${-worst} points, all that a perfect fit has (${reach.fit})`,
      remedy: 'Keep negatives for clear cases; use gates for what rules somebody out.',
    },
  ]
}

function negative(signal: SignalDocument): SignalDocument[] {
  return signal.points < 0 ? [signal] : []
}

/** Of several negatives on the same single field only the worst is counted: they are bands of it. */
function worstSum(signals: readonly SignalDocument[]): number {
  const byField = Map.groupBy(signals, ({ id, when }) => {
    const keys = Object.keys(when ?? {})
    return keys.length === 1 ? keys[0] : id
  })
  let sum = 0
  for (const bands of byField.values()) sum += Math.min(...bands.map(({ points }) => points))
  return sum
}
