import fc, { type Parameters } from 'fast-check'

/** What a test asks for goes by the thousand; a mutant that only so many find counts as not found. */
const SHARE = 1 / 50

/** As fast-check's own, with fewer runs, the same ones each time, and without looking for a smaller counterexample. */
function assert<Ts>(
  property: fc.IRawProperty<Ts>,
  parameters: Parameters<Ts> = {},
): Promise<void> | void {
  const numRuns = Math.ceil((parameters.numRuns ?? 100) * SHARE)
  return fc.assert(property, { seed: 1, ...parameters, numRuns, endOnFailure: true })
}

// biome-ignore lint/style/noDefaultExport: it stands in for a package that is imported this way
export default { ...fc, assert }
