/** Whether the ids go up in HubSpot's order, by number, from above `floor`. */
export function isAscending(floor: string, ids: readonly string[]): boolean {
  let previous = BigInt(floor)
  for (const id of ids) {
    if (!isRecordId(id) || BigInt(id) <= previous) return false
    previous = BigInt(id)
  }
  return true
}

export function isRecordId(id: string): boolean {
  return /^\d{1,19}$/.test(id)
}
