/** A list that is never empty, so that picking from it always gives something. */
export type Choices<T> = readonly [T, ...T[]]

/** A seeded source of chance. The same seeds give the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** True with probability `p`. */
  chance(p: number): boolean
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  pick<T>(choices: Choices<T>): T
  /** Picks by weight: `[[value, weight], …]`; weights need not sum to 1. */
  weighted<T>(choices: Choices<readonly [T, number]>): T
  /** Standard normal. */
  normal(): number
  /** A count with this mean. */
  poisson(mean: number): number
}

/** Chance of its own for each combination of seeds, so that one company's draws never shift another's. */
export function createRandom(...seeds: readonly number[]): Random {
  const next = sfc32(seeds)
  return {
    next,
    chance: (p) => next() < p,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    weighted: (choices) => pickWeighted(next, choices),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    poisson: (mean) => drawPoisson(next, mean),
  }
}

function pickWeighted<T>(next: () => number, choices: Choices<readonly [T, number]>): T {
  let total = 0
  for (const [, weight] of choices) total += weight
  let left = next() * total
  for (const [value, weight] of choices) {
    left -= weight
    if (left < 0) return value
  }
  return choices[0][0]
}

/** Knuth's product of uniforms: fast for the small means used here. */
function drawPoisson(next: () => number, mean: number): number {
  const floor = Math.exp(-mean)
  let product = next()
  let count = 0
  while (product > floor) {
    product *= next()
    count += 1
  }
  return count
}

/** Small Fast Counter, 32 bit (Chris Doty-Humphrey, PractRand): four words of state. */
function sfc32(seeds: readonly number[]): () => number {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1]
  function draw(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (const seed of seeds) {
    a ^= seed | 0
    b ^= Math.floor(seed / 2 ** 32)
    // Twelve rounds spread every bit of the seed over the whole state.
    for (let round = 0; round < 12; round += 1) draw()
  }
  return draw
}
