import { durationMs } from '../language/duration.ts'
import type { DecayDocument } from '../language/model-schema.ts'

/** How a signal's occurrences lose their points. */
export interface Fading {
  /** The share (0..1) of its points that an occurrence still has at an age in ms. Never rises with age. */
  readonly share: (ageMs: number) => number
  /** Length of a half-life in ms, where the share is `halved(age / halfLife)`; 0 otherwise. */
  readonly halfLife: number
  /** How long it stays in full (ms), where it is gone afterwards; 0 otherwise. */
  readonly window: number
  /** Nothing ever fades. */
  readonly isLasting: boolean
}

export const noFading: Fading = {
  share: () => 1,
  halfLife: 0,
  window: Number.POSITIVE_INFINITY,
  isLasting: true,
}

export function compileDecay(document: DecayDocument | undefined): Fading {
  if (document === undefined || document === 'none') return noFading
  const { half_life, linear, steps, window } = document
  if (half_life !== undefined) return byHalfLife(durationMs(half_life))
  if (linear !== undefined) return fading(straightLine(durationMs(linear)))
  if (window !== undefined) return fullWithin(durationMs(window))
  return steps === undefined ? noFading : fading(stepwise(durationMs(steps.every), steps.lose))
}

function fading(share: Fading['share']): Fading {
  return { share, halfLife: 0, window: 0, isLasting: false }
}

function byHalfLife(halfLife: number): Fading {
  return { share: (age) => halved(age / halfLife), halfLife, window: 0, isLasting: false }
}

/** The share that is left at an age in ms, without a call for the two kinds of fading that models use most. */
export function shareAt(fading: Fading | undefined, age: number): number {
  if (fading === undefined) return 0
  const { halfLife, window } = fading
  if (halfLife > 0) return halved(age / halfLife)
  return window > 0 ? Number(age < window) : fading.share(age)
}

/** 0.5^n: exact after whole half-lives, and through the cheaper exponential function between them. */
function halved(times: number): number {
  return Number.isInteger(times) ? 0.5 ** times : Math.exp(-Math.LN2 * times)
}

function straightLine(lifespan: number): Fading['share'] {
  return (age) => (age < lifespan ? 1 - age / lifespan : 0)
}

function fullWithin(length: number): Fading {
  const share = (age: number) => Number(age < length)
  return { share, halfLife: 0, window: length, isLasting: false }
}

/** Each whole interval takes the same share of the original points away. */
function stepwise(every: number, lose: number): Fading['share'] {
  return (age) => Math.max(0, 1 - lose * Math.floor(age / every))
}
