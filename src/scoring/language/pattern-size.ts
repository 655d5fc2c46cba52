import type { Fault, Path } from './model-problem.ts'

/** What one comparison with a pattern may cost; readable ones have sizes below 200. */
export const MAX_PATTERN_SIZE = 1000
/** What all patterns of a model together may cost: compiling so many takes a fifth of a second. */
const MAX_TOTAL_SIZE = 100_000
/** A class such as \pL is compiled from tables with hundreds of ranges. */
const CLASS_SIZE = 50

/**
 * An upper bound for the instructions a pattern is compiled to, without compiling it. Counted repetition is
 * written out, and each repeated group multiplies what is inside.
 */
export function patternSize(pattern: string): number {
  let length = pattern.length + CLASS_SIZE * (pattern.split(/\\p/i).length - 1)
  let groups = 1
  for (const [, before, times] of pattern.matchAll(/(.)\{(?:\d+,)?(\d+),?\}/gs)) {
    if (before === ')') groups *= Number(times)
    else length += Number(times)
  }
  return length * groups
}

/** The place in a document that has not been checked yet where its patterns become too many to compile. */
export function patternsFault(document: unknown): Fault | undefined {
  let total = 0
  for (const { pattern, path } of patternsIn(document, [])) {
    total += Math.min(patternSize(pattern), MAX_PATTERN_SIZE)
    if (total <= MAX_TOTAL_SIZE) continue
    const message = 'the model has too many regular expressions'
    return {
      path,
      message,
      remedy: 'Compare with starts_with, contains or in where that is enough.',
    }
  }
  return undefined
}

interface Found {
  readonly pattern: string
  readonly path: Path
}

function* patternsIn(value: unknown, path: Path): Generator<Found> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, child] of Object.entries(value)) {
    const place = [...path, Array.isArray(value) ? Number(key) : key]
    if (key === 'matches' && typeof child === 'string') yield { pattern: child, path: place }
    else yield* patternsIn(child, place)
  }
}
