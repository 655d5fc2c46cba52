/**
 * The groups that pairs tie together, directly or by way of others; each in code-unit order, and the groups in the
 * order of their first members. What is in no pair is in no group.
 */
export function together(
  pairs: readonly (readonly [string, string])[],
): readonly (readonly string[])[] {
  const neighbours = neighboursIn(pairs)
  const reached = new Set<string>()
  const groups: string[][] = []
  for (const start of [...neighbours.keys()].sort()) {
    if (!reached.has(start)) groups.push(groupFrom(start, neighbours, reached).sort())
  }
  return groups
}

function neighboursIn(
  pairs: readonly (readonly [string, string])[],
): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>()
  const add = (one: string, other: string) => {
    const known = neighbours.get(one)
    if (known) known.push(other)
    else neighbours.set(one, [other])
  }
  for (const [one, other] of pairs) {
    add(one, other)
    add(other, one)
  }
  return neighbours
}

function groupFrom(
  start: string,
  neighbours: ReadonlyMap<string, readonly string[]>,
  reached: Set<string>,
): string[] {
  const group = [start]
  reached.add(start)
  // Grows while it is walked through.
  for (const member of group) {
    for (const neighbour of neighbours.get(member) ?? []) {
      if (reached.has(neighbour)) continue
      reached.add(neighbour)
      group.push(neighbour)
    }
  }
  return group
}
