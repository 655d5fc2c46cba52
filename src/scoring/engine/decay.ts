import { durationMs } from '../language/duration.ts'
import type { DecayDocument } from '../language/model-schema.ts'

/** How a signal's occurrences lose their points. */
export interface Fading {
  /** The share (0..1) of its points that an occurrence still has at an age in ms. Never rises with age. */
  readonly share: (ageMs: number) => number
  /** Length of a half-life in ms, where the share is `halved(age / halfLife)`; 0 otherwise. */
  readonly halfLife: number
  /** Nothing ever fades. */
  readonly isLasting: boolean
}

export const noFading: Fading = { share: () => 1, halfLife: 0, isLasting: true }

export function compileDecay(document: DecayDocument | undefined): Fading {
  if (document === undefined || document === 'none') return noFading
  const { half_life, linear, steps, window } = document
  if (half_life !== undefined) return byHalfLife(durationMs(half_life))
  if (linear !== undefined) return fading(straightLine(durationMs(linear)))
  if (window !== undefined) return fading(fullWithin(durationMs(window)))
  return steps === undefined ? noFading : fading(stepwise(durationMs(steps.every), steps.lose))
}

function fading(share: Fading['share']): Fading {
  return { share, halfLife: 0, isLasting: false }
}

function byHalfLife(halfLife: number): Fading {
  return { share: (age) => halved(age / halfLife), halfLife, isLasting: false }
}

/** 1, ½, ¼ … exactly. */
const WHOLE_HALVINGS = Float64Array.from({ length: 64 }, (_, times) => 0.5 ** times)

/**
 * 0.5^n. Half as expensive as `0.5 ** n`, which decay spends most of its time on, and as exact after whole
 * half-lives: only the rest goes through the exponential function.
 */
export function halved(times: number): number {
  const whole = Math.floor(times)
  const share = WHOLE_HALVINGS[whole]
  return share === undefined ? 0.5 ** times : share * Math.exp(-Math.LN2 * (times - whole))
}

function straightLine(lifespan: number): Fading['share'] {
  return (age) => (age < lifespan ? 1 - age / lifespan : 0)
}

function fullWithin(length: number): Fading['share'] {
  return (age) => (age < length ? 1 : 0)
}

/** Each whole interval takes the same share of the original points away. */
function stepwise(every: number, lose: number): Fading['share'] {
  return (age) => Math.max(0, 1 - lose * Math.floor(age / every))
}
