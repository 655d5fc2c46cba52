/**
 * Points are kept as integer hundredths, so that sums are exact whatever their order.
 * Only the border of the engine (models in, results out) speaks in points.
 */

/** Rounds half away from zero: 0.5 becomes 1, -0.5 becomes -1. Never returns -0. */
export function roundHalfAway(value: number): number {
  return value < 0 ? 0 - Math.floor(0.5 - value) : Math.floor(value + 0.5)
}

/** 0.07 points are 7 hundredths, although 0.07 × 100 is not 7 in binary. */
export function toHundredths(points: number): number {
  return roundHalfAway(points * 100)
}

export function toPoints(hundredths: number): number {
  return hundredths / 100
}

/** A signal's hundredths where something holds, 0 where not: without a branch, because nobody can foresee which. */
export function where(holds: boolean, hundredths: number): number {
  // Negative times false were -0.
  return (hundredths * Number(holds)) | 0
}

/** Whole points for the CRM: 49.50 is written as 50. */
export function toWholePoints(hundredths: number): number {
  return Math.floor((hundredths + 50) / 100)
}

/** "40.00", always two decimals. */
export function formatPoints(points: number): string {
  return points.toFixed(2)
}

/** "+40.00" or "-12.00". */
export function formatSignedPoints(points: number): string {
  return points < 0 ? formatPoints(points) : `+${formatPoints(points)}`
}
