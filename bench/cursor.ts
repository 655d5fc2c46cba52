/**
 * Incremental reading against hostile histories: `node bench/cursor.ts --seeds 200`. Each has a tie of 15,000
 * records in one millisecond, ties at the edges of windows, an index that lags by up to 20 seconds and out of
 * order, and crashes between pages.
 */
import { INDEX_LAG_MS } from '../connectors/hubspot/limits.ts'
import { simulate } from '../test/connectors/hubspot/simulation/simulate.ts'
import { runSeeds } from './cursor-run.ts'

await runSeeds(simulate, INDEX_LAG_MS)
