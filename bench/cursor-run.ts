import { parseArgs } from 'node:util'
import { changesWindow } from '../jobs/windows.ts'
import type { Reading, Windows } from '../test/connectors/simulation/delta-reader.ts'

type Outcome = Omit<Reading, 'mirror'> & { readonly missed: number; readonly calls: number }

/**
 * Reads so many hostile histories as `--seeds` says, and prints what was missed.
 * @param visibleWithinMs of the CRM that `simulate` imitates
 */
export async function runSeeds(
  simulate: (seed: number, windows: Windows) => Promise<Outcome>,
  visibleWithinMs: number,
): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' } } })
  const seeds = Number(values.seeds)
  if (!Number.isInteger(seeds) || seeds < 1) throw new Error('--seeds takes a whole number')
  const sum = { missed: 0, records: 0, runs: 0, crashes: 0, calls: 0 }
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = await simulate(seed, (startedAt, now) =>
      changesWindow({ startedAt }, now, visibleWithinMs),
    )
    if (outcome.missed > 0) console.log(`seed ${seed}: ${outcome.missed} missed`)
    sum.missed += outcome.missed
    sum.records += outcome.records
    sum.runs += outcome.runs
    sum.crashes += outcome.crashes
    sum.calls += outcome.calls
    if (seed % 20 === 0) console.log(`${seed} of ${seeds} seeds, ${sum.missed} missed so far`)
  }
  const n = (value: number) => value.toLocaleString('en')
  console.log(
    `${seeds} seeds: ${n(sum.records)} records read in ${n(sum.runs)} runs and ${n(sum.calls)} calls, ` +
      `${n(sum.crashes)} crashes, missed: ${n(sum.missed)}`,
  )
}
