/** Numbers that look random and are the same for the same seed (mulberry32, Tommy Ettinger, public domain). */
export interface Chance {
  /** 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** A whole number of the range, both ends included. */
  between(low: number, high: number): number
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { next, between: (low, high) => low + Math.floor(next() * (high - low + 1)) }
}
