import { toHundredths } from '../engine/points.ts'
import type { Member } from './members.ts'

/**
 * What each of the engaged people earns for the account, in hundredths of a point: their strength times
 * `diminishing` to the power of their rank. Fractions are kept exact and rounded once, half up, because
 * 45 × 0.7 is 31.499… in binary. Expects the strongest first; whoever earns nothing is left out.
 */
export function pointsByRank(
  engaged: readonly Member[],
  diminishing: number,
): { readonly member: Member; readonly value: number }[] {
  const share = BigInt(toHundredths(diminishing))
  const lines: { member: Member; value: number }[] = []
  let numerator = 1n
  // Strength counts hundredths of hundredths.
  let denominator = 100n
  for (const member of engaged) {
    const value = Number(roundHalfUp(BigInt(member.strength) * numerator, denominator))
    // Whoever comes after earns no more than this.
    if (value === 0) break
    lines.push({ member, value })
    if (share === 100n) continue
    numerator *= share
    denominator *= 100n
  }
  return lines
}

/** Of a fraction that is not negative. */
function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator)
}
