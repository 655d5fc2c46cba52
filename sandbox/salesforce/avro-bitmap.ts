/** A set of positions as Salesforce writes it: `0x1A` stands for 1, 3 and 4. */
export function bitmap(positions: readonly number[]): string {
  let bits = 0n
  for (const position of positions) bits |= 1n << BigInt(position)
  return `0x${bits.toString(16).toUpperCase()}`
}
