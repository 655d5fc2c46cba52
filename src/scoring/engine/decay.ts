import { durationMs } from '../language/duration.ts'
import type { DecayDocument } from '../language/model-schema.ts'

/** The share (0..1) of its points that an occurrence still has at an age in ms. Never rises with age. */
export type Decay = (ageMs: number) => number

/** Nothing fades. */
export function noDecay(): number {
  return 1
}

export function compileDecay(document: DecayDocument | undefined): Decay {
  if (document === undefined || document === 'none') return noDecay
  const { half_life, linear, steps, window } = document
  if (half_life !== undefined) return halfLife(durationMs(half_life))
  if (linear !== undefined) return straightLine(durationMs(linear))
  if (window !== undefined) return fullWithin(durationMs(window))
  return steps === undefined ? noDecay : stepwise(durationMs(steps.every), steps.lose)
}

function halfLife(period: number): Decay {
  return (age) => 0.5 ** (age / period)
}

function straightLine(lifespan: number): Decay {
  return (age) => (age < lifespan ? 1 - age / lifespan : 0)
}

function fullWithin(length: number): Decay {
  return (age) => (age < length ? 1 : 0)
}

/** Each whole interval takes the same share of the original points away. */
function stepwise(every: number, lose: number): Decay {
  return (age) => Math.max(0, 1 - lose * Math.floor(age / every))
}
