/**
 * Incremental reading against hostile histories: `node bench/cursor.ts --seeds 200`. Each has a tie of 15,000
 * records in one millisecond, ties at the edges of windows, an index that lags by up to 20 seconds and out of
 * order, and crashes between pages.
 */
import { parseArgs } from 'node:util'
import { INDEX_LAG_MS } from '../connectors/hubspot/limits.ts'
import { changesWindow } from '../jobs/windows.ts'
import { simulate } from '../test/connectors/hubspot/simulation/simulate.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' } } })
const seeds = Number(values.seeds)
if (!Number.isInteger(seeds) || seeds < 1) throw new Error('--seeds takes a whole number')

const sum = { missed: 0, records: 0, runs: 0, crashes: 0, calls: 0 }
for (let seed = 1; seed <= seeds; seed++) {
  const outcome = await simulate(seed, (startedAt, now) =>
    changesWindow({ startedAt }, now, INDEX_LAG_MS),
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
    `${n(sum.crashes)} crashes, ${n(sum.missed)} missed`,
)
