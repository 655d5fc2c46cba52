/** Recoveries in ms, put together. */
export interface Spread {
  readonly n: number
  readonly p50: number
  readonly p95: number
  readonly max: number
}

/** By the nearest rank, so that every figure is one that was measured; zeroes of an empty list. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) }
}
