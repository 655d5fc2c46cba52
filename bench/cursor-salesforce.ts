/**
 * Incremental reading of Salesforce against hostile histories: `node bench/cursor-salesforce.ts --seeds 200`. Each
 * has a tie of 5,000 records in one second, ties at the edges of windows, transactions that commit up to ten minutes
 * after the time they date their records with, short and empty pages, and crashes between pages.
 */
import { VISIBLE_WITHIN_MS } from '../connectors/salesforce/limits.ts'
import { simulate } from '../test/connectors/salesforce/simulation/simulate.ts'
import { runSeeds } from './cursor-run.ts'

await runSeeds(simulate, VISIBLE_WITHIN_MS)
