import { durationMs } from '../../language/duration.ts'
import type { Path } from '../../language/model-problem.ts'
import { type DecayDocument, DIMENSIONS, type SignalDocument } from '../../language/model-schema.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const TIME_RULES: readonly Rule[] = [
  { name: 'no-decay', severity: 'warning', check: noDecay },
  { name: 'lasting-signal', severity: 'hint', check: lastingSignals },
  { name: 'fast-decay', severity: 'warning', check: fastDecay },
]

const DAY = 24 * 60 * 60 * 1000
/** Nobody follows up on a lead that has lost half its points before the next working day is over. */
const FASTEST_HALVING = 3 * DAY

/** Dimensions in which last year's interest would count like today's. */
function noDecay({ document: { signals, dimensions } }: Subject): Flaw[] {
  return (['engagement', 'intent'] as const).flatMap((name) => {
    const dimension = dimensions[name]
    if (dimension === undefined || dimension.decay !== undefined) return []
    const lasting = signals.filter(
      (signal) => signal.dimension === name && isBehaviour(signal) && signal.decay === undefined,
    )
    if (lasting.length === 0) return []
    return [
      {
        path: ['dimensions', name],
        message: `${listed(lasting.map(({ id }) => id))} never fade: interest of last year counts like today's`,
        remedy: `Give the dimension a decay, for example ${name}: { max: ${dimension.max}, decay: { half_life: 30d } }.`,
      },
    ]
  })
}

function lastingSignals({ document: { signals, dimensions } }: Subject): Flaw[] {
  return signals.flatMap((signal, index) => {
    const home = DIMENSIONS.find((name) => name === signal.dimension)
    if (home === undefined || home === 'fit' || !isBehaviour(signal)) return []
    const isMeant = signal.decay === 'none' && dimensions[home]?.decay !== 'none'
    if (!isMeant) return []
    return [
      {
        path: ['signals', index, 'decay'],
        message: `${signal.id} never fades`,
        remedy: 'Give it a long half-life instead, unless it stays true for ever.',
      },
    ]
  })
}

/** Earns points for something that happened at a moment. */
function isBehaviour({ points, on, sequence, repeated }: SignalDocument): boolean {
  if (points <= 0 || (repeated !== undefined && !('within' in repeated))) return false
  return on !== undefined || sequence !== undefined
}

const LISTED = 4

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  const more = names.length - LISTED
  return more > 0 ? `${shown} and ${more} more` : shown
}

function fastDecay({ document: { signals, dimensions } }: Subject): Flaw[] {
  return [
    ...DIMENSIONS.flatMap((name) =>
      ofDecay(dimensions[name]?.decay, ['dimensions', name, 'decay']),
    ),
    ...signals.flatMap(({ decay }, index) => ofDecay(decay, ['signals', index, 'decay'])),
  ]
}

function ofDecay(decay: DecayDocument | undefined, path: Path): Flaw[] {
  if (decay === undefined || decay === 'none' || halvingTime(decay) >= FASTEST_HALVING) return []
  return [
    {
      path,
      message: 'half of the points are gone within three days, before anybody has called',
      remedy: 'Choose a time of the order of your buying cycle: weeks, rarely days.',
    },
  ]
}

/** Ms until at most half of the points are left. */
function halvingTime(decay: Exclude<DecayDocument, 'none'>): number {
  const { half_life, linear, steps, window } = decay
  if (half_life !== undefined) return durationMs(half_life)
  if (linear !== undefined) return durationMs(linear) / 2
  if (window !== undefined) return durationMs(window)
  return steps === undefined
    ? Number.POSITIVE_INFINITY
    : durationMs(steps.every) * Math.ceil(0.5 / steps.lose)
}
