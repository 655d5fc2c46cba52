/** Something an example expects that did not come out. */
export interface Difference {
  readonly field: string
  readonly expected: unknown
  readonly actual: unknown
}

/** What of the expectation did not come out; only what is expected is looked at. */
export function differencesOf(expected: object, actual: object): Difference[] {
  const found = new Map<string, unknown>(Object.entries(actual))
  const differences: Difference[] = []
  for (const [field, wanted] of Object.entries(expected)) {
    if (JSON.stringify(wanted) === JSON.stringify(found.get(field))) continue
    differences.push({ field, expected: wanted, actual: found.get(field) })
  }
  return differences
}
